"""How jobs and their changes look from outside: the JSON that clients and watchers get. Pure."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from operator import attrgetter
from typing import Any, Self

from milimo_tui.core.format import time_of_day
from milimo_tui.jobs.values.queue_views import known
from milimo_tui.jobs.values.states import ENDED, State, Trigger
from milimo_tui.store.jobs.studio_values import Attempt, Batch, BatchTally, Job

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
_KEPT_ALIKE = tuple(name for name in _JOB if name in Job._fields)  # in the queue's file too
_alike = attrgetter(*_KEPT_ALIKE)


def state_data(before: Job | None, job: Job, trigger: Trigger) -> dict[str, Any]:
    """What a watcher is told of a change of state."""
    data: dict[str, Any] = {
        "state": job.state,
        "was": before.state if before else None,
        "trigger": trigger.value,
        "project": job.project,
        "shot": job.shot,
        "label": job.label,
        "attempt": job.attempts,
        "worker": job.worker,
    }
    for name in ("reason", "error", "hint"):
        if getattr(job, name):
            data[name] = getattr(job, name)
    if job.batch:
        data["batch"] = job.batch
    if job.not_before is not None:
        data["not_before"] = job.not_before
    if job.state == State.DONE:
        data["outputs"] = json.loads(job.outputs)
    return data


@dataclass(frozen=True, slots=True)
class Around:
    """What can keep a queued job from starting: the time, lanes that start nothing, paused batches.

    `lanes` are those of this machine, `shut` gives the reason by lane, `batches` the label by paused batch.
    """

    now: float
    lanes: Collection[str]
    shut: Mapping[str, str] = field(default_factory=dict)
    batches: Mapping[str, str] = field(default_factory=dict)


def reason_of(job: Job, around: Around, missing: Sequence[Mapping[str, str]] = ()) -> str:
    """Why a job stands where it stands, as of now. `missing` is what a waiting one waits for, in order."""
    if job.state == State.WAITING and missing:
        return _waits_for(missing)
    if job.state == State.QUEUED:
        return _hindrance(job, around) or job.reason
    return job.reason


def _waits_for(missing: Sequence[Mapping[str, str]]) -> str:
    first = missing[0]
    more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
    stands = f", which is {first['state']}" if first["state"] in (State.HELD, State.PAUSED) else ""
    return f"waits for {first['label'] or first['id']}{more}{stands}"


def _hindrance(job: Job, around: Around) -> str:
    """Why a queued job does not start; empty when its turn will come."""
    if job.batch in around.batches:
        return f"its batch {around.batches[job.batch] or job.batch} is paused"
    if job.lane not in around.lanes:
        return f"waits for a worker of lane {job.lane}: this machine has none now"
    if job.lane in around.shut:
        why = around.shut[job.lane]
        return f"lane {job.lane} is paused" + (f": {why}" if why and why != "paused by request" else "")
    if job.not_before is not None and job.not_before > around.now:
        return f"not before {time_of_day(job.not_before, around.now)}"
    return ""


def as_json(
    job: Job, needs: Sequence[str], *, reason: str | None = None, resumed: str = ""
) -> dict[str, Any]:
    """A job as clients see it: the keys are the fields of `JobView`. `reason` is that of now, if given."""
    shown: dict[str, Any] = dict.fromkeys(_JOB)
    shown |= zip(_KEPT_ALIKE, _alike(job), strict=True)
    shown |= {
        "shot": job.shot or None,
        "error": job.error or None,
        "reason": job.reason if reason is None else reason,
        "outputs": _read(job.outputs),
        "depends_on": list(needs),
        "steps": [job.steps_done, job.steps_total],
        "live": _read(job.live),
        "parts": _read(job.parts),
        "resumed": resumed,
    }
    return shown


def _read(text: str) -> Any:
    """JSON as kept in a column; most have nothing in it."""
    return {} if text == "{}" else [] if text == "[]" else json.loads(text)


def batch_view(batch: Batch, tallies: Sequence[BatchTally]) -> BatchView:
    """A batch as clients see it: one thing, with how its jobs stand."""
    counts = {tally.state: tally.jobs for tally in tallies}
    total = sum(counts.values())
    ended = sum(counts.get(state, 0) for state in ENDED)
    ends = [tally.ended for tally in tallies if tally.ended is not None]
    share = ended + sum(tally.progress for tally in tallies if tally.state not in ENDED)
    return BatchView(
        id=batch.id,
        label=batch.label,
        project=batch.project,
        created=batch.created,
        ended=max(ends, default=None) if ended == total else None,
        paused=bool(batch.paused),
        reason=batch.reason,
        jobs=total,
        counts=counts,
        done=counts.get(State.DONE, 0),
        failed=counts.get(State.FAILED, 0) + counts.get(State.SET_ASIDE, 0),
        open=total - ended,
        progress=round(share / total, 4) if total else 1.0,
    )


def attempt_view(attempt: Attempt) -> AttemptView:
    """An attempt as clients see it; `facts` and `notes` are its engine's words about what it made."""
    result = json.loads(attempt.result or "{}")
    return AttemptView(
        number=attempt.number,
        worker=attempt.worker,
        outcome=attempt.outcome or "",
        error=attempt.error or "",
        facts={name: fact for name, fact in result.get("facts", {}).items() if name != MADE},
        notes=result.get("notes", []),
        started=attempt.started,
        ended=attempt.ended,
        resumed=attempt.resumed,
        peak_bytes=attempt.peak_bytes,
    )
