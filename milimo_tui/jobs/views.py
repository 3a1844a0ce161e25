"""How jobs and their changes look from outside: the JSON that clients and watchers get. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from milimo_tui.jobs.states import State, Trigger
from milimo_tui.store.studio_values import Attempt, Job


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
    if job.state == State.DONE:
        data["outputs"] = json.loads(job.outputs)
    return data


def as_json(job: Job, needs: Sequence[str]) -> dict[str, Any]:
    """A job as clients see it; scripts may rely on these keys."""
    return {
        "id": job.id,
        "kind": job.kind,
        "engine": job.engine,
        "lane": job.lane,
        "state": job.state,
        "progress": job.progress,
        "stage": job.stage,
        "eta": job.eta,
        "shot": job.shot or None,
        "project": job.project,
        "label": job.label,
        "attempts": job.attempts,
        "error": job.error or None,
        "hint": job.hint,
        "reason": job.reason,
        "outputs": json.loads(job.outputs),
        "created": job.created,
        "started": job.started,
        "ended": job.ended,
        "worker": job.worker,
        "batch": job.batch,
        "depends_on": list(needs),
        "priority": job.priority,
        "position": job.position,
        "steps": [job.steps_done, job.steps_total],
        "revision": job.revision,
    }


def attempt_as_json(attempt: Attempt) -> dict[str, Any]:
    """An attempt as clients see it; `facts` and `notes` are its engine's words about what it made."""
    result = json.loads(attempt.result or "{}")
    return {
        "number": attempt.number,
        "worker": attempt.worker,
        "outcome": attempt.outcome or None,
        "error": attempt.error or None,
        "facts": result.get("facts", {}),
        "notes": result.get("notes", []),
        "started": attempt.started,
        "ended": attempt.ended,
    }
