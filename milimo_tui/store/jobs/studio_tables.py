"""Define the tables of `studio.db` as SQLModel classes. Each table is made from the value class that its rows
store (`studio_values`).

This module adds keys, indexes, and tables that have no value class. If a column is not in the order of the
value's fields, `after` names the column before it. `defaults` lists the columns that were added after the
first queues existed; only these columns have a default.

New queues are created from these classes, and migrations are tested against them. The supervisor reads and
writes with plain SQL, and imports this module only to create a queue. Clients never import it.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import Index, MetaData, text
from sqlmodel import SQLModel

from milimo_tui.store.jobs.attempt_rows import ATTEMPT, TIMING
from milimo_tui.store.jobs.batch_rows import BATCH
from milimo_tui.store.jobs.event_rows import ABSENCE, EVENT, WORKER
from milimo_tui.store.jobs.job_rows import JOB
from milimo_tui.store.jobs.notice_rows import NOTICE
from milimo_tui.store.jobs.standing_rows import FILE, FOLDER, OFF
from milimo_tui.store.jobs.studio_file import HOME
from milimo_tui.store.sqlite.columns import (
    STRICT,
    integer_column,
    make_table_class,
    number_key_column,
    owner_key_column,
    real_column,
    text_column,
    text_key_column,
)


class StudioTable(SQLModel):
    """The base of all tables of studio.db, with metadata separate from other databases."""

    metadata = MetaData()
    __table_args__: Any = STRICT


_make_table = partial(make_table_class, StudioTable, defaults=())

JobTable = _make_table(
    JOB,
    args=(
        Index("job_line", "state", "lane", text("priority DESC"), "position"),
        Index("job_project", "project"),
        Index("job_position", "position"),
        Index("job_created", "created", "id"),
        Index("job_batch", "batch"),
        Index("job_not_before", "not_before", sqlite_where=text("not_before IS NOT NULL")),
        Index("job_ended", "ended", "id", sqlite_where=text("ended IS NOT NULL")),
        STRICT,
    ),
    defaults=("affinity", "workload", "rung", "live", "parts", "origin", "with_shots"),
    after={"spec": "position", "created": "due"},
    units=real_column(0),
)

AttemptTable = _make_table(
    ATTEMPT,
    defaults=("resumed", "peak_bytes"),
    after={"spec": "reached", "started": "error"},
    job=owner_key_column("job.id"),
    number=integer_column(key=True),
)


class DependencyTable(StudioTable, table=True):
    """A dependency between two jobs: `job` waits for `needs`."""

    __tablename__ = "dependency"
    __table_args__ = (Index("dependency_needs", "needs"), STRICT)

    job: str = owner_key_column("job.id")
    needs: str = owner_key_column("job.id")


EventTable = _make_table(
    EVENT,
    args=(Index("event_job", "job", "kind"), {**STRICT, "sqlite_autoincrement": True}),
    seq=number_key_column(),
)

WorkerTable = _make_table(WORKER)


class LaneTable(StudioTable, table=True):
    """A lane of the queue that a user paused or resumed. Jobs of a paused lane do not start."""

    __tablename__ = "lane"

    id: str = text_key_column()
    paused: int = integer_column()
    reason: str = text_column()


BatchTable = _make_table(BATCH)

TimingTable = _make_table(
    TIMING,
    args=(Index("timing_workload", "workload", "id"), STRICT),
    after={"id": ""},
    id=number_key_column(),
)

AbsenceTable = _make_table(ABSENCE, began=real_column(key=True))

HomeTable = _make_table(HOME)

NoticeTable = _make_table(NOTICE, args=(Index("notice_due", "state", "due"), STRICT), id=number_key_column())


class FullFilmTable(StudioTable, table=True):
    """A film over its disk quota, and the reason. Its jobs may not start, except probing and thumbnails."""

    __tablename__ = "full_film"

    project: str = text_key_column()
    reason: str = text_column()


# This table has at most one row.
OffTable = _make_table(OFF)

WatchedFolderTable = _make_table(FOLDER)

WatchedFileTable = _make_table(FILE, folder=owner_key_column("watched_folder.id"))
