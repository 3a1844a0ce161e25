"""Handles the reports of running attempts: progress, checkpoints, finished parts, the end of the attempt, and
the death of its worker.

The module runs on the supervisor's loop. It claims no jobs. `dispatch` claims them and reads the measured
durations from here.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from milimo_tui.core.errors import DiskFull, MilimoError
from milimo_tui.core.paths import Home
from milimo_tui.engines.contract.engine import Output, Result
from milimo_tui.jobs.machine import health
from milimo_tui.jobs.queue.prefetch import Prefetch
from milimo_tui.jobs.queue.publishing import Publisher, get_job_workspace
from milimo_tui.jobs.queue.queue import JobQueue
from milimo_tui.jobs.supervisor.lane_blocks import LaneBlocks
from milimo_tui.jobs.supervisor.progress_notes import ProgressNotes
from milimo_tui.jobs.supervisor.worker_slot import RunningAttempt, WorkerSlot
from milimo_tui.jobs.values import retry_policy
from milimo_tui.jobs.values.states import JobState, Trigger
from milimo_tui.jobs.worker import progress_mark
from milimo_tui.jobs.worker.job_log import JobLogs
from milimo_tui.jobs.worker.worker_queue import ATTEMPT_ENDS, Message

log = logging.getLogger(__name__)

MEASURED_SECONDS = 1.0  # The memory use of attempts shorter than this many seconds is not saved.
LEFT = "the studio home was moved while it ran"
# After this number of consecutive workers that end before they accept a job, the lane pauses.
FALSE_STARTS = 3


class Outcomes:
    """The receiver of all reports about attempts, which records their results in the queue. `on_change` is
    called whenever a job has ended.
    """

    def __init__(
        self,
        home: Home,
        queue: JobQueue,
        publisher: Publisher,
        blocks: LaneBlocks,
        progress: ProgressNotes,
        on_change: Callable[[], None],
        has_left: Callable[[], bool],
    ) -> None:
        self._home = home
        self._logs = JobLogs(home)
        self._queue = queue
        self._publisher = publisher
        self._blocks = blocks
        self._progress = progress
        self._on_change = on_change
        self._has_left = has_left
        self.prefetch = Prefetch()
        # Ids of the workers that have finished a job since jobs were last assigned. These workers may get
        # several short jobs in advance.
        self.done_in_turn: set[str] = set()

    def handle_attempt_message(self, worker: WorkerSlot, running: RunningAttempt, message: Message) -> None:
        """Handle a worker's message about its running attempt: progress, a checkpoint or finished part, or
        the end of the attempt.
        """
        kind = message["say"]
        self._blocks.mark_lane_working(worker.slot.lane)
        if kind in ATTEMPT_ENDS:
            used = message.get("used", {})
            running.meter.record_peak(used.get("peak", 0))
            if kind == "made":
                self.prefetch.record_duration(
                    running.workload, used.get("seconds", time.monotonic() - running.began)
                )
                self.done_in_turn.add(worker.slot.id)
            self._save_memory_use(running)
            self._handle_attempt_end(worker, running.job, message)
            self._on_change()
        elif kind == "checkpoint":
            running.reached = max(
                running.reached, retry_policy.combine_stage_and_step(message["nth"], message["step"])
            )
            self._queue.record_checkpoint(running.job, message["stage"], message["step"], message["total"])
        elif kind == "resumed":
            self._queue.record_resumption(running.job, message["stage"], message["step"], message["total"])
        elif kind == "load":
            self._queue.record_weight_load(running.job, message["what"], message["seconds"], message["bytes"])
        elif kind == "part":
            self._queue.record_part(running.job, Output.model_validate(message["output"]))
        elif kind == "foresees":
            worker.foresees = True
        elif running.meter.update(message, time.monotonic()):
            self._queue_progress_note(running)

    def _queue_progress_note(self, running: RunningAttempt) -> None:
        meter = running.meter
        running.reached = max(running.reached, retry_policy.combine_stage_and_step(meter.nth, meter.done))
        self._progress.write_soon(running.job, meter)

    def _save_memory_use(self, running: RunningAttempt) -> None:
        """Save the peak memory use of an attempt, unless the attempt was too short for a useful
        measurement.
        """
        if time.monotonic() - running.began >= MEASURED_SECONDS:
            self._queue.record_peak_memory(running.job, running.meter.peak)

    def _handle_attempt_end(self, worker: WorkerSlot, job: str, message: Message) -> None:
        kind = message["say"]
        if kind == "made":
            result = Result.model_validate(message["result"])
            self._publisher.publish_result(job, result, message.get("used", {}).get("seconds"))
        elif self._queue.get(job).state == JobState.CANCELLING:
            self._queue.finish_cancelling(job)
        elif kind == "failed" and self._has_left():
            self._queue.requeue_lost_job(job, LEFT)
        elif kind == "failed":
            error = message["error"]
            sentence = MilimoError(error["message"], error["hint"])
            after = self._queue.record_failure(job, sentence, kind=error["kind"])
            if after.reason:
                self._logs.append_line(job, after.reason)
            if error["kind"] == DiskFull.kind:
                self._blocks.block_full_lane(
                    worker.slot.lane, error["message"], get_job_workspace(self._home, after)
                )
        elif kind == "yielded":
            self._queue.finish_pausing(job)
        else:
            self._queue.requeue_lost_job(job, "its worker stopped it without being asked")

    def handle_unstarted_attempt(self, running: RunningAttempt, kind: str) -> None:
        """Handle an attempt that ended before its engine was called. `kind` is the kind of the worker's
        message, or `lost` if the worker died.
        """
        if self._queue.get(running.job).state == JobState.CANCELLING:
            self._queue.finish_cancelling(running.job)
        elif kind == "yielded":
            self._queue.finish_pausing(running.job)
        else:
            why = running.why_ended or "its worker ended before the job began" if kind == "lost" else ""
            self._queue.requeue_lost_job(running.job, why, Trigger.UNACCEPTED)
        self._on_change()

    def has_last_output(self, worker: WorkerSlot, running: RunningAttempt) -> bool:
        """Return True if a dead worker has written output that `save_last_output` must clean of secrets."""
        return self._logs.has_output(running.job, worker.slot.id)

    def save_last_output(self, worker: WorkerSlot, running: RunningAttempt) -> None:
        """Remove secrets from the output of a dead worker, and save the output in the job's log. Called in a
        thread.
        """
        self._logs.save_last_output(running.job, worker.slot.id)

    def handle_worker_loss(self, worker: WorkerSlot, running: RunningAttempt | None) -> None:
        """Handle a worker that died or was killed, after its last output was saved. `running` is its attempt
        at that time; None if it had none.
        """
        if running:
            self._handle_worker_death(worker, running)
        self._on_change()

    def _handle_worker_death(self, worker: WorkerSlot, running: RunningAttempt) -> None:
        id = running.job
        why = running.why_ended or "its worker process died"
        self._logs.append_line(id, f"worker {worker.slot.id}: {why}")
        workspace = get_job_workspace(self._home, self._queue.get(id))
        # The worker may have died before it reported its last steps, so the steps that it wrote to disk are
        # read.
        running.reached = max(running.reached, progress_mark.read_progress_mark(workspace, running.token))
        self._save_memory_use(running)
        if self._queue.get(id).state == JobState.CANCELLING:
            self._queue.finish_cancelling(id)
        elif running.stopped:
            self._queue.requeue_lost_job(id, why)
        elif self._has_left():
            self._queue.requeue_lost_job(id, LEFT)
        elif not running.accepted:
            self._queue.requeue_lost_job(id, why, Trigger.UNACCEPTED)
            self._handle_false_start(worker, why)
        else:
            log.warning("worker %s: %s (job %s)", worker.slot.id, why, id)
            starved = (
                not worker.slot.node
                and not running.why_ended
                and health.count_memory_kills() > running.killed
            )
            if starved:
                why = "main memory was full: the system killed its worker process"
            after = self._queue.record_worker_death(id, running.reached, why, starved=starved)
            if starved and after.reason:
                self._logs.append_line(id, after.reason)
            self._logs.append_line(
                id, f"now {after.state.replace('_', ' ')} (deaths in a row: {after.deaths})"
            )

    def _handle_false_start(self, worker: WorkerSlot, why: str) -> None:
        """Count a worker process that ended before it accepted its job. The cause is a problem of this
        machine, not of the job. If this happens repeatedly, the lane is paused.
        """
        worker.false_starts += 1
        log.warning("worker %s ended before it took its job: %s", worker.slot.id, why)
        # The count is not reset here: after the pause, a single further case pauses the lane again.
        if worker.false_starts >= FALSE_STARTS:
            self._blocks.rest_lane(worker.slot.lane, "its workers end as soon as they start")
