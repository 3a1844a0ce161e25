"""Jobs that ended long ago, read a page at a time as the table is scrolled towards them.

`read_page` runs in a thread; `PastJobs` keeps what it read, in few bytes a job. Touches no widget.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from milimo_tui.jobs.values.views import BatchView, JobView
from milimo_tui.tui.background.queue_feed import Job, Key, ended_key

if TYPE_CHECKING:
    from milimo_tui.jobs.client.client import Client

PAGE = 200
MOST = 500  # a page when all of the past is wanted

# What the table needs of a job that has ended; its pane reads the rest.
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
# The same few texts many times: one copy of each is kept.
_INTERNED_FIELDS = ("kind", "engine", "lane", "state", "project", "worker", "batch")
_NOTHING: Mapping[str, Any] = {}


def compact_job(job: Job) -> Job:
    """Return an ended job with the fields that the table needs alone."""
    kept: dict[str, Any] = {name: getattr(job, name) for name in _KEPT_FIELDS}
    interned: dict[str, Any] = {name: sys.intern(str(getattr(job, name))) for name in _INTERNED_FIELDS}
    return JobView(**kept, **interned, outputs=_NOTHING, live=_NOTHING)


@dataclass(frozen=True)
class Page:
    """One page. `before` is where the next one begins, None at the end of the past."""

    jobs: tuple[Job, ...]
    before: Key | None
    batches: Mapping[str, BatchView]


def read_page(
    client: Client, filters: Mapping[str, Any], before: Key | None, known: Iterable[str], limit: int = PAGE
) -> Page:
    """Read the next page, and its batches that are not `known`. Raises MilimoError."""
    jobs, more = client.past(before, limit=limit, filters=filters)
    fresh = sorted({job.batch for job in jobs if job.batch} - set(known))
    rows = client.batches({"ids": fresh}) if fresh else []
    batches = {batch.id: batch for batch in rows}
    return Page(
        tuple(compact_job(job) for job in jobs), (float(more[0]), str(more[1])) if more else None, batches
    )


class PastJobs:
    """The pages read of the past under one set of filters, newest first."""

    def __init__(self, filters: Mapping[str, Any] | None = None, floor: Key | None = None) -> None:
        """Begin at `floor`, the end of the held jobs; None: nothing is below. No `filters`: read nothing."""
        self.filters = filters
        self.jobs: dict[str, Job] = {}
        self.batches: dict[str, BatchView] = {}
        self.before = floor
        self.top = floor  # everything that ended after it is held by the follower
        self.version = 0  # another one whenever what is kept is another

    @property
    def is_complete(self) -> bool:
        """Say whether nothing is left to read."""
        return self.before is None or self.filters is None

    def add_page(self, page: Page) -> None:
        for job in page.jobs:
            self.jobs.setdefault(job.id, job)
        self.batches.update(page.batches)
        self.before = page.before
        self.version += 1

    def add_members(self, jobs: Iterable[Job]) -> None:
        """Add ended jobs of a batch that was opened, wherever in the past they lie."""
        for job in jobs:
            self.jobs.setdefault(job.id, compact_job(job))
        self.version += 1

    def add_newest(self, jobs: Iterable[Job], floor: Key | None) -> None:
        """Add jobs that the follower no longer holds; they are newer than all here."""
        newest = sorted(jobs, key=ended_key, reverse=True)
        self.jobs = {**{job.id: compact_job(job) for job in newest}, **self.jobs}
        self.top = floor
        self.version += 1

    def drop(self, ids: Iterable[str]) -> None:
        """Forget jobs that are held again, because they were retried."""
        known = self.jobs.keys() & set(ids)
        for id in known:
            del self.jobs[id]
        self.version += bool(known)
