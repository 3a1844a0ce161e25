"""Converts database rows of jobs, batches and attempts to the views that clients get. Pure."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from milimo_tui.core.format import format_time_of_day
from milimo_tui.jobs.values.states import ENDED, FAILED_STATES, JobState, Trigger
from milimo_tui.jobs.values.views import JOB_FIELDS, MADE, AttemptView, BatchView
from milimo_tui.store.jobs.job_rows import UNCOUNTED_LANE
from milimo_tui.store.jobs.studio_values import Attempt, Batch, BatchTally, Job

# The fields of `JobView` that are also columns of the job table.
_SHARED_FIELDS = tuple(name for name in JOB_FIELDS if name in Job._fields)
_get_shared_fields = attrgetter(*_SHARED_FIELDS)


def build_state_event_data(before: Job | None, job: Job, trigger: Trigger) -> dict[str, Any]:
    """Build the data of the event that reports a change of a job's state. `before` is the job as it was
    before the change; None for a new job.
    """
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
    if job.state == JobState.DONE:
        data["outputs"] = json.loads(job.outputs)
    return data


@dataclass(frozen=True, slots=True)
class StartConditions:
    """The conditions that can keep a queued job from starting.

    - `now` is the present time in seconds since 1970.
    - `lanes` are the lanes (groups of workers) of this machine.
    - `shut` maps each paused or blocked lane to the reason.
    - `batches` maps the id of each paused batch to its label.
    - `films` maps the folder of each film that has reached its disk quota to the reason.
    """

    now: float
    lanes: Collection[str]
    shut: Mapping[str, str] = field(default_factory=dict)
    batches: Mapping[str, str] = field(default_factory=dict)
    films: Mapping[str, str] = field(default_factory=dict)


def explain_job_state(job: Job, around: StartConditions, missing: Sequence[Mapping[str, str]] = ()) -> str:
    """Return the present reason for a job's state; empty if there is none.

    `missing` lists, in order, the unfinished jobs that a waiting job waits for.
    """
    if job.state == JobState.WAITING and missing:
        return _explain_waiting_job(missing)
    if job.state == JobState.QUEUED:
        return _explain_queued_job(job, around) or job.reason
    return job.reason


def _explain_waiting_job(missing: Sequence[Mapping[str, str]]) -> str:
    first = missing[0]
    more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
    stands = f", which is {first['state']}" if first["state"] in (JobState.HELD, JobState.PAUSED) else ""
    return f"waits for {first['label'] or first['id']}{more}{stands}"


def _explain_queued_job(job: Job, around: StartConditions) -> str:
    """Return the reason why a queued job can't start; empty if it only waits for a free worker."""
    if job.batch in around.batches:
        return f"its batch {around.batches[job.batch] or job.batch} is paused"
    if job.lane not in around.lanes:
        return f"waits for a worker of lane {job.lane}: this machine has none now"
    if job.lane in around.shut:
        why = around.shut[job.lane]
        return f"lane {job.lane} is paused" + (f": {why}" if why and why != "paused by request" else "")
    if job.project in around.films and job.lane != UNCOUNTED_LANE:
        return around.films[job.project]
    if job.not_before is not None and job.not_before > around.now:
        return f"not before {format_time_of_day(job.not_before, around.now)}"
    return ""


def job_row_to_json(
    job: Job, needs: Sequence[str], *, reason: str | None = None, resumed: str = ""
) -> dict[str, Any]:
    """Return the job in a database row as a JSON object with the fields of `JobView`.

    `needs` are the ids of the jobs that this job depends on. `reason` replaces the stored reason if it is
    given. `resumed` is the checkpoint from which the newest attempt continued, or an empty text.
    """
    shown: dict[str, Any] = dict.fromkeys(JOB_FIELDS)
    shown |= zip(_SHARED_FIELDS, _get_shared_fields(job), strict=True)
    shown |= {
        "shot": job.shot or None,
        "error": job.error or None,
        "reason": job.reason if reason is None else reason,
        "outputs": _parse_json_column(job.outputs),
        "depends_on": list(needs),
        "steps": [job.steps_done, job.steps_total],
        "live": _parse_json_column(job.live),
        "parts": _parse_json_column(job.parts),
        "with_shots": _parse_json_column(job.with_shots),
        "resumed": resumed,
    }
    return shown


def _parse_json_column(text: str) -> Any:
    """Parse the JSON text of a column. For speed, the most frequent texts `{}` and `[]` are not passed to the
    parser.
    """
    return {} if text == "{}" else [] if text == "[]" else json.loads(text)


def build_batch_view(batch: Batch, tallies: Sequence[BatchTally]) -> BatchView:
    """Build the view of a batch from its database row. `tallies` has the number of the batch's jobs in each
    state.
    """
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
        done=counts.get(JobState.DONE, 0),
        failed=sum(counts.get(state, 0) for state in FAILED_STATES),
        open=total - ended,
        progress=round(share / total, 4) if total else 1.0,
    )


def build_attempt_view(attempt: Attempt) -> AttemptView:
    """Build the view of an attempt from its database row. `facts` (named values about the run) and `notes`
    (sentences for the user) come from the result that the engine reported.
    """
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
