"""Progress of files that are imported or sent, on the message line; Esc stops after the current file."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from milimo_tui.core.errors import Cancelled
from milimo_tui.core.host import HOST

EVERY = 0.1  # Seconds between two updates of the message line.


class IntakeProgress:
    """The studio's `counted`: called from the thread of the edits, stopped from the event loop."""

    def __init__(self, show: Callable[[str, str], None]) -> None:
        """Create the progress. `show` shows a text and a hint; it is called from a work thread."""
        self._show = show
        self._under_way = 0  # An import and a transfer of a film can run at the same time.
        self._unwanted = threading.Event()

    def stop_intake(self) -> bool:
        """Begin no more files; return False if no files are being imported or the import was stopped
        already.
        """
        if not self._under_way or self._unwanted.is_set():
            return False
        self._unwanted.set()
        return True

    @contextmanager
    def __call__(self, title: str, total: int) -> Iterator[Callable[[int, str], None]]:
        """Yield a function that takes the number of finished files and the next file's name; it raises
        Cancelled.
        """
        drawn = float("-inf")

        def report_count(done: int, name: str) -> None:
            nonlocal drawn
            if self._unwanted.is_set():
                raise Cancelled("stopped")
            now = HOST.monotonic()
            if total > 1 and now - drawn >= EVERY:
                drawn = now
                self._show(f"{title}: {done} of {total}, {name}", "Esc stops after this one")

        if not self._under_way:
            self._unwanted.clear()
        self._under_way += 1
        try:
            yield report_count
        finally:
            self._under_way -= 1
