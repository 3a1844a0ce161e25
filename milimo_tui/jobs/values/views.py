"""How jobs and their changes look from outside: the JSON that clients and watchers get. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, NamedTuple, Self

# What a worker adds to a result's facts (`jobs.worker.result_tags`): by the hash of a file what that says of
# how it was made, which is for the film alone; and on what machine the attempt ran, for how many seconds.
MADE = "made"
RUN = "run"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptView:
    """An attempt as clients see it; times are seconds since 1970, `facts` and `notes` its engine's words."""

    number: int
    worker: str = ""
    outcome: str = ""  # empty while it lasts
    error: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    notes: Sequence[Any] = ()
    started: float = 0.0
    ended: float | None = None
    resumed: str = ""
    peak_bytes: int = 0

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> Self:
        """Read an attempt from what the supervisor sends; keys of another version are left aside."""
        return cls(**_known(value, _ATTEMPT))

    def as_json(self) -> dict[str, Any]:
        """The attempt as the supervisor sends it."""
        sent = {name: getattr(self, name) for name in _ATTEMPT}
        return {**sent, "outcome": self.outcome or None, "error": self.error or None}


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """A job as clients see it; times are seconds since 1970, `progress` is 0…1, `eta` seconds left.

    `reason` is that of now. `live` tells of the running attempt: speed, frames, memory, preview, note;
    `parts` what is finished before the job is; `resumed` from which checkpoint it went on; `steps` how many
    are done, and of how many.
    """

    id: str
    kind: str = ""
    engine: str = ""
    lane: str = ""
    state: str = ""
    progress: float | None = None
    stage: str = ""
    eta: float | None = None
    shot: str = ""
    project: str = ""
    label: str = ""
    attempts: int = 0
    error: str = ""
    hint: str = ""
    reason: str = ""
    outputs: Mapping[str, str] = field(default_factory=dict)
    created: float = 0.0
    started: float | None = None
    ended: float | None = None
    worker: str = ""
    batch: str = ""
    depends_on: Sequence[str] = ()
    priority: int = 0
    position: int = 0
    steps: Sequence[int] = (0, 0)
    revision: int = 0
    not_before: float | None = None
    rung: int = 0
    live: Mapping[str, Any] = field(default_factory=dict)
    parts: Sequence[Mapping[str, Any]] = ()
    origin: str = ""
    workload: str = ""
    units: float = 0.0
    resumed: str = ""

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> Self:
        """Read a job from what the supervisor sends; keys of another version are left aside."""
        return cls(**_known(value, _JOB))

    def as_json(self) -> dict[str, Any]:
        """The job as the supervisor sends it."""
        sent = {name: getattr(self, name) for name in _JOB}
        return {**sent, "shot": self.shot or None, "error": self.error or None}

    def advanced(self, event: Mapping[str, Any]) -> Self:
        """The job after an event of the kind `progress`."""
        return replace(
            self,
            progress=event["progress"],
            stage=event["stage"],
            eta=event["eta"],
            steps=(event["steps_done"], event["steps_total"]),
            live=event.get("live", self.live),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeJob(JobView):
    """A job with its spec and the history of its attempts, as one that is asked for alone."""

    spec: dict[str, Any] = field(default_factory=dict)
    history: Sequence[AttemptView] = ()

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> Self:
        """Read a job from what the supervisor sends; keys of another version are left aside."""
        return cls(
            **_known(value, (*_JOB, "spec")),
            history=tuple(map(AttemptView.of_json, value.get("history", ()))),
        )

    def as_json(self) -> dict[str, Any]:
        """The job as the supervisor sends it."""
        history = [attempt.as_json() for attempt in self.history]
        return {**JobView.as_json(self), "spec": self.spec, "history": history}


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchView:
    """A batch as clients see it: one thing, with how its jobs stand. Times are seconds since 1970.

    `counts` are jobs by state, `open` those that have not ended; `progress` is 0…1; `reason` is of a pause.
    """

    id: str
    label: str = ""
    project: str = ""
    created: float = 0.0
    ended: float | None = None
    paused: bool = False
    reason: str = ""
    jobs: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    done: int = 0
    failed: int = 0
    open: int = 0
    progress: float = 1.0

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> Self:
        """Read a batch from what the supervisor sends; keys of another version are left aside."""
        return cls(**_known(value, _BATCH))

    def as_json(self) -> dict[str, Any]:
        """The batch as the supervisor sends it."""
        return {name: getattr(self, name) for name in _BATCH}


class JobForecast(NamedTuple):
    """When a job will begin and end (seconds since 1970) and how long it takes (seconds); None: not known.

    `coarse`: known by others of its kind only. A tuple: there are as many as jobs.
    """

    start: float | None = None
    end: float | None = None
    seconds: float | None = None
    coarse: bool = False

    def as_json(self) -> dict[str, Any]:
        """The forecast as the supervisor sends it."""
        return self._asdict()


class EstimateError(NamedTuple):
    """How far past estimates were off, as a share of what it took: the median of so many samples."""

    median: float | None = None
    samples: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkEstimate:
    """What more jobs would take behind all that is there, as of `now`.

    `seconds` of work, None where some of it is of unknown length; `start` of the first and `end` of the last
    (seconds since 1970; None: nobody can tell). `unmeasured` kinds of work were never measured, `coarse` ones
    are known by others of their kind only; lanes that are `shut` start nothing.
    """

    now: float = 0.0
    seconds: float | None = None
    start: float | None = None
    end: float | None = None
    unmeasured: Sequence[str] = ()
    coarse: Sequence[str] = ()
    shut: Sequence[str] = ()
    error: EstimateError = field(default_factory=EstimateError)

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> Self:
        """Read an estimate from what the supervisor sends; keys of another version are left aside."""
        found = _known(value, _ESTIMATE)
        return cls(**{**found, "error": EstimateError(value["error"]["median"], value["error"]["samples"])})

    def as_json(self) -> dict[str, Any]:
        """Return the estimate as the supervisor sends it."""
        return {name: getattr(self, name) for name in _ESTIMATE} | {"error": self.error._asdict()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What is ahead, as of `now`: each job by id, the end of each batch by id, None where nobody can tell."""

    now: float = 0.0
    jobs: Mapping[str, JobForecast] = field(default_factory=dict)
    batches: Mapping[str, float | None] = field(default_factory=dict)
    error: EstimateError = field(default_factory=EstimateError)

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> Self:
        """Read a forecast from what the supervisor sends."""
        return cls(
            now=value["now"],
            jobs={
                id: JobForecast(job["start"], job["end"], job["seconds"], job["coarse"])
                for id, job in value["jobs"].items()
            },
            batches={id: batch["end"] for id, batch in value["batches"].items()},
            error=EstimateError(value["error"]["median"], value["error"]["samples"]),
        )

    def as_json(self) -> dict[str, Any]:
        """The forecast as the supervisor sends it."""
        return {
            "now": self.now,
            "jobs": {id: job.as_json() for id, job in self.jobs.items()},
            "batches": {id: {"end": end} for id, end in self.batches.items()},
            "error": self.error._asdict(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerView:
    """A worker's process: what it has loaded and the job that it is at, None for neither."""

    id: str
    pid: int | None = None
    lane: str = ""
    loaded: str | None = None
    job: str | None = None

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> Self:
        """Read a worker from what the supervisor sends; keys of another version are left aside."""
        return cls(**_known(value, _WORKER))

    def as_json(self) -> dict[str, Any]:
        """The worker as the supervisor sends it."""
        return {name: getattr(self, name) for name in _WORKER}


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneView:
    """A lane of workers. One that is paused or rests starts nothing: why, and when it tries again by itself
    (seconds since 1970; None: a person lets it go on).
    """

    id: str
    paused: bool = False
    reason: str = ""
    next_try: float | None = None

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> Self:
        """Read a lane from what the supervisor sends; keys of another version are left aside."""
        return cls(**_known(value, _LANE))

    def as_json(self) -> dict[str, Any]:
        """The lane as the supervisor sends it."""
        return {name: getattr(self, name) for name in _LANE}


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisorStatus:
    """A supervisor and its queue in numbers: `counts` are jobs by state, `seq` is the number of the last
    event. One that is `draining` takes no new work.
    """

    running: bool = False
    pid: int = 0
    version: str = ""
    protocol: int = 0
    workers: Sequence[WorkerView] = ()
    lanes: Sequence[LaneView] = ()
    queued: int = 0
    active: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    seq: int = 0
    socket: str = ""
    draining: bool = False

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> Self:
        """Read a status from what the supervisor sends; keys of another version are left aside."""
        found = _known(value, _STATUS)
        found["workers"] = tuple(map(WorkerView.of_json, value["workers"]))
        found["lanes"] = tuple(map(LaneView.of_json, value["lanes"]))
        return cls(**found)

    def as_json(self) -> dict[str, Any]:
        """The status as the supervisor sends it."""
        sent = {name: getattr(self, name) for name in _STATUS}
        sent["workers"] = [worker.as_json() for worker in self.workers]
        sent["lanes"] = [lane.as_json() for lane in self.lanes]
        return sent


_ATTEMPT = tuple(field.name for field in fields(AttemptView))
_BATCH = tuple(field.name for field in fields(BatchView))
_ESTIMATE = tuple(field.name for field in fields(WorkEstimate))
_JOB = tuple(field.name for field in fields(JobView))
_LANE = tuple(field.name for field in fields(LaneView))
_STATUS = tuple(field.name for field in fields(SupervisorStatus))
_WORKER = tuple(field.name for field in fields(WorkerView))


def _known(value: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """What is there of a JSON object; null is as good as nothing."""
    return {name: found for name in names if (found := value.get(name)) is not None}
