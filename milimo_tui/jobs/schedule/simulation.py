"""A simulation of the queue: which worker starts which job when, by the schedule itself and the measured
pace. Pure.

The first `HEAD` starts are exact. Later jobs are summed up: each lane's work, in order, shared by its
workers, which stays fast with tens of thousands of jobs. Loading models is not counted. An unknown duration
(a pause, work of a kind that was never measured) makes everything unknown that depends on it.
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

HEAD = 250  # the number of starts that are simulated exactly
FEW = 20  # the number of jobs up to which each is inserted into a line singly

OCCUPYING = (JobState.RUNNING, JobState.CANCELLING)


@dataclass(frozen=True, slots=True)
class QueueSnapshot:
    """The queue at `now` (seconds since 1970). `workers` are all workers of this machine, busy ones included.

    `needs` gives the jobs that a job waits for and that have not ended; `shut` names lanes that start
    nothing; `paused` names batches. `passed` is how often the schedule has passed each job over.
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
    """The start and end of a job, None if unknown; `worker` is known for exactly simulated starts only."""

    start: float | None
    end: float | None
    worker: str = ""


UNKNOWN = JobSpan(None, None)


def simulate_queue(snapshot: QueueSnapshot, head: int = HEAD) -> dict[str, JobSpan]:
    """Return when each job begins and ends."""
    simulation = _Simulation(snapshot)
    simulation.play_starts(head)
    simulation.sum_up_rest()
    return simulation.found


class _Simulation:
    """A running simulation of the queue. `found` grows; time advances from event to event."""

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
        self._events: list[tuple[float, str, str]] = []  # (time, job that is ready, or worker that is free)
        self._lines: dict[str, list[Candidate]] = {}  # by lane, the jobs that are ready, in order
        self._free: dict[str, FreeWorker] = {}
        self._passed: Mapping[str, int] = snapshot.passed
        self._slots = Counter(worker.lane for worker in snapshot.workers)
        self._unstarted: set[str] = set()
        self._busy: dict[str, float] = {}  # worker → time when it is free again
        self._set_up_events()

    def _set_up_events(self) -> None:
        """Collect the running jobs, the free workers and the jobs that can start."""
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
        """Return when a running job ends: by the rest of its estimate, but not before its current stage is
        expected to end.
        """
        now = self._snapshot.now
        if job.state == JobState.CANCELLING:
            return now
        if after is None or (job.batch and job.batch in self._snapshot.paused):
            return None
        seconds = self._snapshot.measured.predict_seconds(job.workload, job.units)
        if after > now:  # prefetched together with the job before it
            return None if seconds is None else after + seconds
        left = [] if seconds is None else [seconds - (now - (job.began or now))]
        left += [] if job.eta is None else [job.eta]
        return now + max(0.0, *left) if left else None

    def _release_dependants(self, id: str) -> None:
        """Release the jobs that wait for a job at the time when it ends; never if that time is unknown."""
        end = self.found[id].end
        for dependant in self._dependants.get(id, ()):
            if end is None or dependant not in self._ready_at:
                continue
            self._ready_at[dependant] = max(self._ready_at[dependant], end)
            self._missing[dependant] -= 1
            if not self._missing[dependant]:
                heapq.heappush(self._events, (self._ready_at[dependant], dependant, ""))

    # Exact simulation

    def play_starts(self, starts: int) -> None:
        """Start jobs as the schedule would, until `starts` jobs have started or none can start any more."""
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
        """Insert ready jobs into a line: one by one, or all at once if that is less work."""
        if len(several) > FEW:
            line += several
            line.sort(key=get_queue_order_key)
            return
        for candidate in several:
            insort(line, candidate, key=get_queue_order_key)

    def _assign_free_workers(self, now: float) -> int:
        """Give jobs to the free workers; return how many jobs began."""
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

    # The summed-up rest

    def sum_up_rest(self) -> None:
        """Place the remaining jobs: each lane's work in order, shared by the workers that become free at a
        known time.
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
                put_off.add(job.id)  # until the jobs that it waits for are placed, if they ever are
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
    """The workers of a lane, by the times when they are free."""

    def __init__(self) -> None:
        self._free: list[float] = []

    def add_free_worker(self, free: float) -> None:
        self._free.append(free)

    def reserve_time(self, ready: float, seconds: float | None) -> JobSpan:
        """Return the time span for a job on the worker that is free first.

        A job that becomes ready later delays no other job. A job of unknown length occupies its worker for
        good.
        """
        if not self._free:
            return UNKNOWN
        free = heapq.heappop(self._free)
        start = max(free, ready)
        if seconds is None:
            return JobSpan(start, None)
        heapq.heappush(self._free, free + seconds)
        return JobSpan(start, start + seconds)
