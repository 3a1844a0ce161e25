"""The check of a render, found again where it was kept: with its job, or with the film in the project."""

from __future__ import annotations

from milimo_tui.cut.plan.report import ROLE, Report
from milimo_tui.jobs.values.views import JobView, WholeJob


def report_of(job: JobView) -> Report | None:
    """The check of a job as the queue's client gives it whole: that of its film, else the one that failed."""
    attempts = job.history if isinstance(job, WholeJob) else ()
    found = attempts[-1].facts.get("report") if attempts else None
    if not found:
        parts = [part for part in job.parts if part.get("role") == ROLE]
        found = parts[-1].get("facts") if parts else None
    return Report.model_validate(found) if found else None
