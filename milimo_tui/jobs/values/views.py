"""How jobs and their changes look from outside: the JSON that clients and watchers get. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

from milimo_tui.jobs.values.queue_views import known

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
        return cls(**known(value, _ATTEMPT))

    def as_json(self) -> dict[str, Any]:
        """The attempt as the supervisor sends it."""
        sent = {name: getattr(self, name) for name in _ATTEMPT}
        return {**sent, "outcome": self.outcome or None, "error": self.error or None}


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """A job as clients see it; times are seconds since 1970, `progress` is 0…1, `eta` seconds left.

    `reason` is that of now. `live` tells of the running attempt: speed, frames, memory, preview, note;
    `parts` what is finished before the job is; `resumed` from which checkpoint it went on; `steps` how many
    are done, and of how many; `with_shots` are made beside `shot`.
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
    with_shots: Sequence[str] = ()

    @property
    def shots(self) -> tuple[str, ...]:
        """The shots (ids) that it is for: none, one, or those of a scene in one go in their order."""
        return tuple(filter(None, (self.shot, *self.with_shots)))

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> Self:
        """Read a job from what the supervisor sends; keys of another version are left aside."""
        return cls(**known(value, _JOB))

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
            **known(value, (*_JOB, "spec")),
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
        return cls(**known(value, _BATCH))

    def as_json(self) -> dict[str, Any]:
        """The batch as the supervisor sends it."""
        return {name: getattr(self, name) for name in _BATCH}


_ATTEMPT = tuple(field.name for field in fields(AttemptView))
_BATCH = tuple(field.name for field in fields(BatchView))
_JOB = tuple(field.name for field in fields(JobView))
