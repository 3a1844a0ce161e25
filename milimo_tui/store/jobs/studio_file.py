"""`studio.db`: one open file with its transactions; its rows are in the `studio_*_rows` beside it.

Written by the supervisor alone. Knows rows and transactions, not the rules of the queue (`jobs.queue.queue`).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from milimo_tui.core.errors import Damaged, MilimoError, NotFound, Refused, Unavailable
from milimo_tui.core.host import explain, make_private, network_disk
from milimo_tui.store.jobs.attempt_rows import AttemptRows
from milimo_tui.store.jobs.batch_rows import BatchRows
from milimo_tui.store.jobs.event_rows import EventRows
from milimo_tui.store.jobs.home_paths import Places
from milimo_tui.store.jobs.job_rows import JOB_COLUMNS as JOB_COLUMNS
from milimo_tui.store.jobs.job_rows import PLACE as PLACE
from milimo_tui.store.jobs.job_rows import JobRows
from milimo_tui.store.jobs.notice_rows import NoticeRows
from milimo_tui.store.jobs.standing_rows import StandingRows
from milimo_tui.store.jobs.studio_schema import SCHEMA
from milimo_tui.store.jobs.studio_values import HomeRow
from milimo_tui.store.sqlite.failures import milimo_error
from milimo_tui.store.sqlite.migrations import (
    connect,
    damaged,
    migrate,
    refuse_what_runs,
    require_intact,
    version_of,
)

if TYPE_CHECKING:
    from milimo_tui.store.sqlite.recovery import Recovered

# Of the write-ahead log (16 MB), until it is folded into the file: jobs write the same pages over and over.
LOG_PAGES = 4000


class StudioFile(JobRows, AttemptRows, BatchRows, EventRows, StandingRows):
    """One open `studio.db`. Not safe for threads: its owner calls it from one."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._db = connection
        self._places = Places(path.absolute().parent)
        self._recent = {}
        self._last_position = None
        self._began_at = 0  # changes of this connection before the one under way
        self._paused = None
        self.path = path
        self.notices = NoticeRows(connection)

    @classmethod
    def open(cls, path: Path) -> StudioFile:
        """Open or make. Raises Unavailable on a network disk, Damaged, Newer, Refused, ReadOnly, DiskFull."""
        kind = network_disk(path.parent)
        if kind:
            raise Unavailable(
                f"{path} would lie on a network disk ({kind}): the job queue needs a local one",
                "give a studio home on a local disk (--home, MILIMO_HOME); media may stay",
            )
        try:
            # The user's alone. One that is there is not opened: closing it drops the locks SQLite has on it.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        except FileExistsError:
            make_private(path)
        except OSError as error:
            raise explain(error, path, "open") from error
        connection = connect(path)
        try:
            connection.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
            migrate(connection, path, SCHEMA)
            if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise damaged(path)
        except sqlite3.OperationalError as error:  # a full disk is no damage
            connection.close()
            raise milimo_error(error, path, "open") from error
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
        db, inner = self._db, self._db.in_transaction
        # A part that comes first needs no mark to go back to: that is where the change began.
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
            self._forget()
            if not db.in_transaction:  # a full disk has rolled all of it back by itself
                raise
            if marked:
                db.execute("ROLLBACK TO part")
                db.execute("RELEASE part")
            else:
                db.execute("ROLLBACK")
                if inner:
                    db.execute("BEGIN IMMEDIATE")
            raise

    def _forget(self) -> None:
        """What was kept in memory may not be so in the file."""
        self._recent.clear()
        self._last_position = self._paused = None

    def home(self) -> HomeRow | None:
        """Return which home it is, and where its supervisor last saw it; None where none has known it."""
        row = self._db.execute("SELECT id, root, file FROM home").fetchone()
        return HomeRow(*row) if row else None

    def set_home(self, home: HomeRow) -> None:
        """Note that it is this home, here."""
        self._db.execute("DELETE FROM home")
        self._db.execute(
            "INSERT INTO home (id, root, file) VALUES (?, ?, ?)", (home.id, home.root, home.file)
        )


def problem_of_queue(path: Path) -> str:
    """What is wrong with a queue's file, every page of it looked at; empty for a whole one and for none."""
    if not path.is_file():
        return ""
    try:
        connection = connect(path, read_only=True)
        try:
            refuse_what_runs(connection, path)
            require_intact(connection, path)
        finally:
            connection.close()
    except (Damaged, Refused) as error:
        return error.message
    except MilimoError:
        return ""  # busy, or not to be read by this user: said where it is opened
    return ""


def recover_queue(path: Path) -> Recovered:
    """Put what can be read of a queue into a new file at its place. Raises NotFound, Refused, DiskFull."""
    from milimo_tui.store.jobs.queue_recovery import mend_queue  # only for who recovers
    from milimo_tui.store.sqlite import recovery

    if not path.is_file():
        raise NotFound("there is no queue here yet", "the first job begins it")
    return recovery.recover(path, SCHEMA, mend_queue)


@contextmanager
def open_for_reading(path: Path, *, oldest: int = SCHEMA.newest) -> Iterator[StudioFile | None]:
    """Open a home's queue for reading only; yields None where there is none of this version.

    For who asks while no supervisor runs. `oldest` is the number of the oldest schema that will do: of an
    older one than the newest the jobs can't be read. Raises Damaged.
    """
    if not path.is_file():
        yield None
        return
    connection = connect(path, read_only=True)
    try:
        refuse_what_runs(connection, path)
        known = oldest <= version_of(connection, path) <= SCHEMA.newest
        yield StudioFile(connection, path) if known else None
    finally:
        connection.close()
