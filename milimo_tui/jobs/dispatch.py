"""Dispatch: brings queued jobs to workers and decides what becomes of them. Lives on the supervisor's loop.

Owns what hinders a lane, how often a job was passed over, and progress not written yet.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from milimo_tui.core.errors import DiskFull, Failed, MilimoError
from milimo_tui.core.host import HOST, require_space
from milimo_tui.core.paths import Home
from milimo_tui.core.settings import Settings
from milimo_tui.core.wire import load
from milimo_tui.engines.contract import Output, Result
from milimo_tui.jobs import faults, footprint
from milimo_tui.jobs.ahead import BACKLOG, PATIENCE, Paces
from milimo_tui.jobs.channel import Message
from milimo_tui.jobs.crew import Bench, Crew, Running
from milimo_tui.jobs.joblog import JobLogs
from milimo_tui.jobs.lanes import Slot
from milimo_tui.jobs.pool import LocalPool, MakePool
from milimo_tui.jobs.progress import Meter
from milimo_tui.jobs.publishing import Publisher, workspace_of
from milimo_tui.jobs.queue import Queue
from milimo_tui.jobs.schedule import LINE, Candidate, Free, Snapshot, choose
from milimo_tui.jobs.states import State, Trigger
from milimo_tui.store.studio_values import Job, QueuedJob

log = logging.getLogger(__name__)

PROGRESS_SECONDS = 0.2  # progress of all jobs is written and told this often
MEASURED_SECONDS = 1.0  # memory of an attempt shorter than this is not kept
HINDRANCE_SECONDS = 1.0  # how often a hindered lane is looked at again
ROOM_SECONDS = 0.1  # a disk that has room is not asked again for so long
FALSE_STARTS = 3  # in a row, then the lane is paused until a person resumes it


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
    ) -> None:
        self._home = home
        self._logs = JobLogs(home)
        self._queue = queue
        self._publisher = publisher
        self._settings = settings
        self._on_change = on_change
        self.crew = Crew(queue, settings, slots, self, make_pool)
        self.is_open = True  # claims are made; off while draining
        self.hindrances: dict[str, str] = {}  # lane → why it can't run now; goes away by itself
        self._full: dict[str, Path] = {}  # lane → the folder that has no room
        self._passed: dict[str, int] = {}
        self._unwritten: dict[str, Meter] = {}
        self._paces = Paces()
        self._quick: set[str] = set()  # workers that did a job in this turn
        self._is_patient = False
        # Projects whose disk had room, and until when it is not asked again.
        self._roomy: dict[str, float] = {}

    @property
    def passed(self) -> Mapping[str, int]:
        """How often the schedule has passed jobs over."""
        return self._passed

    # Claims

    def assign(self) -> None:
        """Claim jobs for workers that are free, in the change under way or in one of its own."""
        if self.is_open:
            with self._queue.joined():
                self._assign()

    def _assign(self) -> None:
        shut = self._queue.file.paused_lanes().keys() | self.hindrances.keys()
        free = []
        for id, bench in self.crew.benches.items():
            if bench.ahead and (bench.slot.lane in shut or self._is_outranked(bench)):
                self.crew.call_back(bench)
            if not bench.running and not bench.leaving and bench.slot.lane not in shut:
                free.append(Free(id, bench.slot.lane, bench.suits, self.crew.is_warm(bench)))
        line = self._line(sorted({worker.lane for worker in free}))
        if line:
            choice = choose(Snapshot(free, line, self._passed))
            self._passed = dict(choice.passed)
            for worker, job in choice.pairs:
                self._begin(self.crew.benches[worker], self._queue.get(job))
            self._on_change()
        for bench in map(self.crew.benches.__getitem__, sorted(self._quick)):
            if bench.running and not bench.leaving and bench.slot.lane not in shut:
                self._hand_over_ahead(bench, bench.running)
        self._quick.clear()

    def _line(self, lanes: Sequence[str]) -> list[Candidate]:
        """The heads of those lanes."""
        if not lanes or not self._queue.file.has_queued(lanes):  # mostly so, and quick to see
            return []
        return [
            Candidate(job.id, job.lane, job.priority, job.position, affinity_of(job), job.batch)
            for lane in lanes
            for job in self._queue.file.line(lane, LINE, HOST.now())
        ]

    def _is_outranked(self, bench: Bench) -> bool:
        """Whether a job came in whose priority is above those that stand in line at that worker."""
        return self._queue.file.is_outranked(bench.slot.lane, bench.ahead[0].priority, HOST.now())

    def _hand_over_ahead(self, bench: Bench, running: Running) -> None:
        """Whoever has just done a short job gets the next several at once, in their order."""
        room = self._paces.room(running.workload)
        if room - len(bench.ahead) < min(BACKLOG, room // 2):
            return
        line = self._queue.file.line(bench.slot.lane, room, HOST.now())
        if len(line) < BACKLOG:
            return
        for queued in line[: room - len(bench.ahead)]:
            job = self._queue.get(queued.id)
            if (workload_of(job), affinity_of(job)) != (running.workload, running.affinity):
                break
            self._begin(bench, job)
        if bench.ahead and not self._is_patient:
            self._call_back_later()

    def _call_back_later(self) -> None:
        self._is_patient = True
        asyncio.get_running_loop().call_later(PATIENCE, self._call_back)

    def _call_back(self) -> None:
        """What stands behind a job that takes longer than it was thought to goes back into the queue."""
        self._is_patient = False
        now = time.monotonic()
        for bench in self.crew.benches.values():
            if bench.running and now - bench.running.began > PATIENCE:
                self.crew.call_back(bench)
        if any(bench.ahead for bench in self.crew.benches.values()):
            self._call_back_later()

    def _begin(self, bench: Bench, job: Job) -> None:
        """Claim a job for a worker, starting its process when there is none."""
        lane, workspace = bench.slot.lane, workspace_of(self._home, job)
        if lane in self.hindrances:  # found while this round went on
            return
        if job.project and not os.path.isdir(job.project):
            gone = Failed(f"its project is not there: {job.project}", "put it back, then milimo job retry")
            self._queue.cannot_start(job.id, gone)
            return
        try:
            now = time.monotonic()
            if now >= self._roomy.get(job.project, 0.0):
                require_space(workspace, 0, "start a job")
                self._roomy[job.project] = now + ROOM_SECONDS
            self.crew.start(bench)
        except DiskFull as error:
            self.hinder(lane, error.message, workspace)
            return
        except OSError as error:
            self.hinder(lane, f"a worker process can't be started: {error.strerror or error}", workspace)
            return
        token = secrets.token_hex(8)
        try:
            attempt = self._queue.claim(job, bench.slot.id, token, self._settings.lease_seconds)
        except Failed as error:
            self._queue.cannot_start(job.id, error)
            if not bench.running:
                self.crew.rest(bench)
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
            "worker": bench.slot.id,
        }
        running = Running(
            job.id, token, now, now, workload_of(job), affinity_of(job), job.priority, job.engine
        )
        self.crew.hand_over(bench, running, command)

    # What becomes of an attempt (crew.Foreman)

    def said(self, bench: Bench, running: Running, message: Message) -> None:
        """How far an attempt is, what it keeps on its way, or its end, whichever way."""
        say = message["say"]
        if say in ("made", "failed", "stopped", "yielded"):
            used = message.get("used", {})
            running.meter.used(used.get("peak", 0))
            if say == "made":
                self._paces.note(running.workload, used.get("seconds", time.monotonic() - running.began))
                self._quick.add(bench.slot.id)
            self._note_use(running)
            self.crew.rest(bench)
            self._finished(bench, running.job, message)
            self._on_change()
        elif say == "checkpoint":
            running.reached = max(running.reached, faults.step(message["nth"], message["step"]))
            self._queue.checkpoint(running.job, message["stage"], message["step"], message["total"])
        elif say == "resumed":
            self._queue.resumed(running.job, message["stage"], message["step"], message["total"])
        elif say == "load":
            self._queue.loaded(running.job, message["what"], message["seconds"], message["bytes"])
        elif say == "part":
            self._queue.part(running.job, Output.model_validate(message["output"]))
        elif running.meter.hear(message, time.monotonic()):
            self._write_soon(running)

    def _write_soon(self, running: Running) -> None:
        """Progress is written and told together with that of the other jobs."""
        meter = running.meter
        running.reached = max(running.reached, faults.step(meter.nth, meter.done))
        if not self._unwritten:
            asyncio.get_running_loop().call_later(PROGRESS_SECONDS, self._write_progress)
        self._unwritten[running.job] = meter

    def _write_progress(self) -> None:
        now = time.monotonic()
        meters, self._unwritten = self._unwritten, {}
        told = {job: meter.as_columns(now) for job, meter in meters.items() if self.crew.attempt_of(job)}
        if told:
            self._queue.note_progress(told)

    def _note_use(self, running: Running) -> None:
        """Keep how much memory an attempt took, where it took long enough to say something."""
        if time.monotonic() - running.began >= MEASURED_SECONDS:
            self._queue.note_use(running.job, running.meter.peak)

    def _finished(self, bench: Bench, job: str, message: Message) -> None:
        say = message["say"]
        if say == "made":
            result = Result.model_validate(message["result"])
            self._publisher.publish(job, result, message.get("used", {}).get("seconds"))
        elif self._queue.get(job).state == State.CANCELLING:
            self._queue.stopped(job)
        elif say == "failed":
            error = message["error"]
            sentence = MilimoError(error["message"], error["hint"])
            after = self._queue.went_wrong(job, sentence, kind=error["kind"])
            if after.reason:
                self._logs.append(job, after.reason)
            if error["kind"] == DiskFull.kind:
                self.hinder(bench.slot.lane, error["message"], workspace_of(self._home, after))
        elif say == "yielded":
            self._queue.paused(job)
        else:
            self._queue.lost(job, "its worker stopped it without being asked")

    def unbegun(self, bench: Bench, running: Running, say: str) -> None:
        """An attempt ended before its engine was asked for anything."""
        if self._queue.get(running.job).state == State.CANCELLING:
            self._queue.stopped(running.job)
        elif say == "yielded":
            self._queue.paused(running.job)
        else:
            why = running.why_ended or "its worker ended before it began" if say == "lost" else ""
            self._queue.lost(running.job, why, Trigger.UNACCEPTED)
        self._on_change()

    def gone(self, bench: Bench, running: Running | None) -> None:
        """A worker died, or was ended, amid its attempt."""
        if running:
            self._after_death(bench, running)
        self._on_change()

    def _after_death(self, bench: Bench, running: Running) -> None:
        id = running.job
        why = running.why_ended or "its worker process died"
        self._logs.salvage(id, bench.slot.id)
        self._logs.append(id, f"worker {bench.slot.id}: {why}")
        workspace = workspace_of(self._home, self._queue.get(id))
        # Its last steps may not have been told before it died.
        running.reached = max(running.reached, footprint.read(workspace, running.token))
        self._note_use(running)
        if self._queue.get(id).state == State.CANCELLING:
            self._queue.stopped(id)
        elif running.stopped:
            self._queue.lost(id, why)
        elif not running.accepted:
            self._queue.lost(id, why, Trigger.UNACCEPTED)
            self._after_false_start(bench, why)
        else:
            log.warning("worker %s: %s (job %s)", bench.slot.id, why, id)
            after = self._queue.died(id, running.reached, why)
            self._logs.append(id, f"now {after.state.replace('_', ' ')} (deaths in a row: {after.deaths})")

    def _after_false_start(self, bench: Bench, why: str) -> None:
        """Workers that can't even begin say something about this machine, not about their jobs."""
        bench.false_starts += 1
        log.warning("worker %s ended before it took its job: %s", bench.slot.id, why)
        if bench.false_starts >= FALSE_STARTS:
            bench.false_starts = 0
            reason = "its workers end as soon as they start; the supervisor's log tells why"
            self._queue.file.set_lane(bench.slot.lane, paused=True, reason=reason)
            self._queue.event("lane", lane=bench.slot.lane, paused=True, reason=reason)

    def requeue_when_due(self, id: str) -> None:
        """Put a retrying job back in the queue when its time has come; soon, should the clock jump."""
        wait = max(0.0, (self._queue.get(id).due or 0.0) - HOST.now())
        asyncio.get_running_loop().call_later(min(wait, faults.RETRY_SECONDS[-1]), self._requeue, id)

    def _requeue(self, id: str) -> None:
        if self._queue.get(id).state == State.RETRYING:
            self._queue.fire(id, Trigger.REQUEUE, State.QUEUED, due=None)

    # What hinders a lane

    def hinder(self, lane: str, reason: str, folder: Path) -> None:
        """Stop claims of a lane until there is room in that folder; told once."""
        if not self.hindrances:
            asyncio.get_running_loop().call_later(HINDRANCE_SECONDS, self._look_again)
        if lane not in self.hindrances:
            log.warning("lane %s waits: %s", lane, reason)
            self._queue.event("lane", lane=lane, paused=True, reason=reason)
        self.hindrances[lane], self._full[lane] = reason, folder

    def _look_again(self) -> None:
        for lane, folder in list(self._full.items()):
            try:
                require_space(folder, 0, "start a job")
            except DiskFull as error:
                self.hindrances[lane] = error.message
                continue
            del self.hindrances[lane], self._full[lane]
            self._queue.event("lane", lane=lane, paused=False, reason="")
        if self.hindrances:
            asyncio.get_running_loop().call_later(HINDRANCE_SECONDS, self._look_again)
            return
        for job in self._publisher.put_off():
            if job.error_kind == DiskFull.kind:
                self._publisher.take_in_again(job.id)
        self._on_change()

    # What clients ask of work that runs

    def cancel(self, id: str) -> Job:
        """Ask a running job to stop at its next step; after the grace its worker is ended."""
        job = self._queue.fire(id, Trigger.CANCEL, State.CANCELLING, reason="stopping", eta=None)
        attempt = self.crew.attempt_of(id)
        assert attempt, f"running job {id} has no worker"
        bench, running = attempt
        self.crew.tell(bench, running, "cancel")
        self._escalate_later(bench, running)
        return job

    def _escalate_later(self, bench: Bench, running: Running) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(self._settings.grace_seconds, self._escalate, bench, running)

    def _escalate(self, bench: Bench, running: Running) -> None:
        if bench.running is running:
            self.crew.end(bench, "ended: it did not stop when cancelled")
        elif running in bench.ahead:  # what runs before it is not to suffer
            self._escalate_later(bench, running)

    def pause(self, id: str) -> None:
        """Ask a running job to yield at its next step."""
        attempt = self.crew.attempt_of(id)
        if attempt:
            self.crew.tell(*attempt, "pause")

    def drain(self) -> None:
        """Claim no more; what has not begun goes back into the queue."""
        self.is_open = False
        for bench in self.crew.benches.values():
            self.crew.call_back(bench)

    def end_all(self) -> None:
        """End every worker; what runs goes back into the queue."""
        self.is_open = False
        self.crew.end_all()
