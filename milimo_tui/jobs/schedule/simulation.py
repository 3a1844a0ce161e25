"""A simulation of the queue: which worker starts which job at what time. The simulation uses the real
scheduling rules and measured durations. Pure.

The first `HEAD` starts are simulated exactly. For later jobs, the work of each lane is divided among its
workers in order, which is fast even for tens of thousands of jobs. The time to load models is not counted. If
the duration of a job is unknown (a pause, or work that was never measured), the times of everything that
depends on it are unknown too.
"""

from __future__ import annotations

import heapq
from bisect import insort
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from milimo_tui.jobs.schedule import schedule
from milimo_tui.jobs.schedule.schedule import Candidate, FreeWorker, get_queue_order_key, limit_lookahead
from milimo_tui.jobs.schedule.timings import MeasuredPaces
from milimo_tui.jobs.values.states import IN_LINE, JobState
from milimo_tui.store.jobs.studio_values import UnfinishedJob

HEAD = 250  # The number of job starts that are simulated exactly.
# Maximum number of ready jobs that are inserted into the sorted queue one by one. For more jobs, sorting the
# whole queue is faster.
FEW = 20

OCCUPYING = (JobState.RUNNING, JobState.CANCELLING)


@dataclass(frozen=True, slots=True)
class QueueSnapshot:
    """The state of the queue at the time `now` (seconds since 1970).

    - `workers` are all workers of this machine, including busy workers.
    - `needs` lists, for each job, the unfinished jobs that it waits for.
    - `shut` names the lanes that start nothing; `paused` names the paused batches.
    - `passed` is the number of times that the schedule has passed over each job.
    """

    now: float
    workers: Sequence[FreeWorker]
    jobs: Sequence[UnfinishedJob]
    needs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    shut: Collection[str] = ()
    paused: Collection[str] = ()
    measured: MeasuredPaces = field(default_factory=MeasuredPaces)
    passed: Mapping[str, int] = field(default_factory=dict)


class JobSpan(NamedTuple):
    """The predicted start and end of a job in seconds since 1970; None if unknown. `worker` is the worker
    that starts the job; it is empty if the times are only approximate.
    """

    start: float | None
    end: float | None
    worker: str = ""


UNKNOWN = JobSpan(None, None)


def simulate_queue(snapshot: QueueSnapshot, head: int = HEAD) -> dict[str, JobSpan]:
    """Return the start and end of every job by its id. The first `head` starts are simulated exactly."""
    simulation = _Simulation(snapshot)
    simulation.play_starts(head)
    simulation.sum_up_rest()
    return simulation.found


