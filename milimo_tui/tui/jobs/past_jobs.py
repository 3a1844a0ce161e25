"""Jobs that ended long ago, read a page at a time as the table is scrolled towards them.

`read_past_page` runs in a thread; `PastJobs` stores the pages with few bytes for each job. Uses no widget.
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
MOST = 500  # Size of a page if the entire past is wanted.

# The fields of an ended job that the table needs; its pane reads the others.
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
# These fields have few different texts, so one copy of each text is stored.
_INTERNED_FIELDS = ("kind", "engine", "lane", "state", "project", "worker", "batch")
_NOTHING: Mapping[str, Any] = {}


def compact_job(job: Job) -> Job:
    """Return an ended job with only the fields that the table needs."""
    kept: dict[str, Any] = {name: getattr(job, name) for name in _KEPT_FIELDS}
    interned: dict[str, Any] = {name: sys.intern(str(getattr(job, name))) for name in _INTERNED_FIELDS}
    return JobView(**kept, **interned, outputs=_NOTHING, live=_NOTHING)


@dataclass(frozen=True)
class PastPage:
    """A page of past jobs. `before` is the start of the next page, None at the end of the past."""

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
    """Read the next page, and its batches that are not in `known`. Raises MilimoError."""
    jobs, more = client.list_past_jobs(before, limit=limit, filters=filters)
    fresh = sorted({job.batch for job in jobs if job.batch} - set(known))
    rows = client.list_batches({"ids": fresh}) if fresh else []
    batches = {batch.id: batch for batch in rows}
    return PastPage(
        tuple(compact_job(job) for job in jobs), (float(more[0]), str(more[1])) if more else None, batches
    )


class PastJobs:
    """The pages of the past that were read under one set of filters, newest first."""

    def __init__(self, filters: Mapping[str, Any] | None = None, floor: EndedKey | None = None) -> None:
        """Begin at `floor`, the oldest job that the follower holds.

        With `floor` None there are no older jobs. Without `filters` nothing is read.
        """
        self.filters = filters
        self.jobs: dict[str, Job] = {}
        self.batches: dict[str, BatchView] = {}
        self.before = floor
        self.top = floor  # The follower holds all jobs that ended after this one.
        self.version = 0  # Changes whenever the stored jobs change.

    @property
    def is_complete(self) -> bool:
        """True if nothing is left to read."""
        return self.before is None or self.filters is None

    def add_page(self, page: PastPage) -> None:
        """Add the jobs and batches of a page that was read."""
        for job in page.jobs:
            self.jobs.setdefault(job.id, job)
        self.batches.update(page.batches)
        self.before = page.before
        self.version += 1

    def add_members(self, jobs: Iterable[Job]) -> None:
        """Add ended jobs of a batch that was opened, however old they are."""
        for job in jobs:
            self.jobs.setdefault(job.id, compact_job(job))
        self.version += 1

    def add_newest(self, jobs: Iterable[Job], floor: EndedKey | None) -> None:
        """Add jobs that the follower no longer holds; they are newer than all jobs here."""
        newest = sorted(jobs, key=make_ended_key, reverse=True)
        self.jobs = {**{job.id: compact_job(job) for job in newest}, **self.jobs}
        self.top = floor
        self.version += 1

    def drop_jobs(self, ids: Iterable[str]) -> None:
        """Remove jobs that the queue holds again, because they were retried."""
        known = self.jobs.keys() & set(ids)
        for id in known:
            del self.jobs[id]
        self.version += bool(known)
