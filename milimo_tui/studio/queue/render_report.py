"""Find the report of the check that follows a render. It is stored with the last attempt of the render job,
or with the parts of the job that are finished.
"""

from __future__ import annotations

from milimo_tui.cut.plan.report import ROLE, CheckReport
from milimo_tui.jobs.values.views import DetailedJob, JobView


def find_render_report(job: JobView) -> CheckReport | None:
    """Return the check report of a render job; None if there is none.

    If the last attempt has no report, for example because the check failed, the report among the job's
    finished parts is used.
    """
    attempts = job.history if isinstance(job, DetailedJob) else ()
    found = attempts[-1].facts.get("report") if attempts else None
    if not found:
        parts = [part for part in job.parts if part.get("role") == ROLE]
        found = parts[-1].get("facts") if parts else None
    return CheckReport.model_validate(found) if found else None
