"""Run a command at the other end of a TCP connection, as an SSH server does.

Unread output waits in the kernel's socket buffers, as with SSH. Usage: `python -m tests.tui.remote_shell FILE
COLUMNS ROWS COMMAND …`, where FILE is the descriptor of a listening socket.
"""

from __future__ import annotations

import fcntl
import os
import pty
import socket
import struct
import sys
import termios
import threading
from collections.abc import Callable


def shovel(read: Callable[[], bytes], write: Callable[[bytes], object]) -> None:
    """Copy data from `read` to `write` until the input ends."""
    try:
        while data := read():
            write(data)
    except OSError:
        return


def write_all(file: int, data: bytes) -> None:
    while data:
        data = data[os.write(file, data) :]


def serve(server: socket.socket, columns: int, rows: int, command: list[str]) -> None:
    """Accept one connection and run the command for it in a terminal."""
    line, (there, there_port) = server.accept()
    here, here_port = line.getsockname()
    child, master = pty.fork()
    if child == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("4H", rows, columns, 0, 0))
        os.environ["SSH_CONNECTION"] = f"{there} {there_port} {here} {here_port}"
        os.execvp(command[0], command)
    threading.Thread(
        target=shovel, args=(lambda: line.recv(4096), lambda data: write_all(master, data)), daemon=True
    ).start()
    shovel(lambda: os.read(master, 4096), line.sendall)
    line.close()
    os.waitpid(child, 0)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
