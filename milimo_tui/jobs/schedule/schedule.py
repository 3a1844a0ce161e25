"""Which queued job goes to which free worker: a pure function over a snapshot.

Priority, then what is loaded already (affinity), then the order of the queue; and no job is passed over more
than `PASSES` times, on a lane of many workers so many times for each. Batches have no turns of their own:
within a priority it is first come, first served, so that a batch ends when it was foretold, not later for
each that is queued behind it; who wants another first moves it or gives it a priority.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

PASSES = 4  # how often affinity may let younger jobs of the same priority go before a job
LINE = 64  # how far into a lane's queue it is worth looking
REMEMBERED = 1000  # counts of jobs out of sight (in other lanes, further back) that are kept


MANY = 8  # workers of a lane from which it counts how many there are
FURTHEST = 256


def patience(workers: int) -> int:
    """How often a job may be passed over on a lane of so many: there they pass in no time, and what it needs
    is soon free somewhere. Counted once for all, a cluster would load models all day.
    """
    return PASSES * workers if workers >= MANY else PASSES


def reach(workers: int) -> int:
    """How far into the queue of a lane of so many it is worth looking."""
    return max(LINE, min(workers, FURTHEST))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A queued job that may begin. `needs_loaded` names what its engine has to have in memory."""

    id: str
    lane: str
    priority: int
    position: int
    needs_loaded: str
    batch: str = ""


@dataclass(frozen=True, slots=True)
class Free:
    """A worker that could take a job now. `loaded` is empty when it has not run anything yet."""

    id: str
    lane: str
    loaded: str = ""
    warm: bool = False  # its process runs


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`jobs` may be the head of each lane's queue only, if there are as many as its free workers."""

    workers: Sequence[Free]
    jobs: Sequence[Candidate]
    passed: Mapping[str, int] = field(default_factory=dict)  # times a job was passed over
    slots: Mapping[str, int] = field(default_factory=dict)  # by lane, of workers, those at work too (one)
    unfit: Mapping[str, Collection[str]] = field(default_factory=dict)  # by job, workers that can't do it


@dataclass(frozen=True, slots=True)
class Choice:
    """(worker, job) pairs, and the new counts of those passed over."""

    pairs: tuple[tuple[str, str], ...]
    passed: Mapping[str, int]


def choose(snapshot: Snapshot) -> Choice:
    """Give every free worker the job that suits it best.

    Those begun have the priorities that the first in the queue have: affinity decides among equals only.
    """
    passed = dict(snapshot.passed)
    pairs: list[tuple[str, str]] = []
    for lane in sorted({worker.lane for worker in snapshot.workers}):
        line = sorted((job for job in snapshot.jobs if job.lane == lane), key=in_order)
        if line:
            # Who has nothing to lose by it takes what suits nobody: a process that runs, then a new one.
            free = sorted(
                (worker for worker in snapshot.workers if worker.lane == lane),
                key=lambda worker: (bool(worker.loaded), not worker.warm, worker.id),
            )
            most = patience(snapshot.slots.get(lane, 1))
            pairs += _Round(line, passed, snapshot.unfit, most).pairs(free)
    if len(passed) > REMEMBERED:
        known = {job.id for job in snapshot.jobs}
        passed = {id: times for id, times in passed.items() if id in known}
    return Choice(tuple(pairs), passed)


def in_order(job: Candidate) -> tuple[int, int, str]:
    """The order of the queue: priority, place, id."""
    return -job.priority, job.position, job.id


class _Round:
    """One lane's round: `line` shrinks and `passed` is counted up as jobs are taken."""

    def __init__(
        self,
        line: list[Candidate],
        passed: dict[str, int],
        unfit: Mapping[str, Collection[str]],
        most: int,
    ) -> None:
        self._line = line
        self._passed = passed
        self._unfit = unfit
        self._most = most

    def pairs(self, free: list[Free]) -> list[tuple[str, str]]:
        """Jobs for these workers, as many as there are of both."""
        left = list(free)
        found: list[tuple[str, str]] = []

        def give(worker: Free, job: Candidate) -> None:
            left.remove(worker)
            found.append((worker.id, self._take(job)))

        # The first jobs begin in any case: each where what it needs is loaded.
        for job in self._line[: len(free)]:
            for worker in left:
                if worker.loaded == job.needs_loaded and self._fits(worker, job):
                    give(worker, job)
                    break
        for worker in list(left):
            suiting = self._suiting(worker)
            if suiting:
                give(worker, suiting)
        for worker in list(left):
            first = next((job for job in self._line if self._fits(worker, job)), None)
            if first:
                give(worker, first)
        return found

    def _fits(self, worker: Free, job: Candidate) -> bool:
        return worker.id not in self._unfit.get(job.id, ())

    def _suiting(self, worker: Free) -> Candidate | None:
        """The first job that it has loaded, among those of the first one's priority that may go now."""
        for job in self._line if worker.loaded else ():
            if job.priority != self._line[0].priority:
                return None
            if job.needs_loaded == worker.loaded and self._fits(worker, job):
                return job
            if self._passed.get(job.id, 0) >= self._most:
                return None
        return None

    def _take(self, taken: Candidate) -> str:
        """Out of the line; those before it were passed over."""
        place = self._line.index(taken)
        for job in self._line[:place]:
            self._passed[job.id] = self._passed.get(job.id, 0) + 1
        del self._line[place]
        self._passed.pop(taken.id, None)
        return taken.id
