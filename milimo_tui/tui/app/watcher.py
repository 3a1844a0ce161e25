"""A separate process that restores the terminal if the studio crashes.

SIGKILL, SIGSEGV and similar signals can end a program in the middle of a frame. Without this process, the
shell would be left on the alternate screen, without echo, and with mouse reports as input. The process runs
`watcher_process`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import termios
from contextlib import suppress
from pathlib import Path
from typing import IO

from milimo_tui.tui.terminal.line.local_memory import list_probe_paths

PROGRAM = Path(__file__).with_name("watcher_process.py")


def encode_terminal_settings(terminal: int) -> str:
    """Return a terminal's `termios` settings as one word for the watcher process; `-` if they can't be
    read.
    """
    try:
        *numbers, characters = termios.tcgetattr(terminal)
    except termios.error:
        return "-"
    codes = bytes(c if isinstance(c, int) else c[0] for c in characters)
    return ",".join([*map(str, numbers), codes.hex()])


class Watcher:
    """The studio's side of the watcher process.

    Create the object before the terminal's settings are changed, because it saves the original settings.
    `start` takes 2 ms.
    """

    def __init__(self, terminal: IO[str] | None = sys.__stderr__) -> None:
        """Save the settings of `terminal`, the file on which the studio draws."""
        self._terminal = terminal.fileno() if terminal is not None and terminal.isatty() else -1
        self._before = encode_terminal_settings(self._terminal) if self._terminal >= 0 else "-"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the watcher process, unless there is no terminal. If the start fails, the studio runs without
        a watcher.
        """
        if self._terminal < 0 or self._process is not None:
            return
        groups = {os.getpgrp()}
        with suppress(OSError):  # The parent process may belong to another user.
            groups.add(os.getpgid(os.getppid()))
        with suppress(OSError):
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-I", "-S", str(PROGRAM), ",".join(map(str, groups))),
                    *map(str, list_probe_paths()),
                ],
                stdin=subprocess.PIPE,
                stdout=self._terminal,
                stderr=subprocess.DEVNULL,
                # Signals that the terminal sends to the studio's process group must not reach the watcher.
                process_group=0,
                cwd="/",
            )

    def arm_recovery(self, ending: str, words: str) -> None:
        """Tell the watcher process which escape sequences to write to the terminal if the studio crashes from
        now on.

        The watcher first writes `ending`, which terminates any interrupted sequence. Then it writes the
        sequences that delete the pictures in the terminal (see `add_picture`), and finally `words`, which
        restores the screen.
        """
        self._send_line(f"guard {ending.encode().hex()} {words.encode().hex()} {self._before}")

    def add_picture(self, freed_by: str) -> None:
        """Report a picture that the terminal now holds. `freed_by` is the escape sequence that deletes it."""
        self._send_line(f"holds {freed_by.encode().hex()}")

    def remove_picture(self, freed_by: str) -> None:
        """Report that a picture was removed from the terminal. `freed_by` is the escape sequence with which
        the picture was registered in `add_picture`.
        """
        self._send_line(f"freed {freed_by.encode().hex()}")

    def disarm_recovery(self) -> None:
        """Tell the watcher process to write nothing until `arm_recovery` is called again, because another
        program uses the terminal.
        """
        self._send_line("rest")

    def stop_process(self) -> None:
        """End the watcher process, because the studio has restored the terminal itself."""
        self._send_line("left")
        process, self._process = self._process, None
        if process is not None:
            with suppress(OSError):
                if process.stdin is not None:
                    process.stdin.close()
            try:
                process.wait(timeout=1.0)
            except subprocess.TimeoutExpired:  # The watcher was stopped by a signal, or a debugger holds it.
                process.kill()
                process.wait()

    def _send_line(self, line: str) -> None:
        if self._process is None or self._process.stdin is None:
            return
        with suppress(OSError):  # If the watcher was killed, the studio continues without its protection.
            self._process.stdin.write(f"{line}\n".encode())
            self._process.stdin.flush()
