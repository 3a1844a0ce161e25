"""The assignment of queued jobs to free workers: a pure function over a snapshot.

The order is by priority, then by what a worker has loaded (affinity), then by position in the queue. No job
is passed over more than `PASSES` times, on a lane of many workers that many times for each worker. Batches do
not take turns: within a priority the order is first come, first served, so that a batch ends when it was
forecast to, not later with each batch queued after it. A person who wants another order moves a job or gives
it a priority.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

PASSES = 4  # how often affinity may let younger jobs of the same priority go before a job
LINE = 64  # the number of jobs at the head of a lane's queue that are considered
REMEMBERED = 1000  # the number of pass counts above which those of jobs outside the snapshot are dropped


MANY = 8  # the number of workers of a lane from which its limits grow with their number
FURTHEST = 256


def limit_passes(workers: int) -> int:
    """Return how often a job may be passed over on a lane of `workers` workers.

    On a large lane, jobs pass quickly and a worker with the right model is soon free. With a fixed limit, a
    cluster would load models all day.
    """
    return PASSES * workers if workers >= MANY else PASSES


def limit_lookahead(workers: int) -> int:
    """Return how many jobs at the head of the queue are considered on a lane of `workers` workers."""
    return max(LINE, min(workers, FURTHEST))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A queued job that may begin. `needs_loaded` names what its engine must have in memory."""

    id: str
    lane: str
    priority: int
    position: int
    needs_loaded: str
    batch: str = ""


@dataclass(frozen=True, slots=True)
class FreeWorker:
    """A worker that could take a job now. `loaded` is empty when the worker has not run a job yet."""

    id: str
    lane: str
    loaded: str = ""
    warm: bool = False  # its process is running


@dataclass(frozen=True, slots=True)
class ScheduleSnapshot:
    """The workers and jobs to assign. `jobs` may be only the head of each lane's queue, if at least as many
    as free workers.
    """

    workers: Sequence[FreeWorker]
    jobs: Sequence[Candidate]
    passed: Mapping[str, int] = field(default_factory=dict)  # times a job was passed over
    slots: Mapping[str, int] = field(default_factory=dict)  # workers by lane, busy ones included; default 1
    unfit: Mapping[str, Collection[str]] = field(default_factory=dict)  # by job, workers that can't do it


@dataclass(frozen=True, slots=True)
class Assignment:
    """The assignment as (worker, job) pairs, and the new counts of jobs that were passed over."""

    pairs: tuple[tuple[str, str], ...]
    passed: Mapping[str, int]


def assign_jobs(snapshot: ScheduleSnapshot) -> Assignment:
    """Give every free worker the job that suits it best.

    The jobs that begin have the priorities of the first jobs in the queue: affinity decides only among
    equals.
    """
    passed = dict(snapshot.passed)
    pairs: list[tuple[str, str]] = []
    for lane in sorted({worker.lane for worker in snapshot.workers}):
        line = sorted((job for job in snapshot.jobs if job.lane == lane), key=get_queue_order_key)
        if line:
            # Jobs that suit no worker go to workers with nothing loaded: first
            # running processes, then new ones.
            free = sorted(
                (worker for worker in snapshot.workers if worker.lane == lane),
                key=lambda worker: (bool(worker.loaded), not worker.warm, worker.id),
            )
            most = limit_passes(snapshot.slots.get(lane, 1))
            pairs += _LaneRound(line, passed, snapshot.unfit, most).pair_workers(free)
    if len(passed) > REMEMBERED:
        known = {job.id for job in snapshot.jobs}
        passed = {id: times for id, times in passed.items() if id in known}
    return Assignment(tuple(pairs), passed)


def get_queue_order_key(job: Candidate) -> tuple[int, int, str]:
    """Return the sort key of the queue: priority, position, id."""
    return -job.priority, job.position, job.id


class _LaneRound:
    """The assignment of one lane's jobs: `line` shrinks and `passed` counts up as jobs are taken."""

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

    def pair_workers(self, free: list[FreeWorker]) -> list[tuple[str, str]]:
        """Return pairs of these workers and jobs, as many as there are of both."""
        left = list(free)
        found: list[tuple[str, str]] = []

        def give(worker: FreeWorker, job: Candidate) -> None:
            left.remove(worker)
            found.append((worker.id, self._take_from_line(job)))

        # The first jobs begin in any case, so each goes to a worker that has its model loaded.
        for job in self._line[: len(free)]:
            for worker in left:
                if worker.loaded == job.needs_loaded and self._can_run(worker, job):
                    give(worker, job)
                    break
        for worker in list(left):
            suiting = self._find_loaded_job(worker)
            if suiting:
                give(worker, suiting)
        for worker in list(left):
            first = next((job for job in self._line if self._can_run(worker, job)), None)
            if first:
                give(worker, first)
        return found

    def _can_run(self, worker: FreeWorker, job: Candidate) -> bool:
        return worker.id not in self._unfit.get(job.id, ())

    def _find_loaded_job(self, worker: FreeWorker) -> Candidate | None:
        """Return the first job whose model the worker has loaded, among the jobs of the first one's priority
        that may go now.
        """
        for job in self._line if worker.loaded else ():
            if job.priority != self._line[0].priority:
                return None
            if job.needs_loaded == worker.loaded and self._can_run(worker, job):
                return job
            if self._passed.get(job.id, 0) >= self._most:
                return None
        return None

    def _take_from_line(self, taken: Candidate) -> str:
        """Remove a job from the line and return its id; the jobs before it were passed over."""
        place = self._line.index(taken)
        for job in self._line[:place]:
            self._passed[job.id] = self._passed.get(job.id, 0) + 1
        del self._line[place]
        self._passed.pop(taken.id, None)
        return taken.id
