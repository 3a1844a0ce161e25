"""What `studio.db` hands out: jobs, attempts, events and workers as frozen values. No I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Job(NamedTuple):
    """A job as kept. Times are seconds since 1970; `reached` is the furthest step any attempt came to.

    `not_before` is a delayed start; `affinity` names what has to be loaded; `workload` and `units` say how
    much of which kind of work it is (for estimates); `rung` counts steps down the engine's ladder; `live` is
    JSON of the running attempt (speed, memory, preview, frames); `parts` JSON of what is finished before the
    job is; `origin` is the job it repeats; `with_shots` JSON of the shots that it makes beside `shot`. A
    tuple: a job is read and changed several times on its way.
    """

    id: str
    kind: str
    engine: str
    lane: str
    state: str
    spec: str
    created: float
    revision: int = 0
    label: str = ""
    project: str = ""
    shot: str = ""
    batch: str = ""
    priority: int = 0
    position: int = 0
    attempts: int = 0
    faults: int = 0
    deaths: int = 0
    reached: int = 0
    progress: float | None = None
    stage: str = ""
    steps_done: int = 0
    steps_total: int = 0
    eta: float | None = None
    worker: str = ""
    error_kind: str = ""
    error: str = ""
    hint: str = ""
    reason: str = ""
    outputs: str = "{}"
    due: float | None = None
    started: float | None = None
    ended: float | None = None
    tidy: int = 0
    not_before: float | None = None
    affinity: str = ""
    workload: str = ""
    units: float = 0.0
    rung: int = 0
    live: str = "{}"
    parts: str = "[]"
    origin: str = ""
    with_shots: str = "[]"


class QueuedJob(NamedTuple):
    """What the schedule asks of a job that may start. A tuple: the head of a line is read at each claim."""

    id: str
    lane: str
    priority: int
    position: int
    engine: str
    affinity: str
    batch: str


class AheadJob(NamedTuple):
    """What a forecast asks of a job that has not ended. `began` is when its newest attempt did."""

    id: str
    lane: str
    state: str
    priority: int
    position: int
    needs_loaded: str
    batch: str
    workload: str
    units: float
    not_before: float | None
    due: float | None
    eta: float | None
    worker: str
    reason: str
    began: float | None


class Attempt(NamedTuple):
    """One try at a job. `spec` has its late-bound inputs resolved; `outcome` is empty while it lasts.

    `resumed` tells from which checkpoint it went on; `peak_bytes` is the most memory its worker used.
    """

    job: str
    number: int
    token: str
    worker: str
    lease: float
    spec: str
    started: float
    outcome: str = ""
    reached: int = 0
    result: str = ""
    error: str = ""
    ended: float | None = None
    resumed: str = ""
    peak_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Jobs that belong together. A paused one starts no member; `reason` says why it is."""

    id: str
    label: str = ""
    project: str = ""
    paused: int = 0
    reason: str = ""
    created: float


@dataclass(frozen=True, slots=True)
class BatchTally:
    """How many of a batch's jobs are in a state; `progress` is the sum of theirs, `ended` the latest end."""

    state: str
    jobs: int
    progress: float
    ended: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long one finished job took: `units` of a kind of work in `seconds`, and what had been foretold."""

    job: str
    workload: str
    units: float
    seconds: float
    estimate: float | None = None
    at: float


@dataclass(frozen=True, slots=True)
class Absence:
    """A time in which no studio was attached; `ended` is None while it lasts."""

    began: float
    ended: float | None = None

    def holds(self, at: float) -> bool:
        """Whether a moment lies in it."""
        return self.began <= at and (self.ended is None or at <= self.ended)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message that has to leave this machine: to a webhook or a command. `state`: due, sent or given_up."""

    id: int = 0
    at: float
    what: str
    target: str
    body: str
    tries: int = 0
    due: float
    state: str = "due"
    error: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, by number. `data` is JSON-able; `text` is the JSON that is kept of it."""

    seq: int
    at: float
    kind: str
    job: str
    data: Mapping[str, Any]
    text: str = field(default="", compare=False, repr=False)

    def as_json(self) -> dict[str, Any]:
        return {"seq": self.seq, "at": self.at, "kind": self.kind, "job": self.job or None, **self.data}


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerRow:
    """A worker process that was started and not yet seen to end."""

    id: str
    lane: str
    pid: int
    ticks: int
    boot: str
    started: float


@dataclass(frozen=True, slots=True)
class HomeRow:
    """Which studio home a queue is of. `root` and `file` say where it was: its path, and the queue's file
    (device and inode), which a copy does not share.
    """

    id: str
    root: str
    file: str


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Which jobs to list; an empty field asks nothing."""

    ids: Sequence[str] = ()
    states: Sequence[str] = ()
    lane: str = ""
    project: str = ""
    shot: str = ""
    batch: str = ""


@dataclass(frozen=True, slots=True)
class BatchFilter:
    """Which batches to list; an empty field asks nothing."""

    ids: Sequence[str] = ()
    project: str = ""


@dataclass(frozen=True, slots=True)
class Off:
    """What is run once the queue has been empty for so many seconds: a person's command, asked for then."""

    command: str
    seconds: float
    asked: float


@dataclass(frozen=True, slots=True)
class WatchedFolder:
    """A folder whose files are taken into the film at `project` since `began`; `problem`: why none is now."""

    id: str
    folder: str
    project: str
    began: float
    problem: str = ""


@dataclass(frozen=True, slots=True)
class WatchedFile:
    """A file of a watched folder by its SHA-256: taken in at that time, or the reason why it was not.

    `stamp` is its size, time and inode, by which it is seen to be the same without reading it.
    """

    folder: str
    digest: str
    name: str
    at: float
    stamp: str = ""
    problem: str = ""
