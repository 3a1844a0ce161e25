"""The lines of the Jobs table: batches with their jobs, filters, order, days of the past.

Pure: job rows and batch rows in, values out. What is open stands on top in the order it runs; what has
ended follows, the newest first.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter
from typing import Any

from milimo_tui.jobs.values.views import BatchView, JobView
from milimo_tui.tui.jobs.batches import batch_title, left_of
from milimo_tui.tui.jobs.model import ACTIVE, BAD, ENDED, Job, name_of

# What `f` goes round, and the states that each keeps (none: every one).
FILTERS: dict[str, frozenset[str]] = {
    "all": frozenset(),
    "active": ACTIVE,
    "waiting": frozenset({"held", "waiting", "queued", "paused", "retrying"}),
    "failed": BAD,
    "done": frozenset({"done"}),
}
ORDERS = ("batches", "start", "newest")  # what `o` goes round
ORDER_WORDS = {
    "batches": "by batch",
    "start": "in the order they start, batches opened up",
    "newest": "the newest first, batches opened up",
}
_RUNS_FIRST = {**dict.fromkeys(ACTIVE, 0), "paused": 1, "retrying": 1, "queued": 2, "waiting": 3, "held": 4}


@dataclass(frozen=True, slots=True)
class Sight:
    """What is looked at, and in which order."""

    shown: str = "all"
    text: str = ""
    batch: str = ""
    shot: str = ""
    order: str = "batches"

    @property
    def is_whole(self) -> bool:
        return self.shown == "all" and not (self.text or self.batch or self.shot)

    @property
    def states(self) -> frozenset[str]:
        return FILTERS[self.shown]

    @property
    def past_filters(self) -> dict[str, Any] | None:
        """What to ask the queue for among the jobs that have ended; None when none of them can be meant."""
        if self.states and not self.states & ENDED:
            return None
        wanted = {"batch": self.batch, "shot": self.shot, "text": self.text}
        return {"states": sorted(self.states), **{key: word for key, word in wanted.items() if word}}


@dataclass(frozen=True, slots=True)
class BatchLine:
    """Several jobs that belong together. `end` is when it is expected to be done, seconds since 1970."""

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
    jobs: tuple[str, ...] = ()  # those that are known here

    key = property(lambda self: self.id)


@dataclass(frozen=True, slots=True)
class JobLine:
    """One job; `inside` a batch it is set in."""

    id: str
    inside: bool = False

    key = property(lambda self: self.id)


@dataclass(frozen=True, slots=True)
class DayLine:
    """A day of the past, above what ended on it."""

    id: str
    words: str

    key = ""  # the cursor passes it by


Line = BatchLine | JobLine | DayLine

NO_JOB = JobView(id="")  # for one that nothing is known of
_POSITION = attrgetter("position")


@lru_cache(maxsize=1 << 16)
def _job_line(id: str, inside: bool = False) -> JobLine:
    """One value for one line, so that thousands of them are compared and made in no time."""
    return JobLine(id, inside)


@dataclass(frozen=True)
class Shelf:
    """Everything the lines are made of: `live` jobs are open or ended lately, `past` ones ended before."""

    live: Mapping[str, Job] = field(default_factory=dict)
    past: Mapping[str, Job] = field(default_factory=dict)
    batches: Mapping[str, BatchView] = field(default_factory=dict)
    ends: Mapping[str, float] = field(default_factory=dict)  # when batches are expected to be done

    def job(self, id: str) -> Job:
        return self.live.get(id) or self.past.get(id) or NO_JOB


def accepts(job: Job, sight: Sight) -> bool:
    """Whether a job is looked at: by kind of state, batch, shot, and words of what it says of itself."""
    if sight.states and job.state not in sight.states:
        return False
    if sight.batch and job.batch != sight.batch:
        return False
    if sight.shot and job.shot != sight.shot:
        return False
    if not sight.text:
        return True
    hay = " ".join((job.label, job.kind, job.engine, job.state, job.error, job.id)).lower()
    return all(word in hay for word in sight.text.lower().split())


class Lines:
    """Makes the table's lines. Those of the past are made once, for as long as nothing of it changes."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._past: tuple[Line, ...] = ()
        self._groups_key: tuple[object, ...] = ()
        self._groups: dict[str, list[Job]] = {}

    def make(
        self,
        shelf: Shelf,
        sight: Sight,
        *,
        opened: frozenset[str] = frozenset(),
        now: float = 0.0,
        version: int = 0,
    ) -> tuple[Line, ...]:
        """The lines, with the jobs of `opened` batches under their headings.

        `version` is another one whenever `shelf.past` is. A batch of one job is shown as that job.
        """
        batched = sight.order == "batches"
        key = (id(shelf.past), version, sight)
        if key != self._groups_key:
            accepted = (job for job in shelf.past.values() if accepts(job, sight))
            self._groups = _groups(accepted) if batched else {job.id: [job] for job in accepted}
            self._groups_key, self._key = key, ()
        live = list(shelf.live.values())
        if not sight.is_whole:
            live = [job for job in live if accepts(job, sight)]
        if not batched:
            return _flat(live, sight.order) + self._tail(shelf, opened, frozenset(), "", now)
        groups = _groups(live)
        shared = frozenset(groups.keys() & self._groups.keys())
        for name in shared:
            groups[name] = groups[name] + self._groups[name]
        head, day = _live_lines(groups, shelf, opened, now)
        return head + self._tail(shelf, opened, shared, day, now)

    def _tail(
        self, shelf: Shelf, opened: frozenset[str], hidden: frozenset[str], day: str, now: float
    ) -> tuple[Line, ...]:
        """The lines of the past under the headings of their days (`day` is the last one above; empty: none).

        Without `hidden` groups: they stand above, because some of them is held.
        """
        key = (opened & self._groups.keys(), hidden, day, _day(now))
        if key != self._key:
            self._key = key
            groups = ((name, jobs) for name, jobs in self._groups.items() if name not in hidden)
            self._past = tuple(_past_lines(groups, shelf, opened, day, now))
        return self._past


