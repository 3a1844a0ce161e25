"""Waiting for jobs: replay from the first event, follow live, survive a supervisor that dies meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from milimo_tui.core.errors import MilimoError, Unavailable
from milimo_tui.studio.studio import Studio

ENDED = frozenset({"done", "failed", "cancelled", "skipped", "set_aside"})

Job = dict[str, Any]


def wait_for(
    studio: Studio, ids: Sequence[str], on_change: Callable[[dict[str, Job]], None] = lambda jobs: None
) -> dict[str, Job]:
    """Block until every job has ended, or waits for a person (publishing, with a reason); returns them by id.

    A supervisor that dies is started again: the queue is in SQLite and loses nothing.
    """
    while True:
        try:
            client = studio.client()
            events = client.watch(since=None, jobs=ids)
            jobs = {job["id"]: job for job in client.jobs({"ids": list(ids)})}
            on_change(jobs)
            while not all(_is_settled(job) for job in jobs.values()):
                event = next(events, None)
                if event is None:
                    break
                if event.get("kind") == "progress":
                    jobs[event["job"]] = {**jobs[event["job"]], **event}
                else:
                    jobs = {job["id"]: job for job in client.jobs({"ids": list(ids)})}
                on_change(jobs)
            else:
                return jobs
        except Unavailable:
            time.sleep(0.2)


def _is_settled(job: Job) -> bool:
    return job["state"] in ENDED or (job["state"] == "publishing" and bool(job.get("reason")))


def sentence(job: Job) -> str:
    """What went wrong with a job, in one line."""
    what = job.get("error") or job.get("reason") or job["state"]
    return f"{job.get('label') or job['kind']}: {what}"


def raise_on_failure(jobs: Sequence[Job], error: type[MilimoError]) -> None:
    """Raise one sentence for the first job that did not end done."""
    bad = [job for job in jobs if job["state"] != "done"]
    if bad:
        raise error(sentence(bad[0]), f"milimo job log {bad[0]['id']}; milimo job retry {bad[0]['id']}")
