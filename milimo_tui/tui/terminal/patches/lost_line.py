"""Fault of Textual: if the connection to the terminal is lost, the writer thread ends, and code that waits
for the thread waits for ever.

A studio that lost its connection while pictures were being sent did not exit. The patch accepts further
output and drops it. Remove the patch when a `WriterThread` survives a file whose writes raise errors.
"""

from __future__ import annotations

from contextlib import suppress
from typing import IO, Any, cast

from textual.drivers.linux_driver import LinuxDriver

from milimo_tui.tui.terminal.patches.patch import Patch

_init = LinuxDriver.__init__


class ForgivingFile:
    """An output file that ignores errors, so that writes to a lost terminal never raise OSError."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, text: str) -> None:
        with suppress(OSError):
            self._file.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._file.flush()

    def fileno(self) -> int:
        return self._file.fileno()


def init_driver(driver: LinuxDriver, *arguments: Any, **how: Any) -> None:
    """Create a driver as Textual does, with an output file that ignores a lost connection."""
    _init(driver, *arguments, **how)
    driver._file = cast(Any, ForgivingFile(cast("IO[str]", driver._file)))


def install_forgiving_file() -> None:
    """Make new drivers use the output file that ignores write errors."""
    LinuxDriver.__init__ = init_driver  # type: ignore[method-assign, assignment]


PATCH = Patch("a lost line may keep the studio from ending", install_forgiving_file)
