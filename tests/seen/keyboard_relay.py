"""Run a command in a pty inside a real terminal, and add keys from a named pipe to its input.

Usage: `python keyboard_relay.py PIPE COMMAND…`. Everything else passes unchanged between the terminal and the
command, so that the terminal draws the command's output and answers its questions.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import sys
import termios
import tty


def copy_window_size(terminal: int, command: int) -> None:
    """Give the command's pty the size of the terminal, in cells and in pixels."""
    fcntl.ioctl(command, termios.TIOCSWINSZ, fcntl.ioctl(terminal, termios.TIOCGWINSZ, bytes(8)))


def relay(pipe: str, command: list[str]) -> None:
    """Run the command until it ends."""
    pid, master = pty.fork()
    if pid == 0:
        os.read(0, 1)  # Begin when the pty has its size.
        os.execvp(command[0], command)
    tty.setraw(0)
    copy_window_size(0, master)
    os.write(master, b"\n")
    keys = os.open(pipe, os.O_RDWR)
    while True:
        for ready in select.select([0, master, keys], [], [])[0]:
            try:
                data = os.read(ready, 65536)
            except OSError:
                data = b""
            if not data:
                return
            target = 1 if ready == master else master
            while data:
                data = data[os.write(target, data) :]


if __name__ == "__main__":
    relay(sys.argv[1], sys.argv[2:])
