"""The newest tables of `studio.db` as SQLModel classes: the readable description of what the SQL text makes.

Imported by tests, and by whoever explores a studio file; never by the supervisor or a client. A test compares
it with the frozen text (`studio_schema`).
"""

from __future__ import annotations

from sqlalchemy import Index, MetaData, Text, text
from sqlmodel import Field, SQLModel

METADATA = MetaData()


class StudioTable(SQLModel):
    metadata = METADATA


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
    )

    id: str = Field(primary_key=True, sa_type=Text)
    kind: str = Field(sa_type=Text)
    engine: str = Field(sa_type=Text)
    lane: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    revision: int
    label: str = Field(sa_type=Text)
    project: str = Field(sa_type=Text)
    shot: str = Field(sa_type=Text)
    batch: str = Field(sa_type=Text)
    priority: int
    position: int
    spec: str = Field(sa_type=Text)
    attempts: int
    faults: int
    deaths: int
    reached: int
    progress: float | None
    stage: str = Field(sa_type=Text)
    steps_done: int
    steps_total: int
    eta: float | None
    worker: str = Field(sa_type=Text)
    error_kind: str = Field(sa_type=Text)
    error: str = Field(sa_type=Text)
    hint: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)
    outputs: str = Field(sa_type=Text)
    due: float | None
    created: float
    started: float | None
    ended: float | None
    tidy: int
    not_before: float | None
    affinity: str = Field(sa_type=Text)
    workload: str = Field(sa_type=Text)
    units: float
    rung: int
    live: str = Field(sa_type=Text)
    parts: str = Field(sa_type=Text)
    origin: str = Field(sa_type=Text)


class AttemptTable(StudioTable, table=True):
    """One try at a job, with its inputs as they were frozen when it began."""

    __tablename__ = "attempt"

    job: str = Field(primary_key=True, sa_type=Text, foreign_key="job.id", ondelete="CASCADE")
    number: int = Field(primary_key=True)
    token: str = Field(sa_type=Text)
    worker: str = Field(sa_type=Text)
    lease: float
    outcome: str = Field(sa_type=Text)
    reached: int
    spec: str = Field(sa_type=Text)
    result: str = Field(sa_type=Text)
    error: str = Field(sa_type=Text)
    started: float
    ended: float | None
    resumed: str = Field(sa_type=Text)
    peak_bytes: int


class DependencyTable(StudioTable, table=True):
    """`job` waits for `needs`."""

    __tablename__ = "dependency"
    __table_args__ = (Index("dependency_needs", "needs"),)

    job: str = Field(primary_key=True, sa_type=Text, foreign_key="job.id", ondelete="CASCADE")
    needs: str = Field(primary_key=True, sa_type=Text, foreign_key="job.id", ondelete="CASCADE")


class EventTable(StudioTable, table=True):
    """What happened, by number."""

    __tablename__ = "event"
    __table_args__ = (Index("event_job", "job", "kind"),)

    seq: int = Field(primary_key=True)
    at: float
    kind: str = Field(sa_type=Text)
    job: str = Field(sa_type=Text)
    data: str = Field(sa_type=Text)


class WorkerTable(StudioTable, table=True):
    """A worker process that was started and not yet seen to end."""

    __tablename__ = "worker"

    id: str = Field(primary_key=True, sa_type=Text)
    lane: str = Field(sa_type=Text)
    pid: int
    ticks: int
    boot: str = Field(sa_type=Text)
    started: float


class LaneTable(StudioTable, table=True):
    """A lane that a person paused or resumed."""

    __tablename__ = "lane"

    id: str = Field(primary_key=True, sa_type=Text)
    paused: int
    reason: str = Field(sa_type=Text)


class BatchTable(StudioTable, table=True):
    """Jobs that belong together."""

    __tablename__ = "batch"

    id: str = Field(primary_key=True, sa_type=Text)
    label: str = Field(sa_type=Text)
    project: str = Field(sa_type=Text)
    paused: int
    reason: str = Field(sa_type=Text)
    created: float


class TimingTable(StudioTable, table=True):
    """How long a finished job took, and what had been foretold."""

    __tablename__ = "timing"
    __table_args__ = (Index("timing_workload", "workload", "id"),)

    id: int = Field(primary_key=True)
    job: str = Field(sa_type=Text)
    workload: str = Field(sa_type=Text)
    units: float
    seconds: float
    estimate: float | None
    at: float


class AbsenceTable(StudioTable, table=True):
    """A time in which no studio was attached."""

    __tablename__ = "absence"

    began: float = Field(primary_key=True)
    ended: float | None


class HomeTable(StudioTable, table=True):
    """Which studio home this is, and where it was."""

    __tablename__ = "home"

    id: str = Field(primary_key=True, sa_type=Text)
    root: str = Field(sa_type=Text)
    file: str = Field(sa_type=Text)


class NoticeTable(StudioTable, table=True):
    """A message that has to leave this machine, until it has."""

    __tablename__ = "notice"
    __table_args__ = (Index("notice_due", "state", "due"),)

    id: int = Field(primary_key=True)
    at: float
    what: str = Field(sa_type=Text)
    target: str = Field(sa_type=Text)
    body: str = Field(sa_type=Text)
    tries: int
    due: float
    state: str = Field(sa_type=Text)
    error: str = Field(sa_type=Text)
