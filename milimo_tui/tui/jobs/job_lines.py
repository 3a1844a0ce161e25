"""The lines of the Jobs table: batches, jobs and headings for past days, with filters and orders.

Pure functions from jobs and batches to lines. In the default order, open jobs come first in the order they
will run; ended jobs follow, the newest first.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter
from typing import Any

from milimo_tui.jobs.values.states import ACTIVE, ENDED, FAILED_STATES
from milimo_tui.jobs.values.views import BatchView, JobView
from milimo_tui.tui.jobs.batches import estimate_batch_seconds, make_batch_title
from milimo_tui.tui.jobs.job_words import Job, get_job_name

# Filters that the key `f` cycles through, with the job states that each filter shows. An empty set shows all
# states.
FILTERS: dict[str, frozenset[str]] = {
    "all": frozenset(),
    "active": ACTIVE,
    "waiting": frozenset({"held", "waiting", "queued", "paused", "retrying"}),
    "failed": FAILED_STATES,
    "done": frozenset({"done"}),
}
ORDERS = {  # Orders that the key `o` cycles through, with their descriptions.
    "batches": "by batch",
    "start": "in starting order, batches expanded",
    "newest": "the newest first, batches expanded",
}
_RUNS_FIRST: dict[str, int] = {
    **dict.fromkeys(ACTIVE, 0),
    "paused": 1,
    "retrying": 1,
    "queued": 2,
    "waiting": 3,
    "held": 4,
}


@dataclass(frozen=True, slots=True)
class JobViewFilter:
    """The filter and the order of the Jobs table, as the user has chosen them.

    `shown` is a name in `FILTERS`, such as failed jobs, and `order` a name in `ORDERS`. `text`, `batch` and
    `shot` restrict the jobs further; an empty value does not restrict them.
    """

    shown: str = "all"
    text: str = ""
    batch: str = ""
    shot: str = ""
    order: str = "batches"

    @property
    def shows_all(self) -> bool:
        return self.shown == "all" and not (self.text or self.batch or self.shot)

    @property
    def states(self) -> frozenset[str]:
        return FILTERS[self.shown]

    @property
    def past_filters(self) -> dict[str, Any] | None:
        """The filters for a query of ended jobs; None if the filter shows no ended jobs."""
        if self.states and not self.states & ENDED:
            return None
        narrowed = {"batch": self.batch, "shot": self.shot, "text": self.text}
        return {"states": sorted(self.states), **{key: word for key, word in narrowed.items() if word}}


@dataclass(frozen=True, slots=True)
class BatchLine:
    """The heading of a batch in the table of jobs. `end` is the time when all jobs of the batch are expected
    to have ended, in seconds since 1970.
    """

    id: str
    title: str
    done: int
    total: int
    progress: float
    end: float | None
    bad: int
    folded: bool
    open: int = 0
    paused: bool = False
    jobs: tuple[str, ...] = ()  # Ids of the batch's jobs that have been read.

    key = property(lambda self: self.id)


@dataclass(frozen=True, slots=True)
class JobLine:
    """A line for one job in the table. If `inside` is True, the job belongs to an unfolded batch, and the
    line is indented under the batch's heading.
    """

    id: str
    inside: bool = False

    key = property(lambda self: self.id)


@dataclass(frozen=True, slots=True)
class DayLine:
    """A heading with the name of a past day, above the jobs that ended on that day."""

    id: str
    words: str

    key = ""  # An empty key makes the cursor skip this line.


Line = BatchLine | JobLine | DayLine

NO_JOB = JobView(id="")  # The result of looking up a job that is not known.
_POSITION = attrgetter("position")


@lru_cache(maxsize=1 << 16)
def _get_cached_job_line(id: str, inside: bool = False) -> JobLine:
    """Return the line of a job. Calls with the same arguments return the same object, which makes thousands
    of lines fast to create and compare.
    """
    return JobLine(id, inside)


@dataclass(frozen=True)
class KnownJobs:
    """The jobs and batches from which the lines of the table are made. `live` has the jobs that are open or
    ended recently, and `past` the jobs that ended earlier. Both map the id of a job to the job.
    """

    live: Mapping[str, Job] = field(default_factory=dict)
    past: Mapping[str, Job] = field(default_factory=dict)
    batches: Mapping[str, BatchView] = field(default_factory=dict)
    # Expected end of each batch, in seconds since 1970.
    ends: Mapping[str, float] = field(default_factory=dict)

    def get_job(self, id: str) -> Job:
        """Return the job with this id, or `NO_JOB` if it is not known."""
        return self.live.get(id) or self.past.get(id) or NO_JOB


def passes_job_filter(job: Job, job_filter: JobViewFilter) -> bool:
    """Return True if a filter shows a job.

    The filter can restrict the state, the batch and the shot. Each word of its text must occur in the job's
    label, kind, engine, state, error or id.
    """
    if job_filter.states and job.state not in job_filter.states:
        return False
    if job_filter.batch and job.batch != job_filter.batch:
        return False
    if job_filter.shot and job_filter.shot not in job.shots:
        return False
    if not job_filter.text:
        return True
    hay = " ".join((job.label, job.kind, job.engine, job.state, job.error, job.id)).lower()
    return all(word in hay for word in job_filter.text.lower().split())


class JobLineMaker:
    """A maker of the table's lines. The lines of past jobs are cached, because there may be thousands. They
    are made again only after these jobs have changed.
    """

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._past: tuple[Line, ...] = ()
        self._groups_key: tuple[object, ...] = ()
        self._groups: dict[str, list[Job]] = {}

    def make_job_lines(
        self,
        known_jobs: KnownJobs,
        job_filter: JobViewFilter,
        *,
        opened: frozenset[str] = frozenset(),
        now: float = 0.0,
        version: int = 0,
    ) -> tuple[Line, ...]:
        """Return the lines of the table. The jobs of the batches in `opened` are listed under their headings.

        `version` must change whenever `known_jobs.past` changes. A batch with a single job is shown as that
        job.
        """
        batched = job_filter.order == "batches"
        key = (id(known_jobs.past), version, job_filter)
        if key != self._groups_key:
            accepted = (job for job in known_jobs.past.values() if passes_job_filter(job, job_filter))
            self._groups = _group_jobs_by_batch(accepted) if batched else {job.id: [job] for job in accepted}
            self._groups_key, self._key = key, ()
        live = list(known_jobs.live.values())
        if not job_filter.shows_all:
            live = [job for job in live if passes_job_filter(job, job_filter)]
        if not batched:
            return _make_flat_lines(live, job_filter.order) + self._make_past_tail(
                known_jobs, opened, frozenset(), "", now
            )
        groups = _group_jobs_by_batch(live)
        shared = frozenset(groups.keys() & self._groups.keys())
        for name in shared:
            groups[name] = groups[name] + self._groups[name]
        head, day = _make_live_lines(groups, known_jobs, opened, now)
        return head + self._make_past_tail(known_jobs, opened, shared, day, now)

    def _make_past_tail(
        self, known_jobs: KnownJobs, opened: frozenset[str], hidden: frozenset[str], day: str, now: float
    ) -> tuple[Line, ...]:
        """Return the lines of past jobs, under headings for their days.

        `day` is the day of the last line above them, as an ISO date. Past jobs that ended on this day follow
        without a heading. If `day` is empty, no headings are made. `hidden` has the ids of batches that are
        left out, because the live jobs already contain them.
        """
        key = (opened & self._groups.keys(), hidden, day, _format_iso_day(now))
        if key != self._key:
            self._key = key
            groups = ((name, jobs) for name, jobs in self._groups.items() if name not in hidden)
            self._past = tuple(_make_past_lines(groups, known_jobs, opened, day, now))
        return self._past


def _make_live_lines(
    groups: Mapping[str, list[Job]], known_jobs: KnownJobs, opened: Collection[str], now: float
) -> tuple[tuple[Line, ...], str]:
    """Return the lines of open jobs in the order they will run, then the lines of recently ended jobs. The
    second result is the day of the last line, as an ISO date: past jobs of that day are listed under the same
    heading.
    """
    open_ones = [key for key, jobs in groups.items() if _is_group_open(key, jobs, known_jobs)]
    left = groups.keys() - set(open_ones)
    out: list[Line] = []
    for key in sorted(open_ones, key=lambda key: _group_sort_key(groups[key])):
        out += _make_group_lines(key, groups[key], known_jobs, opened, now)
    ended = sorted(left, key=lambda key: (-_get_last_end(groups[key]), key))
    day = _format_iso_day(now)
    out += _make_past_lines(((key, groups[key]) for key in ended), known_jobs, opened, day, now)
    return tuple(out), _format_iso_day(_get_last_end(groups[ended[-1]])) if ended else day


def _make_past_lines(
    groups: Iterable[tuple[str, list[Job]]],
    known_jobs: KnownJobs,
    opened: Collection[str],
    day: str,
    now: float,
) -> Iterable[Line]:
    for key, jobs in groups:
        at = _get_last_end(jobs) if day else 0.0
        if day and _format_iso_day(at) != day:
            day = _format_iso_day(at)
            yield DayLine(f"day:{day}", format_past_day(at, now))
        yield from _make_group_lines(key, jobs, known_jobs, opened, now)


def _get_last_end(jobs: Sequence[Job]) -> float:
    """Return the time when the last of the jobs ended, in seconds since 1970."""
    return max(float(job.ended or 0.0) for job in jobs)


def _make_flat_lines(live: Sequence[Job], order: str) -> tuple[Line, ...]:
    """Return a line for every live job, without batches. Open jobs come first: in the order they will run if
    `order` is `start`, otherwise the newest first.
    """
    open_ones = [job for job in live if job.state not in ENDED]
    ended = [job for job in live if job.state in ENDED]
    if order == "start":
        open_ones.sort(key=queue_sort_key)
    else:
        open_ones.sort(key=lambda job: (-float(job.created or 0), -job.position))
    ended.sort(key=lambda job: -float(job.ended or 0))
    return tuple(_get_cached_job_line(job.id) for job in [*open_ones, *ended])


def queue_sort_key(job: Job) -> tuple[int, int, int]:
    """Return a key that sorts jobs in the order they will run: by state, then priority, then position in the
    queue.
    """
    return (
        _RUNS_FIRST.get(job.state, 5),
        -job.priority,
        job.position,
    )


def _group_jobs_by_batch(jobs: Iterable[Job]) -> dict[str, list[Job]]:
    groups: dict[str, list[Job]] = {}
    for job in jobs:
        groups.setdefault(str(job.batch or job.id), []).append(job)
    return groups


def _is_group_open(key: str, jobs: Sequence[Job], known_jobs: KnownJobs) -> bool:
    """Return True if any job of the batch `key` is still open. This may be a job that is not in `jobs`."""
    batch = known_jobs.batches.get(key)
    return bool(batch and batch.open) or any(job.state not in ENDED for job in jobs)


def _group_sort_key(jobs: Sequence[Job]) -> tuple[int, int]:
    """Return a key for sorting open batches: by the highest priority of their jobs, then by position in the
    queue. The order of batches does not change when a job of a batch ends.
    """
    priority = max(job.priority for job in jobs)
    return (-priority, min(map(_POSITION, jobs)))


def _make_group_lines(
    key: str, jobs: Sequence[Job], known_jobs: KnownJobs, opened: Collection[str], now: float
) -> Iterable[Line]:
    batch = known_jobs.batches.get(key)
    if len(jobs) == 1 and (batch is None or batch.jobs <= 1):
        return (_get_cached_job_line(jobs[0].id),)
    members = sorted(jobs, key=_POSITION)
    head = make_batch_line(key, members, batch, key not in opened, known_jobs.ends.get(key), now)
    if head.folded:
        return (head,)
    return (head, *(_get_cached_job_line(id, inside=True) for id in head.jobs))


def make_batch_line(
    key: str, jobs: Sequence[Job], batch: BatchView | None, folded: bool, end: float | None, now: float
) -> BatchLine:
    """Return the heading of a batch. The counts come from the queue (`batch`); if that is None, they are
    counted from `jobs`.

    `end` is the forecast end in seconds since 1970; if it is None, it is estimated from `jobs`.
    """
    total = (batch.jobs if batch else 0) or len(jobs)
    done = batch.done if batch else sum(job.state == "done" for job in jobs)
    bad = batch.failed if batch else sum(job.state in FAILED_STATES for job in jobs)
    still = batch.open if batch else sum(job.state not in ENDED for job in jobs)
    partly_done = sum(float(job.progress or 0.0) for job in jobs if job.state not in ENDED)
    if end is None and still:
        left = estimate_batch_seconds(jobs)
        end = None if left is None else now + left
    return BatchLine(
        key,
        (batch.label if batch else "") or make_batch_title(jobs),
        done,
        total,
        min(1.0, (done + partly_done) / max(1, total)),
        end,
        bad,
        folded,
        still,
        bool(batch and batch.paused),
        tuple(job.id for job in jobs),
    )


def describe_job_filter(job_filter: JobViewFilter, known_jobs: KnownJobs) -> str:
    """Return the filter in words for the header, such as `only failed · Scene 3, all shots · “rain”`; empty
    if all jobs are shown.
    """
    words = [] if job_filter.shown == "all" else [job_filter.shown]
    known = (
        (*known_jobs.live.values(), *known_jobs.past.values()) if job_filter.batch or job_filter.shot else ()
    )
    if job_filter.batch:
        members = [job for job in known if job.batch == job_filter.batch]
        batch = known_jobs.batches.get(job_filter.batch)
        words.append(
            (batch.label if batch else "") or (make_batch_title(members) if members else "one batch")
        )
    if job_filter.shot:
        job = next((job for job in known if job_filter.shot in job.shots), None)
        words.append(f"the shot of {get_job_name(job)}" if job else "one shot")
    if job_filter.text:
        words.append(f"“{job_filter.text}”")
    return f"only {' · '.join(words)}" if words else ""


def _format_iso_day(at: float) -> str:
    then = time.localtime(at)
    return f"{then.tm_year}-{then.tm_mon:02}-{then.tm_mday:02}"


def format_past_day(at: float, now: float) -> str:
    """Return the name of a past day, such as `yesterday` or `Monday 16 November`. The year is added if it is
    not the present year.
    """
    then = time.localtime(at)
    if _format_iso_day(at) == _format_iso_day(now - 86_400):
        return "yesterday"
    day = f"{time.strftime('%A', then)} {then.tm_mday} {time.strftime('%B', then)}"
    return day if then.tm_year == time.localtime(now).tm_year else f"{day} {then.tm_year}"