def lines_of(
    shelf: Shelf, sight: Sight, *, opened: Collection[str] = (), now: float = 0.0
) -> tuple[Line, ...]:
    """The lines, made anew."""
    return Lines().make(shelf, sight, opened=frozenset(opened), now=now)


def _live_lines(
    groups: Mapping[str, list[Job]], shelf: Shelf, opened: Collection[str], now: float
) -> tuple[tuple[Line, ...], str]:
    """What is open in the order it runs, then what ended lately; and the day the last of that ended."""
    open_ones = [key for key, jobs in groups.items() if _is_open(key, jobs, shelf)]
    left = groups.keys() - set(open_ones)
    out: list[Line] = []
    for key in sorted(open_ones, key=lambda key: _turn(groups[key])):
        out += _group(key, groups[key], shelf, opened, now)
    ended = sorted(left, key=lambda key: (-_ended(groups[key]), key))
    day = _day(now)
    out += _past_lines(((key, groups[key]) for key in ended), shelf, opened, day, now)
    return tuple(out), _day(_ended(groups[ended[-1]])) if ended else day


def _past_lines(
    groups: Iterable[tuple[str, list[Job]]], shelf: Shelf, opened: Collection[str], day: str, now: float
) -> Iterable[Line]:
    for key, jobs in groups:
        at = _ended(jobs) if day else 0.0
        if day and _day(at) != day:
            day = _day(at)
            yield DayLine(f"day:{day}", day_words(at, now))
        yield from _group(key, jobs, shelf, opened, now)


def _ended(jobs: Sequence[Job]) -> float:
    """When the last of them ended."""
    return max(float(job.ended or 0.0) for job in jobs)


def _flat(live: Sequence[Job], order: str) -> tuple[Line, ...]:
    """Every job on its own line."""
    open_ones = [job for job in live if job.state not in ENDED]
    ended = [job for job in live if job.state in ENDED]
    if order == "start":
        open_ones.sort(key=next_to_run)
    else:
        open_ones.sort(key=lambda job: (-float(job.created or 0), -job.position))
    ended.sort(key=lambda job: -float(job.ended or 0))
    return tuple(_job_line(job.id) for job in [*open_ones, *ended])


