"""The ledger: durable changes of jobs with their numbered events, and the consequences for dependent jobs.

This is the only code that applies the state table. It knows neither clients nor workers (`orders`, `queue`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from milimo_tui.core.errors import Conflict, NotFound
from milimo_tui.core.host import HOST
from milimo_tui.jobs.values.row_views import build_state_event_data
from milimo_tui.jobs.values.states import ENDED, NOT_DONE, JobState, Trigger, find_source_states
from milimo_tui.store.jobs.studio_file import StudioFile
from milimo_tui.store.jobs.studio_values import Event, Job

CLEARED_COLUMNS = {"error_kind": "", "error": "", "hint": "", "reason": "", "ended": None, "due": None}
NO_PROGRESS = {
    "progress": None,
    "stage": "",
    "steps_done": 0,
    "steps_total": 0,
    "eta": None,
    "worker": "",
    "live": "{}",
}
_NO_NEW_CHANGE = nullcontext()
_NOT_DONE_YET = frozenset(JobState) - {JobState.DONE}


class Ledger:
    """The jobs and their changes. `on_events` is called with events after they are durable."""

    def __init__(self, file: StudioFile, on_events: Callable[[Sequence[Event]], None]) -> None:
        self.file = file
        self._on_events = on_events
        # Called with the events of a change before they are durable, so that it can add to that change.
        self.within: Callable[[Sequence[Event]], None] = lambda events: None
        self._fresh: list[Event] = []
        self._after: list[Callable[[], None]] = []
        self._depth = 0

    @contextmanager
    def begin_change(self) -> Iterator[None]:
        """Run the block as one durable change; its events are published when it is durable.

        Inside another change, the block is a part of that change that can fail alone.
        """
        known, known_after = len(self._fresh), len(self._after)
        self._depth += 1
        try:
            with self.file.start_transaction():
                yield
                if self._depth == 1:
                    self.within(tuple(self._fresh))
        except BaseException:
            del self._fresh[known:]
            del self._after[known_after:]
            raise
        finally:
            self._depth -= 1
        if not self._depth:
            events, self._fresh = self._fresh, []
            after, self._after = self._after, []
            for act in after:
                act()
            self._on_events(events)

    def join_change(self) -> AbstractContextManager[None]:
        """Return a context that joins the running change, or begins a change if none is running.

        Use this for work that must be committed or undone together with the entire change.
        """
        return _NO_NEW_CHANGE if self._depth else self.begin_change()

    def run_after_commit(self, act: Callable[[], None]) -> None:
        """Call `act` once the running change is durable, never if the change fails; at once if no change is
        running.
        """
        if self._depth:
            self._after.append(act)
        else:
            act()

    def record_event(self, kind: str, job: str = "", **data: Any) -> None:
        """Record an event, in the running change or in a change of its own."""
        with self.join_change():
            self._add_fresh_event(HOST.now(), kind, job, data)

    def get(self, id: str) -> Job:
        """Return a job by its id. Raises NotFound."""
        job = self.file.select_job(id)
        if not job:
            raise NotFound(f"there is no job {id}", "milimo job list")
        return job

    def resolve_job(self, id: str | Job) -> Job:
        """Return the job of an id; a job that the caller has read in the running change is returned as is.
        Raises NotFound.
        """
        return id if isinstance(id, Job) else self.get(id)

    def fire_trigger(self, id: str | Job, trigger: Trigger, target: JobState, **columns: Any) -> Job:
        """Change a job's state as the table allows. Raises Conflict when the job is in another state, and
        NotFound.
        """
        with self.join_change():
            job = self._apply_transition(self.resolve_job(id), trigger, target, columns)
            if target in ENDED:
                self._settle_dependants(job)
        return job

    def _apply_transition(
        self, before: Job, trigger: Trigger, target: JobState, columns: Mapping[str, Any]
    ) -> Job:
        allowed = find_source_states(trigger, target)
        assert allowed, f"no transition {trigger} to {target}"
        now, changed = HOST.now(), {**columns, "state": target.value}
        if target in ENDED:
            changed = {"ended": now, "eta": None, "worker": "", **changed}
        job = self.file.change_job(before.id, before.state, **changed) if before.state in allowed else None
        if job is None:
            state, act = before.state.replace("_", " "), trigger.replace("_", " ")
            raise Conflict(f"{name_job(before)} is {state}, so it can't {act} now")
        self._add_fresh_event(now, "state", job.id, build_state_event_data(before, job, trigger))
        return job

    def _add_fresh_event(self, now: float, kind: str, job: str, data: Mapping[str, Any]) -> None:
        """Add an event to the running change."""
        self._fresh.append(self.file.add_event(now, kind, job, data))

    def _settle_dependants(self, ended: Job) -> None:
        """Queue or skip the jobs that waited for an ended job, and then the jobs that waited for skipped
        ones.
        """
        line = [ended.id]
        while line:
            for dependant in map(self.get, self.file.list_dependent_jobs(line.pop())):
                if dependant.state == JobState.WAITING:
                    after = self._queue_or_skip_waiting(dependant)
                    if after and after.state in ENDED:
                        line.append(after.id)

    def _queue_or_skip_waiting(self, job: Job) -> Job | None:
        """Queue or skip a waiting job if everything that it waits for has ended; None if the job keeps
        waiting.
        """
        bad = self.file.find_needed_job(job.id, NOT_DONE)
        if bad:
            return self._apply_transition(
                job, Trigger.SKIP, JobState.SKIPPED, {"reason": explain_skipped_job(bad)}
            )
        if not self.file.find_needed_job(job.id, _NOT_DONE_YET):
            return self._apply_transition(job, Trigger.READY, JobState.QUEUED, {"reason": ""})
        return None

    def queue_or_skip_waiting(self, job: Job) -> Job:
        """Queue or skip a waiting job if that is due, with all consequences, and return the job as it is
        then.
        """
        after = self._queue_or_skip_waiting(job) or job
        if after.state in ENDED:
            self._settle_dependants(after)
        return after


def name_job(job: Job) -> str:
    """Return a job's name for sentences: its label, as lists show it, or its id if it has no label."""
    return job.label or f"job {job.id}"


def explain_skipped_job(need: Job) -> str:
    """Return why a job was skipped: it waited for `need`, which was not done."""
    return f"waited for {name_job(need)}, which was not done ({need.state.replace('_', ' ')})"
