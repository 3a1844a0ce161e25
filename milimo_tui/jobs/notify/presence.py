"""The record of whether a person is watching, as reported by connected studios. Absences are saved, so that
the studio can show what happened during them.

The module runs on the supervisor's loop. A client that reports a person is counted until its connection ends.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from milimo_tui.core.host import HOST
from milimo_tui.jobs.queue.queue import JobQueue

log = logging.getLogger(__name__)

KEPT = 1000  # Maximum number of stored absences. Older absences are deleted.


class StudioPresence:
    """A counter of the connected studios at which a person is watching. An absence begins when the number
    falls to 0 and ends when the number rises again.
    """

    def __init__(self, queue: JobQueue) -> None:
        self._queue = queue
        self._here = 0
        self._record_presence()

    @contextmanager
    def attend_while(self, attends: bool = True) -> Iterator[None]:
        """Return a context in which the client counts as a person who is watching. If `attends` is False, the
        client is not counted.
        """
        self._here += attends
        self._record_presence()
        try:
            yield
        finally:
            self._here -= attends
            self._record_presence()

    def _record_presence(self) -> None:
        """Begin or end an absence in the database, depending on the count.

        A failed write is only logged, so that clients can still connect.
        """
        try:
            with self._queue.join_change():
                if self._here:
                    self._queue.file.end_absence(HOST.now())
                else:
                    self._queue.file.begin_absence(HOST.now(), KEPT)
        except sqlite3.OperationalError as error:
            log.warning("could not note whether somebody is there: %s", error)
