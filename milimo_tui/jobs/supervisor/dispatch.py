"""Dispatch: brings queued jobs to workers, and stops those it is asked to. Lives on the supervisor's loop.

Owns the workers, what blocks a lane, how often a job was passed over. What becomes of an attempt: `outcomes`.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

from milimo_tui.core.errors import Conflict, DiskFull, Failed
from milimo_tui.core.host import HOST
from milimo_tui.core.paths import Home
from milimo_tui.core.settings import Settings
from milimo_tui.core.wire_json import load
from milimo_tui.jobs.machine.lanes import GPU, Slot
from milimo_tui.jobs.queue.ledger import called
from milimo_tui.jobs.queue.prefetch import BACKLOG, PATIENCE
from milimo_tui.jobs.queue.publishing import Publisher, workspace_of
from milimo_tui.jobs.queue.queue import Queue
from milimo_tui.jobs.schedule.schedule import Candidate, Free, Snapshot, choose, reach
from milimo_tui.jobs.standing.quota_watch import QuotaWatch
from milimo_tui.jobs.supervisor.lane_blocks import LaneBlocks
from milimo_tui.jobs.supervisor.machines import Machines, ThisMachine
from milimo_tui.jobs.supervisor.outcomes import Outcomes
from milimo_tui.jobs.supervisor.progress_notes import ProgressNotes
from milimo_tui.jobs.supervisor.worker_manager import Running, WorkerManager, WorkerSlot
from milimo_tui.jobs.supervisor.worker_pool import LocalPool, MakePool
from milimo_tui.jobs.values import retry_policy
from milimo_tui.jobs.values.states import ENDED, State, Trigger
from milimo_tui.jobs.worker.job_log import JobLogs
from milimo_tui.store.jobs.job_rows import UNCOUNTED_LANE
from milimo_tui.store.jobs.studio_values import Job, QueuedJob


def workload_of(job: Job) -> str:
    """What its pace is known by."""
    return job.workload or f"{job.kind}/{job.engine}"


def affinity_of(job: Job | QueuedJob) -> str:
    """What has to be loaded for it."""
    return job.affinity or job.engine


class Dispatch:
    """`on_change` is called whenever work began or ended, for who waits for quiet."""

    def __init__(
        self,
        home: Home,
        queue: Queue,
        publisher: Publisher,
        settings: Settings,
        slots: Sequence[Slot],
        on_change: Callable[[], None],
        make_pool: MakePool = LocalPool,
        has_left: Callable[[], bool] = lambda: False,
        machines: Machines | None = None,
        quotas: QuotaWatch | None = None,
    ) -> None:
        self._home = home
        self._logs = JobLogs(home)
        self._queue = queue
        self._publisher = publisher
        self._settings = settings
        self._on_change = on_change
        self.machines = machines or ThisMachine()
        self._has_left = has_left  # the home is not at its place any more
        self.is_open = True  # claims are made; off while draining
        self._quotas = quotas
        self.blocks = LaneBlocks(queue, self._has_room, lambda: quotas.home_problem if quotas else "")
        progress = ProgressNotes(queue, lambda job: self.workers.attempt_of(job) is not None)
        self.outcomes = Outcomes(home, queue, publisher, self.blocks, progress, on_change, has_left)
        self.workers = WorkerManager(
            queue, settings, slots, self.outcomes, make_pool, why_ended=self.machines.why_ended
        )
        self._passed: dict[str, int] = {}
        self._is_patient = False

    @property
    def passed(self) -> Mapping[str, int]:
        """How often the schedule has passed jobs over."""
        return self._passed

    def meet(self) -> None:
        """Have the slots of other machines that are there now, and no others; they get work."""
        self.workers.meet(self.machines.slots())
        self.assign()

    # Claims

    def assign(self) -> None:
        """Claim jobs for workers that are free, in the change under way or in one of its own."""
        if self.is_open:
            with self._queue.joined():
                self._assign()

    def _assign(self) -> None:
        shut = self._queue.file.paused_lanes().keys() | self.blocks.reasons.keys()
        free: list[Free] = []
        cold: list[WorkerSlot] = []
        for id, worker in self.workers.slots.items():
            if worker.ahead and (worker.slot.lane in shut or self._is_outranked(worker)):
                self.workers.call_back(worker)
            if worker.running or worker.leaving or worker.slot.lane in shut:
                continue
            warm = self.workers.is_warm(worker)
            if warm or self.machines.is_ready(worker.slot):
                free.append(Free(id, worker.slot.lane, worker.suits, warm))
            else:
                cold.append(worker)
        line = self._line(sorted({worker.lane for worker in free} | {worker.slot.lane for worker in cold}))
        if line:
            choice = choose(Snapshot(free, line, self._passed, self._slots(), self._unfit(line, free)))
            self._passed = dict(choice.passed)
            for id, job in choice.pairs:
                self._begin(self.workers.slots[id], self._queue.get(job))
            self._prepare(cold, line, {job for _, job in choice.pairs})
            self._on_change()
        for worker in map(self.workers.slots.__getitem__, sorted(self.outcomes.done_in_turn)):
            if worker.running and not worker.leaving and worker.slot.lane not in shut:
                self._hand_over_ahead(worker, worker.running)
        self.outcomes.done_in_turn.clear()
        if self._settings.foresight:
            self._foresee(shut)

    def _unfit(self, line: Sequence[Candidate], free: Sequence[Free]) -> dict[str, frozenset[str]]:
        """For each job, the workers on other machines' cards that can't do it."""
        remote = [self.workers.slots[worker.id].slot for worker in free]
        remote = [slot for slot in remote if slot.node and slot.share]
        if not remote:
            return {}
        found = {}
        for job in line:
            if job.lane == GPU:
                spec = self._queue.spec_of(job.id)
                found[job.id] = frozenset(slot.id for slot in remote if self.machines.unfit(spec, slot))
        return found

    def unfit(self, job: Job) -> str:
        """Why no machine that is there can do a queued job; empty where one can."""
        slots = [worker.slot for worker in self.workers.slots.values() if worker.slot.lane == job.lane]
        if not slots or not all(slot.node and slot.share for slot in slots):
            return ""
        spec = self._queue.spec_of(job.id)
        reasons = [self.machines.unfit(spec, slot) for slot in slots]
        return "; ".join(dict.fromkeys(reasons)) if all(reasons) else ""

    def _prepare(self, cold: Sequence[WorkerSlot], line: Sequence[Candidate], begun: Collection[str]) -> None:
        """Get as many slots of other machines ready as there is work left for."""
        left = Counter(job.lane for job in line if job.id not in begun)
        for worker in cold:
            if left[worker.slot.lane] > 0:
                left[worker.slot.lane] -= 1
                self.machines.prepare(worker.slot)

    def _line(self, lanes: Sequence[str]) -> list[Candidate]:
        """The heads of those lanes."""
        if not lanes or not self._queue.file.has_queued(lanes):  # mostly so, and quick to see
            return []
        return [
            Candidate(job.id, job.lane, job.priority, job.position, affinity_of(job), job.batch)
            for lane in lanes
            for job in self._queue.file.line(lane, reach(self._slots()[lane]), HOST.now())
        ]

    def _slots(self) -> Counter[str]:
        """How many workers each lane has room for."""
        return Counter(worker.slot.lane for worker in self.workers.slots.values())

    def _is_outranked(self, worker: WorkerSlot) -> bool:
        """Whether a job came in whose priority is above those that stand in line at that worker."""
        return self._queue.file.is_outranked(worker.slot.lane, worker.ahead[0].priority, HOST.now())

    def _hand_over_ahead(self, worker: WorkerSlot, running: Running) -> None:
        """Whoever has just done a short job gets the next several at once, in their order."""
        room = self.outcomes.prefetch.room(running.workload)
        if room - len(worker.ahead) < min(BACKLOG, room // 2):
            return
        line = self._queue.file.line(worker.slot.lane, room, HOST.now())
        if len(line) < BACKLOG:
            return
        for queued in line[: room - len(worker.ahead)]:
            job = self._queue.get(queued.id)
            if (workload_of(job), affinity_of(job)) != (running.workload, running.affinity):
                break
            self._begin(worker, job)
        if worker.ahead and not self._is_patient:
            self._call_back_later()

    def _foresee(self, shut: Collection[str]) -> None:
        """Tell those whose job only decodes by now which would come next, were they free. It is no claim: the
        queue notes nothing, and whoever is free first gets the job.
        """
        looking = [worker for worker in self.workers.slots.values() if worker.foresees]
        looking = [worker for worker in looking if not worker.leaving and not worker.ahead]
        if not looking:
            return
        free = [Free(worker.slot.id, worker.slot.lane, worker.suits, True) for worker in looking]
        line = self._line(sorted({worker.slot.lane for worker in looking} - set(shut)))
        coming = dict(choose(Snapshot(free, line, self._passed, self._slots())).pairs)
        for worker in looking:
            job = coming.get(worker.slot.id, "")
            spec = self._queue.spec_of(job) if job else ""
            self.workers.foretell(worker, job if spec else "", spec)

    def _call_back_later(self) -> None:
        self._is_patient = True
        asyncio.get_running_loop().call_later(PATIENCE, self._call_back)

    def _call_back(self) -> None:
        """What stands behind a job that takes longer than it was thought to goes back into the queue."""
        self._is_patient = False
        now = time.monotonic()
        for worker in self.workers.slots.values():
            if worker.running and now - worker.running.began > PATIENCE:
                self.workers.call_back(worker)
        if any(worker.ahead for worker in self.workers.slots.values()):
            self._call_back_later()

    def _begin(self, worker: WorkerSlot, job: Job) -> None:
        """Claim a job for a worker, starting its process when there is none."""
        lane, workspace = worker.slot.lane, workspace_of(self._home, job)
        if lane in self.blocks.reasons or self._has_left():  # found while this round went on
            return
        if self._quotas and lane != UNCOUNTED_LANE and not self._quotas.is_counted(job.project):
            return  # it is counted first: the next round has it
        if job.project and not os.path.isdir(job.project):
            gone = Failed(f"its film is not there: {job.project}", "put it back, then milimo job retry")
            self._queue.cannot_start(job.id, gone)
            return
        try:
            self.blocks.require_room(job.project, workspace)
            self.workers.start(worker)
        except DiskFull as error:
            self.blocks.add(lane, error.message, workspace)
            return
        except OSError as error:
            if (
                not worker.slot.node
            ):  # of another machine that slot alone is out of use, until it is ready again
                self.blocks.rest(lane, f"no worker starts: {error.strerror or error}")
            return
        token = secrets.token_hex(8)
        try:
            attempt = self._queue.claim(job, worker.slot.id, token, self._settings.lease_seconds)
        except Failed as error:
            self._queue.cannot_start(job.id, error)
            if not worker.running:
                self.workers.rest(worker)
            return
        command = {
            "do": "run",
            "job": job.id,
            "attempt": attempt.number,
            "token": token,
            "spec": load(attempt.spec),
            "rung": job.rung,
            "workspace": str(workspace),
            "log": str(self._logs.path(job.id)),
            "worker": worker.slot.id,
        }
        now = time.monotonic()
        running = Running(
            job.id, token, now, now, workload_of(job), affinity_of(job), job.priority, job.engine
        )
        self.workers.hand_over(worker, running, command)

    def requeue_when_due(self, id: str) -> None:
        """Put a retrying job back in the queue when its time has come; soon, should the clock jump."""
        wait = max(0.0, (self._queue.get(id).due or 0.0) - HOST.now())
        asyncio.get_running_loop().call_later(min(wait, retry_policy.RETRY_SECONDS[-1]), self._requeue, id)

    def _requeue(self, id: str) -> None:
        if self._queue.get(id).state == State.RETRYING:
            self._queue.fire(id, Trigger.REQUEUE, State.QUEUED, due=None)

    def _has_room(self) -> None:
        """Nothing hinders any lane now: what could not be taken into its film for want of room can be."""
        for job in self._publisher.put_off():
            if job.error_kind == DiskFull.kind:
                self._publisher.take_in_again(job.id)
        self._on_change()

    # What clients ask of work that may run

    def cancel(self, id: str) -> Job:
        """Cancel a job; one that runs is asked to stop at its next step, after the grace its worker is ended.

        Raises Conflict for one that is being taken into its film.
        """
        job = self._queue.get(id)
        if job.state == State.CANCELLING or job.state in ENDED:
            return job
        if id in self._publisher.in_flight:
            raise Conflict(f"too late: {called(job)} is made and is being taken into the film")
        if job.state != State.RUNNING:
            return self._queue.cancel(id)
        job = self._queue.fire(job, Trigger.CANCEL, State.CANCELLING, reason="stopping", eta=None)
        attempt = self.workers.attempt_of(id)
        assert attempt, f"running job {id} has no worker"
        worker, running = attempt
        self.workers.send_command(worker, running, "cancel")
        self._escalate_later(worker, running)
        return job

    def _escalate_later(self, worker: WorkerSlot, running: Running) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(self._settings.grace_seconds, self._escalate, worker, running)

    def _escalate(self, worker: WorkerSlot, running: Running) -> None:
        if worker.running is running:
            self.workers.end(worker, "ended: it did not stop when cancelled")
        elif running in worker.ahead:  # what runs before it is not to suffer
            self._escalate_later(worker, running)

    def pause(self, id: str) -> None:
        """Ask a running job to yield at its next step."""
        attempt = self.workers.attempt_of(id)
        if attempt:
            self.workers.send_command(*attempt, "pause")

    def drain(self) -> None:
        """Claim no more; what has not begun goes back into the queue."""
        self.is_open = False
        for worker in self.workers.slots.values():
            self.workers.call_back(worker)

    def end_all(self) -> None:
        """End every worker; what runs goes back into the queue."""
        self.is_open = False
        self.workers.end_all()
