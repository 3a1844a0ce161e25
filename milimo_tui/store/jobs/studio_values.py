"""Define the values that are stored in `studio.db`: jobs, attempts, events, workers and others. All are
immutable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Job(NamedTuple):
    """A job as it is stored.

    - Times, such as `not_before` (the time of a delayed start), are in seconds since 1970.
    - `reached` is the number of the furthest step that any attempt has reached.
    - `affinity` names the model that must be loaded.
    - `workload` and `units` are the kind and amount of work, for estimates.
    - `rung` counts how often the engine went to a fallback level that needs less memory; 0 is the normal
      level.
    - `live` is JSON about the running attempt: speed, memory, preview, frames.
    - `parts` is JSON of the results that are finished before the complete job is.
    - `origin` is the job that this job repeats.
    - `with_shots` is JSON of the shots that the job makes in addition to `shot`.

    The class is a tuple because jobs are read and changed often, and tuples are fast.
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
    """The values of a startable job that the scheduler needs. The class is a tuple because tuples are fast,
    and the first jobs of a queue are read each time a worker claims a job.
    """

    id: str
    lane: str
    priority: int
    position: int
    engine: str
    affinity: str
    batch: str


class UnfinishedJob(NamedTuple):
    """The values of an unfinished job that are needed for a forecast. `began` is the start of its newest
    attempt.
    """

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
    """An attempt at a job.

    `spec` is the job's spec in which late-bound inputs are replaced by their values. `outcome` is empty while
    the attempt runs. `resumed` is the checkpoint from which the attempt resumed. `peak_bytes` is the largest
    amount of memory that its worker used.
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
    """A group of jobs that were queued together. While a batch is paused, none of its jobs start; `reason`
    explains the pause.
    """

    id: str
    label: str = ""
    project: str = ""
    paused: int = 0
    reason: str = ""
    created: float


@dataclass(frozen=True, slots=True)
class BatchTally:
    """A summary of a batch's jobs in one state: the number of jobs, the sum of their `progress`, and the time
    when the last of them ended.
    """

    state: str
    jobs: int
    progress: float
    ended: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """A record of how long a finished job took. The durations of later jobs are estimated from such records.
    `workload` is the kind of work, and `units` the amount of this work. `seconds` is the real duration, and
    `estimate` the duration in seconds that was estimated before the job ran.
    """

    job: str
    workload: str
    units: float
    seconds: float
    estimate: float | None = None
    at: float


@dataclass(frozen=True, slots=True)
class Absence:
    """A period in which no studio was attached. `ended` is None while it lasts."""

    began: float
    ended: float | None = None

    def contains_time(self, at: float) -> bool:
        """Return True if time `at` is inside this absence."""
        return self.began <= at and (self.ended is None or at <= self.ended)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message to be sent to a webhook or a command. `state` is due, sent or given_up."""

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
    """A numbered event of the queue. `data` can be converted to JSON; `text` is that JSON as it is stored."""

    seq: int
    at: float
    kind: str
    job: str
    data: Mapping[str, Any]
    text: str = field(default="", compare=False, repr=False)

    def as_json(self) -> dict[str, Any]:
        """Return the event as an object that can be converted to JSON."""
        return {"seq": self.seq, "at": self.at, "kind": self.kind, "job": self.job or None, **self.data}


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerRow:
    """A worker process that was started and whose end has not been observed."""

    id: str
    lane: str
    pid: int
    ticks: int
    boot: str
    started: float


@dataclass(frozen=True, slots=True)
class HomeRow:
    """The identity of the home that a queue belongs to, with its last known location.

    `root` is the path of the home. `file` is the device and inode of the queue's file, by which a copied home
    is recognized.
    """

    id: str
    root: str
    file: str


@dataclass(frozen=True, slots=True)
class JobFilter:
    """A filter for jobs. Empty fields match every job."""

    ids: Sequence[str] = ()
    states: Sequence[str] = ()
    lane: str = ""
    project: str = ""
    shot: str = ""
    batch: str = ""


@dataclass(frozen=True, slots=True)
class BatchFilter:
    """A filter for batches. Empty fields match every batch."""

    ids: Sequence[str] = ()
    project: str = ""


@dataclass(frozen=True, slots=True)
class WhenDoneCommand:
    """A command of the user that is run once the queue has been empty for `seconds`. `asked` is the time when
    the user requested it, in seconds since 1970.
    """

    command: str
    seconds: float
    asked: float


@dataclass(frozen=True, slots=True)
class WatchedFolder:
    """A folder whose files are imported into a film. `project` is the film's folder, and `began` the time
    when watching began. `problem` explains why no files are imported at present, and is empty if there is no
    problem.
    """

    id: str
    folder: str
    project: str
    began: float
    problem: str = ""


@dataclass(frozen=True, slots=True)
class WatchedFile:
    """A file of a watched folder, identified by its SHA-256, with the time of its import or the reason why it
    was not imported.

    `stamp` has the file's size, time and inode. If they are unchanged, the file need not be read again.
    """

    folder: str
    digest: str
    name: str
    at: float
    stamp: str = ""
    problem: str = ""
