"""Open `studio.db`, the database of the job queue, and run transactions in it.

The rows are read and written in the `*_rows` modules of this package. The rules of the queue are in
`jobs.queue.queue`. Only the supervisor writes this file.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from milimo_tui.core.errors import Damaged, MilimoError, NotFound, Refused, Unavailable
from milimo_tui.core.host import detect_network_disk, explain_os_error, make_private
from milimo_tui.store.jobs.attempt_rows import AttemptRows
from milimo_tui.store.jobs.batch_rows import BatchRows
from milimo_tui.store.jobs.event_rows import EventRows
from milimo_tui.store.jobs.home_paths import HomePathConverter
from milimo_tui.store.jobs.job_rows import PLACE as PLACE
from milimo_tui.store.jobs.job_rows import JobRows
from milimo_tui.store.jobs.notice_rows import NoticeRows
from milimo_tui.store.jobs.standing_rows import StandingRows
from milimo_tui.store.jobs.studio_schema import SCHEMA
from milimo_tui.store.jobs.studio_values import HomeRow
from milimo_tui.store.jobs.unreadable_rows import list_unreadable_rows
from milimo_tui.store.sqlite.failures import explain_sqlite_errors, translate_sqlite_error
from milimo_tui.store.sqlite.migrations import (
    connect,
    make_damaged_error,
    migrate_database,
    read_schema_version,
    refuse_executable_schema,
    require_intact,
)
from milimo_tui.store.sqlite.value_table import Table

if TYPE_CHECKING:
    from milimo_tui.store.sqlite.recovery import RecoveryResult

HOME = Table("home", HomeRow)
# The write-ahead log is checkpointed at this number of pages (16 MB). A large log saves work, because jobs
# write the same pages repeatedly.
LOG_PAGES = 4000


class StudioFile(JobRows, AttemptRows, BatchRows, EventRows, StandingRows):
    """An open `studio.db`. It is not thread-safe: its owner calls it from one thread."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._db = connection
        self._places = HomePathConverter(path.absolute().parent)
        self._recent = {}
        self._last_position = None
        # SQLite's count of changed rows when the current transaction began. If it is unchanged, the
        # transaction has written nothing.
        self._began_at = 0
        self._paused = None
        self.path = path
        self.notices = NoticeRows(connection)

    @classmethod
    def open(cls, path: Path) -> StudioFile:
        """Open or create the file. Raises Unavailable on a network disk, Damaged, Newer, Refused, ReadOnly,
        DiskFull.
        """
        kind = detect_network_disk(path.parent)
        if kind:
            raise Unavailable(
                f"{path} would be on a network disk ({kind}), but the job queue needs a local disk",
                "choose a studio home on a local disk (--home, MILIMO_HOME); media may stay",
            )
        try:
            # A new file is private to the user. An existing file is not opened here, because closing it
            # would drop SQLite's locks on the file.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        except FileExistsError:
            make_private(path)
        except OSError as error:
            raise explain_os_error(error, path, "open") from error
        connection = connect(path)
        try:
            connection.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
            migrate_database(connection, path, SCHEMA)
            if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise make_damaged_error(path)
            _require_readable_rows(connection, path)
        except sqlite3.OperationalError as error:  # A full disk does not mean that the file is damaged.
            connection.close()
            raise translate_sqlite_error(error, path, "open") from error
        except sqlite3.DatabaseError as error:
            connection.close()
            raise make_damaged_error(path) from error
        except BaseException:
            connection.close()
            raise
        return cls(connection, path)

    def close(self) -> None:
        """Checkpoint the write-ahead log and close the file."""
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._db.close()

    @contextmanager
    def start_transaction(self) -> Iterator[None]:
        """Run the block as one durable transaction.

        If a transaction is already running, the block becomes a part of it: an error in the block undoes only
        what the block has written.
        """
        db, inner = self._db, self._db.in_transaction
        # A savepoint is only needed if the outer transaction has written something. Otherwise an error in the
        # block can roll back the complete transaction.
        marked = inner and db.total_changes != self._began_at
        if not inner:
            db.execute("BEGIN IMMEDIATE")
            self._began_at = db.total_changes
        elif marked:
            db.execute("SAVEPOINT part")
        try:
            yield
            if not inner:
                db.execute("COMMIT")
            elif marked:
                db.execute("RELEASE part")
        except BaseException:
            self._clear_row_caches()
            if not db.in_transaction:  # If the disk is full, SQLite has already rolled back the transaction.
                raise
            if marked:
                db.execute("ROLLBACK TO part")
                db.execute("RELEASE part")
            else:
                db.execute("ROLLBACK")
                if inner:
                    db.execute("BEGIN IMMEDIATE")
            raise

    def _clear_row_caches(self) -> None:
        """Clear the caches, because after a rollback they may differ from the file."""
        self._recent.clear()
        self._last_position = self._paused = None

    def read_home_row(self) -> HomeRow | None:
        """Return the stored identity and location of the home, or None if no supervisor has stored them
        yet.
        """
        row = self._db.execute(f"SELECT {HOME.select} FROM home").fetchone()
        return HOME.decode(row) if row else None

    def store_home_row(self, home: HomeRow) -> None:
        """Store the identity and location of the home."""
        self._db.execute("DELETE FROM home")
        self._db.execute(HOME.insert, HOME.list_cells(home))


def _require_readable_rows(connection: sqlite3.Connection, path: Path) -> None:
    """Check the JSON of every row of the queue. Raises Damaged that names the first unreadable row."""
    for row in list_unreadable_rows(connection):
        raise Damaged(
            f"{path} is damaged: {row.describe_unreadable_column()}",
            "milimo job recover deletes the rows that can't be read",
        )


def find_queue_problem(path: Path) -> str:
    """Check every page and the JSON of every row of the queue's database file. Return the problem, or an
    empty string if the file is intact or missing.
    """
    if not path.is_file():
        return ""
    try:
        connection = connect(path, read_only=True)
        try:
            refuse_executable_schema(connection, path)
            require_intact(connection, path)
            with explain_sqlite_errors(path, "read"):
                _require_readable_rows(connection, path)
        finally:
            connection.close()
    except (Damaged, Refused) as error:
        return error.message
    except MilimoError:
        return ""  # The file is busy or not readable by this user. That is reported when the queue is opened.
    return ""


def recover_queue(path: Path) -> RecoveryResult:
    """Replace a queue's database with a new file that contains all rows that can be read. Raises NotFound,
    Refused, DiskFull.
    """
    # Imported lazily: only a recovery needs this module.
    from milimo_tui.store.jobs.queue_recovery import delete_unreadable_queue_rows
    from milimo_tui.store.sqlite import recovery

    if not path.is_file():
        raise NotFound("this home has no queue yet", "the first job creates it")
    return recovery.recover_database(path, SCHEMA, delete_unreadable_queue_rows)


@contextmanager
def open_studio_for_reading(path: Path, *, oldest: int = SCHEMA.newest) -> Iterator[StudioFile | None]:
    """Open a home's queue read-only, for callers that read while no supervisor runs.

    Yields None if there is no queue or its schema version is not supported. `oldest` is the oldest acceptable
    schema number. Jobs can only be read from the newest schema. Raises Damaged.
    """
    if not path.is_file():
        yield None
        return
    connection = connect(path, read_only=True)
    try:
        refuse_executable_schema(connection, path)
        known = oldest <= read_schema_version(connection, path) <= SCHEMA.newest
        yield StudioFile(connection, path) if known else None
    finally:
        connection.close()
