"""The ledger: durable changes of jobs with their numbered events, and the consequences for dependent jobs.

This is the only code that applies the state table. It knows neither clients nor workers (`orders`, `queue`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from milimo_tui.core.errors import Conflict, NotFound
from milimo_tui.core.host import HOST
from milimo_tui.jobs.values.row_views import state_data
from milimo_tui.jobs.values.states import ENDED, NOT_DONE, State, Trigger, sources
from milimo_tui.store.jobs.studio_file import StudioFile
from milimo_tui.store.jobs.studio_values import Event, Job

CLEAR = {"error_kind": "", "error": "", "hint": "", "reason": "", "ended": None, "due": None}
NO_PROGRESS = {
    "progress": None,
    "stage": "",
    "steps_done": 0,
    "steps_total": 0,
    "eta": None,
    "worker": "",
    "live": "{}",
}
_JOINED = nullcontext()
_NOT_DONE_YET = frozenset(State) - {State.DONE}


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
    def change(self) -> Iterator[None]:
        """Run the block as one durable change; its events are published when it is durable.

        Inside another change, the block is a part of that change that can fail alone.
        """
        known, known_after = len(self._fresh), len(self._after)
        self._depth += 1
        try:
            with self.file.change():
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

    def joined(self) -> AbstractContextManager[None]:
        """Return a context that joins the running change, or begins a change if none is running.

        Use this for work that must be committed or undone together with the entire change.
        """
        return _JOINED if self._depth else self.change()

    def afterwards(self, act: Callable[[], None]) -> None:
        """Call `act` once the running change is durable, never if the change fails; at once if no change is
        running.
        """
        if self._depth:
            self._after.append(act)
        else:
            act()

    def event(self, kind: str, job: str = "", **data: Any) -> None:
        """Record an event, in the running change or in a change of its own."""
        with self.joined():
            self._note(HOST.now(), kind, job, data)

    def get(self, id: str) -> Job:
        """Return a job by its id. Raises NotFound."""
        job = self.file.job(id)
        if not job:
            raise NotFound(f"there is no job {id}", "milimo job list")
        return job

    def known(self, id: str | Job) -> Job:
        """Return the job of an id; a job that the caller has read in the running change is returned as is.
        Raises NotFound.
        """
        return id if isinstance(id, Job) else self.get(id)

    def fire(self, id: str | Job, trigger: Trigger, target: State, **columns: Any) -> Job:
        """Change a job's state as the table allows. Raises Conflict when the job is in another state, and
        NotFound.
        """
        with self.joined():
            job = self._apply(self.known(id), trigger, target, columns)
            if target in ENDED:
                self._settle(job)
        return job

    def _apply(self, before: Job, trigger: Trigger, target: State, columns: Mapping[str, Any]) -> Job:
        allowed = sources(trigger, target)
        assert allowed, f"no transition {trigger} to {target}"
        now, changed = HOST.now(), {**columns, "state": target.value}
        if target in ENDED:
            changed = {"ended": now, "eta": None, "worker": "", **changed}
        job = self.file.change_job(before.id, before.state, **changed) if before.state in allowed else None
        if job is None:
            state, act = before.state.replace("_", " "), trigger.replace("_", " ")
            raise Conflict(f"{called(before)} is {state}: it can't {act} now")
        self._note(now, "state", job.id, state_data(before, job, trigger))
        return job

    def _note(self, now: float, kind: str, job: str, data: Mapping[str, Any]) -> None:
        """Add an event to the running change."""
        self._fresh.append(self.file.add_event(now, kind, job, data))

    def _settle(self, ended: Job) -> None:
        """Queue or skip the jobs that waited for an ended job, and then the jobs that waited for skipped
        ones.
        """
        line = [ended.id]
        while line:
            for dependant in map(self.get, self.file.dependants(line.pop())):
                if dependant.state == State.WAITING:
                    after = self._start_or_skip(dependant)
                    if after and after.state in ENDED:
                        line.append(after.id)

    def _start_or_skip(self, job: Job) -> Job | None:
        """Queue or skip a waiting job if everything that it waits for has ended; None if the job keeps
        waiting.
        """
        bad = self.file.first_need(job.id, NOT_DONE)
        if bad:
            return self._apply(job, Trigger.SKIP, State.SKIPPED, {"reason": not_done(bad)})
        if not self.file.first_need(job.id, _NOT_DONE_YET):
            return self._apply(job, Trigger.READY, State.QUEUED, {"reason": ""})
        return None

    def start_or_skip(self, job: Job) -> Job:
        """Queue or skip a waiting job if that is due, with all consequences, and return the job as it is
        then.
        """
        after = self._start_or_skip(job) or job
        if after.state in ENDED:
            self._settle(after)
        return after


def called(job: Job) -> str:
    """Return a job's name for sentences: its label, as lists show it, or its id if it has no label."""
    return job.label or f"job {job.id}"


def not_done(need: Job) -> str:
    """Return why a job was skipped: it waited for `need`, which was not done."""
    return f"waited for {called(need)}, which was not done ({need.state.replace('_', ' ')})"
