"""The data that the Jobs screen reads about the job under the cursor: the job with its spec, its log, its
events, and the check of a rendered film.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from milimo_tui.jobs.values.views import DetailedJob
from milimo_tui.tui.jobs import job_history

if TYPE_CHECKING:
    from milimo_tui.cut.plan.report import CheckReport
    from milimo_tui.jobs.client.client import Client

MOST_EVENTS = 500


@dataclass(frozen=True)
class JobDetails:
    """The data about the job under the cursor: the job itself, the end of its log, and its events, as last
    read. `job` is None until the job was read.
    """

    id: str = ""
    job: DetailedJob | None = None
    log: str = ""
    events: tuple[Mapping[str, Any], ...] = ()

    @cached_property
    def report(self) -> CheckReport | None:
        """The quality check of a rendered film; None for other kinds of job, and before the film was
        checked.
        """
        if self.job is None or self.job.kind != "render_film":
            return None
        from milimo_tui.studio.queue.render_report import find_render_report

        return find_render_report(self.job)


def read_job_details(client: Client, id: str) -> JobDetails:
    """Read a job, the end of its log, and its events. Raises MilimoError."""
    events = client.list_events(0, kinds=job_history.KINDS, jobs=[id], limit=MOST_EVENTS)
    return JobDetails(id, client.fetch_job(id), client.read_job_log(id), tuple(events))
