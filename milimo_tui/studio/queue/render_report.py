"""The report of a render's check, found where it is stored: with its job, or with the film in the project."""

from __future__ import annotations

from milimo_tui.cut.plan.report import ROLE, CheckReport
from milimo_tui.jobs.values.views import DetailedJob, JobView


def find_render_report(job: JobView) -> CheckReport | None:
    """Return the report of a detailed job: that of its film, else that of a check that failed; None if there
    is none.
    """
    attempts = job.history if isinstance(job, DetailedJob) else ()
    found = attempts[-1].facts.get("report") if attempts else None
    if not found:
        parts = [part for part in job.parts if part.get("role") == ROLE]
        found = parts[-1].get("facts") if parts else None
    return CheckReport.model_validate(found) if found else None
