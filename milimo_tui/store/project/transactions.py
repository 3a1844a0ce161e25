"""Transactions of an open project.db: reads of one moment, writes that are all or nothing.

One connection, shared by the threads of a process under a lock; other processes are kept apart by SQLite.
"""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from milimo_tui.core.errors import Damaged, Newer
from milimo_tui.core.host import HOST
from milimo_tui.store.project.opening import Opened
from milimo_tui.store.rows import rules
from milimo_tui.store.sqlite.failures import explaining

T = TypeVar("T")
PAUSE = (0.0002, 0.002)  # seconds between two tries for the write lock
READ_PATIENCE = 5000  # milliseconds; a read waits only while a log is made or put away


class Transactions:
    """Owns the connection. Every error it lets out is one of ours, with a sentence."""

    def __init__(self, path: Path, opened: Opened) -> None:
        self.path = path
        self.connection = opened.connection
        self._opened = opened
        self._lock = threading.RLock()
        self._writes = 0
        self.patience = 5.0  # seconds to wait for the write lock

    def close(self) -> None:
        with self._lock:
            self._opened.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One moment of the film, for as many reads as needed."""
        with self._lock, explaining(self.path, "read"):
            self.connection.execute("BEGIN")
            try:
                yield self.connection
            except (sqlite3.OperationalError, Damaged) as error:
                if isinstance(self._opened.refusal, Newer):
                    sentence = f"{self._opened.refusal.message}, and it can't be shown by this one"
                    raise Newer(sentence, self._opened.refusal.hint) from error
                raise
            finally:
                if self.connection.in_transaction:
                    self.connection.execute("COMMIT")

    def query(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """The answer to one question, of one moment."""
        with self.reading() as connection:
            return question(connection)

    @contextmanager
    def writing(
        self, doing: str, *, counts: bool = True, shows: bool = True, lasts: bool = True
    ) -> Iterator[sqlite3.Connection]:
        """One transaction, all or nothing; `doing` completes the sentence "could not …" of what fails.

        `counts`: it changes the film, so the revision goes up. `shows`: what was read before may differ now.
        `lasts`: a power cut the moment after does not take it back; what is not waited for costs no fsync.
        """
        refusal = self._opened.refusal
        if refusal is not None:
            raise type(refusal)(refusal.message, refusal.hint)
        with self._lock, explaining(self.path, doing):
            if not lasts:
                self.connection.execute("PRAGMA synchronous = NORMAL")
            try:
                self._begin()
                yield self.connection
                if counts:
                    count(self.connection)
                rules.commit(self.connection)
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise
            finally:
                if not lasts:
                    self.connection.execute("PRAGMA synchronous = FULL")
            self._writes += shows

    def _begin(self) -> None:
        """Take the write lock, asking again after a short random pause while another process holds it.

        SQLite's own waiting backs off further each time, so that of two busy writers one can starve.
        """
        end = HOST.monotonic() + self.patience
        self.connection.execute("PRAGMA busy_timeout = 0")
        try:
            while True:
                try:
                    self.connection.execute("BEGIN IMMEDIATE")
                    return
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or HOST.monotonic() > end:
                        raise
                time.sleep(random.uniform(*PAUSE))
        finally:
            self.connection.execute(f"PRAGMA busy_timeout = {READ_PATIENCE}")

    def version(self) -> int:
        """A number that differs when the file was written since, by anyone (`data_version`)."""
        with self._lock, explaining(self.path, "read"):
            return int(self.connection.execute("PRAGMA data_version").fetchone()[0]) + self._writes


def count(connection: sqlite3.Connection) -> None:
    """Count a change of the film, and date it."""
    connection.execute("UPDATE project SET revision = revision + 1, updated = ?", (HOST.now(),))
