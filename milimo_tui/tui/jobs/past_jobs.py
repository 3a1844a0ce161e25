"""Jobs that ended earlier, read in pages as the user scrolls the table towards them.

`read_past_page` runs in a thread. `PastJobs` stores the pages with only a few bytes for each job. The module
uses no widget.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from milimo_tui.jobs.values.views import BatchView, JobView
from milimo_tui.tui.background.queue_feed import EndedKey, Job, make_ended_key

if TYPE_CHECKING:
    from milimo_tui.jobs.client.client import Client

PAGE = 200
# Number of jobs in a page while all past jobs are read, because the user went to the end of the table.
MOST = 500

# Fields of an ended job that the table needs. The other fields are read again for the panes.
_KEPT_FIELDS = (
    "id",
    "label",
    "shot",
    "with_shots",
    "error",
    "reason",
    "created",
    "started",
    "ended",
    "attempts",
    "priority",
    "position",
    "rung",
    "hint",
)
# Text fields with few different values. They are interned, so that each value is stored once.
_INTERNED_FIELDS = ("kind", "engine", "lane", "state", "project", "worker", "batch")
_NOTHING: Mapping[str, Any] = {}


def compact_job(job: Job) -> Job:
    """Return a copy of an ended job with only the fields that the table needs."""
    kept: dict[str, Any] = {name: getattr(job, name) for name in _KEPT_FIELDS}
    interned: dict[str, Any] = {name: sys.intern(str(getattr(job, name))) for name in _INTERNED_FIELDS}
    return JobView(**kept, **interned, outputs=_NOTHING, live=_NOTHING)


@dataclass(frozen=True)
class PastPage:
    """A page of past jobs, with their batches. `before` is the key of the job at which the next page, with
    older jobs, starts. If there are no older jobs, `before` is None.
    """

    jobs: tuple[Job, ...]
    before: EndedKey | None
    batches: Mapping[str, BatchView]


def read_past_page(
    client: Client,
    filters: Mapping[str, Any],
    before: EndedKey | None,
    known: Iterable[str],
    limit: int = PAGE,
) -> PastPage:
    """Read the next page of past jobs, and those of their batches that are not in `known`. Raises
    MilimoError.

    The page has the jobs that are older than the key `before`; None starts with the newest job. `limit` is
    the number of jobs.
    """
    jobs, more = client.list_past_jobs(before, limit=limit, filters=filters)
    fresh = sorted({job.batch for job in jobs if job.batch} - set(known))
    rows = client.list_batches({"ids": fresh}) if fresh else []
    batches = {batch.id: batch for batch in rows}
    return PastPage(
        tuple(compact_job(job) for job in jobs), (float(more[0]), str(more[1])) if more else None, batches
    )


class PastJobs:
    """The past jobs that were read so far with one set of filters, the newest first."""

    def __init__(self, filters: Mapping[str, Any] | None = None, floor: EndedKey | None = None) -> None:
        """Create an empty store. Reading starts with the job that ended before `floor`, the key of the oldest
        ended job in the live queue.

        If `floor` is None, the live queue already has all ended jobs. If `filters` is None, nothing is read.
        """
        self.filters = filters
        self.jobs: dict[str, Job] = {}
        self.batches: dict[str, BatchView] = {}
        self.before = floor
        # Key of the oldest ended job in the live queue. The live queue has all jobs that ended after that
        # job.
        self.top = floor
        self.version = 0  # Incremented whenever the stored jobs change.

    @property
    def is_complete(self) -> bool:
        """True if there are no further jobs to read."""
        return self.before is None or self.filters is None

    def add_page(self, page: PastPage) -> None:
        """Add the jobs and batches of the next page."""
        for job in page.jobs:
            self.jobs.setdefault(job.id, job)
        self.batches.update(page.batches)
        self.before = page.before
        self.version += 1

    def add_members(self, jobs: Iterable[Job]) -> None:
        """Add the ended jobs of a batch that the user has unfolded. Such jobs may be older than the pages
        read so far.
        """
        for job in jobs:
            self.jobs.setdefault(job.id, compact_job(job))
        self.version += 1

    def add_newest(self, jobs: Iterable[Job], floor: EndedKey | None) -> None:
        """Add jobs that were dropped from the live queue. They are newer than all jobs in this store. `floor`
        is the key of the oldest ended job that the live queue still has.
        """
        newest = sorted(jobs, key=make_ended_key, reverse=True)
        self.jobs = {**{job.id: compact_job(job) for job in newest}, **self.jobs}
        self.top = floor
        self.version += 1

    def drop_jobs(self, ids: Iterable[str]) -> None:
        """Remove jobs that are in the live queue again, because they were retried."""
        known = self.jobs.keys() & set(ids)
        for id in known:
            del self.jobs[id]
        self.version += bool(known)
