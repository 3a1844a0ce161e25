"""Dispatch: brings queued jobs to workers and hears what becomes of them. Lives on the supervisor's loop.

Owns what is true only while this process runs: which slot has which attempt, what is loaded, what hinders a lane.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from milimo_tui.core.errors import DiskFull, Failed, MilimoError
from milimo_tui.core.host import HOST, boot_id, require_space, start_ticks
from milimo_tui.core.paths import Home
from milimo_tui.core.settings import Settings
from milimo_tui.engines.contract import Result
from milimo_tui.jobs import faults, health
from milimo_tui.jobs.channel import Message
from milimo_tui.jobs.health import Look, Verdict
from milimo_tui.jobs.lanes import Slot
from milimo_tui.jobs.pool import LocalPool, Pool
from milimo_tui.jobs.progress import Meter
from milimo_tui.jobs.publishing import Publisher, workspace_of
from milimo_tui.jobs.queue import Queue
from milimo_tui.jobs.schedule import Candidate, Free, Snapshot, choose
from milimo_tui.jobs.states import State, Trigger
from milimo_tui.store.studio_file import Attempt, Job, WorkerRow

log = logging.getLogger(__name__)

ACCEPT_SECONDS = 20.0  # a worker that has not said yes by then is ended
PROGRESS_SECONDS = 0.2  # progress of all jobs is written and told this often
HINDRANCE_SECONDS = 2.0  # how often a hindered lane is looked at again
LINE = 64  # how far into a lane's queue the schedule looks


@dataclass(slots=True)
class Running:
    """An attempt on a worker."""

    job: str
    token: str
    began: float
    heard: float  # when the worker last said something
    accepted: bool = False
    meter: Meter = field(default_factory=Meter)
    reached: int = 0
    looked: Look | None = None  # how the process was at half the lease
    why_ended: str = ""  # set when we end the worker ourselves


@dataclass(slots=True)
class Bench:
    """A slot with what we know of its worker."""

    slot: Slot
    loaded: str = ""
    running: Running | None = None
    idle_timer: asyncio.TimerHandle | None = None
    leaving: bool = False  # it was told to end


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
    ) -> None:
        self._home = home
        self._queue = queue
        self._publisher = publisher
        self._settings = settings
        self._on_change = on_change
        self.benches = {slot.id: Bench(slot) for slot in slots}
        self.pool: Pool = LocalPool(self, min(1.0, settings.lease_seconds / 5))
        self.open = True  # claims are made; off while draining
        self.hindrances: dict[str, str] = {}  # lane → why it can't run now; goes away by itself
        self._passed: dict[str, int] = {}
        self._woken = False
        self._unwritten: dict[str, Meter] = {}

    # Claims

    def wake(self) -> None:
        """Look for work soon; cheap to call after every change."""
        if not self._woken:
            self._woken = True
            asyncio.get_running_loop().call_soon(self._assign)

    def _assign(self) -> None:
        self._woken = False
        if not self.open:
            return
        paused = self._queue.file.paused_lanes()
        free = [
            Free(id, bench.slot.lane, bench.loaded, self.pool.pid(id) is not None)
            for id, bench in self.benches.items()
            if not bench.running and not bench.leaving and not self._is_shut(bench.slot.lane, paused)
        ]
        lanes = {worker.lane for worker in free}
        line = [
            Candidate(job.id, job.lane, job.priority, job.position, job.engine)
            for lane in sorted(lanes)
            for job in self._queue.file.line(lane, LINE)
        ]
        if not line:
            return
        choice = choose(Snapshot(free, line, self._passed))
        self._passed = dict(choice.passed)
        for worker, job in choice.pairs:
            self._begin(self.benches[worker], self._queue.get(job))
        if choice.pairs:
            self._on_change()

    def _is_shut(self, lane: str, paused: dict[str, str]) -> bool:
        return lane in paused or lane in self.hindrances

    def _begin(self, bench: Bench, job: Job) -> None:
        """Claim a job for a worker, starting its process when there is none."""
        id = bench.slot.id
        workspace = workspace_of(self._home, job)
        try:
            require_space(workspace, 0, "start a job")
            if self.pool.pid(id) is None:
                self._start(bench)
        except DiskFull as error:
            self.hinder(bench.slot.lane, error.message)
            return
        except OSError as error:
            self.hinder(bench.slot.lane, f"a worker process can't be started: {error.strerror or error}")
            return
        try:
            attempt = self._queue.claim(job.id, id, secrets.token_hex(8), self._settings.lease_seconds)
        except Failed as error:
            self._queue.check_failed(job.id, error)
            return
        self._hand_over(bench, job, attempt)

    def _start(self, bench: Bench) -> None:
        id = bench.slot.id
        self.pool.start(bench.slot)
        pid = self.pool.pid(id)
        assert pid is not None
        row = WorkerRow(
            id=id,
            lane=bench.slot.lane,
            pid=pid,
            ticks=start_ticks(pid) or 0,
            boot=boot_id(),
            started=HOST.now(),
        )
        with self._queue.change():
            self._queue.file.add_worker(row)
            self._queue.event("worker", worker=id, lane=row.lane, pid=pid, state="started")

    def _hand_over(self, bench: Bench, job: Job, attempt: Attempt) -> None:
        now = time.monotonic()
        running = bench.running = Running(job.id, attempt.token, now, now)
        if bench.idle_timer:
            bench.idle_timer.cancel()
            bench.idle_timer = None
        self.pool.send(
            bench.slot.id,
            {
                "do": "run",
                "job": job.id,
                "attempt": attempt.number,
                "token": attempt.token,
                "spec": json.loads(attempt.spec),
                "workspace": str(workspace_of(self._home, job)),
                "log": str(self._home.logs / f"{job.id}.log"),
                "worker": bench.slot.id,
            },
        )
        loop = asyncio.get_running_loop()
        loop.call_later(ACCEPT_SECONDS, self._check_accepted, bench, running)
        loop.call_later(self._settings.lease_seconds / 2, self._check_health, bench, running)

    # What workers say (pool.Listener)

    def heard(self, id: str, message: Message) -> None:
        """A worker said something; of an attempt that is over, it changes nothing."""
        bench = self.benches[id]
        say = message["say"]
        if say == "loaded":
            bench.loaded = message["engine"]
            return
        running = bench.running
        if not running or message.get("token") != running.token:
            if say in ("made", "failed", "stopped", "yielded"):
                log.warning("worker %s: a late “%s” of an attempt that is over was ignored", id, say)
                self._queue.event("late", worker=id, say=say)
            return
        running.heard, running.looked = time.monotonic(), None
        if say == "accepted":
            running.accepted = True
        elif say == "progress":
            self._progress(running, message)
        elif say in ("made", "failed", "stopped", "yielded"):
            self._finished(bench, running, message)

    def _progress(self, running: Running, message: Message) -> None:
        now = time.monotonic()
        meter = running.meter
        meter.report(
            message["stage"], message["nth"], message["done"], message["total"], message["note"], now
        )
        running.reached = max(running.reached, faults.step(meter.nth, meter.done))
        if not self._unwritten:
            asyncio.get_running_loop().call_later(PROGRESS_SECONDS, self._write_progress)
        self._unwritten[running.job] = meter

    def _write_progress(self) -> None:
        now = time.monotonic()
        meters, self._unwritten = self._unwritten, {}
        live = {bench.running.job for bench in self.benches.values() if bench.running}
        told = {job: meter.as_columns(now) for job, meter in meters.items() if job in live}
        if told:
            self._queue.note_progress(told)

    def _finished(self, bench: Bench, running: Running, message: Message) -> None:
        """The worker is done with an attempt, whichever way, and free again."""
        say = message["say"]
        bench.running = None
        state = self._queue.get(running.job).state
        if say == "made":
            self._publisher.publish(running.job, Result.model_validate(message["result"]))
        elif state == State.CANCELLING:
            self._cancelled(running.job)
        elif say == "failed":
            self._failed(bench, running.job, message["error"])
        elif say == "yielded":
            with self._queue.change():
                self._queue.end_attempt(running.job, "yielded")
                self._queue.fire(running.job, Trigger.PAUSE, State.PAUSED, worker="", eta=None, reason="")
        else:
            self._queue.lost(running.job, "its worker stopped without being asked")
        self._rest(bench)

    def _failed(self, bench: Bench, job: str, error: dict[str, str]) -> None:
        after = self._queue.went_wrong(
            job, MilimoError(error["message"], error.get("hint", "")), kind=error["kind"]
        )
        if error["kind"] == DiskFull.kind:
            self.hinder(bench.slot.lane, error["message"])
        self.requeue_when_due(after)

    def _cancelled(self, job: str) -> None:
        with self._queue.change():
            self._queue.end_attempt(job, "cancelled")
            self._queue.fire(job, Trigger.STOPPED, State.CANCELLED, reason="cancelled by request")

    def _rest(self, bench: Bench) -> None:
        """The worker waits for its next job; when none comes for a while, its process ends."""
        bench.idle_timer = asyncio.get_running_loop().call_later(
            self._settings.worker_idle_seconds, self._end_idle, bench
        )
        self.wake()
        self._on_change()

    def _end_idle(self, bench: Bench) -> None:
        if not bench.running:
            bench.leaving = True
            self.pool.send(bench.slot.id, {"do": "end"})
            self._force_later(bench)

    def ended(self, id: str) -> None:
        """A worker's process is gone (pool.Listener)."""
        bench = self.benches[id]
        running, bench.running, bench.loaded, bench.leaving = bench.running, None, "", False
        if bench.idle_timer:
            bench.idle_timer.cancel()
            bench.idle_timer = None
        with self._queue.change():
            for row in self._queue.file.workers():
                if row.id == id:
                    self._queue.file.drop_worker(id, row.pid)
            self._queue.event("worker", worker=id, lane=bench.slot.lane, state="ended")
            if running:
                self._after_death(id, running)
        self.wake()
        self._on_change()

    def _after_death(self, id: str, running: Running) -> None:
        if self._queue.get(running.job).state == State.CANCELLING:
            self._cancelled(running.job)
        elif running.why_ended == "stop":
            self._queue.lost(running.job, "the supervisor was stopped")
        else:
            why = running.why_ended or "its worker process died"
            log.warning("worker %s: %s (job %s)", id, why, running.job)
            self.requeue_when_due(self._queue.died(running.job, running.reached, why))

    # Time

    def requeue_when_due(self, job: Job) -> None:
        """Put a retrying job back in the queue when its time has come."""
        if job.state != State.RETRYING:
            return
        wait = max(0.0, (job.due or 0.0) - HOST.now())
        asyncio.get_running_loop().call_later(min(wait, faults.RETRY_SECONDS[-1]), self._requeue, job.id)

    def _requeue(self, id: str) -> None:
        if self._queue.get(id).state == State.RETRYING:
            self._queue.fire(id, Trigger.REQUEUE, State.QUEUED, due=None)

    def _check_accepted(self, bench: Bench, running: Running) -> None:
        if bench.running is running and not running.accepted:
            self.end_worker(bench, "its worker did not accept it")

    def _check_health(self, bench: Bench, running: Running) -> None:
        """Called at half the lease, and again while the attempt lasts."""
        pid = self.pool.pid(bench.slot.id)
        if bench.running is not running or pid is None:
            return
        lease = self._settings.lease_seconds
        silent = time.monotonic() - running.heard
        now = health.look(pid)
        verdict = health.judge(silent, lease, running.looked, now)
        if verdict is Verdict.HUNG:
            state = "is stopped" if now and now.state in "Tt" else "hangs"
            self.end_worker(bench, f"its worker {state}: no word and no work for {silent:.0f} s")
            return
        if verdict is Verdict.BUSY:
            log.warning("worker %s is silent but busy; its lease is extended", bench.slot.id)
            running.heard = time.monotonic()
        running.looked = now
        asyncio.get_running_loop().call_later(lease / 2, self._check_health, bench, running)

    def end_worker(self, bench: Bench, why: str) -> None:
        """End a worker's process: SIGTERM, and after the grace SIGKILL."""
        if bench.running:
            bench.running.why_ended = why
        self.pool.end(bench.slot.id, force=False)
        self._force_later(bench)

    def _force_later(self, bench: Bench) -> None:
        pid = self.pool.pid(bench.slot.id)
        asyncio.get_running_loop().call_later(self._settings.grace_seconds, self._force, bench, pid)

    def _force(self, bench: Bench, pid: int | None) -> None:
        if pid is not None and self.pool.pid(bench.slot.id) == pid:
            self.pool.end(bench.slot.id, force=True)

    def hinder(self, lane: str, reason: str) -> None:
        """Stop claims of a lane until what hinders it has gone; told once."""
        fresh = not self.hindrances
        if lane not in self.hindrances:
            log.warning("lane %s waits: %s", lane, reason)
            self._queue.event("lane", lane=lane, paused=True, reason=reason)
        self.hindrances[lane] = reason
        if fresh:
            asyncio.get_running_loop().call_later(HINDRANCE_SECONDS, self._look_again)

    def _look_again(self) -> None:
        try:
            require_space(self._home.root, 0, "start a job")
        except DiskFull:
            asyncio.get_running_loop().call_later(HINDRANCE_SECONDS, self._look_again)
            return
        for lane in self.hindrances:
            self._queue.event("lane", lane=lane, paused=False, reason="")
        self.hindrances.clear()
        for job in self._publisher.waiting():
            if job.error_kind == DiskFull.kind:
                self._publisher.take_in(job.id)
        self.wake()
        self._on_change()

    # What clients ask of work that runs

    def bench_of(self, job: str) -> Bench | None:
        """Where a job runs."""
        for bench in self.benches.values():
            if bench.running and bench.running.job == job:
                return bench
        return None

    def cancel(self, id: str) -> Job:
        """Ask a running job to stop at its next step; after the grace its worker is ended."""
        job = self._queue.fire(id, Trigger.CANCEL, State.CANCELLING, reason="stopping", eta=None)
        bench = self.bench_of(id)
        assert bench is not None and bench.running is not None, f"running job {id} has no worker"
        self.pool.send(bench.slot.id, {"do": "cancel", "token": bench.running.token})
        asyncio.get_running_loop().call_later(
            self._settings.grace_seconds, self._escalate, bench, bench.running
        )
        return job

    def _escalate(self, bench: Bench, running: Running) -> None:
        if bench.running is running:
            self.end_worker(bench, "cancelled")

    def pause(self, id: str) -> None:
        """Ask a running job to yield at its next step."""
        bench = self.bench_of(id)
        if bench and bench.running:
            self.pool.send(bench.slot.id, {"do": "pause", "token": bench.running.token})

    def is_busy(self) -> bool:
        """Whether a worker runs a job."""
        return any(bench.running for bench in self.benches.values())

    def end_all(self) -> None:
        """End every worker; what runs goes back into the queue."""
        self.open = False
        for bench in self.benches.values():
            if self.pool.pid(bench.slot.id) is not None:
                self.end_worker(bench, "stop")
