"""The changes of the queue that the supervisor makes for its workers. Workers take jobs (claims) and report
on their attempts to make them; both change the queue.

Together, this module, `orders` (changes that clients request) and `ledger` (changes and their events) contain
all rules about jobs. The module starts no process and opens no socket.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from milimo_tui.core.errors import Failed, MilimoError, OutOfMemory
from milimo_tui.core.host import HOST
from milimo_tui.engines.contract.engine import Output, Result
from milimo_tui.engines.recipes.values import NEXT
from milimo_tui.engines.registry import engine_registry
from milimo_tui.jobs.queue.ledger import CLEARED_COLUMNS, NO_PROGRESS
from milimo_tui.jobs.queue.orders import PAUSES, PAUSES_WITH_BATCH, OrderLedger
from milimo_tui.jobs.queue.prefetch import SHORT_SECONDS
from milimo_tui.jobs.schedule.throughput import RecentPaces
from milimo_tui.jobs.values import retry_policy
from milimo_tui.jobs.values.output_refs import can_reference_outputs, find_referenced_jobs, resolve_outputs
from milimo_tui.jobs.values.states import JobState, Trigger
from milimo_tui.store.jobs.studio_file import StudioFile
from milimo_tui.store.jobs.studio_values import Attempt, Event, Job, Timing

# Stored in `error_kind` of a job that finished before its cancellation reached the worker.
TOO_LATE = "too_late"
KEEP_PROGRESS = 10_000  # Progress events are deleted when at least this many newer events exist.
PRUNE_EVERY = 500
# If many short jobs of a workload (kind of work) end within this many seconds, only the duration of the first
# job is saved.
TIMED_SECONDS = 0.1
_BEGUN = {**CLEARED_COLUMNS, **NO_PROGRESS}
_DONE = {
    **{k: v for k, v in CLEARED_COLUMNS.items() if k != "ended"},
    "progress": 1.0,
    "parts": "[]",
    "live": "{}",
}


class JobQueue(OrderLedger):
    """The job queue of a home, with methods for all changes of jobs. This class is the only writer of the
    database `studio.db`.
    """

    def __init__(self, file: StudioFile, on_events: Callable[[Sequence[Event]], None]) -> None:
        super().__init__(file, on_events)
        self._paces = RecentPaces(file)
        self._resumed: set[str] = set()  # Ids of the jobs whose newest attempt continued from a checkpoint.
        self._pruned = 0  # Progress events up to this number have been deleted already.
        # Workload (kind of work) → the time at which the duration of one of its jobs was last saved.
        self._timed: dict[str, float] = {}

    def claim_job(self, id: str | Job, worker: str, token: str, lease: float) -> Attempt:
        """Move a queued job to the state `running` and record its attempt, in one change.

        `token` identifies the attempt. `lease` is the number of seconds that the worker may be silent. Raises
        Conflict if the job is not queued, and Failed if another job did not make an input of the spec.
        """
        with self.join_change():
            job = self.resolve_job(id)
            spec = self._resolve_spec_text(job.spec) if can_reference_outputs(job.spec) else job.spec
            now = HOST.now()
            number = job.attempts + 1
            attempt = Attempt(
                job=job.id,
                number=number,
                token=token,
                worker=worker,
                lease=now + lease,
                spec=spec,
                started=now,
            )
            columns = {**_BEGUN, "worker": worker, "attempts": number, "started": job.started or now}
            self.fire_trigger(job, Trigger.CLAIM, JobState.RUNNING, **columns)
            self.file.add_attempt(attempt)
        return attempt

    def resolve_job_spec(self, id: str) -> str:
        """Return the spec that a worker would get if the job started now, as JSON text. Return an empty text
        if an input of the spec does not exist yet.
        """
        text = self.get(id).spec
        try:
            return self._resolve_spec_text(text) if can_reference_outputs(text) else text
        except Failed:
            return ""

    def _resolve_spec_text(self, text: str) -> str:
        """Return a spec as JSON text, in which inputs that are outputs of other jobs are replaced by the
        paths of the files.
        """
        spec = json.loads(text)
        made = {other: json.loads(self.get(other).outputs) for other in find_referenced_jobs(spec)}
        return json.dumps(resolve_outputs(spec, made))

    def record_progress(self, reports: Mapping[str, Mapping[str, Any]]) -> None:
        """Save the newest progress of several jobs in one change. `reports` holds the progress by job id."""
        with self.join_change():
            for id, report in reports.items():
                columns = {k: report[k] for k in ("progress", "stage", "steps_done", "steps_total", "eta")}
                self.file.set_job(id, **columns, live=json.dumps(report.get("live", {})))
                self.record_event("progress", id, **report)
            self._prune_progress()

    def _prune_progress(self) -> None:
        """Delete old progress events from the database.

        The newest are preserved, so that a client that reconnects soon finds no gap in the event numbers.
        """
        upto = self.file.read_last_event_number() - KEEP_PROGRESS
        if upto >= self._pruned + PRUNE_EVERY:
            self.file.delete_progress_events(self._pruned, upto)
            self._pruned = upto

    def record_checkpoint(self, id: str, stage: str, step: int, total: int) -> None:
        """Record that a running job saved a checkpoint, from which a retry continues."""
        with self.join_change():
            attempt = self.get(id).attempts
            self.record_event("checkpoint", id, stage=stage, step=step, total=total, attempt=attempt)

    def record_weight_load(self, id: str, what: str, seconds: float, size: int) -> None:
        """Record that a running job loaded the weights `what` into its worker's memory. `size` is in
        bytes.
        """
        self.record_event("load", id, what=what, seconds=seconds, bytes=size)

    def record_resumption(self, id: str, stage: str, step: int, total: int) -> None:
        """Record that the newest attempt continues from a checkpoint at step `step` of `total` in `stage`."""
        sentence = f"{stage} {step} of {total}" if total else f"{stage} {step}"
        with self.join_change():
            attempt = self.get(id).attempts
            self.file.set_attempt(id, attempt, resumed=sentence)
            self._resumed.add(id)
            self.record_event(
                "checkpoint", id, stage=stage, step=step, total=total, attempt=attempt, resumed=True
            )

    def record_part(self, id: str, output: Output) -> None:
        """Record a file that a running job has finished before its end, and that can be used at once. An
        earlier record for the same path is replaced.
        """
        part = output.model_dump(mode="json")
        with self.join_change():
            parts = [old for old in json.loads(self.get(id).parts) if old["path"] != output.path]
            self.file.set_job(id, parts=json.dumps([*parts, part]))
            self.record_event("part", id, role=output.role, path=output.path)

    def record_peak_memory(self, id: str, peak_bytes: int) -> None:
        """Record the highest memory use of the newest attempt."""
        if peak_bytes:
            with self.join_change():
                self.file.set_attempt(id, self.get(id).attempts, peak_bytes=peak_bytes)

    def record_result(
        self, id: str | Job, result: Result, *, tidy: bool = False, seconds: float | None = None
    ) -> Job:
        """Record that the result of a job is on disk.

        The job becomes `publishing` until its film has accepted the files; a job without a film and without
        output files is `done` at once. `tidy` means that the job has no workspace to remove. `seconds` is the
        duration measured by the worker, because a prefetched job was claimed long before it began.
        """
        with self.join_change():
            job, now, text = self.resolve_job(id), HOST.now(), result.model_dump_json()
            # The measured duration ends here, before the intake.
            ends: dict[str, Any] = {"result": text, "ended": now}
            if seconds is not None:
                ends["started"] = now - seconds
            kind = TOO_LATE if job.state == JobState.CANCELLING else ""
            if not result.outputs and not job.project:
                self.file.set_attempt(job.id, job.attempts, outcome="done", **ends)
                return self._finish_job(job, Trigger.MADE, {}, late=bool(kind), tidy=tidy, seconds=seconds)
            job = self.fire_trigger(
                job, Trigger.MADE, JobState.PUBLISHING, reason="", error_kind=kind, eta=None
            )
            self.file.set_attempt(job.id, job.attempts, **ends)
        return job

    def postpone_publishing(self, id: str, error: MilimoError) -> Job:
        """Record the reason why the film can't accept the result at present. The job stays in the state
        `publishing`.
        """
        # The message may quote a file name with bytes that are not valid UTF-8.
        reason = error.message.encode(errors="replace").decode()
        columns = {"reason": reason, "hint": error.hint}
        if self.get(id).error_kind != TOO_LATE:
            columns["error_kind"] = error.kind
        return self.fire_trigger(id, Trigger.WITHHELD, JobState.PUBLISHING, **columns)

    def finish_publishing(self, id: str, outputs: Mapping[str, str]) -> Job:
        """Record that the film has accepted the result, and move the job to `done`. `outputs` are the paths
        in the film by role.
        """
        with self.join_change():
            job = self.get(id)
            self.file.set_attempt(id, job.attempts, outcome="done")
            return self._finish_job(job, Trigger.TAKEN_IN, outputs, late=job.error_kind == TOO_LATE)

    def _finish_job(
        self,
        job: Job,
        trigger: Trigger,
        outputs: Mapping[str, str],
        *,
        late: bool,
        tidy: bool = False,
        seconds: float | None = None,
    ) -> Job:
        """Move a job to the state `done`. `outputs` are the paths of its files by role. `late` means that a
        cancellation arrived after the job was made. `tidy` means that there is no workspace to remove.
        `seconds` is the duration that the worker measured.
        """
        attempt = self.file.select_last_attempt(job.id) if late else None
        kept = json.loads(attempt.result).get("kept", "") if attempt and attempt.result else ""
        too_late = (
            f"{kept} saved before the cancellation" if kept else "cancelled too late: it was already made"
        )
        columns = {
            **_DONE,
            "reason": too_late if late else "",
            "outputs": json.dumps(dict(outputs)) if outputs else "{}",
            "tidy": int(tidy),
        }
        done = self.fire_trigger(job, trigger, JobState.DONE, **columns)
        if job.units > 0 and not kept:
            self._record_timing(done, seconds if job.id not in self._resumed else None)
        self._resumed.discard(job.id)
        return done

    def _record_timing(self, job: Job, seconds: float | None) -> None:
        """Save how long a job took, together with the estimate for it, so that later estimates can be judged.

        An attempt that continued from a checkpoint is not saved, because it did only a part of the work.
        """
        if seconds is None:
            attempt = self.file.select_last_attempt(job.id)
            if not attempt or attempt.ended is None or attempt.resumed:
                return
            seconds = max(0.0, attempt.ended - attempt.started)
        assert job.ended
        if seconds < SHORT_SECONDS and abs(job.ended - self._timed.get(job.workload, 0.0)) < TIMED_SECONDS:
            return  # Measuring every job of a burst of short jobs would fill the table.
        self._timed[job.workload] = job.ended
        row = Timing(
            job=job.id,
            workload=job.workload,
            units=job.units,
            seconds=seconds,
            estimate=self._paces.estimate_seconds(job.workload, job.units),
            at=job.ended,
        )
        self.file.add_timing(row)
        self._paces.record_pace(job.workload, job.units, seconds)

    def cancel_idle_job(self, id: str) -> Job:
        """Cancel a job at once that no worker is running. This includes a job whose result waits for its
        film.
        """
        with self.join_change():
            job = self.get(id)
            cancelled = self.fire_trigger(
                job, Trigger.CANCEL, JobState.CANCELLED, reason="cancelled by request"
            )
            if job.state == JobState.PUBLISHING:
                self.end_attempt(id, "cancelled")
            return cancelled

    def finish_cancelling(self, id: str) -> Job:
        """Record that a running job has stopped after it was cancelled."""
        with self.join_change():
            self.end_attempt(id, "cancelled")
            return self.fire_trigger(id, Trigger.STOPPED, JobState.CANCELLED, reason="cancelled by request")

    def finish_pausing(self, id: str) -> Job:
        """Record that a job stopped for a pause and that its worker is free again. If the pause was revoked
        meanwhile, the job is queued again.
        """
        with self.join_change():
            wished = self.get(id).reason
            self.end_attempt(id, "yielded")
            reason = "paused with its batch" if wished == PAUSES_WITH_BATCH else "paused by request"
            job = self.fire_trigger(id, Trigger.PAUSE, JobState.PAUSED, worker="", eta=None, reason=reason)
            if wished in (PAUSES, PAUSES_WITH_BATCH):
                return job
            return self.fire_trigger(job, Trigger.RESUME, JobState.QUEUED, reason="")

    def end_attempt(self, id: str, outcome: str, error: str = "", reached: int = 0) -> None:
        """Close the job's newest attempt. `outcome` is a word such as `failed`. `reached` is the furthest
        stage and step as one number (`retry_policy.combine_stage_and_step`).
        """
        columns = {"outcome": outcome, "error": error, "reached": reached, "ended": HOST.now()}
        self.file.set_attempt(id, self.get(id).attempts, **columns)

    def record_failure(self, id: str, error: MilimoError, *, kind: str) -> Job:
        """Record that an attempt ended with an error. The job is retried if errors of `kind` may disappear by
        themselves; otherwise it fails.

        If the attempt ran out of memory, the job is retried one fallback level lower, as long as its engine
        has a lower level.
        """
        with self.join_change():
            job = self.get(id)
            self.end_attempt(id, "failed", error.message)
            columns: dict[str, Any] = {"error_kind": kind, "error": error.message, "hint": error.hint}
            if kind == OutOfMemory.kind:
                return self._step_down(job, columns)
            tries = job.faults + 1
            if kind in retry_policy.WORTH_ANOTHER_TRY and tries < retry_policy.TRIES:
                due = HOST.now() + retry_policy.choose_retry_delay(tries)
                return self._retry_later(job, faults=tries, due=due, **columns)
            return self.fire_trigger(job, Trigger.FAIL, JobState.FAILED, **columns)

    def _step_down(self, job: Job, columns: dict[str, Any]) -> Job:
        """Retry a job at the next lower fallback level, which needs less memory. If there is no lower level,
        the job fails. `columns` describe the error.
        """
        lower = self._describe_lower_level(job, str(columns["hint"]))
        if not lower:
            rungs = self._list_fallback_levels(job)
            if rungs:
                columns["reason"] = f"tried down to {rungs[-1]}: no level needs less memory"
            return self.fire_trigger(job, Trigger.FAIL, JobState.FAILED, **columns)
        columns["reason"] = lower
        due = HOST.now() + retry_policy.choose_retry_delay(1)
        return self._retry_later(job, rung=job.rung + 1, due=due, **columns)

    def _list_fallback_levels(self, job: Job) -> tuple[str, ...]:
        engine = engine_registry.find_engine(job.engine)
        return engine.rungs if engine else ()

    def _describe_lower_level(self, job: Job, hint: str = "") -> str:
        """Return the text `stepped down: this level → next level`. Return an empty text if the job is at the
        last level.

        `hint` is the hint of the error that caused the step down. For an engine whose levels depend on the
        card, the name of the next level is taken from the hint.
        """
        rungs = self._list_fallback_levels(job)
        if job.rung + 1 >= len(rungs):
            return ""
        below = hint.removeprefix(NEXT) if hint.startswith(NEXT) else rungs[job.rung + 1]
        return f"stepped down: {rungs[job.rung]} → {below}"

    def record_worker_death(self, id: str, came_to: int, why: str, *, starved: bool = False) -> Job:
        """Record that a job's worker died. The job is retried, or set aside after three consecutive deaths
        without progress.

        `came_to` is the furthest stage and step of the attempt as one number
        (`retry_policy.combine_stage_and_step`). `why` is the cause. `starved` means that the machine ran out
        of main memory: the next attempt then uses a fallback level of the engine that needs less memory, if
        there is one.
        """
        with self.join_change():
            job = self.get(id)
            self.end_attempt(id, "died", why, reached=came_to)
            after = retry_policy.count_worker_death(
                job.deaths, job.reached, came_to, kept=self._has_new_checkpoint(job)
            )
            columns: dict[str, Any] = {"deaths": after.deaths, "reached": after.reached}
            columns |= {"error_kind": "died", "error": why}
            if after.set_aside:
                hint = "see its log; milimo job retry tries again"
                return self.fire_trigger(job, Trigger.SET_ASIDE, JobState.SET_ASIDE, **columns, hint=hint)
            if starved and (lower := self._describe_lower_level(job)):
                columns |= {"rung": job.rung + 1, "reason": lower}
            due = HOST.now() + retry_policy.choose_retry_delay(after.deaths)
            return self._retry_later(job, due=due, **columns)

    def _has_new_checkpoint(self, job: Job) -> bool:
        """Return True if the newest attempt saved a checkpoint at a step at which no earlier attempt had
        saved one.
        """
        before, now = set[tuple[str, int]](), set[tuple[str, int]]()
        for event in self.file.select_events(0, -1, [job.id], ["checkpoint"]):
            if not event.data.get("resumed"):
                newest = event.data.get("attempt") == job.attempts
                (now if newest else before).add((str(event.data["stage"]), int(event.data["step"])))
        return bool(now - before)

    def requeue_lost_job(self, id: str, why: str, trigger: Trigger = Trigger.LOST) -> Job:
        """Put a job back in the queue after its attempt ended for a reason outside the job. The counters of
        failures are not raised.

        `why` is the reason. It is empty if a worker returned a prefetched job before it began: then the
        attempt is deleted, as if the job had never been claimed.
        """
        with self.join_change():
            job = self.get(id)
            columns: dict[str, Any] = {**NO_PROGRESS, "reason": why}
            if why:
                self.end_attempt(id, trigger.value, why)
            else:
                self.file.drop_attempt(id, job.attempts)
                columns["attempts"] = job.attempts - 1
                columns["started"] = job.started if job.attempts > 1 else None
            after = self.fire_trigger(job, trigger, JobState.QUEUED, **columns)
            return self._hold_if_pausing(job, after)

    def _retry_later(self, job: Job, **columns: Any) -> Job:
        return self._hold_if_pausing(job, self.fire_trigger(job, Trigger.FAULT, JobState.RETRYING, **columns))

    def _hold_if_pausing(self, before: Job, job: Job) -> Job:
        """Hold a job whose attempt ended before a requested pause took effect. Otherwise the job would start
        again by itself.

        `before` is the job's row before the attempt ended, and `job` the row afterwards.
        """
        if before.reason != PAUSES:
            return job
        return self.fire_trigger(
            job, Trigger.HOLD, JobState.HELD, reason="held: a pause was requested before its attempt ended"
        )

    def reset_death_counts(self) -> None:
        """Set the counters of worker deaths to 0 for all jobs that are running, retrying or queued.

        Used after a supervisor died: its workers ended with it, for a reason outside their jobs.
        """
        with self.join_change():
            self.file.reset_worker_death_counts((JobState.RUNNING, JobState.RETRYING, JobState.QUEUED))

    def fail_before_start(self, id: str, error: Failed) -> Job:
        """Fail a queued job that cannot be started, for example because an input is missing."""
        return self.fire_trigger(
            id, Trigger.FAIL, JobState.FAILED, error_kind=error.kind, error=error.message, hint=error.hint
        )
