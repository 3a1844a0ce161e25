"""Presence: whether a person is watching, as far as attached studios report it. Absences are saved for the
next morning.

Lives on the supervisor's loop. A watcher that attends is counted from its request to its end.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from milimo_tui.core.host import HOST
from milimo_tui.jobs.queue.queue import JobQueue

log = logging.getLogger(__name__)

KEPT = 1000  # the number of absences that are preserved


class StudioPresence:
    """The count of attending watchers. An absence begins when there are none, and ends with the first one."""

    def __init__(self, queue: JobQueue) -> None:
        self._queue = queue
        self._here = 0
        self._record_presence()

    @contextmanager
    def attend_while(self, attends: bool = True) -> Iterator[None]:
        """Count one more attending watcher during the block, if `attends`."""
        self._here += attends
        self._record_presence()
        try:
            yield
        finally:
            self._here -= attends
            self._record_presence()

    def _record_presence(self) -> None:
        """Save whether somebody is there. A failure to write is logged and does not keep a watcher from
        connecting.
        """
        try:
            with self._queue.join_change():
                if self._here:
                    self._queue.file.end_absence(HOST.now())
                else:
                    self._queue.file.begin_absence(HOST.now(), KEPT)
        except sqlite3.OperationalError as error:
            log.warning("could not note whether somebody is there: %s", error)
