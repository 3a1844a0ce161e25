"""Show on the message line how far files are imported or sent. Esc stops after the current file."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from milimo_tui.core.errors import Cancelled
from milimo_tui.core.host import HOST

EVERY = 0.1  # Seconds between two updates of the message line.


class IntakeProgress:
    """The progress display for imports and file transfers on the message line. The `Studio` calls this object
    (its callback `counted`) from the thread that edits the film. The event loop calls `stop_intake` to stop
    the work.
    """

    def __init__(self, show: Callable[[str, str], None]) -> None:
        """Create the display. `show` puts a text and a hint on the message line, or removes them if they are
        empty; it is called from a work thread.
        """
        self._show = show
        # Number of imports and transfers that are running, because both can run at the same time.
        self._under_way = 0
        self._unwanted = threading.Event()

    def stop_intake(self) -> bool:
        """Stop all running imports and transfers, each after its current file. Return False if none is
        running or they were stopped already.
        """
        if not self._under_way or self._unwanted.is_set():
            return False
        self._unwanted.set()
        return True

    @contextmanager
    def __call__(self, title: str, total: int) -> Iterator[Callable[[int, str], None]]:
        """Yield a function that shows the progress of an import of `total` files. The function takes the
        number of finished files and the name of the next file. It raises Cancelled if the user has stopped
        the import.
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
            if drawn > float("-inf") and not self._under_way:
                self._show("", "")
