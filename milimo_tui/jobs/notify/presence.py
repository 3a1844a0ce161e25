"""Presence: whether a person looks, as far as attached studios tell; absences are for the morning.

Lives on the supervisor's loop; a watcher that attends is counted from its request to its end.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from milimo_tui.core.host import HOST
from milimo_tui.jobs.queue.queue import Queue

log = logging.getLogger(__name__)

KEPT = 1000  # absences


class Presence:
    """Nobody is there until the first watcher attends, and again when the last one went."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._here = 0
        self._note()

    @contextmanager
    def attended(self, attends: bool = True) -> Iterator[None]:
        """Somebody is there, meanwhile."""
        self._here += attends
        self._note()
        try:
            yield
        finally:
            self._here -= attends
            self._note()

    def _note(self) -> None:
        """Write down how it is. Where that can't be written it is told, and stops nobody from looking."""
        try:
            with self._queue.joined():
                if self._here:
                    self._queue.file.end_absence(HOST.now())
                else:
                    self._queue.file.begin_absence(HOST.now(), KEPT)
        except sqlite3.OperationalError as error:
            log.warning("could not note whether somebody is there: %s", error)
