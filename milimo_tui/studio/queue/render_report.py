"""The check of a render, found again where it was kept: with its job, or with the film in the project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from milimo_tui.cut.plan.report import ROLE, Report


def report_of(job: Mapping[str, Any]) -> Report | None:
    """The check of a job as the queue's client gives it whole: that of its film, else the one that failed."""
    attempts = job.get("history") or ()
    told = (attempts[-1].get("facts") or {}).get("report") if attempts else None
    if not told:
        parts = [part for part in job.get("parts") or () if part.get("role") == ROLE]
        told = parts[-1].get("facts") if parts else None
    return Report.model_validate(told) if told else None
