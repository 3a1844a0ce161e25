"""Manages the worker processes: starts the process of a slot for its first job, ends it when it is idle, and
checks its health.

The manager decides nothing about jobs. It passes a worker's messages about an attempt, and the death of a
worker, to `outcomes`.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections import deque
from collections.abc import Sequence
from functools import partial

from milimo_tui.core.host import HOST
from milimo_tui.core.settings import Settings
from milimo_tui.core.wire_json import load
from milimo_tui.engines.registry import engine_registry
from milimo_tui.jobs.machine import health
from milimo_tui.jobs.machine.health import Verdict
from milimo_tui.jobs.machine.lanes import Slot
from milimo_tui.jobs.queue.queue import JobQueue
from milimo_tui.jobs.supervisor.machines import Machines
from milimo_tui.jobs.supervisor.outcomes import Outcomes
from milimo_tui.jobs.supervisor.recycle_policy import RecyclePolicy
from milimo_tui.jobs.supervisor.worker_pool import MakePool
from milimo_tui.jobs.supervisor.worker_slot import RunningAttempt, WorkerSlot
from milimo_tui.jobs.worker import redaction
from milimo_tui.jobs.worker.worker_queue import ATTEMPT_ENDS, Message
from milimo_tui.store.jobs.studio_values import WorkerRow

log = logging.getLogger(__name__)

# If a worker has at least this many prefetched jobs, its messages may be delayed, because it needs no new job
# at once.
SUPPLY = 4
WEIGHTS_ENGINE = "hub"  # The engine that downloads and verifies weights.
ACCEPT_SECONDS = 20.0  # A worker that has not accepted its job within this many seconds is ended.
KILL_COUNT_SECONDS = 1.0  # The count of memory kills at the beginning of an attempt may be this old.


class WorkerManager:
    """The manager of all workers, including those on other machines of the cluster. `slots` maps slot ids to
    the state of each worker.
    """

    def __init__(
        self,
        queue: JobQueue,
        settings: Settings,
        slots: Sequence[Slot],
        outcomes: Outcomes,
        make_pool: MakePool,
        machines: Machines,
        accept_seconds: float = ACCEPT_SECONDS,
    ) -> None:
        self._queue = queue
        self._settings = settings
        self._outcomes = outcomes
        self._accept_seconds = accept_seconds
        self._machines = machines
        self._clean = redaction.build_settings_redactor(
            settings
        )  # Removes secrets, because workers' messages are logged and shown.
        self._local_pool = make_pool(self, min(1.0, settings.lease_seconds / 5))
        self.slots = {slot.id: WorkerSlot(slot, self._local_pool) for slot in slots}
        self._counted_at, self._memory_kills = -math.inf, 0
        self._saving: set[asyncio.Task[None]] = set()  # Tasks that save the last output of dead workers.

    def set_remote_slots(self, slots: Sequence[Slot]) -> None:
        """Set the present slots of other machines. A slot that is not listed any more is removed when its
        worker has ended.
        """
        there = {slot.id: slot for slot in slots}
        for id, worker in list(self.slots.items()):
            if worker.slot.node and id not in there and not worker.running and not self.is_warm(worker):
                self._stop_idle_timer(worker)
                del self.slots[id]
        for id, slot in there.items():
            if id not in self.slots:
                self.slots[id] = WorkerSlot(slot, self._local_pool)
            elif self.slots[id].slot != slot and not self.is_warm(self.slots[id]):
                # A machine has rejoined the cluster, and its slot has changed under the same id.
                self.slots[id].slot = slot

    @property
    def lanes(self) -> tuple[str, ...]:
        """The lanes of all slots, without duplicates, in the order of the slots."""
        return tuple(dict.fromkeys(worker.slot.lane for worker in self.slots.values()))

    def find_attempt(self, job: str) -> tuple[WorkerSlot, RunningAttempt] | None:
        """Return the worker and the attempt of a job that is running or was prefetched; None if no worker has
        the job.
        """
        for worker in self.slots.values():
            for running in (worker.running, *worker.ahead):
                if running and running.job == job:
                    return worker, running
        return None

    def is_busy(self) -> bool:
        """Return True if a worker runs a job."""
        return any(worker.running for worker in self.slots.values())

    def is_warm(self, worker: WorkerSlot) -> bool:
        """Return True if the worker's process is running."""
        return worker.pool.get_pid(worker.slot.id) is not None

    def list_warm_workers(self) -> list[WorkerSlot]:
        """Return the workers whose process is running."""
        return [worker for worker in self.slots.values() if self.is_warm(worker)]

    def start_process(self, worker: WorkerSlot) -> None:
        """Start the worker's process if it has none. Raises OSError."""
        if self.is_warm(worker):
            return
        id, lane = worker.slot.id, worker.slot.lane
        worker.pool = self._machines.find_remote_pool(worker.slot) or self._local_pool
        trace = worker.pool.start(worker.slot)
        pid = trace.pid
        row = WorkerRow(id=id, lane=lane, pid=pid, ticks=trace.ticks, boot=trace.boot, started=HOST.now())
        with self._queue.begin_change():
            self._queue.file.add_worker(row)
            self._queue.record_event("worker", worker=id, lane=lane, pid=pid, state="started")

    def hand_over_job(self, worker: WorkerSlot, running: RunningAttempt, command: Message) -> None:
        """Send a job to a worker. If the worker is running another job, the new job waits there as a
        prefetched job. Otherwise the job begins, and the monitoring of the worker with it.
        """
        running.engine = command["spec"]["engine"]
        command = {**command, "ahead": True} if worker.running else command
        self._queue.run_after_commit(
            partial(worker.pool.send, worker.slot.id, command)
        )  # The command is sent only after the claim is committed.
        if worker.running:
            worker.ahead.append(running)
        else:
            self._stop_idle_timer(worker)
            self._begin_attempt(worker, running)

    def _begin_attempt(self, worker: WorkerSlot, running: RunningAttempt) -> None:
        now = time.monotonic()
        worker.running, running.began, running.heard, running.stepped = running, now, now, now
        running.loaded, worker.suits = worker.loaded == running.engine, running.affinity
        running.killed = self._get_recent_memory_kills(now)
        worker.foresees, worker.predicted = False, ("", "")
        if not running.loaded:
            # This attempt needs another engine, so the worker will unload its present engine.
            worker.loaded = ""
        running.accept_by = now + self._accept_seconds
        running.look_at = now + self._settings.lease_seconds / 2
        if not worker.watch:
            self._watch_on(worker, running)

    def _get_recent_memory_kills(self, now: float) -> int:
        """Return a count of memory kills that is at most a second old.

        Reading the kernel's counters is the most expensive step at the start of a short job.
        """
        if now - self._counted_at > KILL_COUNT_SECONDS:
            self._counted_at, self._memory_kills = now, health.count_memory_kills()
        return self._memory_kills

    def send_command(self, worker: WorkerSlot, running: RunningAttempt, do: str) -> None:
        """Send the command `do` about an attempt: `cancel`, `pause`, or `return` for an attempt that has not
        begun.
        """
        command = {"do": do, "token": running.token}
        self._queue.run_after_commit(partial(worker.pool.send, worker.slot.id, command))

    def announce_next_job(self, worker: WorkerSlot, job: str, spec: str) -> None:
        """Send a worker the job that it would get next, so that it can prepare the job. Nothing is sent if
        this job was announced before.

        `job` is empty if there is no next job. `spec` is the job's current spec as JSON text.
        """
        if (job, spec) == worker.predicted:
            return
        worker.predicted = (job, spec)
        command = {"do": "next", "job": job, "spec": load(spec) if spec else None}
        self._queue.run_after_commit(partial(worker.pool.send, worker.slot.id, command))

    def announce_changed_weights(self) -> None:
        """Tell all workers that weights were verified, downloaded or chosen. Before its next job, each worker
        forgets loaded weights whose files were replaced.
        """
        for worker in self.list_warm_workers():
            self._queue.run_after_commit(partial(worker.pool.send, worker.slot.id, {"do": "weights"}))

    def call_back_jobs(self, worker: WorkerSlot) -> None:
        """Ask a worker to return the prefetched jobs that it has not begun."""
        for running in worker.ahead:
            if not running.called_back:
                running.called_back = True
                self.send_command(worker, running, "return")

    def finish_attempt(self, worker: WorkerSlot) -> None:
        """Mark a worker's attempt as ended. The worker continues with its next prefetched job; if it gets no
        job for a while, its process is ended.
        """
        worker.running = None
        if worker.ahead:
            if worker.recycle_reason:
                self.call_back_jobs(worker)
            self._begin_attempt(worker, worker.ahead.popleft())
            return
        self._stop_idle_timer(worker)
        if worker.recycle_reason:
            self._recycle_worker(worker)
            return
        loop = asyncio.get_running_loop()
        worker.idle_timer = loop.call_later(self._settings.worker_idle_seconds, self._end_idle_worker, worker)

    def end_worker(self, worker: WorkerSlot, why: str) -> None:
        """End a worker's process with SIGTERM, and after the grace period with SIGKILL. `why` is recorded as
        the reason for its attempt.
        """
        if worker.running:
            worker.running.why_ended = why
        worker.pool.end_process(worker.slot.id, force=False)
        self._kill_after_grace(worker)

    def end_all_workers(self) -> None:
        """End all workers, because the supervisor stops. Their attempts count as lost, not as failed."""
        for worker in self.slots.values():
            if worker.running:
                worker.running.stopped = True
            if self.is_warm(worker):
                self.end_worker(worker, "the supervisor was stopped")

    # Methods of `PoolListener`

    def is_supplied(self, id: str) -> bool:
        """Return True if a worker has enough prefetched jobs (at least `SUPPLY`), so that its messages can
        wait.
        """
        return len(self.slots[id].ahead) >= SUPPLY

    def handle_worker_message(self, id: str, message: Message) -> None:
        """Handle a message of a worker. A message about an attempt that has ended already is ignored."""
        worker = self.slots[id]
        # The message `accepted` contains no text from an engine, so it needs no removal of secrets.
        if message["say"] != "accepted":
            message = redaction.clean_message(message, self._clean)
        kind, running = message["say"], worker.running
        if kind == "loaded":
            worker.loaded = message["engine"]
        if running and message.get("token") == running.token:
            self._record_sign_of_life(worker, running, message)
            if kind in ATTEMPT_ENDS:
                self.finish_attempt(worker)
            self._outcomes.handle_attempt_message(worker, running, message)
            if kind in ATTEMPT_ENDS and running.engine == WEIGHTS_ENGINE:
                self.announce_changed_weights()
        elif kind in ("stopped", "yielded", "returned") and self._has_waiting_attempt(
            worker, message["token"]
        ):
            waiting = next(one for one in worker.ahead if one.token == message["token"])
            worker.ahead.remove(waiting)
            self._outcomes.handle_unstarted_attempt(waiting, kind)
        elif kind in ATTEMPT_ENDS:
            log.warning("worker %s: a late “%s” of an attempt that is over was ignored", id, kind)
            self._queue.record_event("late", worker=id, say=kind)

    def _record_sign_of_life(self, worker: WorkerSlot, running: RunningAttempt, message: Message) -> None:
        """Update the times and the state of an attempt after any message about it."""
        kind, now = message["say"], time.monotonic()
        running.heard, running.sample = now, None
        running.accepted, worker.false_starts = True, 0
        if kind != "beat":
            running.stepped, running.loaded = now, running.loaded or kind == "loaded"
        if kind in ATTEMPT_ENDS:
            worker.recycle_reason = worker.recycle_reason or worker.policy.record_attempt_end(
                running.engine,
                message.get("used", {}).get("host", 0),
                message.get("error", {}).get("kind", ""),
                most_jobs=self._settings.worker_jobs,
                most_growth_mb=self._settings.worker_growth_mb,
            )
            worker.leaving = worker.leaving or bool(worker.recycle_reason)

    def _has_waiting_attempt(self, worker: WorkerSlot, token: str) -> bool:
        return any(waiting.token == token for waiting in worker.ahead)

    def handle_worker_end(self, id: str) -> None:
        """Handle the end of a worker's process: its running attempt is lost, and its prefetched jobs return
        to the queue.

        The last output of the attempt is saved first, in a thread, because a large log takes long to clean of
        secrets. Until then the job stays with this slot, so that no other attempt writes to the log.
        """
        worker = self.slots[id]
        reason, running = worker.pool.take_end_reason(id), worker.running
        if running:
            running.why_ended = running.why_ended or reason
        if not running or not self._outcomes.has_last_output(worker, running):
            self._record_worker_end(worker)
            return
        worker.leaving = True
        task = asyncio.get_running_loop().create_task(self._save_then_record_end(worker, running))
        self._saving.add(task)
        task.add_done_callback(self._handle_saved_output)

    async def _save_then_record_end(self, worker: WorkerSlot, running: RunningAttempt) -> None:
        await asyncio.to_thread(self._outcomes.save_last_output, worker, running)
        self._record_worker_end(worker)

    def _handle_saved_output(self, task: asyncio.Task[None]) -> None:
        """Forget a task. An error of the task is raised in this callback of the loop, from where it reaches
        the exception handler, which ends the supervisor.
        """
        self._saving.discard(task)
        if not task.cancelled():
            task.result()

    def _record_worker_end(self, worker: WorkerSlot) -> None:
        id = worker.slot.id
        running, worker.running, worker.loaded, worker.leaving = worker.running, None, "", False
        worker.suits = ""
        worker.foresees, worker.predicted = False, ("", "")
        worker.policy, worker.recycle_reason = RecyclePolicy(), ""
        ahead, worker.ahead = worker.ahead, deque()
        self._stop_idle_timer(worker)
        with self._queue.begin_change():
            self._queue.file.drop_worker(id)
            self._queue.record_event("worker", worker=id, lane=worker.slot.lane, state="ended")
            for waiting in ahead:
                self._outcomes.handle_unstarted_attempt(waiting, "lost")
            self._outcomes.handle_worker_loss(worker, running)

    def _stop_idle_timer(self, worker: WorkerSlot) -> None:
        if worker.idle_timer:
            worker.idle_timer.cancel()
            worker.idle_timer = None

    def _recycle_worker(self, worker: WorkerSlot) -> None:
        """End a worker's process, because it must be replaced by a new process. `recycle_reason` is the
        reason. The new process is started for the next job of the slot.
        """
        log.info("worker %s is replaced: %s", worker.slot.id, worker.recycle_reason)
        self._queue.record_event(
            "worker",
            worker=worker.slot.id,
            lane=worker.slot.lane,
            state="recycled",
            reason=worker.recycle_reason,
        )
        self._end_idle_worker(worker)

    def _end_idle_worker(self, worker: WorkerSlot) -> None:
        worker.leaving = True
        worker.pool.send(worker.slot.id, {"do": "end"})
        self._kill_after_grace(worker)

    def _kill_after_grace(self, worker: WorkerSlot) -> None:
        pid = worker.pool.get_pid(worker.slot.id)
        asyncio.get_running_loop().call_later(self._settings.grace_seconds, self._kill_worker, worker, pid)

    def _kill_worker(self, worker: WorkerSlot, pid: int | None) -> None:
        if pid is not None and worker.pool.get_pid(worker.slot.id) == pid:
            worker.pool.end_process(worker.slot.id, force=True)

    def _watch_on(self, worker: WorkerSlot, running: RunningAttempt) -> None:
        """Set the timer for the next health check of a worker. Each worker has only one timer, because a
        timer for each job would be slow with many short jobs.
        """
        due = running.look_at if running.accepted else min(running.accept_by, running.look_at)
        loop = asyncio.get_running_loop()
        worker.watch = loop.call_later(due - time.monotonic(), self._check_worker, worker, due)

    def _check_worker(self, worker: WorkerSlot, due: float) -> None:
        worker.watch, running, now = None, worker.running, time.monotonic()
        if not running or not self.is_warm(worker):
            return
        if now - due > self._settings.lease_seconds / 4:
            self._extend_deadlines(running, now - due)
        if now >= running.accept_by and not running.accepted:
            running.accept_by = math.inf
            self.end_worker(worker, "its worker did not accept it")
        elif now >= running.look_at:
            running.look_at = now + self._settings.lease_seconds / 2
            self._check_health(worker, running)
        self._watch_on(worker, running)

    def _extend_deadlines(self, running: RunningAttempt, seconds: float) -> None:
        """Extend the deadlines of an attempt by `seconds`, because the supervisor itself was delayed and may
        not have read the worker's messages yet.
        """
        running.heard += seconds
        running.stepped += seconds
        running.accept_by += seconds

    def _check_health(self, worker: WorkerSlot, running: RunningAttempt) -> None:
        """End the worker if it hangs or its engine is stuck. Called every half lease while the attempt
        runs.
        """
        lease = self._settings.lease_seconds
        silent = time.monotonic() - running.heard
        now = worker.pool.sample_process(worker.slot.id)
        verdict = health.judge_worker_health(silent, lease, running.sample, now)
        if verdict is Verdict.HUNG:
            state = "is stopped" if now and now.state in "Tt" else "hangs"
            self.end_worker(worker, f"its worker {state}: no message and no work for {silent:.0f} s")
            return
        engine = engine_registry.find_engine(running.engine)
        waited = time.monotonic() - running.stepped
        stuck = health.describe_stuck_engine(engine, waited, loaded=running.loaded) if engine else ""
        if stuck:
            self.end_worker(worker, f"its worker hangs: {stuck}")
            return
        if verdict is Verdict.BUSY:
            log.warning("worker %s is silent but busy; its lease is extended", worker.slot.id)
        running.sample = now
