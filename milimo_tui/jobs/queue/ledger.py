"""The ledger: saves changes of jobs durably, together with numbered events, and queues or skips the jobs that
depend on an ended job.

This is the only code that applies the table of job states. The ledger knows neither clients (`orders`) nor
workers (`queue`).
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
    """The jobs of a home in its database, with methods that change them durably. `on_events` is called with
    the events of a change after the change is committed.
    """

    def __init__(self, file: StudioFile, on_events: Callable[[Sequence[Event]], None]) -> None:
        self.file = file
        self._on_events = on_events
        # Called with the events of a change before the change is committed, so that the function can write to
        # the database in the same change.
        self.within: Callable[[Sequence[Event]], None] = lambda events: None
        self._fresh: list[Event] = []
        self._after: list[Callable[[], None]] = []
        self._depth = 0

    @contextmanager
    def begin_change(self) -> Iterator[None]:
        """Run a `with` block as one durable change, and publish its events after the commit.

        Inside another change, the block becomes a nested part: if the block fails, only this part is undone.
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
        """Return a context for work that belongs to the running change: both are committed or undone
        together. If no change is running, the context begins a new change.
        """
        return _NO_NEW_CHANGE if self._depth else self.begin_change()

    def run_after_commit(self, act: Callable[[], None]) -> None:
        """Call `act` after the running change is committed, or at once if no change is running. If the change
        fails, `act` is not called.
        """
        if self._depth:
            self._after.append(act)
        else:
            act()

    def record_event(self, kind: str, job: str = "", **data: Any) -> None:
        """Record an event of the kind `kind`. The event is saved in the running change, or in a change of its
        own if none is running. `data` becomes the event's JSON object.
        """
        with self.join_change():
            self._add_fresh_event(HOST.now(), kind, job, data)

    def get(self, id: str) -> Job:
        """Return a job by its id. Raises NotFound."""
        job = self.file.select_job(id)
        if not job:
            raise NotFound(f"there is no job {id}", "milimo job list lists the jobs")
        return job

    def resolve_job(self, id: str | Job) -> Job:
        """Return the job with an id. Instead of the id, a `Job` can be given that the caller has just read in
        the running change; it is returned unchanged. Raises NotFound.
        """
        return id if isinstance(id, Job) else self.get(id)

    def fire_trigger(self, id: str | Job, trigger: Trigger, target: JobState, **columns: Any) -> Job:
        """Move a job to the state `target` if the table of states allows this for `trigger`, and set the
        given columns of its row.

        Raises Conflict if the job's present state does not allow the trigger, and NotFound.
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
        """Save an event in the running change. The event is published after the commit."""
        self._fresh.append(self.file.add_event(now, kind, job, data))

    def _settle_dependants(self, ended: Job) -> None:
        """Queue or skip the jobs that waited for an ended job. If a job is skipped, the jobs that waited for
        it are handled too.
        """
        line = [ended.id]
        while line:
            for dependant in map(self.get, self.file.list_dependent_jobs(line.pop())):
                if dependant.state == JobState.WAITING:
                    after = self._queue_or_skip_waiting(dependant)
                    if after and after.state in ENDED:
                        line.append(after.id)

    def _queue_or_skip_waiting(self, job: Job) -> Job | None:
        """Queue a waiting job if all jobs that it waits for are done, or skip the job if one of them ended
        without success. Return the changed job, or None if the job has to wait longer.
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
        """Check whether a waiting job can be queued or must be skipped now, and return its new row. If the
        job is skipped, the jobs that wait for it are checked too.
        """
        after = self._queue_or_skip_waiting(job) or job
        if after.state in ENDED:
            self._settle_dependants(after)
        return after


def name_job(job: Job) -> str:
    """Return the name of a job for messages: its label, or its id if it has no label."""
    return job.label or f"job {job.id}"


def explain_skipped_job(need: Job) -> str:
    """Return the reason for a skipped job, which names the dependency `need` that was not done."""
    return f"waited for {name_job(need)}, which was not done ({need.state.replace('_', ' ')})"
