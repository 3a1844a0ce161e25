"""How long work took that was done here, as the queue remembers it."""

from __future__ import annotations

from collections.abc import Sequence

from milimo_tui.core.errors import MilimoError
from milimo_tui.jobs.client.client import Client


def seconds_taken(client: Client | None, jobs: Sequence[str]) -> float | None:
    """Sum what jobs (ids) took; None where the queue has forgotten one, or does not answer."""
    ids = [job for job in jobs if job]
    if client is None or len(ids) < len(jobs):
        return None
    try:
        found = client.jobs({"ids": ids}) if ids else []
    except MilimoError:
        return None
    took = [job.ended - job.started for job in found if job.started and job.ended]
    return sum(took) if len(took) == len(ids) else None
