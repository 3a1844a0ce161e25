"""Watches over the terminal from a process of its own: a studio that falls leaves it as it was before.

SIGKILL, SIGSEGV and the like end a program in the midst of a frame: without this the shell would be left on
the other screen, without echo, with the mouse reported into it. `watcher_process` is what waits.
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


def coded_settings(terminal: int) -> str:
    """Return a terminal's settings in one word for the watcher; `-` where it has none."""
    try:
        *numbers, characters = termios.tcgetattr(terminal)
    except termios.error:
        return "-"
    codes = bytes(c if isinstance(c, int) else c[0] for c in characters)
    return ",".join([*map(str, numbers), codes.hex()])


class Watcher:
    """Made before the terminal is changed, for it holds the settings from then; `start` takes 2 ms."""

    def __init__(self, terminal: IO[str] | None = sys.__stderr__) -> None:
        """`terminal` is the file that the studio is drawn on."""
        self._terminal = terminal.fileno() if terminal is not None and terminal.isatty() else -1
        self._before = coded_settings(self._terminal) if self._terminal >= 0 else "-"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process; without one where there is no terminal, or none can be started."""
        if self._terminal < 0 or self._process is not None:
            return
        groups = {os.getpgrp()}
        with suppress(OSError):  # a parent of another user's
            groups.add(os.getpgid(os.getppid()))
        with suppress(OSError):
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(PROGRAM), *map(str, groups)],
                stdin=subprocess.PIPE,
                stdout=self._terminal,
                stderr=subprocess.DEVNULL,
                process_group=0,  # what the terminal sends to the studio's group is not for it
                cwd="/",
            )

    def guard(self, ending: str, words: str) -> None:
        """Have these words written if the studio falls from now on: what ends all that was cut off, what
        frees the pictures in the terminal (`holds`), then the rest.
        """
        self._tell(f"guard {ending.encode().hex()} {words.encode().hex()} {self._before}")

    def holds(self, freed_by: str) -> None:
        """Note a picture in the terminal by the words that free it."""
        self._tell(f"holds {freed_by.encode().hex()}")

    def freed(self, freed_by: str) -> None:
        """Note that it is there no more."""
        self._tell(f"freed {freed_by.encode().hex()}")

    def rest(self) -> None:
        """Have nothing written: the terminal is somebody else's."""
        self._tell("rest")

    def end(self) -> None:
        """End the process: the terminal was put back in order."""
        self._tell("left")
        process, self._process = self._process, None
        if process is not None:
            with suppress(OSError):
                if process.stdin is not None:
                    process.stdin.close()
            try:
                process.wait(timeout=1.0)
            except subprocess.TimeoutExpired:  # stopped, or a debugger's
                process.kill()
                process.wait()

    def _tell(self, line: str) -> None:
        if self._process is None or self._process.stdin is None:
            return
        with suppress(OSError):  # it was killed: then nobody watches
            self._process.stdin.write(f"{line}\n".encode())
            self._process.stdin.flush()
