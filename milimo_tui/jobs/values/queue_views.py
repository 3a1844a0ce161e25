"""The status of the supervisor, its lanes (groups of workers of one kind), forecasts and estimates, in the
form in which clients get them as JSON. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple, Self


class JobForecast(NamedTuple):
    """The expected start and end of a job (seconds since 1970), and its expected duration (seconds). Unknown
    values are None.

    `coarse` is True if the duration is derived only from similar work. The class is a tuple to save memory,
    because every job in the queue has a forecast.
    """

    start: float | None = None
    end: float | None = None
    seconds: float | None = None
    coarse: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the forecast as the JSON object that the supervisor sends."""
        return self._asdict()


class EstimateError(NamedTuple):
    """The typical error of earlier estimates, as a share of the estimated duration. `median` is the median
    over `samples` finished jobs; None if there are none.
    """

    median: float | None = None
    samples: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkEstimate:
    """An estimate for additional jobs that would run after all queued jobs. The estimate was made at the time
    `now`.

    - `seconds` is the total duration of the additional jobs; None if the duration of any of these jobs is
      unknown.
    - `start` is the start of the first additional job and `end` the end of the last (seconds since 1970; None
      if unknown).
    - `unmeasured` lists the kinds of work that were never measured.
    - `coarse` lists the kinds of work whose duration is derived only from similar work.
    - `shut` lists the lanes (groups of workers) that start no jobs at present.
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
        """Build an estimate from the JSON object that the supervisor sent. Unknown keys, which another
        version may send, are ignored.
        """
        found = select_known_fields(value, _ESTIMATE)
        return cls(**{**found, "error": EstimateError(value["error"]["median"], value["error"]["samples"])})

    def as_json(self) -> dict[str, Any]:
        """Return the estimate as the JSON object that the supervisor sends."""
        return {name: getattr(self, name) for name in _ESTIMATE} | {"error": self.error._asdict()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The forecast of the queue at the time `now`. It contains the forecast of each job by job id, and the
    expected end of each batch by batch id (seconds since 1970; None if unknown).
    """

    now: float = 0.0
    jobs: Mapping[str, JobForecast] = field(default_factory=dict)
    batches: Mapping[str, float | None] = field(default_factory=dict)
    error: EstimateError = field(default_factory=EstimateError)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Build a forecast from the JSON object that the supervisor sent."""
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
    """A worker process as clients see it: its process id (`pid`), the engine or model that it has loaded, and
    the id of the job that it runs. A field is None if there is no such process, engine or job.
    """

    id: str
    pid: int | None = None
    lane: str = ""
    loaded: str | None = None
    job: str | None = None

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Build the view of a worker from the JSON object that the supervisor sent. Unknown keys, which
        another version may send, are ignored.
        """
        return cls(**select_known_fields(value, _WORKER))

    def as_json(self) -> dict[str, Any]:
        """Return the worker as the JSON object that the supervisor sends."""
        return {name: getattr(self, name) for name in _WORKER}


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneView:
    """A lane, which is a group of workers of one kind, as clients see it.

    A paused or blocked lane starts no jobs, and `reason` explains why. `next_try` is the time at which the
    lane tries again by itself (seconds since 1970); None means that a person has to resume the lane.
    """

    id: str
    paused: bool = False
    reason: str = ""
    next_try: float | None = None

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Build the view of a lane from the JSON object that the supervisor sent. Unknown keys, which another
        version may send, are ignored.
        """
        return cls(**select_known_fields(value, _LANE))

    def as_json(self) -> dict[str, Any]:
        """Return the lane as the JSON object that the supervisor sends."""
        return {name: getattr(self, name) for name in _LANE}


@dataclass(frozen=True, slots=True, kw_only=True)
class OffWhenDoneView:
    """The command that runs when the queue has been empty for `seconds`. `due` is the time at which the
    command runs (seconds since 1970); None while the queue has unfinished jobs.
    """

    command: str = ""
    seconds: float = 0.0
    due: float | None = None

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Build the view of the command from the JSON object that the supervisor sent. Unknown keys, which
        another version may send, are ignored.
        """
        return cls(**select_known_fields(value, _OFF))

    def as_json(self) -> dict[str, Any]:
        """Return the command as the JSON object that the supervisor sends."""
        return {name: getattr(self, name) for name in _OFF}


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisorStatus:
    """The status of a supervisor and its queue, as clients get it.

    - `counts` are the numbers of jobs by state.
    - `seq` is the number of the last event.
    - `draining` is True if the supervisor is stopping and accepts no new jobs.
    - `off` is the command that runs when all jobs are done.
    - `full` maps the folders of films that have reached their disk quota to the reason why their jobs do not
      start.
    - `watched` is the number of watched folders.
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
        """Build the status from the JSON object that the supervisor sent. Unknown keys, which another version
        may send, are ignored.
        """
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
    """Return the fields in `names` that a JSON object contains with a value other than null."""
    return {name: found for name in names if (found := value.get(name)) is not None}
