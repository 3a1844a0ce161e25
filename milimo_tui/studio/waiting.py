"""Waiting for jobs: replay from the first event, follow live, survive a supervisor that dies meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from milimo_tui.core.errors import MilimoError, Unavailable
from milimo_tui.studio.studio import Studio

ENDED = frozenset({"done", "failed", "cancelled", "skipped", "set_aside"})
# Publishing can wait for a person (a read-only project): then waiting here would never end.
STUCK_SECONDS = 30.0

Job = dict[str, Any]


def wait_for(
    studio: Studio, ids: Sequence[str], on_change: Callable[[dict[str, Job]], None] = lambda jobs: None
) -> dict[str, Job]:
    """Block until every job has ended (or is stuck publishing with a reason); returns them by id.

    A supervisor that dies is started again: the queue is in SQLite and loses nothing.
    """
    wanted = set(ids)
    stuck_since: float | None = None
    while True:
        try:
            client = studio.client()
            jobs = {job["id"]: job for job in client.jobs() if job["id"] in wanted}
            on_change(jobs)
            if all(job["state"] in ENDED for job in jobs.values()):
                return jobs
            for _ in client.watch(since=None, jobs=sorted(wanted), timeout=1.0):
                jobs = {job["id"]: job for job in client.jobs() if job["id"] in wanted}
                on_change(jobs)
                if all(job["state"] in ENDED for job in jobs.values()):
                    return jobs
            open_jobs = [job for job in jobs.values() if job["state"] not in ENDED]
            if all(job["state"] == "publishing" and job.get("reason") for job in open_jobs):
                stuck_since = stuck_since or time.monotonic()
                if time.monotonic() - stuck_since > STUCK_SECONDS:
                    return jobs
            else:
                stuck_since = None
        except (Unavailable, ConnectionError):
            time.sleep(0.2)


def sentence(job: Job) -> str:
    """What went wrong with a job, in one line."""
    what = job.get("error") or job.get("reason") or job["state"]
    return f"{job.get('label') or job['kind']}: {what}"


def raise_on_failure(jobs: Sequence[Job], error: type[MilimoError]) -> None:
    """Raise one sentence for the first job that did not end done."""
    bad = [job for job in jobs if job["state"] != "done"]
    if bad:
        raise error(sentence(bad[0]), f"milimo job log {bad[0]['id']}; milimo job retry {bad[0]['id']}")
