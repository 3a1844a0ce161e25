"""Return how long finished jobs took on this machine, as recorded by the queue."""

from __future__ import annotations

from collections.abc import Sequence

from milimo_tui.core.errors import MilimoError
from milimo_tui.jobs.client.client import Client


def sum_job_seconds(client: Client | None, jobs: Sequence[str]) -> float | None:
    """Return the total duration in seconds of the jobs with these ids. Return None if the queue does not
    answer, or no longer has one of the jobs.
    """
    ids = [job for job in jobs if job]
    if client is None or len(ids) < len(jobs):
        return None
    try:
        found = client.list_jobs({"ids": ids}) if ids else []
    except MilimoError:
        return None
    durations = [job.ended - job.started for job in found if job.started and job.ended]
    return sum(durations) if len(durations) == len(ids) else None
