"""The ledger: durable changes of jobs with their numbered events, and what follows for those that wait.

The only place that applies the table of states. Knows neither clients nor workers (`orders`, `queue`).
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
    """Jobs and their changes. `on_events` hears of events after they are durable."""

    def __init__(self, file: StudioFile, on_events: Callable[[Sequence[Event]], None]) -> None:
        self.file = file
        self._on_events = on_events
        # Hears of events before they are durable, to add to their change.
        self.within: Callable[[Sequence[Event]], None] = lambda events: None
        self._fresh: list[Event] = []
        self._after: list[Callable[[], None]] = []
        self._depth = 0

    @contextmanager
    def change(self) -> Iterator[None]:
        """One durable change; its events are told when it is. Inside another: a part that may fail alone."""
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
        """The change under way, or one of its own: for what stands or falls with the whole of it."""
        return _JOINED if self._depth else self.change()

    def afterwards(self, act: Callable[[], None]) -> None:
        """Do that once the change under way is durable, never if it fails; at once if there is none."""
        if self._depth:
            self._after.append(act)
        else:
            act()

    def event(self, kind: str, job: str = "", **data: Any) -> None:
        """Note something that happened, in the change under way or in one of its own."""
        with self.joined():
            self._note(HOST.now(), kind, job, data)

    def get(self, id: str) -> Job:
        """Raises NotFound."""
        job = self.file.job(id)
        if not job:
            raise NotFound(f"there is no job {id}", "milimo job list")
        return job

    def known(self, id: str | Job) -> Job:
        """The job; who has read it in the change under way hands it in itself. Raises NotFound."""
        return id if isinstance(id, Job) else self.get(id)

    def fire(self, id: str | Job, trigger: Trigger, target: State, **columns: Any) -> Job:
        """Change a job's state as the table allows. Raises Conflict when it is in another, NotFound."""
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
        """An event of the change under way."""
        self._fresh.append(self.file.add_event(now, kind, job, data))

    def _settle(self, ended: Job) -> None:
        """Wake or skip what waited for a job that ended, and what waited for those."""
        line = [ended.id]
        while line:
            for dependant in map(self.get, self.file.dependants(line.pop())):
                if dependant.state == State.WAITING:
                    after = self._start_or_skip(dependant)
                    if after and after.state in ENDED:
                        line.append(after.id)

    def _start_or_skip(self, job: Job) -> Job | None:
        """Queue or skip a waiting job if what it waits for has ended."""
        bad = self.file.first_need(job.id, NOT_DONE)
        if bad:
            return self._apply(job, Trigger.SKIP, State.SKIPPED, {"reason": not_done(bad)})
        if not self.file.first_need(job.id, _NOT_DONE_YET):
            return self._apply(job, Trigger.READY, State.QUEUED, {"reason": ""})
        return None

    def start_or_skip(self, job: Job) -> Job:
        """Where a waiting job goes on to at once, if it does, with all that follows."""
        after = self._start_or_skip(job) or job
        if after.state in ENDED:
            self._settle(after)
        return after


def called(job: Job) -> str:
    """A job as sentences name it: by its label, as lists do; by its id where it has none."""
    return job.label or f"job {job.id}"


def not_done(need: Job) -> str:
    """Why a job that waited for that one was skipped."""
    return f"waited for {called(need)}, which was not done ({need.state.replace('_', ' ')})"
