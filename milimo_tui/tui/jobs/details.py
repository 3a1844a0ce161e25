"""What the Jobs screen reads of the job under its cursor: its values, log, history and check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from milimo_tui.jobs.values.views import WholeJob
from milimo_tui.tui.jobs import history

if TYPE_CHECKING:
    from milimo_tui.cut.plan.report import Report
    from milimo_tui.jobs.client.client import Client

MOST_EVENTS = 500


@dataclass(frozen=True)
class Look:
    """What was read of one job."""

    id: str = ""
    job: WholeJob | None = None
    log: str = ""
    events: tuple[Mapping[str, Any], ...] = ()

    @cached_property
    def report(self) -> Report | None:
        """The check of a film; None for other jobs, and before it was checked."""
        if self.job is None or self.job.kind != "render_film":
            return None
        from milimo_tui.studio.queue.render_report import report_of

        return report_of(self.job)


def look_at(client: Client, id: str) -> Look:
    """A job whole, the end of its log and its history. Raises MilimoError."""
    events = client.events(0, kinds=history.KINDS, jobs=[id], limit=MOST_EVENTS)
    return Look(id, client.job(id), client.log(id), tuple(events))
