"""The workers of this machine: each slot's process, from its first job to its idle end, and its health.

Decides nothing about jobs: what a worker says of its attempt, or that it died with one, goes to its listener.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from milimo_tui.core.host import HOST
from milimo_tui.core.settings import Settings
from milimo_tui.core.wire_json import load
from milimo_tui.engines.registry import engine_registry
from milimo_tui.jobs.machine import health
from milimo_tui.jobs.machine.health import ProcessSample, Verdict
from milimo_tui.jobs.machine.lanes import Slot
from milimo_tui.jobs.queue.queue import Queue
from milimo_tui.jobs.supervisor.recycle_policy import RecyclePolicy
from milimo_tui.jobs.supervisor.worker_pool import MakePool
from milimo_tui.jobs.worker import redaction
from milimo_tui.jobs.worker.channel import Message
from milimo_tui.jobs.worker.progress import Meter
from milimo_tui.store.jobs.studio_values import WorkerRow

log = logging.getLogger(__name__)

ENDS = ("made", "failed", "stopped", "yielded")  # how an attempt can end
SUPPLY = 4  # jobs at a worker that has no need of us for a moment
ACCEPT_SECONDS = 20.0  # a worker that has not said yes by then is ended


@dataclass(slots=True)
class Running:
    """An attempt on a worker. `heard` is when the worker last said something, `began` when it was told
    (monotonic).
    """

    job: str
    token: str
    heard: float
    began: float
    workload: str = ""
    affinity: str = ""
    priority: int = 0
    engine: str = ""
    accepted: bool = False
    loaded: bool = False
    stepped: float = (
        0.0  # when its engine last came a step further, or began to load, or had loaded (monotonic)
    )
    meter: Meter = field(default_factory=Meter)
    reached: int = 0
    looked: ProcessSample | None = None  # how the process was when last looked at, since it was last heard
    why_ended: str = ""  # set when we end the worker ourselves
    stopped: bool = False  # ended with the supervisor, through no fault of the job
    called_back: bool = False  # asked for before it began
    accept_by: float = 0.0  # when it has to be accepted, and when its worker is next looked at
    look_at: float = 0.0
    killed: int = 0  # processes that the system had killed for want of memory when it began


@dataclass(slots=True)
class WorkerSlot:
    """A slot with what we know of its worker."""

    slot: Slot
    loaded: str = ""  # the engine; `suits` is the affinity of what it did last, or does
    suits: str = ""
    running: Running | None = None
    ahead: deque[Running] = field(default_factory=deque)  # handed over too; begun in this order
    idle_timer: asyncio.TimerHandle | None = None
    watch: asyncio.TimerHandle | None = None
    leaving: bool = False  # it was told to end, or will be when it has done what it was given
    policy: RecyclePolicy = field(default_factory=RecyclePolicy)
    foresees: bool = False  # its job only decodes: it can get ready what comes next
    foreseen: tuple[str, str] = ("", "")  # the job it was told so of, and its spec
    recycle_reason: str = ""  # why its process is to be replaced
    false_starts: int = 0  # processes in a row that ended before they took a job


class WorkerListener(Protocol):
    """Who decides about jobs."""

    def said(self, worker: WorkerSlot, running: Running, message: Message) -> None:
        """A worker said something about the attempt it runs."""
        ...

    def unbegun(self, worker: WorkerSlot, running: Running, say: str) -> None:
        """An attempt ended before it began: `stopped` or `yielded` as asked, `returned`, or `lost`."""
        ...

    def gone(self, worker: WorkerSlot, running: Running | None) -> None:
        """A worker's process ended, with that attempt unfinished. Called inside the change that notes it."""
        ...


