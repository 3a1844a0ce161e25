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
from milimo_tui.jobs.schedule.schedule import Candidate, Free, in_order, reach
from milimo_tui.jobs.schedule.timings import Measured
from milimo_tui.jobs.values.states import State
from milimo_tui.store.jobs.studio_values import AheadJob

HEAD = 250  # the number of starts that are simulated exactly
FEW = 20  # the number of jobs up to which each is inserted into a line singly

OCCUPYING = (State.RUNNING, State.CANCELLING)
COMING = (State.QUEUED, State.WAITING, State.RETRYING)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The queue at `now` (seconds since 1970). `workers` are all workers of this machine, busy ones included.

    `needs` gives the jobs that a job waits for and that have not ended; `shut` names lanes that start
    nothing; `paused` names batches. `passed` is how often the schedule has passed each job over.
    """

    now: float
    workers: Sequence[Free]
    jobs: Sequence[AheadJob]
    needs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    shut: Collection[str] = ()
    paused: Collection[str] = ()
    measured: Measured = field(default_factory=Measured)
    passed: Mapping[str, int] = field(default_factory=dict)


class Span(NamedTuple):
    """The start and end of a job, None if unknown; `worker` is known for exactly simulated starts only."""

    start: float | None
    end: float | None
    worker: str = ""


UNKNOWN = Span(None, None)


def spans(snapshot: Snapshot, head: int = HEAD) -> dict[str, Span]:
    """Return when each job begins and ends."""
    simulation = _Simulation(snapshot)
    simulation.play(head)
    simulation.sum_up()
    return simulation.found


class _Simulation:
    """A running simulation of the queue. `found` grows; time advances from event to event."""

    def __init__(self, snapshot: Snapshot) -> None:
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
        self._free: dict[str, Free] = {}
        self._passed: Mapping[str, int] = snapshot.passed
        self._slots = Counter(worker.lane for worker in snapshot.workers)
        self._unstarted: set[str] = set()
        self._busy: dict[str, float] = {}  # worker → time when it is free again
        self._begin()

    def _begin(self) -> None:
        """Collect the running jobs, the free workers and the jobs that can start."""
        now = self._snapshot.now
        busy: dict[str, float | None] = {}
        for job in sorted(self._snapshot.jobs, key=lambda job: job.began or now):
            if job.state in OCCUPYING:
                end = self._end_of_running(job, busy.get(job.worker, now))
                busy[job.worker] = end
                self.found[job.id] = Span(job.began, end, job.worker)
            elif job.state == State.PUBLISHING:
                self.found[job.id] = Span(now, None if job.reason else now)
            elif self._can_come(job):
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
                self._resolve(job.id)

    def _can_come(self, job: AheadJob) -> bool:
        return (
            job.state in COMING
            and job.lane not in self._snapshot.shut
            and (not job.batch or job.batch not in self._snapshot.paused)
        )

    def _end_of_running(self, job: AheadJob, after: float | None) -> float | None:
        """Return when a running job ends: by the rest of its estimate, but not before its current stage is
        expected to end.
        """
        now = self._snapshot.now
        if job.state == State.CANCELLING:
            return now
        if after is None or (job.batch and job.batch in self._snapshot.paused):
            return None
        seconds = self._snapshot.measured.seconds(job.workload, job.units)
        if after > now:  # prefetched together with the job before it
            return None if seconds is None else after + seconds
        left = [] if seconds is None else [seconds - (now - (job.began or now))]
        left += [] if job.eta is None else [job.eta]
        return now + max(0.0, *left) if left else None

    def _resolve(self, id: str) -> None:
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

    def play(self, starts: int) -> None:
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
                    candidate = _candidate(self._jobs[job])
                    ready.setdefault(candidate.lane, []).append(candidate)
            for lane, several in ready.items():
                self._line_up(self._lines.setdefault(lane, []), several)
            starts -= self._assign(now)
            if not self._events:
                return
            now = max(now, self._events[0][0])

    def _line_up(self, line: list[Candidate], several: list[Candidate]) -> None:
        """Insert ready jobs into a line: one by one, or all at once if that is less work."""
        if len(several) > FEW:
            line += several
            line.sort(key=in_order)
            return
        for candidate in several:
            insort(line, candidate, key=in_order)

    def _assign(self, now: float) -> int:
        """Give jobs to the free workers; return how many jobs began."""
        heads = [
            candidate
            for lane in {worker.lane for worker in self._free.values()}
            for candidate in self._lines.get(lane, ())[: reach(self._slots[lane])]
        ]
        if not heads:
            return 0
        choice = schedule.choose(
            schedule.Snapshot(list(self._free.values()), heads, self._passed, self._slots)
        )
        self._passed = choice.passed
        for worker, job in choice.pairs:
            self._start(self._free.pop(worker), self._jobs[job], now)
        return len(choice.pairs)

    def _start(self, worker: Free, job: AheadJob, now: float) -> None:
        line = self._lines[worker.lane]
        line.pop(next(place for place, candidate in enumerate(line) if candidate.id == job.id))
        self._workers[worker.id] = replace(worker, loaded=job.needs_loaded, warm=True)
        seconds = self._snapshot.measured.seconds(job.workload, job.units)
        end = None if seconds is None else now + seconds
        self._set(job.id, Span(now, end, worker.id))
        if end is not None:
            self._busy[worker.id] = end
            heapq.heappush(self._events, (end, "", worker.id))

    def _set(self, id: str, span: Span) -> None:
        self.found[id] = span
        self._unstarted.discard(id)
        self._resolve(id)

    # The summed-up rest

    def sum_up(self) -> None:
        """Place the remaining jobs: each lane's work in order, shared by the workers that become free at a
        known time.
        """
        lanes: dict[str, _Lane] = {}
        at = max((span.start or 0.0 for span in self.found.values()), default=self._snapshot.now)
        at = max(at, self._snapshot.now)
        for worker in self._snapshot.workers:
            if worker.id in self._free or worker.id in self._busy:
                lanes.setdefault(worker.lane, _Lane()).add(max(at, self._busy.get(worker.id, at)))
        rest = [self._jobs[id] for id in self._unstarted]
        rest.sort(key=lambda job: (job.priority, -job.position, job.id))
        put_off: set[str] = set()
        while rest:
            job = rest.pop()
            if self._missing.get(job.id):
                put_off.add(job.id)  # until the jobs that it waits for are placed, if they ever are
                continue
            lane = lanes.get(job.lane)
            seconds = self._snapshot.measured.seconds(job.workload, job.units)
            self._set(job.id, lane.take(self._ready_at[job.id], seconds) if lane else UNKNOWN)
            for other in self._dependants.get(job.id, ()):
                if other in put_off and not self._missing[other]:
                    put_off.discard(other)
                    rest.append(self._jobs[other])


def _candidate(job: AheadJob) -> Candidate:
    return Candidate(job.id, job.lane, job.priority, job.position, job.needs_loaded, job.batch)


class _Lane:
    """The workers of a lane, by the times when they are free."""

    def __init__(self) -> None:
        self._free: list[float] = []

    def add(self, free: float) -> None:
        self._free.append(free)

    def take(self, ready: float, seconds: float | None) -> Span:
        """Return the time span for a job on the worker that is free first.

        A job that becomes ready later delays no other job. A job of unknown length occupies its worker for
        good.
        """
        if not self._free:
            return UNKNOWN
        free = heapq.heappop(self._free)
        start = max(free, ready)
        if seconds is None:
            return Span(start, None)
        heapq.heappush(self._free, free + seconds)
        return Span(start, start + seconds)
