"""Run transactions in an open project.db: consistent reads, and writes that succeed completely or not at all.

The threads of a process share one connection under a lock. SQLite separates different processes.
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
from milimo_tui.store.project.opening import OpenedDatabase
from milimo_tui.store.rows import rules
from milimo_tui.store.sqlite.failures import explain_sqlite_errors
from milimo_tui.store.sqlite.value_table import UndecodableRow

T = TypeVar("T")
PAUSE = (0.0002, 0.002)  # shortest and longest pause in seconds between two attempts to take the write lock
READ_PATIENCE = 5000  # Timeout in milliseconds for reads, which only wait while a log is created or removed.


class Transactions:
    """The owner of a film's database connection. All reads and writes of the film go through its
    transactions. Errors of SQLite are translated into this program's errors, with a message.
    """

    def __init__(self, path: Path, opened: OpenedDatabase) -> None:
        self.path = path
        self.connection = opened.connection
        self._opened = opened
        self._lock = threading.RLock()
        self._writes = 0
        self.patience = 5.0  # seconds to wait for the write lock

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._opened.close()

    @contextmanager
    def read_transaction(self) -> Iterator[sqlite3.Connection]:
        """Provide the connection in a read transaction, so that all reads in the block see the same state."""
        with self._lock, explain_sqlite_errors(self.path, "read"):
            self.connection.execute("BEGIN")
            try:
                yield self.connection
            except (sqlite3.OperationalError, Damaged) as error:
                if isinstance(self._opened.refusal, Newer):
                    sentence = f"{self._opened.refusal.message}, and it can't be shown by this one"
                    raise Newer(sentence, self._opened.refusal.hint) from error
                if isinstance(error, UndecodableRow):
                    raise self._explain_unreadable_row(error) from error
                raise
            finally:
                if self.connection.in_transaction:
                    self.connection.execute("COMMIT")

    def run_query(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """Return the result of `question`, a function that reads the film in one consistent state."""
        with self.read_transaction() as connection:
            return question(connection)

    @contextmanager
    def write_transaction(
        self, action: str, *, counts: bool = True, shows: bool = True, lasts: bool = True
    ) -> Iterator[sqlite3.Connection]:
        """Provide the connection in a write transaction. `action` completes "could not …" in error messages.

        - `counts` is True if the transaction changes the film, so that the film's revision increases.
        - `shows` is True if screens may show the written values, so that `read_change_number` changes.
        - `lasts` is True if the commit must survive a power failure. Otherwise no fsync is made.
        """
        refusal = self._opened.refusal
        if refusal is not None:
            raise type(refusal)(refusal.message, refusal.hint)
        with self._lock, explain_sqlite_errors(self.path, action):
            if not lasts:
                self.connection.execute("PRAGMA synchronous = NORMAL")
            try:
                self._take_write_lock()
                yield self.connection
                if counts:
                    increment_revision(self.connection)
                rules.commit_with_references_checked(self.connection)
            except BaseException as error:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                if isinstance(error, UndecodableRow):
                    raise self._explain_unreadable_row(error) from error
                raise
            finally:
                if not lasts:
                    self.connection.execute("PRAGMA synchronous = FULL")
            self._writes += shows

    def _explain_unreadable_row(self, error: UndecodableRow) -> Damaged:
        """Return an error that names the film and the command that repairs it, instead of the row's id."""
        film = self.path.parent.name
        row = (
            "the row with its name and settings"
            if error.table == "project"
            else f"a row of the table {error.table}"
        )
        return Damaged(
            f"the film {film} is damaged: {row} can't be read",
            f"milimo project recover {film} recovers what can be read",
        )

    def _take_write_lock(self) -> None:
        """Take the write lock. While another process holds the lock, try again after a short random pause.

        SQLite's own waiting makes its pauses longer each time, so that one of two busy writers can starve.
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

    def read_change_number(self) -> int:
        """Return a number that changes whenever any process writes the database. It does not change for a
        `write_transaction` of this process that was called with `shows=False`.
        """
        with self._lock, explain_sqlite_errors(self.path, "read"):
            return int(self.connection.execute("PRAGMA data_version").fetchone()[0]) + self._writes


def increment_revision(connection: sqlite3.Connection) -> None:
    """Increase the film's revision and set the time of its last change."""
    connection.execute("UPDATE project SET revision = revision + 1, updated = ?", (HOST.now(),))
