"""The tables of `studio.db`, defined with SQLModel: one class a table, columns as `studio_values` names them.

A new queue is made from these classes and migrations are held against them. The supervisor reads and writes
plain SQL, and imports this module only where it begins a queue; clients never do.
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
    """What every table of studio.db shares: its own metadata, apart from other databases'."""

    metadata = MetaData()
    __table_args__: Any = STRICT


class JobTable(StudioTable, table=True):
    """A job: what is asked, where it stands, what came of it."""

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
    """One try at a job, with its inputs as they were frozen when it began."""

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
    """`job` waits for `needs`."""

    __tablename__ = "dependency"
    __table_args__ = (Index("dependency_needs", "needs"), STRICT)

    job: str = part_of("job.id")
    needs: str = part_of("job.id")


class EventTable(StudioTable, table=True):
    """What happened, by number."""

    __tablename__ = "event"
    __table_args__ = (Index("event_job", "job", "kind"), {**STRICT, "sqlite_autoincrement": True})

    seq: int = number_key()
    at: float = real()
    kind: str = words()
    job: str = words()
    data: str = words()


class WorkerTable(StudioTable, table=True):
    """A worker process that was started and not yet seen to end."""

    __tablename__ = "worker"

    id: str = key()
    lane: str = words()
    pid: int = whole()
    ticks: int = whole()
    boot: str = words()
    started: float = real()


class LaneTable(StudioTable, table=True):
    """A lane that a person paused or resumed."""

    __tablename__ = "lane"

    id: str = key()
    paused: int = whole()
    reason: str = words()


class BatchTable(StudioTable, table=True):
    """Jobs that belong together."""

    __tablename__ = "batch"

    id: str = key()
    label: str = words()
    project: str = words()
    paused: int = whole()
    reason: str = words()
    created: float = real()


class TimingTable(StudioTable, table=True):
    """How long a finished job took, and what had been foretold."""

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
    """Which studio home this is, and where it was."""

    __tablename__ = "home"

    id: str = key()
    root: str = words()
    file: str = words()


class NoticeTable(StudioTable, table=True):
    """A message that has to leave this machine, until it has."""

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
    """A film over its quota: no job of it begins, and why."""

    __tablename__ = "full_film"

    project: str = key()
    reason: str = words()


class OffTable(StudioTable, table=True):
    """What is run once the queue has been empty for so many seconds; a row at most."""

    __tablename__ = "off"

    command: str = key()
    seconds: float = real()
    asked: float = real()


class WatchedFolderTable(StudioTable, table=True):
    """A folder whose files are taken into a film as they come."""

    __tablename__ = "watched_folder"

    id: str = key()
    folder: str = words()
    project: str = words()
    began: float = real()
    problem: str = words()


class WatchedFileTable(StudioTable, table=True):
    """A file of such a folder that was taken in, or could not be."""

    __tablename__ = "watched_file"

    folder: str = part_of("watched_folder.id")
    digest: str = key()
    name: str = words()
    at: float = real()
    stamp: str = words()
    problem: str = words()
