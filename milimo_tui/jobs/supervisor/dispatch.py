"""The dispatch: gives queued jobs to workers, and stops jobs on request. The module runs on the supervisor's
loop.

The dispatch owns the workers, the lane blocks, and the counts of how often each job was passed over.
`outcomes` handles the reports of attempts.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from milimo_tui.core.errors import Conflict, DiskFull, Failed
from milimo_tui.core.host import HOST
from milimo_tui.core.paths import Home
from milimo_tui.core.settings import Settings
from milimo_tui.core.wire_json import load
from milimo_tui.jobs.machine.lanes import GPU, Slot
from milimo_tui.jobs.queue.ledger import name_job
from milimo_tui.jobs.queue.prefetch import BACKLOG, PATIENCE
from milimo_tui.jobs.queue.publishing import Publisher, format_job_workspace
from milimo_tui.jobs.queue.queue import JobQueue
from milimo_tui.jobs.schedule.schedule import (
    Candidate,
    FreeWorker,
    ScheduleSnapshot,
    assign_jobs,
    limit_lookahead,
)
from milimo_tui.jobs.standing.quota_watch import QuotaWatch
from milimo_tui.jobs.supervisor.lane_blocks import LaneBlocks
from milimo_tui.jobs.supervisor.machines import Machines, ThisMachine
from milimo_tui.jobs.supervisor.outcomes import Outcomes
from milimo_tui.jobs.supervisor.progress_notes import ProgressNotes
from milimo_tui.jobs.supervisor.worker_manager import WorkerManager
from milimo_tui.jobs.supervisor.worker_pool import LocalPool, MakePool
from milimo_tui.jobs.supervisor.worker_slot import RunningAttempt, WorkerSlot
from milimo_tui.jobs.values import retry_policy
from milimo_tui.jobs.values.states import ENDED, JobState, Trigger
from milimo_tui.jobs.worker.job_log import JobLogs
from milimo_tui.store.jobs.job_rows import UNCOUNTED_LANE
from milimo_tui.store.jobs.studio_values import Job, QueuedJob


def get_job_workload(job: Job) -> str:
    """Return the workload of a job: the name of the kind of work under which its duration is measured."""
    return job.workload or f"{job.kind}/{job.engine}"


def get_job_affinity(job: Job | QueuedJob) -> str:
    """Return the name of the model or engine that a worker must have loaded to run a job. Jobs with the same
    name are given to the same worker if possible.
    """
    return job.affinity or job.engine


class Dispatch:
    """The part of the supervisor that gives jobs to workers. `on_change` is called whenever a job starts or
    ends. `has_left` returns True if the home was moved or removed.
    """

    def __init__(
        self,
        home: Home,
        queue: JobQueue,
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
        self._has_left = has_left  # A function that returns True if the home was moved or removed.
        self.is_open = True  # True while jobs are claimed. False while the supervisor is stopping.
        self._quotas = quotas
        self.blocks = LaneBlocks(
            queue, self._retry_postponed_intakes, lambda: quotas.home_problem if quotas else ""
        )
        progress = ProgressNotes(queue, lambda job: self.workers.find_attempt(job) is not None)
        self.outcomes = Outcomes(home, queue, publisher, self.blocks, progress, on_change, has_left)
        self.workers = WorkerManager(queue, settings, slots, self.outcomes, make_pool, self.machines)
        self._passed: dict[str, int] = {}
        self._is_patient = False

    @property
    def passed(self) -> Mapping[str, int]:
        """The number of times that each job was passed over when jobs were assigned, by job id."""
        return self._passed

    def update_remote_slots(self) -> None:
        """Read again which worker slots the other machines of the cluster offer, and assign queued jobs to
        their workers.
        """
        self.workers.set_remote_slots(self.machines.list_remote_slots())
        self.assign_queued_jobs()

    def assign_queued_jobs(self) -> None:
        """Assign queued jobs to all free workers. The jobs are marked as taken in the running database
        change, or in a new change.
        """
        if self.is_open:
            with self._queue.join_change():
                self._assign_in_change()

    def _assign_in_change(self) -> None:
        shut = self._queue.file.list_paused_lanes().keys() | self.blocks.reasons.keys()
        free: list[FreeWorker] = []
        cold: list[WorkerSlot] = []
        for id, worker in self.workers.slots.items():
            if worker.ahead and (worker.slot.lane in shut or self._is_outranked(worker)):
                self.workers.call_back_jobs(worker)
            if worker.running or worker.leaving or worker.slot.lane in shut:
                continue
            warm = self.workers.is_warm(worker)
            if warm or self.machines.is_slot_ready(worker.slot):
                free.append(FreeWorker(id, worker.slot.lane, worker.suits, warm))
            else:
                cold.append(worker)
        line = self._read_queue_heads(
            sorted({worker.lane for worker in free} | {worker.slot.lane for worker in cold})
        )
        if line and not self._has_left():
            choice = assign_jobs(
                ScheduleSnapshot(
                    free, line, self._passed, self._count_lane_slots(), self._find_unfit_workers(line, free)
                )
            )
            self._passed = dict(choice.passed)
            for id, job in choice.pairs:
                self._claim_for_worker(self.workers.slots[id], self._queue.get(job))
            self._prepare_cold_slots(cold, line, {job for _, job in choice.pairs})
            self._on_change()
        for worker in map(self.workers.slots.__getitem__, sorted(self.outcomes.done_in_turn)):
            if worker.running and not worker.leaving and worker.slot.lane not in shut:
                self._prefetch_jobs(worker, worker.running)
        self.outcomes.done_in_turn.clear()
        if self._settings.foresight:
            self._announce_next_jobs(shut)

    def _find_unfit_workers(
        self, line: Sequence[Candidate], free: Sequence[FreeWorker]
    ) -> dict[str, frozenset[str]]:
        """Return, for each queued job, the free workers that can't run the job because of their graphics
        card. Only workers on other machines are checked. `line` are the queued jobs.
        """
        remote = [self.workers.slots[worker.id].slot for worker in free]
        remote = [slot for slot in remote if slot.node and slot.share]
        if not remote:
            return {}
        found = {}
        for job in line:
            if job.lane == GPU:
                spec = self._queue.resolve_job_spec(job.id)
                found[job.id] = frozenset(
                    slot.id for slot in remote if self.machines.explain_unfit_slot(spec, slot)
                )
        return found

    def explain_unfit_job(self, job: Job) -> str:
        """Return the reason why no machine can run a queued job; empty if a machine can."""
        slots = [worker.slot for worker in self.workers.slots.values() if worker.slot.lane == job.lane]
        if not slots or not all(slot.node and slot.share for slot in slots):
            return ""
        spec = self._queue.resolve_job_spec(job.id)
        reasons = [self.machines.explain_unfit_slot(spec, slot) for slot in slots]
        return "; ".join(dict.fromkeys(reasons)) if all(reasons) else ""

    def _prepare_cold_slots(
        self, cold: Sequence[WorkerSlot], line: Sequence[Candidate], started_ids: Collection[str]
    ) -> None:
        """Have slots of other machines prepared, as many as there are waiting jobs without a worker.

        `cold` are the slots that are not ready, `line` the jobs at the head of the queue, and `started_ids`
        the ids of jobs that have just started.
        """
        left = Counter(job.lane for job in line if job.id not in started_ids)
        for worker in cold:
            if left[worker.slot.lane] > 0:
                left[worker.slot.lane] -= 1
                self.machines.prepare_slot(worker.slot)

    def _read_queue_heads(self, lanes: Sequence[str]) -> list[Candidate]:
        """Return, for each lane, the jobs at the head of the queue that could start now. Their number is
        limited by `limit_lookahead`.
        """
        if not lanes or not self._queue.file.has_queued_job(
            lanes
        ):  # Mostly no job waits. This check is cheap, so it comes before the query for the jobs.
            return []
        return [
            Candidate(job.id, job.lane, job.priority, job.position, get_job_affinity(job), job.batch)
            for lane in lanes
            for job in self._queue.file.select_startable_jobs(
                lane, limit_lookahead(self._count_lane_slots()[lane]), HOST.now()
            )
        ]

    def _count_lane_slots(self) -> Counter[str]:
        """Return the number of worker slots in each lane."""
        return Counter(worker.slot.lane for worker in self.workers.slots.values())

    def _is_outranked(self, worker: WorkerSlot) -> bool:
        """Return True if a queued job has a higher priority than the first job that was prefetched for a
        worker.
        """
        return self._queue.file.has_startable_job_above(
            worker.slot.lane, worker.ahead[0].priority, HOST.now()
        )

    def _prefetch_jobs(self, worker: WorkerSlot, running: RunningAttempt) -> None:
        """Send several short jobs in advance to a worker that has just finished a short job.

        The jobs are taken in the order of the queue, and only while they need the same kind of work and the
        same model as the running job.
        """
        count = self.outcomes.prefetch.count_prefetchable_jobs(running.workload)
        if count - len(worker.ahead) < min(BACKLOG, count // 2):
            return
        line = self._queue.file.select_startable_jobs(worker.slot.lane, count, HOST.now())
        if len(line) < BACKLOG or self._has_left():
            return
        for queued in line[: count - len(worker.ahead)]:
            job = self._queue.get(queued.id)
            if (get_job_workload(job), get_job_affinity(job)) != (running.workload, running.affinity):
                break
            self._claim_for_worker(worker, job)
        if worker.ahead and not self._is_patient:
            self._call_back_later()

    def _announce_next_jobs(self, shut: Collection[str]) -> None:
        """Announce the next job to each worker that has almost finished, that is, whose current job is only
        decoding its output. The worker can then prepare the announced job.

        The job is not reserved for this worker: the first free worker gets it. `shut` names the lanes that
        start no jobs.
        """
        looking = [worker for worker in self.workers.slots.values() if worker.foresees]
        looking = [worker for worker in looking if not worker.leaving and not worker.ahead]
        if not looking:
            return
        free = [FreeWorker(worker.slot.id, worker.slot.lane, worker.suits, True) for worker in looking]
        line = self._read_queue_heads(sorted({worker.slot.lane for worker in looking} - set(shut)))
        coming = dict(assign_jobs(ScheduleSnapshot(free, line, self._passed, self._count_lane_slots())).pairs)
        for worker in looking:
            job = coming.get(worker.slot.id, "")
            spec = self._queue.resolve_job_spec(job) if job else ""
            self.workers.announce_next_job(worker, job if spec else "", spec)

    def _call_back_later(self) -> None:
        self._is_patient = True
        asyncio.get_running_loop().call_later(PATIENCE, self._call_back_waiting)

    def _call_back_waiting(self) -> None:
        """Take back prefetched jobs from workers whose running job takes longer than expected, so that other
        workers can do them.
        """
        self._is_patient = False
        now = time.monotonic()
        for worker in self.workers.slots.values():
            if worker.running and now - worker.running.began > PATIENCE:
                self.workers.call_back_jobs(worker)
        if any(worker.ahead for worker in self.workers.slots.values()):
            self._call_back_later()

    def _claim_for_worker(self, worker: WorkerSlot, job: Job) -> None:
        """Claim a job for a worker. The worker's process is started if it is not running. If the job can't
        start now, it stays in the queue or fails.
        """
        lane, workspace = worker.slot.lane, format_job_workspace(self._home, job)
        # The lane may have been blocked while earlier jobs were claimed in this loop.
        if lane in self.blocks.reasons:
            return
        if self._quotas and lane != UNCOUNTED_LANE and not self._quotas.is_counted(job.project):
            # The size of the film's folder must be counted before a job of the film may start. The job is
            # tried again when jobs are next assigned.
            return
        if job.project and not os.path.isdir(job.project):
            missing_film = Failed(
                f"the film of this job is missing: {job.project}",
                "restore the folder, then run milimo job retry",
            )
            self._queue.fail_before_start(job.id, missing_film)
            return
        try:
            self.blocks.require_job_space(job.project, workspace)
            self.workers.start_process(worker)
        except DiskFull as error:
            self.blocks.block_full_lane(lane, error.message, Path(workspace))
            return
        except OSError as error:
            # On another machine only this slot is unusable until it is ready again, so the lane is not
            # paused.
            if not worker.slot.node:
                self.blocks.rest_lane(lane, f"no worker starts: {error.strerror or error}")
            return
        token = secrets.token_hex(8)
        try:
            attempt = self._queue.claim_job(job, worker.slot.id, token, self._settings.lease_seconds)
        except Failed as error:
            self._queue.fail_before_start(job.id, error)
            if not worker.running:
                self.workers.finish_attempt(worker)
            return
        command = {
            "do": "run",
            "job": job.id,
            "attempt": attempt.number,
            "token": token,
            "spec": load(attempt.spec),
            "rung": job.rung,
            "workspace": workspace,
            "log": self._logs.format_log_path(job.id),
            "worker": worker.slot.id,
        }
        now = time.monotonic()
        running = RunningAttempt(
            job.id, token, now, now, get_job_workload(job), get_job_affinity(job), job.priority, job.engine
        )
        self.workers.hand_over_job(worker, running, command)

    def requeue_when_due(self, id: str) -> None:
        """Put a retrying job back in the queue at its due time.

        The wait is at most the longest retry delay, in case the system clock was changed.
        """
        wait = max(0.0, (self._queue.get(id).due or 0.0) - HOST.now())
        asyncio.get_running_loop().call_later(
            min(wait, retry_policy.RETRY_SECONDS[-1]), self._requeue_retrying, id
        )

    def _requeue_retrying(self, id: str) -> None:
        if self._queue.get(id).state == JobState.RETRYING:
            self._queue.fire_trigger(id, Trigger.REQUEUE, JobState.QUEUED, due=None)

    def _retry_postponed_intakes(self) -> None:
        """Try again to move results into films whose disk was full. Called when no lane is blocked any
        more.
        """
        for job in self._publisher.list_postponed_jobs():
            if job.error_kind == DiskFull.kind:
                self._publisher.retry_intake(job.id)
        self._on_change()

    def cancel_job(self, id: str) -> Job:
        """Cancel a job. A running job is asked to stop at its next step. If it does not stop within the grace
        period, the worker process is ended.

        Raises Conflict for a job whose result is being moved into its film.
        """
        job = self._queue.get(id)
        if job.state == JobState.CANCELLING or job.state in ENDED:
            return job
        if id in self._publisher.in_flight:
            raise Conflict(f"too late: {name_job(job)} is finished and is being recorded in the film")
        if job.state != JobState.RUNNING:
            return self._queue.cancel_idle_job(id)
        job = self._queue.fire_trigger(job, Trigger.CANCEL, JobState.CANCELLING, reason="stopping", eta=None)
        attempt = self.workers.find_attempt(id)
        assert attempt, f"running job {id} has no worker"
        worker, running = attempt
        self.workers.send_command(worker, running, "cancel")
        self._end_uncancelled_later(worker, running)
        return job

    def _end_uncancelled_later(self, worker: WorkerSlot, running: RunningAttempt) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(self._settings.grace_seconds, self._end_uncancelled, worker, running)

    def _end_uncancelled(self, worker: WorkerSlot, running: RunningAttempt) -> None:
        if worker.running is running:
            self.workers.end_worker(worker, "ended: it did not stop when cancelled")
        elif running in worker.ahead:  # The worker runs an earlier job, which must not be lost.
            self._end_uncancelled_later(worker, running)

    def ask_job_to_pause(self, id: str) -> None:
        """Ask a running job to stop at its next step or checkpoint and to release its worker."""
        attempt = self.workers.find_attempt(id)
        if attempt:
            self.workers.send_command(*attempt, "pause")

    def stop_claiming(self) -> None:
        """Stop claiming jobs, and have prefetched jobs that have not begun returned to the queue."""
        self.is_open = False
        for worker in self.workers.slots.values():
            self.workers.call_back_jobs(worker)

    def end_all_work(self) -> None:
        """End every worker. Running jobs are put back in the queue."""
        self.is_open = False
        self.workers.end_all_workers()
