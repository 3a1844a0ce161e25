"""Jobs that ended long ago, read a page at a time as the table is scrolled towards them.

`read_page` runs in a thread; `Past` keeps what it gave, in few bytes a job. Touches no widget.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from milimo_tui.jobs.values.views import BatchView, JobView
from milimo_tui.tui.shell.queue_feed import Job, Key, key_of

if TYPE_CHECKING:
    from milimo_tui.jobs.client.client import Client

PAGE = 200
MOST = 500  # a page when all of the past is wanted

# What the table needs of a job that has ended; its pane reads the rest.
_KEPT = (
    "id",
    "label",
    "shot",
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
_KEPT_ONCE = ("kind", "engine", "lane", "state", "project", "worker", "batch")  # the same texts many times
_NOTHING: Mapping[str, Any] = {}


def slim(job: Job) -> Job:
    """An ended job in few bytes."""
    kept: dict[str, Any] = {name: getattr(job, name) for name in _KEPT}
    same: dict[str, Any] = {name: sys.intern(str(getattr(job, name))) for name in _KEPT_ONCE}
    return JobView(**kept, **same, outputs=_NOTHING, live=_NOTHING)


@dataclass(frozen=True)
class Page:
    """What one read gave. `before` is where the next one begins, None at the end of the past."""

    jobs: tuple[Job, ...]
    before: Key | None
    batches: Mapping[str, BatchView]


def read_page(
    client: Client, filters: Mapping[str, Any], before: Key | None, known: Iterable[str], limit: int = PAGE
) -> Page:
    """The next page, and the batches in it that are not `known`. Raises MilimoError."""
    jobs, more = client.past(before, limit=limit, filters=filters)
    fresh = sorted({job.batch for job in jobs if job.batch} - set(known))
    told = client.batches({"ids": fresh}) if fresh else []
    batches = {batch.id: batch for batch in told}
    return Page(tuple(slim(job) for job in jobs), (float(more[0]), str(more[1])) if more else None, batches)


class Past:
    """What was read of the past under one set of filters, newest first."""

    def __init__(self, filters: Mapping[str, Any] | None = None, floor: Key | None = None) -> None:
        """`floor` is where the held jobs end; without one there is nothing below them. None: ask nothing."""
        self.filters = filters
        self.jobs: dict[str, Job] = {}
        self.batches: dict[str, BatchView] = {}
        self.before = floor
        self.top = floor  # everything that ended after it is held by the follower
        self.version = 0  # another one whenever what is kept is another

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left to read."""
        return self.before is None or self.filters is None

    def take(self, page: Page) -> None:
        for job in page.jobs:
            self.jobs.setdefault(job.id, job)
        self.batches.update(page.batches)
        self.before = page.before
        self.version += 1

    def members(self, jobs: Iterable[Job]) -> None:
        """Ended jobs of a batch that was opened up, wherever in the past they lie."""
        for job in jobs:
            self.jobs.setdefault(job.id, slim(job))
        self.version += 1

    def let_go(self, jobs: Iterable[Job], floor: Key | None) -> None:
        """Take over what the follower held until now and holds no longer; they are newer than all here."""
        newest = sorted(jobs, key=key_of, reverse=True)
        self.jobs = {**{job.id: slim(job) for job in newest}, **self.jobs}
        self.top = floor
        self.version += 1

    def drop(self, ids: Iterable[str]) -> None:
        """Forget jobs that are held again: they were tried once more."""
        known = self.jobs.keys() & set(ids)
        for id in known:
            del self.jobs[id]
        self.version += bool(known)
