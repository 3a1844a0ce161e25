"""The changes of the queue that clients request: submit, edit, reorder, retry, repeat and pause, for single
jobs and batches.

Each method makes one change in a transaction. It raises Conflict if the job's state does not allow the
change. The module starts no process and sends nothing to workers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from milimo_tui.core.errors import Conflict, NotFound, Refused
from milimo_tui.core.host import HOST
from milimo_tui.core.ids import new_id
from milimo_tui.jobs.queue.ledger import CLEARED_COLUMNS, NO_PROGRESS, Ledger, explain_skipped_job, name_job
from milimo_tui.jobs.values.messages import BatchOrder, JobOrder
from milimo_tui.jobs.values.output_refs import find_referenced_jobs
from milimo_tui.jobs.values.row_views import build_state_event_data
from milimo_tui.jobs.values.spec_texts import CheckedSpec, patch_job_spec
from milimo_tui.jobs.values.states import NOT_DONE, JobState, Trigger, find_target_states
from milimo_tui.store.jobs.studio_file import PLACE
from milimo_tui.store.jobs.studio_values import Batch, Job

# Stored in the column `reason` of a running job that was asked to pause. The request is thus still known if
# the attempt fails.
PAUSES = "pauses at its next checkpoint or step"
PAUSES_WITH_BATCH = "pauses with its batch at its next checkpoint or step"
_RETRY_COLUMNS = {**CLEARED_COLUMNS, **NO_PROGRESS, "faults": 0, "deaths": 0, "rung": 0}
_NEW_SPEC_COLUMNS = {**NO_PROGRESS, "faults": 0, "deaths": 0, "rung": 0, "reached": 0, "parts": "[]"}


@dataclass(frozen=True, slots=True)
class CheckedOrder:
    """A job that a client submits, with its validated spec and the lane in which it will run."""

    request: JobOrder
    spec: CheckedSpec
    lane: str


class OrderLedger(Ledger):
    """A ledger with methods for the changes that clients request."""

    def submit_orders(self, orders: Sequence[CheckedOrder], batches: Sequence[BatchOrder] = ()) -> list[str]:
        """Add all jobs or none, and return their ids. A job whose id exists already is not changed. Raises
        NotFound for an unknown dependency.
        """
        with self.join_change():
            self._add_batches(orders, batches)
            position = self.file.read_last_position()
            for order in orders:
                position += PLACE
                self._add_order(order, position)
        return [order.request.id for order in orders]

    def _add_batches(self, orders: Sequence[CheckedOrder], batches: Sequence[BatchOrder]) -> None:
        """Add a row to the database for each batch to which the jobs belong.

        A batch that is in `batches` gets the label from there. Any other batch gets no label, only the
        project of its first job.
        """
        known = {batch.id: Batch(**batch.model_dump(), created=HOST.now()) for batch in batches}
        for order in orders:
            id, project = order.request.batch, order.request.project
            if id and id not in known:
                known[id] = Batch(id=id, project=project, created=HOST.now())
            elif id and project and not known[id].project:
                known[id] = replace(known[id], project=project)
        for batch in known.values():
            if self.file.add_batch(batch):
                self.record_event(
                    "batch", batch=batch.id, label=batch.label, project=batch.project, paused=False
                )

    def _add_order(self, order: CheckedOrder, position: int) -> None:
        request, spec = order.request, order.spec
        needs = sorted({*request.depends_on, *spec.needs})
        found = [self.get(other) for other in needs]
        ready = all(other.state == JobState.DONE for other in found)
        state = JobState.HELD if request.hold else JobState.QUEUED if ready else JobState.WAITING
        assert state in find_target_states(None, Trigger.SUBMIT)
        job = Job(
            id=request.id,
            kind=spec.kind,
            engine=spec.engine,
            lane=order.lane,
            state=state.value,
            label=request.label,
            project=request.project,
            shot=request.shot,
            batch=request.batch,
            priority=request.priority,
            position=position,
            spec=spec.text,
            created=HOST.now(),
            not_before=request.not_before,
            affinity=spec.work.affinity,
            workload=spec.work.kind,
            units=spec.work.units,
            origin=request.origin,
            with_shots=json.dumps(request.with_shots),
        )
        if not self.file.add_job(job):
            return
        if needs:
            self.file.add_dependencies(job.id, needs)
        self.record_event("state", job.id, **build_state_event_data(None, job, Trigger.SUBMIT))
        if state == JobState.WAITING and any(other.state in NOT_DONE for other in found):
            self.queue_or_skip_waiting(job)

    def release_job(self, id: str) -> Job:
        """Release a held job. The job is then queued, waits for its dependencies, or is skipped."""
        with self.join_change():
            return self.queue_or_skip_waiting(
                self.fire_trigger(id, Trigger.RELEASE, JobState.WAITING, reason="", due=None)
            )

    def edit_queued_job(
        self,
        id: str,
        *,
        spec: CheckedSpec | None = None,
        revision: int | None = None,
        **columns: Any,
    ) -> Job:
        """Change a job that is not running: its spec, label, priority, delayed start, lane or position.

        Raises Conflict if the job is running or has ended, or if its revision is no longer `revision`. Raises
        NotFound, and Refused if the new spec would make the job wait for itself.
        """
        with self.begin_change():
            job = self.get(id)
            state = JobState(job.state)
            if not find_target_states(state, Trigger.CHANGE):
                raise Conflict(f"{name_job(job)} is {state.replace('_', ' ')}, so it can't be changed now")
            if revision is not None and revision != job.revision:
                raise Conflict(
                    f"another program has changed {name_job(job)} in the meantime",
                    "look at it (milimo job show), then change it again",
                )
            columns |= _build_spec_columns(job, spec)
            changed = {name: value for name, value in columns.items() if getattr(job, name) != value}
            if not changed:
                return job
            after = self.file.change_job(id, job.state, **changed)
            assert after, "nobody else writes"
            self.record_event("edit", id, **_build_edit_event(after, changed))
            return self._update_dependencies(job, after, spec) if spec else after

    def _update_dependencies(self, before: Job, job: Job, spec: CheckedSpec) -> Job:
        """Replace the jobs on which a job depends, after its spec was changed. Depending on the new
        dependencies, the job then waits, is queued or is skipped. Return its new row.
        """
        old, new = set(find_referenced_jobs(json.loads(before.spec))), set(spec.needs)
        for other in sorted(new - old):
            self.get(other)
            if self.file.depends_on_job(other, job.id):
                waiting = name_job(self.get(other))
                raise Refused(f"{name_job(job)} would wait for itself, because {waiting} needs its result")
        self.file.drop_dependencies(job.id, old - new)
        self.file.add_dependencies(job.id, new - old)
        if job.state in (JobState.QUEUED, JobState.RETRYING, JobState.PAUSED):
            if not self.file.find_needed_job(job.id, set(JobState) - {JobState.DONE}):
                return job
            job = self.fire_trigger(job, Trigger.NEED, JobState.WAITING, reason="", due=None)
        return self.queue_or_skip_waiting(job) if job.state == JobState.WAITING else job

    def place_beside(self, id: str, beside: str, *, before: bool) -> Job:
        """Move a job directly before or after the job `beside`. The moved job gets the priority of `beside`,
        because the queue is sorted by priority first.
        """
        with self.join_change():
            priority = self.get(beside).priority
            position = self.file.find_position_next_to(beside, before=before)
            return self.edit_queued_job(id, position=position, priority=priority)

    def retry_job(self, id: str, spec: CheckedSpec | None = None, lane: str = "") -> Job:
        """Put an ended job back in the queue, together with its history. Jobs that were skipped because of
        this job wait for it again.

        Raises Conflict if the job's state does not allow a retry, and Refused if a dependency of the job was
        not done.
        """
        with self.begin_change():
            job = self.get(id)
            columns = {**_RETRY_COLUMNS, **_build_spec_columns(job, spec), "lane": lane or job.lane}
            again = self.fire_trigger(job, Trigger.RETRY, JobState.WAITING, **columns)
            if spec:
                again = self._update_dependencies(job, again, spec)
            bad = self.file.find_needed_job(id, NOT_DONE)
            if bad:
                raise Refused(
                    f"{name_job(job)} {explain_skipped_job(bad)}",
                    f"retry that job, which also retries this one: milimo job retry {bad.id}",
                )
            self._requeue_skipped_dependants(id)
            return self.queue_or_skip_waiting(again) if again.state == JobState.WAITING else again

    def _requeue_skipped_dependants(self, id: str) -> None:
        """Make the skipped jobs that depend on job `id` wait again. A job with another dependency that was
        not done stays skipped.
        """
        line = [id]
        while line:
            for dependant in map(self.get, self.file.list_dependent_jobs(line.pop())):
                if dependant.state == JobState.SKIPPED and not self.file.find_needed_job(
                    dependant.id, NOT_DONE
                ):
                    self.fire_trigger(dependant, Trigger.RETRY, JobState.WAITING, **_RETRY_COLUMNS)
                    line.append(dependant.id)

    def repeat_job(self, id: str, lane: str, spec: CheckedSpec | None = None) -> Job:
        """Create a new job with the same spec as an ended job. The new job records the old job's id as its
        origin; the old job is not changed.
        """
        with self.join_change():
            job = self.get(id)
            if job.ended is None:
                raise Conflict(
                    f"{name_job(job)} has not ended, so it can't be repeated yet",
                    "milimo job watch --until-idle waits until it has ended",
                )
            request = JobOrder(
                id=new_id("job"),
                spec={},
                label=job.label,
                project=job.project,
                shot=job.shot,
                depends_on=self.file.list_needed_jobs(id),
                priority=job.priority,
                batch=job.batch,
                origin=job.id,
                with_shots=json.loads(job.with_shots),
            )
            order = CheckedOrder(request, spec or patch_job_spec(job.spec, {}), lane)
            self._add_order(order, self.file.read_last_position() + PLACE)
            return self.get(request.id)

    def request_pause(self, id: str, reason: str = PAUSES) -> Job:
        """Record that a running job is asked to pause. A repeated request changes nothing."""
        job = self.get(id)
        if job.state == JobState.RUNNING and job.reason == reason:
            return job
        return self.fire_trigger(job, Trigger.ASK_PAUSE, JobState.RUNNING, reason=reason)

    def resume_job(self, id: str) -> Job:
        """Put a paused job back in the queue. If the job is still running because the pause was only
        requested, the request is removed.
        """
        job = self.get(id)
        if job.state == JobState.RUNNING and job.reason in (PAUSES, PAUSES_WITH_BATCH):
            return self.fire_trigger(job, Trigger.RESUME, JobState.RUNNING, reason="")
        if job.state == JobState.RUNNING:
            return job
        return self.fire_trigger(job, Trigger.RESUME, JobState.QUEUED, reason="")

    def get_batch(self, id: str) -> Batch:
        """Return a batch by its id. Raises NotFound."""
        batch = self.file.select_batch(id)
        if not batch:
            raise NotFound(f"there is no batch {id}", "milimo batch list lists the batches")
        return batch

    def pause_batch(self, id: str, *, paused: bool) -> bool:
        """Pause a batch, so that none of its jobs starts, or resume it. Return False if the batch is in that
        state already.
        """
        with self.join_change():
            batch = self.get_batch(id)
            done = self.file.set_batch_paused(id, paused=paused, reason="paused by request" if paused else "")
            if done:
                self.record_event("batch", batch=id, label=batch.label, project=batch.project, paused=paused)
        return done


def _build_spec_columns(job: Job, spec: CheckedSpec | None) -> dict[str, Any]:
    """Return the columns that change with a new spec: the spec, the kind and amount of work, and the reset
    counters. Empty if the spec is the same.
    """
    if not spec or spec.text == job.spec:
        return {}
    work = spec.work
    return {
        **_NEW_SPEC_COLUMNS,
        "spec": spec.text,
        "engine": spec.engine,
        "workload": work.kind,
        "units": work.units,
        "affinity": work.affinity,
    }


def _build_edit_event(job: Job, changed: Iterable[str]) -> dict[str, Any]:
    """Return the data of an edit event: the names of the changed columns, and their new values except the
    spec.
    """
    seen = {
        name: getattr(job, name)
        for name in changed
        if name in ("label", "priority", "position", "not_before")
    }
    names = ["spec"] if "spec" in changed else []
    return {
        "changed": [*names, *seen],
        **seen,
        "state": job.state,
        "revision": job.revision,
        "project": job.project,
        "shot": job.shot,
    }
