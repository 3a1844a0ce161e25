"""The client's view of the supervisor, its lanes, forecasts and estimates: the JSON that clients get.
Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple, Self


class JobForecast(NamedTuple):
    """The time when a job will begin and end (seconds since 1970) and its duration (seconds); None is
    unknown.

    `coarse` says that the duration comes from other work of the same kind only. A tuple, because there are as
    many forecasts as jobs.
    """

    start: float | None = None
    end: float | None = None
    seconds: float | None = None
    coarse: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the forecast as the JSON object that the supervisor sends."""
        return self._asdict()


class EstimateError(NamedTuple):
    """The error of past estimates, as a share of the duration: the median over `samples` jobs."""

    median: float | None = None
    samples: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkEstimate:
    """The duration of more jobs if they were queued after everything else, as of `now`.

    `seconds` is the total work, None if the length of some of it is unknown. `start` is that of the first job
    and `end` that of the last (seconds since 1970; None is unknown). `unmeasured` kinds of work were never
    measured; `coarse` kinds are known from other work of their kind only; lanes in `shut` start nothing.
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
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Build an estimate from the supervisor's JSON. Keys of another version are ignored."""
        found = select_known_fields(value, _ESTIMATE)
        return cls(**{**found, "error": EstimateError(value["error"]["median"], value["error"]["samples"])})

    def as_json(self) -> dict[str, Any]:
        """Return the estimate as the JSON object that the supervisor sends."""
        return {name: getattr(self, name) for name in _ESTIMATE} | {"error": self.error._asdict()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The forecast of the queue as of `now`: each job by id, and the end of each batch by id; None is
    unknown.
    """

    now: float = 0.0
    jobs: Mapping[str, JobForecast] = field(default_factory=dict)
    batches: Mapping[str, float | None] = field(default_factory=dict)
    error: EstimateError = field(default_factory=EstimateError)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Build a forecast from the supervisor's JSON."""
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
        """Return the forecast as the JSON object that the supervisor sends."""
        return {
            "now": self.now,
            "jobs": {id: job.as_json() for id, job in self.jobs.items()},
            "batches": {id: {"end": end} for id, end in self.batches.items()},
            "error": self.error._asdict(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerView:
    """A worker's process, the engine or model it has loaded and the job it is working on; None for either if
    there is none.
    """

    id: str
    pid: int | None = None
    lane: str = ""
    loaded: str | None = None
    job: str | None = None

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Build a worker view from the supervisor's JSON. Keys of another version are ignored."""
        return cls(**select_known_fields(value, _WORKER))

    def as_json(self) -> dict[str, Any]:
        """Return the worker as the JSON object that the supervisor sends."""
        return {name: getattr(self, name) for name in _WORKER}


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneView:
    """A lane of workers. A paused or blocked lane starts nothing: `reason` says why, `next_try` when it tries
    again by itself (seconds since 1970; None: a person has to resume it).
    """

    id: str
    paused: bool = False
    reason: str = ""
    next_try: float | None = None

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Build a lane view from the supervisor's JSON. Keys of another version are ignored."""
        return cls(**select_known_fields(value, _LANE))

    def as_json(self) -> dict[str, Any]:
        """Return the lane as the JSON object that the supervisor sends."""
        return {name: getattr(self, name) for name in _LANE}


@dataclass(frozen=True, slots=True, kw_only=True)
class OffWhenDoneView:
    """A command that runs once the queue has been empty for `seconds`. It runs at `due` (seconds since 1970),
    which is None while there is work.
    """

    command: str = ""
    seconds: float = 0.0
    due: float | None = None

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Build the view of the command from the supervisor's JSON. Keys of another version are ignored."""
        return cls(**select_known_fields(value, _OFF))

    def as_json(self) -> dict[str, Any]:
        """Return the command as the JSON object that the supervisor sends."""
        return {name: getattr(self, name) for name in _OFF}


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisorStatus:
    """A supervisor and its queue in numbers.

    `counts` are jobs by state; `seq` is the number of the last event. A supervisor that is `draining` accepts
    no new work. `off` is the command that runs when all jobs are done; `full` gives, by a film's folder, the
    reason why no job of the film begins; `watched` is the number of watched folders.
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
    off: OffWhenDoneView | None = None
    full: Mapping[str, str] = field(default_factory=dict)
    watched: int = 0

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Build a status from the supervisor's JSON. Keys of another version are ignored."""
        found = select_known_fields(value, _STATUS)
        found["workers"] = tuple(map(WorkerView.from_json, value["workers"]))
        found["lanes"] = tuple(map(LaneView.from_json, value["lanes"]))
        if "off" in found:
            found["off"] = OffWhenDoneView.from_json(value["off"])
        return cls(**found)

    def as_json(self) -> dict[str, Any]:
        """Return the status as the JSON object that the supervisor sends."""
        sent = {name: getattr(self, name) for name in _STATUS}
        sent["workers"] = [worker.as_json() for worker in self.workers]
        sent["lanes"] = [lane.as_json() for lane in self.lanes]
        sent["off"] = self.off.as_json() if self.off else None
        return sent


_ESTIMATE = tuple(field.name for field in fields(WorkEstimate))
_LANE = tuple(field.name for field in fields(LaneView))
_OFF = tuple(field.name for field in fields(OffWhenDoneView))
_STATUS = tuple(field.name for field in fields(SupervisorStatus))
_WORKER = tuple(field.name for field in fields(WorkerView))


def select_known_fields(value: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Return the named fields of a JSON object that are present and not null."""
    return {name: found for name in names if (found := value.get(name)) is not None}
