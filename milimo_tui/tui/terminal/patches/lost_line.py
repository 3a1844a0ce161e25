"""The line to the terminal: one that is lost takes what is still written and forgets it.

Textual's writer thread dies of the first error, and what waits for it then waits for ever: a studio whose
line was lost amid a burst of pictures would not end. Touches nothing but where the driver writes to.
"""

from __future__ import annotations

from contextlib import suppress
from typing import IO, Any, cast

from textual.drivers.linux_driver import LinuxDriver


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


class LineDriver(LinuxDriver):
    """Textual's driver of terminals, on a line that may be lost and in a shell that may stop it."""

    def __init__(self, *arguments: Any, **how: Any) -> None:
        super().__init__(*arguments, **how)
        self._file = cast(Any, Forgetful(cast("IO[str]", self._file)))

    def _sigcont_application(self, *given: Any) -> None:
        """Take the terminal again after a stop; one who was not stopped has it, and reads it once."""
        writer = self._writer_thread
        if writer is None or not writer.is_alive():
            super()._sigcont_application(*given)
