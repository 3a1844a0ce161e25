"""A guard of the terminal in its own process: it restores the terminal if the studio crashes.

SIGKILL, SIGSEGV and similar signals end a program in the middle of a frame. Without the guard, the shell
would be left on the alternate screen, without echo, and with mouse reports as input. `watcher_process` is the
program that waits.
"""

from __future__ import annotations

import os
import subprocess
import sys
import termios
from contextlib import suppress
from pathlib import Path
from typing import IO

PROGRAM = Path(__file__).with_name("watcher_process.py")


def encode_terminal_settings(terminal: int) -> str:
    """Return a terminal's settings as one word for the watcher; `-` if the terminal has none."""
    try:
        *numbers, characters = termios.tcgetattr(terminal)
    except termios.error:
        return "-"
    codes = bytes(c if isinstance(c, int) else c[0] for c in characters)
    return ",".join([*map(str, numbers), codes.hex()])


class Watcher:
    """The studio's end of the watcher process.

    Create it before the terminal is changed, because it saves the settings of that time. `start` takes 2 ms.
    """

    def __init__(self, terminal: IO[str] | None = sys.__stderr__) -> None:
        """Save the settings of `terminal`, the file that the studio is drawn on."""
        self._terminal = terminal.fileno() if terminal is not None and terminal.isatty() else -1
        self._before = encode_terminal_settings(self._terminal) if self._terminal >= 0 else "-"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process, unless there is no terminal. The studio runs without a watcher if the start
        fails.
        """
        if self._terminal < 0 or self._process is not None:
            return
        groups = {os.getpgrp()}
        with suppress(OSError):  # The parent process belongs to another user.
            groups.add(os.getpgid(os.getppid()))
        with suppress(OSError):
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(PROGRAM), *map(str, groups)],
                stdin=subprocess.PIPE,
                stdout=self._terminal,
                stderr=subprocess.DEVNULL,
                # Signals that the terminal sends to the studio's process group must not reach the watcher.
                process_group=0,
                cwd="/",
            )

    def arm_recovery(self, ending: str, words: str) -> None:
        """Have the watcher write these sequences if the studio crashes from now on.

        It writes `ending`, which ends all interrupted sequences, then the sequences that free the pictures in
        the terminal (`add_picture`), then `words`.
        """
        self._send_line(f"guard {ending.encode().hex()} {words.encode().hex()} {self._before}")

    def add_picture(self, freed_by: str) -> None:
        """Record a picture in the terminal by the sequence that frees it."""
        self._send_line(f"holds {freed_by.encode().hex()}")

    def remove_picture(self, freed_by: str) -> None:
        """Record that a picture is no longer in the terminal."""
        self._send_line(f"freed {freed_by.encode().hex()}")

    def disarm_recovery(self) -> None:
        """Have the watcher write nothing: another program has the terminal."""
        self._send_line("rest")

    def stop_process(self) -> None:
        """End the process: the studio has restored the terminal itself."""
        self._send_line("left")
        process, self._process = self._process, None
        if process is not None:
            with suppress(OSError):
                if process.stdin is not None:
                    process.stdin.close()
            try:
                process.wait(timeout=1.0)
            except subprocess.TimeoutExpired:  # The process is stopped, or held by a debugger.
                process.kill()
                process.wait()

    def _send_line(self, line: str) -> None:
        if self._process is None or self._process.stdin is None:
            return
        with suppress(OSError):  # The watcher was killed: the terminal is no longer guarded.
            self._process.stdin.write(f"{line}\n".encode())
            self._process.stdin.flush()
