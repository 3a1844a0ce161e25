"""Jobs, attempts and batches, as clients get them in JSON. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

from milimo_tui.jobs.values.queue_views import select_known_fields

# Two keys that the worker adds to the facts of a result, which are named values about the run
# (`jobs.worker.result_tags`). `MADE` maps the hash of each output file to the provenance that is written in
# the file; only the film uses it. `RUN` holds the machine and the duration of the attempt.
MADE = "made"
RUN = "run"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptView:
    """An attempt, as clients get it. Times are in seconds since 1970. The engine reported `facts` (named
    values about the run) and `notes` (sentences for the user).
    """

    number: int
    worker: str = ""
    outcome: str = ""  # Empty while the attempt is running.
    error: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    notes: Sequence[Any] = ()
    started: float = 0.0
    ended: float | None = None
    resumed: str = ""
    peak_bytes: int = 0

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Build the view of an attempt from the JSON object that the supervisor sent. Unknown keys, which
        another version may send, are ignored.
        """
        return cls(**select_known_fields(value, _ATTEMPT))

    def as_json(self) -> dict[str, Any]:
        """Return the attempt as the JSON object that the supervisor sends."""
        sent = {name: getattr(self, name) for name in _ATTEMPT}
        return {**sent, "outcome": self.outcome or None, "error": self.error or None}


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """A job, as clients get it. Times are in seconds since 1970, `progress` is 0 to 1, and `eta` is the
    number of seconds left.

    - `reason` explains why the job is in its present state.
    - `live` describes the running attempt: speed, frames, memory, preview, note.
    - `parts` are output files that are finished before the job ends.
    - `resumed` is the checkpoint from which the attempt continued.
    - `steps` holds two numbers: the steps done and all steps.
    - `with_shots` are the shots that the job makes in addition to `shot`.
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
        """The ids of the shots that the job makes, in order. Empty for a job without a shot; several for a
        scene that is generated as one take.
        """
        return tuple(filter(None, (self.shot, *self.with_shots)))

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Build the view of a job from the JSON object that the supervisor sent. Unknown keys, which another
        version may send, are ignored.
        """
        return cls(**select_known_fields(value, JOB_FIELDS))

    def as_json(self) -> dict[str, Any]:
        """Return the job as the JSON object that the supervisor sends."""
        sent = {name: getattr(self, name) for name in JOB_FIELDS}
        return {**sent, "shot": self.shot or None, "error": self.error or None}

    def with_progress(self, event: Mapping[str, Any]) -> Self:
        """Return a copy of the job with the values of a `progress` event."""
        return replace(
            self,
            progress=event["progress"],
            stage=event["stage"],
            eta=event["eta"],
            steps=(event["steps_done"], event["steps_total"]),
            live=event.get("live", self.live),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailedJob(JobView):
    """A job with its spec and all its attempts. This is the answer to a request for a single job."""

    spec: dict[str, Any] = field(default_factory=dict)
    history: Sequence[AttemptView] = ()

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Build a job with its spec and attempts from the JSON object that the supervisor sent. Unknown keys,
        which another version may send, are ignored.
        """
        return cls(
            **select_known_fields(value, (*JOB_FIELDS, "spec")),
            history=tuple(map(AttemptView.from_json, value.get("history", ()))),
        )

    def as_json(self) -> dict[str, Any]:
        """Return the job with its spec and attempts as the JSON object that the supervisor sends."""
        history = [attempt.as_json() for attempt in self.history]
        return {**JobView.as_json(self), "spec": self.spec, "history": history}


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchView:
    """A batch, as clients get it. Times are in seconds since 1970.

    `counts` are the numbers of jobs by state. `open` is the number of jobs that have not ended. `progress` is
    0 to 1. `reason` is the reason why the batch is paused.
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
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Build the view of a batch from the JSON object that the supervisor sent. Unknown keys, which
        another version may send, are ignored.
        """
        return cls(**select_known_fields(value, _BATCH))

    def as_json(self) -> dict[str, Any]:
        """Return the batch as the JSON object that the supervisor sends."""
        return {name: getattr(self, name) for name in _BATCH}


_ATTEMPT = tuple(field.name for field in fields(AttemptView))
_BATCH = tuple(field.name for field in fields(BatchView))
JOB_FIELDS = tuple(field.name for field in fields(JobView))
