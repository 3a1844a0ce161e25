"""The assignment of queued jobs to free workers, as a pure function of a snapshot.

Jobs are ordered by priority, then by whether a worker has their model loaded already (affinity), then by
their position in the queue. No job is passed over more than `PASSES` times; on a lane with many workers, this
limit is multiplied by their number. Batches do not take turns: within a priority, the order is first come,
first served. A batch thus ends at its forecast time, however many batches are queued after it. A person who
wants another order moves a job or changes its priority.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

# The number of times that later jobs of the same priority may start before a job because their model is
# loaded.
PASSES = 4
LINE = 64  # The number of jobs at the head of a lane's queue that are considered for a free worker.
# Maximum number of stored pass counts (the number of times that a job was passed over). If there are more,
# the counts of jobs outside the snapshot are deleted.
REMEMBERED = 1000


# On a lane with at least this many workers, a job may be passed over more often, in proportion to the number
# of workers.
MANY = 8
FURTHEST = 256


def limit_passes(workers: int) -> int:
    """Return the number of times that a job may be passed over on a lane with `workers` workers.

    On a large lane jobs end often, so a worker with the right model is soon free. If the limit stayed fixed,
    the workers of a cluster would spend their time loading models.
    """
    return PASSES * workers if workers >= MANY else PASSES


def limit_lookahead(workers: int) -> int:
    """Return the number of jobs at the head of the queue that are considered for the free workers of a lane.
    `workers` is the number of all workers of the lane.
    """
    return max(LINE, min(workers, FURTHEST))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A queued job that may start now. `needs_loaded` names the model that its engine must have in memory.
    `position` is its place in the queue.
    """

    id: str
    lane: str
    priority: int
    position: int
    needs_loaded: str
    batch: str = ""


@dataclass(frozen=True, slots=True)
class FreeWorker:
    """A worker that can take a job now. `loaded` names the model in its memory; empty if the worker has not
    run a job yet.
    """

    id: str
    lane: str
    loaded: str = ""
    warm: bool = False  # True if the worker's process is running.


@dataclass(frozen=True, slots=True)
class ScheduleSnapshot:
    """The free workers and the jobs that can be assigned to them. For each lane (kind of worker), `jobs`
    needs to hold only the first jobs of the queue, at least as many as there are free workers.
    """

    workers: Sequence[FreeWorker]
    jobs: Sequence[Candidate]
    # Job id → the number of times that the job was passed over.
    passed: Mapping[str, int] = field(default_factory=dict)
    # Lane → the number of its workers, including busy workers. The default is 1.
    slots: Mapping[str, int] = field(default_factory=dict)
    # Job id → the workers that can't run the job.
    unfit: Mapping[str, Collection[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Assignment:
    """The result of an assignment. `pairs` are pairs of a worker id and a job id. `passed` is, for each job
    that was passed over, the new number of times.
    """

    pairs: tuple[tuple[str, str], ...]
    passed: Mapping[str, int]


def assign_jobs(snapshot: ScheduleSnapshot) -> Assignment:
    """Give every free worker the job that suits it best.

    Affinity decides only between jobs of the same priority, so a job never starts before a job of higher
    priority.
    """
    passed = dict(snapshot.passed)
    pairs: list[tuple[str, str]] = []
    for lane in sorted({worker.lane for worker in snapshot.workers}):
        line = sorted((job for job in snapshot.jobs if job.lane == lane), key=get_queue_order_key)
        if line:
            # A job whose model no worker has loaded goes to a worker without a model: first to a running
            # process, then to a process that must be started.
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
    """Return the sort key of a job in the queue: priority (highest first), position, id."""
    return -job.priority, job.position, job.id


class _LaneRound:
    """The assignment of one lane's jobs. Assigned jobs are removed from `line`, and the counts in `passed`
    grow for the jobs that are passed over.
    """

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
        """Assign jobs to the free workers until no worker or no job is left. Return pairs of worker id and
        job id.
        """
        left = list(free)
        found: list[tuple[str, str]] = []

        def give(worker: FreeWorker, job: Candidate) -> None:
            left.remove(worker)
            found.append((worker.id, self._take_from_line(job)))

        # The first jobs in the queue start in any case. Each of them goes to a worker that has its model
        # loaded, if there is one.
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
        """Return the first waiting job that needs the model which the worker has loaded; None if there is
        none.

        Only jobs of the highest waiting priority are considered. The search also ends at a job that was
        already passed over as often as allowed.
        """
        for job in self._line if worker.loaded else ():
            if job.priority != self._line[0].priority:
                return None
            if job.needs_loaded == worker.loaded and self._can_run(worker, job):
                return job
            if self._passed.get(job.id, 0) >= self._most:
                return None
        return None

    def _take_from_line(self, candidate: Candidate) -> str:
        """Remove a job from the waiting jobs and return its id. All jobs before it count as passed over once
        more.
        """
        place = self._line.index(candidate)
        for job in self._line[:place]:
            self._passed[job.id] = self._passed.get(job.id, 0) + 1
        del self._line[place]
        self._passed.pop(candidate.id, None)
        return candidate.id