class _Simulation:
    """A running simulation of the queue, which proceeds from event to event. `found` collects the results by
    job id.
    """

    def __init__(self, snapshot: QueueSnapshot) -> None:
        self._snapshot = snapshot
        self._jobs = {job.id: job for job in snapshot.jobs}
        self.found = dict.fromkeys(self._jobs, UNKNOWN)
        self._missing = {job: len(needs) for job, needs in snapshot.needs.items()}
        self._dependants: dict[str, list[str]] = {}
        for job, needs in snapshot.needs.items():
            for other in needs:
                self._dependants.setdefault(other, []).append(job)
        self._ready_at: dict[str, float] = {}
        # Tuples of time, job id and worker id: at this time either the job becomes ready or the worker
        # becomes free.
        self._events: list[tuple[float, str, str]] = []
        # Lane → the jobs that are ready to start, in the order of the queue.
        self._lines: dict[str, list[Candidate]] = {}
        self._free: dict[str, FreeWorker] = {}
        self._passed: Mapping[str, int] = snapshot.passed
        self._slots = Counter(worker.lane for worker in snapshot.workers)
        self._unstarted: set[str] = set()
        self._busy: dict[str, float] = {}  # Worker id → the time at which the worker is free again.
        self._set_up_events()

    def _set_up_events(self) -> None:
        """Build the first events from the running jobs, the free workers and the jobs that can start."""
        now = self._snapshot.now
        busy: dict[str, float | None] = {}
        for job in sorted(self._snapshot.jobs, key=lambda job: job.began or now):
            if job.state in OCCUPYING:
                end = self._predict_running_end(job, busy.get(job.worker, now))
                busy[job.worker] = end
                self.found[job.id] = JobSpan(job.began, end, job.worker)
            elif job.state == JobState.PUBLISHING:
                self.found[job.id] = JobSpan(now, None if job.reason else now)
            elif self._can_start_later(job):
                self._unstarted.add(job.id)
                after = max(now, job.not_before or now, (job.due or now) if job.state == "retrying" else now)
                self._ready_at[job.id] = after
                if not self._missing.get(job.id):
                    self._events.append((after, job.id, ""))
        for worker in self._snapshot.workers:
            if worker.lane in self._snapshot.shut:
                continue
            if worker.id not in busy:
                self._free[worker.id] = worker
                continue
            end = busy[worker.id]
            if end is not None:
                self._busy[worker.id] = end
                self._events.append((end, "", worker.id))
        self._workers = {worker.id: worker for worker in self._snapshot.workers}
        heapq.heapify(self._events)
        for job in self._snapshot.jobs:
            if job.id not in self._unstarted:
                self._release_dependants(job.id)

    def _can_start_later(self, job: UnfinishedJob) -> bool:
        return (
            job.state in IN_LINE
            and job.lane not in self._snapshot.shut
            and (not job.batch or job.batch not in self._snapshot.paused)
        )

    def _predict_running_end(self, job: UnfinishedJob, after: float | None) -> float | None:
        """Return the time at which a running job is expected to end; None if unknown.

        The time follows from the job's estimated remaining duration. It is never before the expected end of
        the job's current stage. `after` is the time at which the worker finishes an earlier job; None if that
        is unknown.
        """
        now = self._snapshot.now
        if job.state == JobState.CANCELLING:
            return now
        if after is None or (job.batch and job.batch in self._snapshot.paused):
            return None
        seconds = self._snapshot.measured.predict_seconds(job.workload, job.units)
        # This job was prefetched and has not begun: it starts when the worker's present job ends.
        if after > now:
            return None if seconds is None else after + seconds
        left = [] if seconds is None else [seconds - (now - (job.began or now))]
        left += [] if job.eta is None else [job.eta]
        return now + max(0.0, *left) if left else None

    def _release_dependants(self, id: str) -> None:
        """Make the jobs that depend on job `id` ready at the time when it ends. If that time is unknown, they
        never become ready.
        """
        end = self.found[id].end
        for dependant in self._dependants.get(id, ()):
            if end is None or dependant not in self._ready_at:
                continue
            self._ready_at[dependant] = max(self._ready_at[dependant], end)
            self._missing[dependant] -= 1
            if not self._missing[dependant]:
                heapq.heappush(self._events, (self._ready_at[dependant], dependant, ""))

    def play_starts(self, starts: int) -> None:
        """Start jobs by the rules of the schedule, until `starts` jobs have started or no job can start any
        more.
        """
        now = self._snapshot.now
        while starts > 0:
            ready: dict[str, list[Candidate]] = {}
            while self._events and self._events[0][0] <= now:
                _, job, worker = heapq.heappop(self._events)
                if worker:
                    self._free[worker] = self._workers[worker]
                    self._busy.pop(worker, None)
                else:
                    candidate = _build_candidate(self._jobs[job])
                    ready.setdefault(candidate.lane, []).append(candidate)
            for lane, several in ready.items():
                self._insert_into_line(self._lines.setdefault(lane, []), several)
            starts -= self._assign_free_workers(now)
            if not self._events:
                return
            now = max(now, self._events[0][0])

    def _insert_into_line(self, line: list[Candidate], several: list[Candidate]) -> None:
        """Insert jobs that are ready into the list `line`, which is sorted in queue order. A few jobs are
        inserted one by one. For many jobs, the complete list is sorted again.
        """
        if len(several) > FEW:
            line += several
            line.sort(key=get_queue_order_key)
            return
        for candidate in several:
            insort(line, candidate, key=get_queue_order_key)

    def _assign_free_workers(self, now: float) -> int:
        """Start jobs on the free workers at the time `now`. Return the number of started jobs."""
        heads = [
            candidate
            for lane in {worker.lane for worker in self._free.values()}
            for candidate in self._lines.get(lane, ())[: limit_lookahead(self._slots[lane])]
        ]
        if not heads:
            return 0
        choice = schedule.assign_jobs(
            schedule.ScheduleSnapshot(list(self._free.values()), heads, self._passed, self._slots)
        )
        self._passed = choice.passed
        for worker, job in choice.pairs:
            self._start_simulated_job(self._free.pop(worker), self._jobs[job], now)
        return len(choice.pairs)

    def _start_simulated_job(self, worker: FreeWorker, job: UnfinishedJob, now: float) -> None:
        line = self._lines[worker.lane]
        line.pop(next(place for place, candidate in enumerate(line) if candidate.id == job.id))
        self._workers[worker.id] = replace(worker, loaded=job.needs_loaded, warm=True)
        seconds = self._snapshot.measured.predict_seconds(job.workload, job.units)
        end = None if seconds is None else now + seconds
        self._set_span(job.id, JobSpan(now, end, worker.id))
        if end is not None:
            self._busy[worker.id] = end
            heapq.heappush(self._events, (end, "", worker.id))

    def _set_span(self, id: str, span: JobSpan) -> None:
        self.found[id] = span
        self._unstarted.discard(id)
        self._release_dependants(id)

    def sum_up_rest(self) -> None:
        """Give approximate times to the jobs that were not simulated exactly. The work of each lane is
        divided, in the order of the queue, among those workers of the lane whose next free time is known.
        """
        lanes: dict[str, _LaneCapacity] = {}
        at = max((span.start or 0.0 for span in self.found.values()), default=self._snapshot.now)
        at = max(at, self._snapshot.now)
        for worker in self._snapshot.workers:
            if worker.id in self._free or worker.id in self._busy:
                lanes.setdefault(worker.lane, _LaneCapacity()).add_free_worker(
                    max(at, self._busy.get(worker.id, at))
                )
        rest = [self._jobs[id] for id in self._unstarted]
        rest.sort(key=lambda job: (job.priority, -job.position, job.id))
        put_off: set[str] = set()
        while rest:
            job = rest.pop()
            if self._missing.get(job.id):
                # A job that this job waits for has no end time yet. As soon as all of them have one, this job
                # is tried again. If one never gets a time, this job's times stay unknown.
                put_off.add(job.id)
                continue
            lane = lanes.get(job.lane)
            seconds = self._snapshot.measured.predict_seconds(job.workload, job.units)
            self._set_span(job.id, lane.reserve_time(self._ready_at[job.id], seconds) if lane else UNKNOWN)
            for other in self._dependants.get(job.id, ()):
                if other in put_off and not self._missing[other]:
                    put_off.discard(other)
                    rest.append(self._jobs[other])


def _build_candidate(job: UnfinishedJob) -> Candidate:
    return Candidate(job.id, job.lane, job.priority, job.position, job.needs_loaded, job.batch)


class _LaneCapacity:
    """The times at which the workers of one lane become free."""

    def __init__(self) -> None:
        self._free: list[float] = []

    def add_free_worker(self, free: float) -> None:
        self._free.append(free)

    def reserve_time(self, ready: float, seconds: float | None) -> JobSpan:
        """Reserve time on the worker that is free first, and return the start and end of the job.

        `ready` is the earliest start. The time until `ready` is not reserved, because other jobs can use it.
        A job of unknown duration occupies its worker forever.
        """
        if not self._free:
            return UNKNOWN
        free = heapq.heappop(self._free)
        start = max(free, ready)
        if seconds is None:
            return JobSpan(start, None)
        heapq.heappush(self._free, free + seconds)
        return JobSpan(start, start + seconds)