def next_to_run(job: Job) -> tuple[int, int, int]:
    """Where a job stands in its lane's queue."""
    return (
        _RUNS_FIRST.get(job.state, 5),
        -job.priority,
        job.position,
    )


def _groups(jobs: Iterable[Job]) -> dict[str, list[Job]]:
    groups: dict[str, list[Job]] = {}
    for job in jobs:
        groups.setdefault(str(job.batch or job.id), []).append(job)
    return groups


def _is_open(key: str, jobs: Sequence[Job], shelf: Shelf) -> bool:
    """Whether some of it has not ended, even if what is looked at has."""
    batch = shelf.batches.get(key)
    return bool(batch and batch.open) or any(job.state not in ENDED for job in jobs)


def _turn(jobs: Sequence[Job]) -> tuple[int, int]:
    """The place of open work: by priority, then in the order of the queue. Stays while members end."""
    priority = max(job.priority for job in jobs)
    return (-priority, min(map(_POSITION, jobs)))


def _group(
    key: str, jobs: Sequence[Job], shelf: Shelf, opened: Collection[str], now: float
) -> Iterable[Line]:
    batch = shelf.batches.get(key)
    if len(jobs) == 1 and (batch is None or batch.jobs <= 1):
        return (_job_line(jobs[0].id),)
    members = sorted(jobs, key=_POSITION)
    head = batch_line(key, members, batch, key not in opened, shelf.ends.get(key), now)
    if head.folded:
        return (head,)
    return (head, *(_job_line(id, inside=True) for id in head.jobs))


def batch_line(
    key: str, jobs: Sequence[Job], batch: BatchView | None, folded: bool, end: float | None, now: float
) -> BatchLine:
    """The heading of a batch: counted by the queue where it said, else from the jobs that are known."""
    total = (batch.jobs if batch else 0) or len(jobs)
    done = batch.done if batch else sum(job.state == "done" for job in jobs)
    bad = batch.failed if batch else sum(job.state in BAD for job in jobs)
    still = batch.open if batch else sum(job.state not in ENDED for job in jobs)
    begun = sum(float(job.progress or 0.0) for job in jobs if job.state not in ENDED)
    if end is None and still:
        left = left_of(jobs)
        end = None if left is None else now + left
    return BatchLine(
        key,
        (batch.label if batch else "") or batch_title(jobs),
        done,
        total,
        min(1.0, (done + begun) / max(1, total)),
        end,
        bad,
        folded,
        still,
        bool(batch and batch.paused),
        tuple(job.id for job in jobs),
    )


def sight_words(sight: Sight, shelf: Shelf) -> str:
    """What is left out, for the header: `only failed · Scene 3, all shots · “rain”`; empty for nothing."""
    words = [] if sight.shown == "all" else [sight.shown]
    known = (*shelf.live.values(), *shelf.past.values()) if sight.batch or sight.shot else ()
    if sight.batch:
        members = [job for job in known if job.batch == sight.batch]
        batch = shelf.batches.get(sight.batch)
        words.append((batch.label if batch else "") or (batch_title(members) if members else "one batch"))
    if sight.shot:
        job = next((job for job in known if job.shot == sight.shot), None)
        words.append(f"the shot of {name_of(job)}" if job else "one shot")
    if sight.text:
        words.append(f"“{sight.text}”")
    return f"only {' · '.join(words)}" if words else ""


def _day(at: float) -> str:
    then = time.localtime(at)
    return f"{then.tm_year}-{then.tm_mon:02}-{then.tm_mday:02}"


def day_words(at: float, now: float) -> str:
    """`yesterday`, `Monday 16 November`, with the year when that is another one."""
    then = time.localtime(at)
    if _day(at) == _day(now - 86_400):
        return "yesterday"
    day = f"{time.strftime('%A', then)} {then.tm_mday} {time.strftime('%B', then)}"
    return day if then.tm_year == time.localtime(now).tm_year else f"{day} {then.tm_year}"
