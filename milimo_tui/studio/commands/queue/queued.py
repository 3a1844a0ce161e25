"""The outcome of commands that queue jobs. A detached command returns at once; other commands wait until all
jobs end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from milimo_tui.core.format import format_count
from milimo_tui.studio.queue.waiting import Job, describe_job_problem, wait_with_progress
from milimo_tui.studio.registry.registry import Outcome
from milimo_tui.studio.session.studio import Studio


def finish_queue_command(
    studio: Studio,
    ids: Sequence[str],
    batch: str | None,
    *,
    detach: bool,
    what: str,
    message: str = "",
    made: str = "",
    **data: Any,
) -> Outcome:
    """Return the outcome `{"jobs", "batch", …, "ended"}` of a command that queued jobs.

    Waits for the jobs unless `detach` is True. `what` names one result, such as `take`. `message` is shown if
    the command is detached. `made` is the message when all jobs are done; if it is empty, the message counts
    the jobs.
    """
    data = {"jobs": list(ids), "batch": batch if ids else None, **data}
    if not ids:
        return Outcome(data=data, message=f"no {what} to make")
    many = format_count(len(ids), what)
    if detach:
        return Outcome(data=data, message=message or f"queued {many}")
    jobs = wait_with_progress(studio, f"{what}s", ids)
    data["ended"] = [{"id": id, "state": jobs[id].state, "error": jobs[id].error or None} for id in ids]
    bad = [job for job in jobs.values() if job.state != "done"]
    if not bad:
        return Outcome(data=data, message=f"made {made or many}")
    return Outcome(data=data, text="\n".join(_format_job_failure(job) for job in bad), exit_code=1)


def _format_job_failure(job: Job) -> str:
    """Return the error of a job and, on the next line, the hint for solving it."""
    return f"{describe_job_problem(job)}\n    {job.hint or ''}".rstrip()
