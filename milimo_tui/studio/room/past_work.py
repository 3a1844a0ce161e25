"""The duration of past work on this machine, according to the queue."""

from __future__ import annotations

from collections.abc import Sequence

from milimo_tui.core.errors import MilimoError
from milimo_tui.jobs.client.client import Client


def sum_job_seconds(client: Client | None, jobs: Sequence[str]) -> float | None:
    """Sum the durations of jobs (ids); None if the queue no longer has one of them, or does not answer."""
    ids = [job for job in jobs if job]
    if client is None or len(ids) < len(jobs):
        return None
    try:
        found = client.list_jobs({"ids": ids}) if ids else []
    except MilimoError:
        return None
    took = [job.ended - job.started for job in found if job.started and job.ended]
    return sum(took) if len(took) == len(ids) else None
