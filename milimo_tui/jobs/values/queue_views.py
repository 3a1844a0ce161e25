"""How the supervisor, its lanes and what is ahead look from outside: the JSON that clients get. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple, Self


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
        found = known(value, _ESTIMATE)
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
        return cls(**known(value, _WORKER))

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
        return cls(**known(value, _LANE))

    def as_json(self) -> dict[str, Any]:
        """The lane as the supervisor sends it."""
        return {name: getattr(self, name) for name in _LANE}


@dataclass(frozen=True, slots=True, kw_only=True)
class OffView:
    """A command that is run once the queue has been empty for so many seconds: at `due` (seconds since 1970),
    None while there is work.
    """

    command: str = ""
    seconds: float = 0.0
    due: float | None = None

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> Self:
        """Read it from what the supervisor sends; keys of another version are left aside."""
        return cls(**known(value, _OFF))

    def as_json(self) -> dict[str, Any]:
        """Return it as the supervisor sends it."""
        return {name: getattr(self, name) for name in _OFF}


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisorStatus:
    """A supervisor and its queue in numbers: `counts` are jobs by state, `seq` is the number of the last
    event. One that is `draining` takes no new work. `off` is what is run when all is done, `full` why no job
    of a film begins, by its folder, and `watched` how many folders are.
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
    off: OffView | None = None
    full: Mapping[str, str] = field(default_factory=dict)
    watched: int = 0

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> Self:
        """Read a status from what the supervisor sends; keys of another version are left aside."""
        found = known(value, _STATUS)
        found["workers"] = tuple(map(WorkerView.of_json, value["workers"]))
        found["lanes"] = tuple(map(LaneView.of_json, value["lanes"]))
        if "off" in found:
            found["off"] = OffView.of_json(value["off"])
        return cls(**found)

    def as_json(self) -> dict[str, Any]:
        """The status as the supervisor sends it."""
        sent = {name: getattr(self, name) for name in _STATUS}
        sent["workers"] = [worker.as_json() for worker in self.workers]
        sent["lanes"] = [lane.as_json() for lane in self.lanes]
        sent["off"] = self.off.as_json() if self.off else None
        return sent


_ESTIMATE = tuple(field.name for field in fields(WorkEstimate))
_LANE = tuple(field.name for field in fields(LaneView))
_OFF = tuple(field.name for field in fields(OffView))
_STATUS = tuple(field.name for field in fields(SupervisorStatus))
_WORKER = tuple(field.name for field in fields(WorkerView))


def known(value: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Return what is there of a JSON object; null is as good as nothing."""
    return {name: found for name in names if (found := value.get(name)) is not None}
