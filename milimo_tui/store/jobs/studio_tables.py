"""The tables of `studio.db` as SQLModel classes: one class for each table, with the columns of
`studio_values`.

New queues are created from these classes, and migrations are tested against them. The supervisor reads and
writes with plain SQL, and imports this module only to create a queue. Clients never import it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index, MetaData, text
from sqlmodel import SQLModel

from milimo_tui.store.sqlite.columns import (
    STRICT,
    integer_column,
    nullable_real_column,
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


class JobTable(StudioTable, table=True):
    """A job: its request, its state and its result."""

    __tablename__ = "job"
    __table_args__ = (
        Index("job_line", "state", "lane", text("priority DESC"), "position"),
        Index("job_project", "project"),
        Index("job_position", "position"),
        Index("job_created", "created", "id"),
        Index("job_batch", "batch"),
        Index("job_not_before", "not_before", sqlite_where=text("not_before IS NOT NULL")),
        Index("job_ended", "ended", "id", sqlite_where=text("ended IS NOT NULL")),
        STRICT,
    )

    id: str = text_key_column()
    kind: str = text_column()
    engine: str = text_column()
    lane: str = text_column()
    state: str = text_column()
    revision: int = integer_column()
    label: str = text_column()
    project: str = text_column()
    shot: str = text_column()
    batch: str = text_column()
    priority: int = integer_column()
    position: int = integer_column()
    spec: str = text_column()
    attempts: int = integer_column()
    faults: int = integer_column()
    deaths: int = integer_column()
    reached: int = integer_column()
    progress: float | None = nullable_real_column()
    stage: str = text_column()
    steps_done: int = integer_column()
    steps_total: int = integer_column()
    eta: float | None = nullable_real_column()
    worker: str = text_column()
    error_kind: str = text_column()
    error: str = text_column()
    hint: str = text_column()
    reason: str = text_column()
    outputs: str = text_column()
    due: float | None = nullable_real_column()
    created: float = real_column()
    started: float | None = nullable_real_column()
    ended: float | None = nullable_real_column()
    tidy: int = integer_column()
    not_before: float | None = nullable_real_column()
    affinity: str = text_column("")
    workload: str = text_column("")
    units: float = real_column(0)
    rung: int = integer_column(0)
    live: str = text_column("{}")
    parts: str = text_column("[]")
    origin: str = text_column("")
    with_shots: str = text_column("[]")


class AttemptTable(StudioTable, table=True):
    """An attempt at a job, with its inputs as they were when it started."""

    __tablename__ = "attempt"

    job: str = owner_key_column("job.id")
    number: int = integer_column(key=True)
    token: str = text_column()
    worker: str = text_column()
    lease: float = real_column()
    outcome: str = text_column()
    reached: int = integer_column()
    spec: str = text_column()
    result: str = text_column()
    error: str = text_column()
    started: float = real_column()
    ended: float | None = nullable_real_column()
    resumed: str = text_column("")
    peak_bytes: int = integer_column(0)


class DependencyTable(StudioTable, table=True):
    """A dependency: `job` waits for `needs`."""

    __tablename__ = "dependency"
    __table_args__ = (Index("dependency_needs", "needs"), STRICT)

    job: str = owner_key_column("job.id")
    needs: str = owner_key_column("job.id")


class EventTable(StudioTable, table=True):
    """A numbered event."""

    __tablename__ = "event"
    __table_args__ = (Index("event_job", "job", "kind"), {**STRICT, "sqlite_autoincrement": True})

    seq: int = number_key_column()
    at: float = real_column()
    kind: str = text_column()
    job: str = text_column()
    data: str = text_column()


class WorkerTable(StudioTable, table=True):
    """A worker process that was started and whose end has not been observed."""

    __tablename__ = "worker"

    id: str = text_key_column()
    lane: str = text_column()
    pid: int = integer_column()
    ticks: int = integer_column()
    boot: str = text_column()
    started: float = real_column()


class LaneTable(StudioTable, table=True):
    """A lane that a user paused or resumed."""

    __tablename__ = "lane"

    id: str = text_key_column()
    paused: int = integer_column()
    reason: str = text_column()


class BatchTable(StudioTable, table=True):
    """A group of jobs that belong together."""

    __tablename__ = "batch"

    id: str = text_key_column()
    label: str = text_column()
    project: str = text_column()
    paused: int = integer_column()
    reason: str = text_column()
    created: float = real_column()


class TimingTable(StudioTable, table=True):
    """The duration of a finished job, and the duration that was estimated."""

    __tablename__ = "timing"
    __table_args__ = (Index("timing_workload", "workload", "id"), STRICT)

    id: int = number_key_column()
    job: str = text_column()
    workload: str = text_column()
    units: float = real_column()
    seconds: float = real_column()
    estimate: float | None = nullable_real_column()
    at: float = real_column()


class AbsenceTable(StudioTable, table=True):
    """A time in which no studio was attached."""

    __tablename__ = "absence"

    began: float = real_column(key=True)
    ended: float | None = nullable_real_column()


class HomeTable(StudioTable, table=True):
    """The identity of this studio home, and its last known place."""

    __tablename__ = "home"

    id: str = text_key_column()
    root: str = text_column()
    file: str = text_column()


class NoticeTable(StudioTable, table=True):
    """A message to be sent from this machine."""

    __tablename__ = "notice"
    __table_args__ = (Index("notice_due", "state", "due"), STRICT)

    id: int = number_key_column()
    at: float = real_column()
    what: str = text_column()
    target: str = text_column()
    body: str = text_column()
    tries: int = integer_column()
    due: float = real_column()
    state: str = text_column()
    error: str = text_column()


class FullFilmTable(StudioTable, table=True):
    """A film over its quota, whose jobs may not start, and the reason."""

    __tablename__ = "full_film"

    project: str = text_key_column()
    reason: str = text_column()


class OffTable(StudioTable, table=True):
    """The command to run once the queue has been empty for some seconds. The table has at most one row."""

    __tablename__ = "off"

    command: str = text_key_column()
    seconds: float = real_column()
    asked: float = real_column()


class WatchedFolderTable(StudioTable, table=True):
    """A folder whose files are imported into a film as they arrive."""

    __tablename__ = "watched_folder"

    id: str = text_key_column()
    folder: str = text_column()
    project: str = text_column()
    began: float = real_column()
    problem: str = text_column()


class WatchedFileTable(StudioTable, table=True):
    """A file of a watched folder that was imported, or could not be."""

    __tablename__ = "watched_file"

    folder: str = owner_key_column("watched_folder.id")
    digest: str = text_key_column()
    name: str = text_column()
    at: float = real_column()
    stamp: str = text_column()
    problem: str = text_column()
