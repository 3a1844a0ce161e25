"""Waiting for jobs: replay from the first event, follow live, survive a supervisor that dies meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from milimo_tui.core.errors import Cancelled, Failed, Unavailable
from milimo_tui.core.host import HOST
from milimo_tui.jobs.client import Client
from milimo_tui.jobs.states import ENDED
from milimo_tui.studio.studio import Studio

GIVE_UP_SECONDS = 30.0  # without a supervisor that answers

Job = dict[str, Any]


def wait_for(
    studio: Studio,
    ids: Sequence[str],
    on_change: Callable[[dict[str, Job]], None] = lambda jobs: None,
    *,
    come_back: str = "milimo job watch follows them, milimo job cancel stops them",
) -> dict[str, Job]:
    """Block until every job has ended, or waits for a person (publishing, with a reason); returns them by id.

    A supervisor that dies is started again: the queue is in SQLite and loses nothing. Raises Failed with the
    reason when nothing of it can start (a full disk, a paused queue; the jobs stay queued), Unavailable when
    no supervisor can be started any more, and Cancelled, saying what goes on and with `come_back` for a
    hint, when the person interrupts.
    """
    jobs: dict[str, Job] = {}
    failing_since: float | None = None
    try:
        while True:
            try:
                client = studio.client()
                events = client.watch(since=None)
                jobs = _read(client, ids)
                failing_since = None
                on_change(jobs)
                _check_lanes(client, jobs)
                while not all(is_settled(job) for job in jobs.values()):
                    event = next(events, None)
                    if event is None:
                        break
                    if event["kind"] == "lane":
                        _check_lanes(client, jobs)
                    if event.get("job") not in jobs:  # another's job, or a gap, whose events follow
                        continue
                    changed = event if event["kind"] == "progress" else client.job(event["job"])
                    jobs = {**jobs, event["job"]: {**jobs[event["job"]], **changed}}
                    on_change(jobs)
                else:
                    return jobs
            except Unavailable:
                failing_since = failing_since or HOST.monotonic()
                if HOST.monotonic() - failing_since > GIVE_UP_SECONDS:
                    raise
                time.sleep(0.2)
    except KeyboardInterrupt:
        left = sum(not is_settled(job) for job in jobs.values()) if jobs else len(ids)
        raise Cancelled(f"interrupted; {counted(left, 'job')} in the background", come_back) from None


def counted(number: int, what: str) -> str:
    """`1 job goes on`, `3 jobs go on`."""
    return f"{number} {what} goes on" if number == 1 else f"{number} {what}s go on"


def _read(client: Client, ids: Sequence[str]) -> dict[str, Job]:
    return {job["id"]: job for job in client.jobs({"ids": list(ids)})}


def _check_lanes(client: Client, jobs: dict[str, Job]) -> None:
    """Raise Failed when every job that is left waits for a lane that takes none."""
    reasons = {lane["id"]: lane["reason"] or "paused" for lane in client.status()["lanes"] if lane["paused"]}
    left = [job for job in jobs.values() if not is_settled(job)]
    if left and all(job["state"] == "queued" and job["lane"] in reasons for job in left):
        raise Failed(
            f"{left[0]['label']} waits: {reasons[left[0]['lane']]}",
            "it stays queued and goes on when there is room; milimo job resume ends a pause",
        )


def is_settled(job: Job) -> bool:
    """Whether a job has ended, or waits for a person (publishing, with a reason)."""
    return job["state"] in ENDED or (job["state"] == "publishing" and bool(job.get("reason")))


def sentence(job: Job) -> str:
    """What went wrong with a job, in one line."""
    what = job.get("error") or job.get("reason") or job["state"]
    return f"{job.get('label') or job['kind']}: {what}"


def check_done(job: Job) -> None:
    """Raise Cancelled or Failed with a sentence for a job that did not end done."""
    if job["state"] == "cancelled":
        raise Cancelled(sentence(job), f"milimo job retry {job['id']}")
    if job["state"] != "done":
        raise Failed(sentence(job), f"milimo job log {job['id']}; milimo job retry {job['id']}")
