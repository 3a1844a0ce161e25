"""`studio.db`: one open file with its transactions; its rows are in the `studio_*_rows` beside it.

Written by the supervisor alone. Knows rows and transactions, not the rules of the queue (`jobs.queue`).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from milimo_tui.core.errors import Unavailable
from milimo_tui.core.host import explain, network_disk
from milimo_tui.store.migrate import connect, damaged, migrate, version_of
from milimo_tui.store.studio_attempt_rows import AttemptRows
from milimo_tui.store.studio_batch_rows import BatchRows
from milimo_tui.store.studio_event_rows import EventRows
from milimo_tui.store.studio_job_rows import JOB_COLUMNS as JOB_COLUMNS
from milimo_tui.store.studio_job_rows import PLACE as PLACE
from milimo_tui.store.studio_job_rows import JobRows
from milimo_tui.store.studio_notice_rows import NoticeRows
from milimo_tui.store.studio_schema import APPLICATION_ID, MIGRATIONS


class StudioFile(JobRows, AttemptRows, BatchRows, EventRows):
    """One open `studio.db`. Not safe for threads: its owner calls it from one."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._db = connection
        self._recent = {}
        self._paused = None
        self.path = path
        self.notices = NoticeRows(connection)

    @classmethod
    def open(cls, path: Path) -> StudioFile:
        """Open or make. Raises Unavailable on a network disk, Damaged, Newer, ReadOnly, DiskFull."""
        kind = network_disk(path.parent)
        if kind:
            raise Unavailable(
                f"{path} would lie on a network disk ({kind}): the job queue needs a local one",
                "choose a studio home on a local disk (--home or MILIMO_HOME); media may stay remote",
            )
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))  # the user's alone
        except OSError as error:
            raise explain(error, path, "open") from error
        connection = connect(path, synchronous="FULL")
        try:
            migrate(connection, path, MIGRATIONS, APPLICATION_ID)
            if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise damaged(path)
        except sqlite3.DatabaseError as error:
            connection.close()
            raise damaged(path) from error
        except BaseException:
            connection.close()
            raise
        return cls(connection, path)

    def close(self) -> None:
        """Fold the write-ahead log into the file and let go of it."""
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._db.close()

    @contextmanager
    def change(self) -> Iterator[None]:
        """One durable change: all of it or nothing. Inside another it is a part that may fail by itself."""
        inner = self._db.in_transaction
        self._db.execute("SAVEPOINT part" if inner else "BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("RELEASE part" if inner else "COMMIT")
        except BaseException:
            self._recent.clear()
            self._paused = None
            if not self._db.in_transaction:  # a full disk has rolled all of it back by itself
                raise
            if inner:
                self._db.execute("ROLLBACK TO part")
                self._db.execute("RELEASE part")
            else:
                self._db.execute("ROLLBACK")
            raise


@contextmanager
def looking_at(path: Path) -> Iterator[StudioFile | None]:
    """A home's queue as it was left, to be read only; None where there is none of this version.

    For who asks while no supervisor runs. Raises Damaged.
    """
    if not path.is_file():
        yield None
        return
    connection = connect(path, read_only=True)
    try:
        known = version_of(connection, path) == len(MIGRATIONS)
        yield StudioFile(connection, path) if known else None
    finally:
        connection.close()
