"""The outcome of commands that queue jobs. A detached command returns at once; other commands wait until all
jobs end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from milimo_tui.core.format import format_count
from milimo_tui.studio.queue.waiting import find_other_work, make_job_error, wait_with_progress
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

    Waits for the jobs unless `detach` is True. If another job must end first, a remark names it. `what` names
    one result, such as `take`. `message` is shown if the command is detached. `made` is the message when all
    jobs are done; if it is empty, the message counts the jobs.
    """
    data = {"jobs": list(ids), "batch": batch if ids else None, **data}
    if not ids:
        return Outcome(data=data, message=f"no {what} to make")
    many = format_count(len(ids), what)
    other = find_other_work(studio.require_client(), set(ids))
    waits = f"first “{other}” has to end" if other else ""
    if detach:
        return Outcome(data=data, message="; ".join(filter(None, (message or f"queued {many}", waits))))
    if waits:
        studio.remark(f"queued {many}; {waits}")
    jobs = wait_with_progress(studio, f"{what}s", ids)
    data["ended"] = [
        {"id": id, "state": job.state, "error": job.error or None, "hint": job.hint or None}
        for id, job in ((id, jobs[id]) for id in ids)
    ]
    bad = [job for job in jobs.values() if job.state != "done"]
    if not bad:
        return Outcome(data=data, message=f"made {made or many}")
    return Outcome(data=data, failures=tuple(map(make_job_error, bad)), exit_code=1)
