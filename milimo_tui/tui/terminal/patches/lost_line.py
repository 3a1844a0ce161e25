"""A line to the terminal that is lost ends Textual's writer thread, and what waits for it waits for ever.

A studio whose line was lost amid a burst of pictures would not end. Ours takes what is still written and
forgets it. Goes when a `WriterThread` outlives a file that refuses.
"""

from __future__ import annotations

from contextlib import suppress
from typing import IO, Any, cast

from textual.drivers.linux_driver import LinuxDriver

from milimo_tui.tui.terminal.patches.patch import Patch

_init = LinuxDriver.__init__


class Forgetful:
    """A terminal's file that never refuses."""

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


def init(driver: LinuxDriver, *arguments: Any, **how: Any) -> None:
    """Make the driver, on a line that may be lost."""
    _init(driver, *arguments, **how)
    driver._file = cast(Any, Forgetful(cast("IO[str]", driver._file)))


def put_in() -> None:
    """Have drivers write to a file that never refuses."""
    LinuxDriver.__init__ = init  # type: ignore[method-assign, assignment]


PATCH = Patch("a lost line may keep the studio from ending", put_in)
