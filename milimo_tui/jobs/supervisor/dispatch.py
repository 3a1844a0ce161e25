"""The dispatch: gives queued jobs to workers, and stops jobs on request. Lives on the supervisor's loop.

It owns the workers, the lane blocks and the pass counts of jobs. `outcomes` handles what attempts report.
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
    """Return the workload by which a job's pace is known."""
    return job.workload or f"{job.kind}/{job.engine}"


def affinity_of(job: Job | QueuedJob) -> str:
    """Return what must be loaded for a job."""
    return job.affinity or job.engine


class Dispatch:
    """The dispatch of one supervisor. `on_change` is called whenever work began or ended."""

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
        self._has_left = has_left  # True if the home was moved or removed
        self.is_open = True  # jobs are claimed; False while draining
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
        """The number of times that the schedule has passed over each job."""
        return self._passed

    def meet(self) -> None:
        """Adopt the slots that other machines have now, and give them work."""
        self.workers.meet(self.machines.slots())
        self.assign()

    # Claims

    def assign(self) -> None:
        """Claim jobs for free workers, in the running change or in a change of its own."""
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
        """Return for each job the workers on other machines' cards that can't run it."""
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
        """Return why no available machine can run a queued job; empty if one can."""
        slots = [worker.slot for worker in self.workers.slots.values() if worker.slot.lane == job.lane]
        if not slots or not all(slot.node and slot.share for slot in slots):
            return ""
        spec = self._queue.spec_of(job.id)
        reasons = [self.machines.unfit(spec, slot) for slot in slots]
        return "; ".join(dict.fromkeys(reasons)) if all(reasons) else ""

    def _prepare(self, cold: Sequence[WorkerSlot], line: Sequence[Candidate], begun: Collection[str]) -> None:
        """Prepare as many slots of other machines as there are jobs left for them."""
        left = Counter(job.lane for job in line if job.id not in begun)
        for worker in cold:
            if left[worker.slot.lane] > 0:
                left[worker.slot.lane] -= 1
                self.machines.prepare(worker.slot)

    def _line(self, lanes: Sequence[str]) -> list[Candidate]:
        """Return the first jobs in the queues of lanes."""
        if not lanes or not self._queue.file.has_queued(lanes):  # the most frequent case, and cheap to check
            return []
        return [
            Candidate(job.id, job.lane, job.priority, job.position, affinity_of(job), job.batch)
            for lane in lanes
            for job in self._queue.file.line(lane, reach(self._slots()[lane]), HOST.now())
        ]

    def _slots(self) -> Counter[str]:
        """Return the number of slots by lane."""
        return Counter(worker.slot.lane for worker in self.workers.slots.values())

    def _is_outranked(self, worker: WorkerSlot) -> bool:
        """Return True if a queued job has a higher priority than the jobs that wait at a worker."""
        return self._queue.file.is_outranked(worker.slot.lane, worker.ahead[0].priority, HOST.now())

    def _hand_over_ahead(self, worker: WorkerSlot, running: Running) -> None:
        """Give a worker that has just done a short job the next several jobs at once, in their order."""
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
        """Tell workers whose job is only decoding which job they would get next if they were free.

        This is no claim: the queue records nothing, and the first free worker gets the job.
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
        """Put jobs that wait after an unexpectedly long job back in the queue."""
        self._is_patient = False
        now = time.monotonic()
        for worker in self.workers.slots.values():
            if worker.running and now - worker.running.began > PATIENCE:
                self.workers.call_back(worker)
        if any(worker.ahead for worker in self.workers.slots.values()):
            self._call_back_later()

    def _begin(self, worker: WorkerSlot, job: Job) -> None:
        """Claim a job for a worker, and start the worker's process if there is none."""
        lane, workspace = worker.slot.lane, workspace_of(self._home, job)
        if lane in self.blocks.reasons or self._has_left():  # it was blocked during this round
            return
        if self._quotas and lane != UNCOUNTED_LANE and not self._quotas.is_counted(job.project):
            return  # the film is counted first, and the next round begins the job
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
            ):  # on another machine only this slot is unusable, until it is ready again
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
        """Put a retrying job back in the queue at its due time; after a clock jump, within the longest retry
        delay.
        """
        wait = max(0.0, (self._queue.get(id).due or 0.0) - HOST.now())
        asyncio.get_running_loop().call_later(min(wait, retry_policy.RETRY_SECONDS[-1]), self._requeue, id)

    def _requeue(self, id: str) -> None:
        if self._queue.get(id).state == State.RETRYING:
            self._queue.fire(id, Trigger.REQUEUE, State.QUEUED, due=None)

    def _has_room(self) -> None:
        """Retry the intakes that failed for lack of disk space, since no lane is blocked any more."""
        for job in self._publisher.put_off():
            if job.error_kind == DiskFull.kind:
                self._publisher.take_in_again(job.id)
        self._on_change()

    # Clients' requests about jobs that may be running

    def cancel(self, id: str) -> Job:
        """Cancel a job. A running job is asked to stop at its next step; after the grace period its worker is
        ended.

        Raises Conflict for a job that is being filed in its film.
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
        elif running in worker.ahead:  # ending the worker would harm the job that runs before this one
            self._escalate_later(worker, running)

    def pause(self, id: str) -> None:
        """Ask a running job to yield at its next step."""
        attempt = self.workers.attempt_of(id)
        if attempt:
            self.workers.send_command(*attempt, "pause")

    def drain(self) -> None:
        """Claim no more jobs, and put those that have not begun back in the queue."""
        self.is_open = False
        for worker in self.workers.slots.values():
            self.workers.call_back(worker)

    def end_all(self) -> None:
        """End every worker; running jobs go back in the queue."""
        self.is_open = False
        self.workers.end_all()