class WorkerManager:
    """The slots of this machine by slot id, and the pool that runs their processes."""

    def __init__(
        self,
        queue: Queue,
        settings: Settings,
        slots: Sequence[Slot],
        listener: WorkerListener,
        make_pool: MakePool,
        accept_seconds: float = ACCEPT_SECONDS,
        why_ended: Callable[[str], str] = lambda id: "",
    ) -> None:
        self._queue = queue
        self._settings = settings
        self._listener = listener
        self._accept_seconds = accept_seconds
        self._why_ended = why_ended  # with its machine, a worker of another one
        self._clean = redaction.of(settings)  # what a worker says is written and shown
        self.slots = {slot.id: WorkerSlot(slot) for slot in slots}
        self.pool = make_pool(self, min(1.0, settings.lease_seconds / 5))

    def meet(self, slots: Sequence[Slot]) -> None:
        """Have these slots of other machines besides ours; one that is gone stays until its worker ended."""
        there = {slot.id: slot for slot in slots}
        for id, worker in list(self.slots.items()):
            if worker.slot.node and id not in there and not worker.running and not self.is_warm(worker):
                self._stop_idle_timer(worker)
                del self.slots[id]
        for id, slot in there.items():
            if id not in self.slots:
                self.slots[id] = WorkerSlot(slot)
            elif self.slots[id].slot != slot and not self.is_warm(self.slots[id]):
                self.slots[id].slot = slot  # the same name on a machine that came back

    @property
    def lanes(self) -> tuple[str, ...]:
        """The lanes of this machine, in order."""
        return tuple(dict.fromkeys(worker.slot.lane for worker in self.slots.values()))

    def attempt_of(self, job: str) -> tuple[WorkerSlot, Running] | None:
        """Where a job runs, or is about to."""
        for worker in self.slots.values():
            for running in (worker.running, *worker.ahead):
                if running and running.job == job:
                    return worker, running
        return None

    def is_busy(self) -> bool:
        return any(worker.running for worker in self.slots.values())

    def is_warm(self, worker: WorkerSlot) -> bool:
        """Whether its process runs."""
        return self.pool.pid(worker.slot.id) is not None

    def start(self, worker: WorkerSlot) -> None:
        """Start its process, when it has none. Raises OSError."""
        if self.is_warm(worker):
            return
        id, lane = worker.slot.id, worker.slot.lane
        self.pool.start(worker.slot)
        trace = self.pool.trace(id)
        assert trace is not None
        pid = trace.pid
        row = WorkerRow(id=id, lane=lane, pid=pid, ticks=trace.ticks, boot=trace.boot, started=HOST.now())
        with self._queue.change():
            self._queue.file.add_worker(row)
            self._queue.event("worker", worker=id, lane=lane, pid=pid, state="started")

    def hand_over(self, worker: WorkerSlot, running: Running, command: Message) -> None:
        """Give a worker a job, behind the one it may have, and watch over it from when it begins."""
        running.engine = command["spec"]["engine"]
        command = {**command, "ahead": True} if worker.running else command
        self._queue.afterwards(partial(self.pool.send, worker.slot.id, command))  # its claim is durable first
        if worker.running:
            worker.ahead.append(running)
        else:
            self._stop_idle_timer(worker)
            self._begin(worker, running)

    def _begin(self, worker: WorkerSlot, running: Running) -> None:
        now = time.monotonic()
        worker.running, running.began, running.heard, running.stepped = running, now, now, now
        running.loaded, worker.suits = worker.loaded == running.engine, running.affinity
        running.killed = health.killed_for_memory()
        worker.foresees, worker.foreseen = False, ("", "")
        if not running.loaded:
            worker.loaded = ""  # what it has makes room
        running.accept_by = now + self._accept_seconds
        running.look_at = now + self._settings.lease_seconds / 2
        if not worker.watch:
            self._watch_on(worker, running)

    def send_command(self, worker: WorkerSlot, running: Running, do: str) -> None:
        """Ask an attempt to `cancel` or `pause`, or to `return` if it has not begun."""
        command = {"do": do, "token": running.token}
        self._queue.afterwards(partial(self.pool.send, worker.slot.id, command))

    def foretell(self, worker: WorkerSlot, job: str, spec: str) -> None:
        """Tell a worker which job would come next (none: empty), as its spec is now, where that is news."""
        if (job, spec) == worker.foreseen:
            return
        worker.foreseen = (job, spec)
        command = {"do": "next", "job": job, "spec": load(spec) if spec else None}
        self._queue.afterwards(partial(self.pool.send, worker.slot.id, command))

    def call_back(self, worker: WorkerSlot) -> None:
        """Have the worker give back what it has not begun."""
        for running in worker.ahead:
            if not running.called_back:
                running.called_back = True
                self.send_command(worker, running, "return")

    def rest(self, worker: WorkerSlot) -> None:
        """The worker goes on with its next job; when none comes for a while, its process ends."""
        worker.running = None
        if worker.ahead:
            if worker.recycle_reason:
                self.call_back(worker)
            self._begin(worker, worker.ahead.popleft())
            return
        self._stop_idle_timer(worker)
        if worker.recycle_reason:
            self._recycle(worker)
            return
        loop = asyncio.get_running_loop()
        worker.idle_timer = loop.call_later(self._settings.worker_idle_seconds, self._end_idle, worker)

    def end(self, worker: WorkerSlot, why: str) -> None:
        """End a worker's process: SIGTERM, and after the grace SIGKILL."""
        if worker.running:
            worker.running.why_ended = why
        self.pool.end(worker.slot.id, force=False)
        self._force_later(worker)

    def end_all(self) -> None:
        """End every worker with the supervisor; what runs counts as lost."""
        for worker in self.slots.values():
            if worker.running:
                worker.running.stopped = True
            if self.is_warm(worker):
                self.end(worker, "the supervisor was stopped")

    # pool.Listener

    def is_supplied(self, id: str) -> bool:
        """Whether a worker has several jobs before it that it has not begun."""
        return len(self.slots[id].ahead) >= SUPPLY

    def heard(self, id: str, message: Message) -> None:
        """A worker said something; of an attempt that is over, it changes nothing."""
        worker = self.slots[id]
        if message["say"] != "accepted":  # which has no word of an engine's
            message = redaction.clean_message(message, self._clean)
        say, running = message["say"], worker.running
        if say == "loaded":
            worker.loaded = message["engine"]
        if running and message.get("token") == running.token:
            self._is_well(worker, running, message)
            if say in ENDS:
                self.rest(worker)
            self._listener.said(worker, running, message)
        elif say in ("stopped", "yielded", "returned") and self._is_ahead(worker, message["token"]):
            waiting = next(one for one in worker.ahead if one.token == message["token"])
            worker.ahead.remove(waiting)
            self._listener.unbegun(worker, waiting, say)
        elif say in ENDS:
            log.warning("worker %s: a late “%s” of an attempt that is over was ignored", id, say)
            self._queue.event("late", worker=id, say=say)

    def _is_well(self, worker: WorkerSlot, running: Running, message: Message) -> None:
        """Note what an attempt's word says of its worker."""
        say, now = message["say"], time.monotonic()
        running.heard, running.looked = now, None
        running.accepted, worker.false_starts = True, 0
        if say != "beat":
            running.stepped, running.loaded = now, running.loaded or say == "loaded"
        if say in ENDS:
            worker.recycle_reason = worker.recycle_reason or worker.policy.note(
                running.engine,
                message.get("used", {}).get("host", 0),
                message.get("error", {}).get("kind", ""),
                most_jobs=self._settings.worker_jobs,
                most_growth_mb=self._settings.worker_growth_mb,
            )
            worker.leaving = worker.leaving or bool(worker.recycle_reason)

    def _is_ahead(self, worker: WorkerSlot, token: str) -> bool:
        return any(waiting.token == token for waiting in worker.ahead)

    def ended(self, id: str) -> None:
        """A worker's process is gone."""
        worker = self.slots[id]
        running, worker.running, worker.loaded, worker.leaving = worker.running, None, "", False
        worker.suits = ""
        worker.foresees, worker.foreseen = False, ("", "")
        worker.policy, worker.recycle_reason = RecyclePolicy(), ""
        ahead, worker.ahead = worker.ahead, deque()
        if running and not running.why_ended:
            running.why_ended = self._why_ended(id)
        self._stop_idle_timer(worker)
        with self._queue.change():
            self._queue.file.drop_worker(id)
            self._queue.event("worker", worker=id, lane=worker.slot.lane, state="ended")
            for waiting in ahead:
                self._listener.unbegun(worker, waiting, "lost")
            self._listener.gone(worker, running)

    # Time

    def _stop_idle_timer(self, worker: WorkerSlot) -> None:
        if worker.idle_timer:
            worker.idle_timer.cancel()
            worker.idle_timer = None

    def _recycle(self, worker: WorkerSlot) -> None:
        """Have a fresh process take the place of a recycle_reason one."""
        log.info("worker %s is replaced: %s", worker.slot.id, worker.recycle_reason)
        self._queue.event(
            "worker",
            worker=worker.slot.id,
            lane=worker.slot.lane,
            state="recycled",
            reason=worker.recycle_reason,
        )
        self._end_idle(worker)

    def _end_idle(self, worker: WorkerSlot) -> None:
        worker.leaving = True
        self.pool.send(worker.slot.id, {"do": "end"})
        self._force_later(worker)

    def _force_later(self, worker: WorkerSlot) -> None:
        pid = self.pool.pid(worker.slot.id)
        asyncio.get_running_loop().call_later(self._settings.grace_seconds, self._force, worker, pid)

    def _force(self, worker: WorkerSlot, pid: int | None) -> None:
        if pid is not None and self.pool.pid(worker.slot.id) == pid:
            self.pool.end(worker.slot.id, force=True)

    def _watch_on(self, worker: WorkerSlot, running: Running) -> None:
        """Look at the worker when that is due next: one timer a worker, however many jobs it does."""
        due = running.look_at if running.accepted else min(running.accept_by, running.look_at)
        loop = asyncio.get_running_loop()
        worker.watch = loop.call_later(due - time.monotonic(), self._watch, worker, due)

    def _watch(self, worker: WorkerSlot, due: float) -> None:
        worker.watch, running, now = None, worker.running, time.monotonic()
        if not running:
            return
        if now - due > self._settings.lease_seconds / 4:
            self._excuse(running, now - due)
        if now >= running.accept_by and not running.accepted:
            running.accept_by = math.inf
            self.end(worker, "its worker did not accept it")
        elif now >= running.look_at:
            running.look_at = now + self._settings.lease_seconds / 2
            self._check_health(worker, running)
        self._watch_on(worker, running)

    def _excuse(self, running: Running, seconds: float) -> None:
        """We ourselves were held up (stopped, or short of time): what was said since is yet unread."""
        running.heard += seconds
        running.stepped += seconds
        running.accept_by += seconds

    def _check_health(self, worker: WorkerSlot, running: Running) -> None:
        """Called every half a lease while the attempt lasts."""
        if not self.is_warm(worker):
            return
        lease = self._settings.lease_seconds
        silent = time.monotonic() - running.heard
        now = self.pool.sample(worker.slot.id)
        verdict = health.judge(silent, lease, running.looked, now)
        if verdict is Verdict.HUNG:
            state = "is stopped" if now and now.state in "Tt" else "hangs"
            self.end(worker, f"its worker {state}: no word and no work for {silent:.0f} s")
            return
        engine = engine_registry.find(running.engine)
        waited = time.monotonic() - running.stepped
        stuck = health.stuck(engine, waited, loaded=running.loaded) if engine else ""
        if stuck:
            self.end(worker, f"its worker hangs: {stuck}")
            return
        if verdict is Verdict.BUSY:
            log.warning("worker %s is silent but busy; its lease is extended", worker.slot.id)
        running.looked = now
