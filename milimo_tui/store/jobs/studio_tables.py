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
    key,
    maybe_real,
    number_key,
    part_of,
    real,
    whole,
    words,
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

    id: str = key()
    kind: str = words()
    engine: str = words()
    lane: str = words()
    state: str = words()
    revision: int = whole()
    label: str = words()
    project: str = words()
    shot: str = words()
    batch: str = words()
    priority: int = whole()
    position: int = whole()
    spec: str = words()
    attempts: int = whole()
    faults: int = whole()
    deaths: int = whole()
    reached: int = whole()
    progress: float | None = maybe_real()
    stage: str = words()
    steps_done: int = whole()
    steps_total: int = whole()
    eta: float | None = maybe_real()
    worker: str = words()
    error_kind: str = words()
    error: str = words()
    hint: str = words()
    reason: str = words()
    outputs: str = words()
    due: float | None = maybe_real()
    created: float = real()
    started: float | None = maybe_real()
    ended: float | None = maybe_real()
    tidy: int = whole()
    not_before: float | None = maybe_real()
    affinity: str = words("")
    workload: str = words("")
    units: float = real(0)
    rung: int = whole(0)
    live: str = words("{}")
    parts: str = words("[]")
    origin: str = words("")
    with_shots: str = words("[]")


class AttemptTable(StudioTable, table=True):
    """An attempt at a job, with its inputs as they were when it started."""

    __tablename__ = "attempt"

    job: str = part_of("job.id")
    number: int = whole(key=True)
    token: str = words()
    worker: str = words()
    lease: float = real()
    outcome: str = words()
    reached: int = whole()
    spec: str = words()
    result: str = words()
    error: str = words()
    started: float = real()
    ended: float | None = maybe_real()
    resumed: str = words("")
    peak_bytes: int = whole(0)


class DependencyTable(StudioTable, table=True):
    """A dependency: `job` waits for `needs`."""

    __tablename__ = "dependency"
    __table_args__ = (Index("dependency_needs", "needs"), STRICT)

    job: str = part_of("job.id")
    needs: str = part_of("job.id")


class EventTable(StudioTable, table=True):
    """A numbered event."""

    __tablename__ = "event"
    __table_args__ = (Index("event_job", "job", "kind"), {**STRICT, "sqlite_autoincrement": True})

    seq: int = number_key()
    at: float = real()
    kind: str = words()
    job: str = words()
    data: str = words()


class WorkerTable(StudioTable, table=True):
    """A worker process that was started and whose end has not been observed."""

    __tablename__ = "worker"

    id: str = key()
    lane: str = words()
    pid: int = whole()
    ticks: int = whole()
    boot: str = words()
    started: float = real()


class LaneTable(StudioTable, table=True):
    """A lane that a user paused or resumed."""

    __tablename__ = "lane"

    id: str = key()
    paused: int = whole()
    reason: str = words()


class BatchTable(StudioTable, table=True):
    """A group of jobs that belong together."""

    __tablename__ = "batch"

    id: str = key()
    label: str = words()
    project: str = words()
    paused: int = whole()
    reason: str = words()
    created: float = real()


class TimingTable(StudioTable, table=True):
    """The duration of a finished job, and the duration that was estimated."""

    __tablename__ = "timing"
    __table_args__ = (Index("timing_workload", "workload", "id"), STRICT)

    id: int = number_key()
    job: str = words()
    workload: str = words()
    units: float = real()
    seconds: float = real()
    estimate: float | None = maybe_real()
    at: float = real()


class AbsenceTable(StudioTable, table=True):
    """A time in which no studio was attached."""

    __tablename__ = "absence"

    began: float = real(key=True)
    ended: float | None = maybe_real()


class HomeTable(StudioTable, table=True):
    """The identity of this studio home, and its last known place."""

    __tablename__ = "home"

    id: str = key()
    root: str = words()
    file: str = words()


class NoticeTable(StudioTable, table=True):
    """A message to be sent from this machine."""

    __tablename__ = "notice"
    __table_args__ = (Index("notice_due", "state", "due"), STRICT)

    id: int = number_key()
    at: float = real()
    what: str = words()
    target: str = words()
    body: str = words()
    tries: int = whole()
    due: float = real()
    state: str = words()
    error: str = words()


class FullFilmTable(StudioTable, table=True):
    """A film over its quota, whose jobs may not start, and the reason."""

    __tablename__ = "full_film"

    project: str = key()
    reason: str = words()


class OffTable(StudioTable, table=True):
    """The command to run once the queue has been empty for some seconds. The table has at most one row."""

    __tablename__ = "off"

    command: str = key()
    seconds: float = real()
    asked: float = real()


class WatchedFolderTable(StudioTable, table=True):
    """A folder whose files are imported into a film as they arrive."""

    __tablename__ = "watched_folder"

    id: str = key()
    folder: str = words()
    project: str = words()
    began: float = real()
    problem: str = words()


class WatchedFileTable(StudioTable, table=True):
    """A file of a watched folder that was imported, or could not be."""

    __tablename__ = "watched_file"

    folder: str = part_of("watched_folder.id")
    digest: str = key()
    name: str = words()
    at: float = real()
    stamp: str = words()
    problem: str = words()
