"""Waiting for jobs: replay from the first event, follow live, survive a supervisor that dies meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from milimo_tui.core.errors import Failed, MilimoError, Unavailable
from milimo_tui.jobs.client import Client
from milimo_tui.studio.studio import Studio

ENDED = frozenset({"done", "failed", "cancelled", "skipped", "set_aside"})

Job = dict[str, Any]


def wait_for(
    studio: Studio, ids: Sequence[str], on_change: Callable[[dict[str, Job]], None] = lambda jobs: None
) -> dict[str, Job]:
    """Block until every job has ended, or waits for a person (publishing, with a reason); returns them by id.

    A supervisor that dies is started again: the queue is in SQLite and loses nothing. Raises Failed with the
    reason when nothing of it can start (a full disk, a paused queue); the jobs stay queued.
    """
    while True:
        try:
            client = studio.client()
            events = client.watch(since=None)
            jobs = {job["id"]: job for job in client.jobs({"ids": list(ids)})}
            on_change(jobs)
            _check_lanes(client, jobs)
            while not all(_is_settled(job) for job in jobs.values()):
                event = next(events, None)
                if event is None:
                    break
                if event["kind"] == "lane":
                    _check_lanes(client, jobs)
                if event["job"] not in jobs:
                    continue
                if event["kind"] == "progress":
                    jobs[event["job"]] = {**jobs[event["job"]], **event}
                else:
                    jobs = {job["id"]: job for job in client.jobs({"ids": list(ids)})}
                on_change(jobs)
            else:
                return jobs
        except Unavailable:
            time.sleep(0.2)


def _check_lanes(client: Client, jobs: dict[str, Job]) -> None:
    """Raise Failed when every job that is left waits for a lane that takes none."""
    reasons = {lane["id"]: lane["reason"] or "paused" for lane in client.status()["lanes"] if lane["paused"]}
    left = [job for job in jobs.values() if not _is_settled(job)]
    if left and all(job["state"] == "queued" and job["lane"] in reasons for job in left):
        raise Failed(
            f"{left[0]['label']} waits: {reasons[left[0]['lane']]}",
            "it stays queued and goes on when there is room; milimo job resume ends a pause",
        )


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
