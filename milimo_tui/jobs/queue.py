"""The rules of the queue over `studio.db`: submit, claim, report, retry; each compare-and-set with its event.

The only caller of the state table. Starts no process and opens no socket.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from typing import Any

from milimo_tui.core.errors import Conflict, Failed, MilimoError, NotFound
from milimo_tui.core.host import HOST
from milimo_tui.engines.contract import Output, Result
from milimo_tui.jobs import faults
from milimo_tui.jobs.late import needed, resolve
from milimo_tui.jobs.messages import JobOrder
from milimo_tui.jobs.states import ENDED, NOT_DONE, State, Trigger, sources, targets
from milimo_tui.jobs.views import state_data
from milimo_tui.store.studio_file import PLACE, StudioFile
from milimo_tui.store.studio_values import Attempt, Event, Job

TOO_LATE = "too_late"  # kept in `error_kind` of a job that was made before its cancel was heard
_CLEAR = {"error_kind": "", "error": "", "hint": "", "reason": "", "ended": None, "due": None}
_NO_PROGRESS = {"progress": None, "stage": "", "steps_done": 0, "steps_total": 0, "eta": None, "worker": ""}


class Queue:
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
        """One durable change; its events are told when it is. Inside another: a part that may fail by itself."""
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
            told, self._fresh = self._fresh, []
            after, self._after = self._after, []
            for act in after:
                act()
            self._on_events(told)

    def joined(self) -> AbstractContextManager[None]:
        """The change under way, or one of its own: for what stands or falls with the whole of it."""
        return nullcontext() if self._depth else self.change()

    def afterwards(self, act: Callable[[], None]) -> None:
        """Do that once the change under way is durable, never if it fails; at once if there is none."""
        if self._depth:
            self._after.append(act)
        else:
            act()

    def event(self, kind: str, job: str = "", **data: Any) -> None:
        """Note something that happened, in the change under way or in one of its own."""
        with self.joined():
            self._fresh.append(self.file.add_event(HOST.now(), kind, job, data))

    def get(self, id: str) -> Job:
        """Raises NotFound."""
        job = self.file.job(id)
        if not job:
            raise NotFound(f"there is no job {id}", "milimo job list")
        return job

    def fire(self, id: str | Job, trigger: Trigger, target: State, **columns: Any) -> Job:
        """Change a job's state as the table allows. Raises Conflict when it is in another, NotFound.

        Who has read the job in the change under way hands it in itself.
        """
        with self.joined():
            before = id if isinstance(id, Job) else self.get(id)
            job = self._apply(before, trigger, target, columns)
            if target in ENDED:
                self._settle(job)
        return job

    def _apply(self, before: Job, trigger: Trigger, target: State, columns: Mapping[str, Any]) -> Job:
        allowed = sources(trigger, target)
        assert allowed, f"no transition {trigger} to {target}"
        if target in ENDED:
            columns = {"ended": HOST.now(), "eta": None, "worker": "", **columns}
        if not self.file.set_job(before.id, sources=allowed, state=target.value, **columns):
            raise Conflict(f"job {before.id} is {before.state.replace('_', ' ')}: it can't {trigger} now")
        if target in ENDED and (before.attempts > 1 or before.progress is not None):
            self.file.prune_progress(before.id)
        job = replace(before, **columns, state=target.value, revision=before.revision + 1)
        self.event("state", job.id, **state_data(before, job, trigger))
        return job

    def _settle(self, ended: Job) -> None:
        """Wake or skip what waited for a job that ended, and what waited for those."""
        line = [ended.id]
        while line:
            for dependant in map(self.get, self.file.dependants(line.pop())):
                if dependant.state == State.WAITING:
                    after = self._look_ahead(dependant)
                    if after and after.state in ENDED:
                        line.append(after.id)

    def _look_ahead(self, job: Job) -> Job | None:
        """Queue or skip a waiting job if what it waits for has ended."""
        bad = self.file.first_need(job.id, NOT_DONE)
        if bad:
            reason = f"waited for {bad.label or bad.id}, which was not done ({bad.state.replace('_', ' ')})"
            return self._apply(job, Trigger.SKIP, State.SKIPPED, {"reason": reason})
        if not self.file.first_need(job.id, set(State) - {State.DONE}):
            return self._apply(job, Trigger.READY, State.QUEUED, {"reason": ""})
        return None

    # What clients ask

    def submit(self, orders: Sequence[JobOrder], lanes: Mapping[str, str]) -> list[str]:
        """Add jobs, all or none; one that is known by its id already stays as it is. Raises NotFound.

        `lanes` gives the lane by job id.
        """
        with self.joined():
            position = self.file.last_position()
            for order in orders:
                position += PLACE
                if not self.file.job(order.id):
                    self._add(order, lanes[order.id], position)
        return [order.id for order in orders]

    def _add(self, order: JobOrder, lane: str, position: int) -> None:
        needs = sorted({*order.depends_on, *needed(order.spec)})
        found = [self.get(other) for other in needs]
        ready = all(other.state == State.DONE for other in found)
        state = State.HELD if order.hold else State.QUEUED if ready else State.WAITING
        assert state in targets(None, Trigger.SUBMIT)
        job = Job(
            id=order.id,
            kind=str(order.spec["kind"]),
            engine=str(order.spec["engine"]),
            lane=lane,
            state=state.value,
            label=order.label,
            project=order.project,
            shot=order.shot,
            batch=order.batch,
            priority=order.priority,
            position=position,
            spec=json.dumps(order.spec),
            created=HOST.now(),
        )
        self.file.add_job(job)
        self.file.add_dependencies(job.id, needs)
        self.event("state", job.id, **state_data(None, job, Trigger.SUBMIT))
        if state == State.WAITING:
            after = self._look_ahead(job)
            if after and after.state in ENDED:
                self._settle(after)

    def release(self, id: str) -> Job:
        """A held job goes on; it may turn out to wait, or to be skipped."""
        with self.joined():
            job = self.fire(id, Trigger.RELEASE, State.WAITING, reason="")
            return self._look_ahead_and_settle(job)

    def _look_ahead_and_settle(self, job: Job) -> Job:
        after = self._look_ahead(job) or job
        if after.state in ENDED:
            self._settle(after)
        return after

    def retry(self, id: str) -> Job:
        """Once more, with its history; what was skipped because of it is offered again."""
        with self.joined():
            again = {**_CLEAR, **_NO_PROGRESS, "faults": 0, "deaths": 0}
            job = self.fire(id, Trigger.RETRY, State.WAITING, **again)
            line = [job.id]
            while line:
                for dependant in map(self.get, self.file.dependants(line.pop())):
                    if dependant.state == State.SKIPPED:
                        self.fire(dependant.id, Trigger.RETRY, State.WAITING, **again)
                        line.append(dependant.id)
            return self._look_ahead_and_settle(job)

    def alter(self, id: str, **columns: Any) -> Job:
        """Change priority or place of a job that has not begun. Raises Conflict."""
        job = self.get(id)
        state = State(job.state)
        if not targets(state, Trigger.CHANGE):
            raise Conflict(f"job {id} is {state.replace('_', ' ')}: its place can't change now")
        return self.fire(id, Trigger.CHANGE, state, **columns)

    # What the supervisor and its workers do

    def claim(self, id: str, worker: str, token: str, lease: float) -> Attempt:
        """queued → running with its attempt, token and lease, in one change.

        Raises Conflict, and Failed when an input of its spec was not made.
        """
        with self.joined():
            job, now = self.get(id), HOST.now()
            attempt = Attempt(
                job=id,
                number=job.attempts + 1,
                token=token,
                worker=worker,
                lease=now + lease,
                spec=self._resolved(job.spec),
                started=now,
            )
            columns = {**_CLEAR, **_NO_PROGRESS, "worker": worker, "attempts": attempt.number}
            self.fire(job, Trigger.CLAIM, State.RUNNING, **columns, started=job.started or now)
            self.file.add_attempt(attempt)
        return attempt

    def _resolved(self, text: str) -> str:
        """A spec's text with its late-bound inputs filled in. Raises Failed when one was not made."""
        if '"job"' not in text:  # the key that every late-bound input has
            return text
        spec = json.loads(text)
        made = {other: json.loads(self.get(other).outputs) for other in needed(spec)}
        return json.dumps(resolve(spec, made)) if made else text

    def note_progress(self, reports: Mapping[str, Mapping[str, Any]]) -> None:
        """The newest progress of several jobs, in one change."""
        with self.joined():
            for id, report in reports.items():
                columns = {k: report[k] for k in ("progress", "stage", "steps_done", "steps_total", "eta")}
                self.file.set_job(id, **columns, live=json.dumps(report["live"]))
                self.event("progress", id, **report)

    def checkpoint(self, id: str, stage: str, step: int, total: int) -> None:
        """A running job kept its state: a retry goes on from there."""
        self.event("checkpoint", id, stage=stage, step=step, total=total)

    def resumed(self, id: str, stage: str, step: int, total: int) -> None:
        """The newest attempt goes on from a checkpoint."""
        sentence = f"{stage} {step} of {total}" if total else f"{stage} {step}"
        with self.joined():
            self.file.set_attempt(id, self.get(id).attempts, resumed=sentence)
            self.event("checkpoint", id, stage=stage, step=step, total=total, resumed=True)

    def part(self, id: str, output: Output) -> None:
        """A running job finished a file that can be used at once; made again, it replaces the old one."""
        part = output.model_dump(mode="json")
        with self.joined():
            parts = [old for old in json.loads(self.get(id).parts) if old["path"] != output.path]
            self.file.set_job(id, parts=json.dumps([*parts, part]))
            self.event("part", id, role=output.role, path=output.path)

    def note_use(self, id: str, peak_bytes: int) -> None:
        """The most memory the newest attempt used."""
        if peak_bytes:
            with self.joined():
                self.file.set_attempt(id, self.get(id).attempts, peak_bytes=peak_bytes)

    def made(self, id: str, result: Result, *, tidy: bool = False) -> Job:
        """The result is on disk: publishing, until the film has it; done, when there is no file to take in.

        `tidy`: the job has no workspace that would have to be removed.
        """
        with self.joined():
            job = self.get(id)
            kind = TOO_LATE if job.state == State.CANCELLING else ""
            if not result.outputs and not job.project:
                text = result.model_dump_json()
                return self._done(replace(job, error_kind=kind), Trigger.MADE, {}, tidy=int(tidy), result=text)
            job = self.fire(job, Trigger.MADE, State.PUBLISHING, reason="", error_kind=kind, eta=None)
            self.file.set_attempt(id, job.attempts, result=result.model_dump_json())
        return job

    def withheld(self, id: str, error: MilimoError) -> Job:
        """The film can't take it in now; it stays `publishing` with the reason."""
        reason = error.message.encode(errors="replace").decode()  # it may quote a file name that is no text
        columns = {"reason": reason, "hint": error.hint, "error_kind": error.kind}
        return self.fire(id, Trigger.WITHHELD, State.PUBLISHING, **columns)

    def stopped(self, id: str) -> Job:
        """A job that was asked to stop did."""
        with self.joined():
            self.end_attempt(id, "cancelled")
            return self.fire(id, Trigger.STOPPED, State.CANCELLED, reason="cancelled by request")

    def paused(self, id: str) -> Job:
        """It yielded at a step and freed its worker."""
        with self.joined():
            self.end_attempt(id, "yielded")
            return self.fire(id, Trigger.PAUSE, State.PAUSED, worker="", eta=None, reason="paused by request")

    def taken_in(self, id: str, outputs: Mapping[str, str]) -> Job:
        """The film has it."""
        with self.joined():
            return self._done(self.get(id), Trigger.TAKEN_IN, outputs)

    def _done(
        self, job: Job, trigger: Trigger, outputs: Mapping[str, str], tidy: int = 0, **attempt: Any
    ) -> Job:
        """Its end, as it was meant; `attempt` are columns of its newest attempt."""
        now, late = HOST.now(), job.error_kind == TOO_LATE
        columns = {
            **_CLEAR,
            "ended": now,
            "reason": "cancelled too late: it was already made" if late else "",
            "outputs": json.dumps(dict(outputs)),
            "progress": 1.0,
            "tidy": tidy,
        }
        self.file.set_attempt(job.id, job.attempts, outcome="done", ended=now, **attempt)
        return self.fire(job, trigger, State.DONE, **columns)

    def end_attempt(self, id: str, outcome: str, error: str = "", reached: int = 0) -> None:
        """Close the job's newest attempt."""
        columns = {"outcome": outcome, "error": error, "reached": reached, "ended": HOST.now()}
        self.file.set_attempt(id, self.get(id).attempts, **columns)

    def went_wrong(self, id: str, error: MilimoError, *, kind: str) -> Job:
        """An attempt ended with an error: another try if that kind is worth one, else failed."""
        with self.joined():
            job = self.get(id)
            self.end_attempt(id, "failed", error.message)
            columns = {"error_kind": kind, "error": error.message, "hint": error.hint}
            tries = job.faults + 1
            if kind in faults.WORTH_ANOTHER_TRY and tries < faults.TRIES:
                due = HOST.now() + faults.delay(tries)
                return self.fire(id, Trigger.FAULT, State.RETRYING, **columns, faults=tries, due=due)
            return self.fire(id, Trigger.FAIL, State.FAILED, **columns)

    def died(self, id: str, came_to: int, why: str) -> Job:
        """Its worker died: another try, or set aside after three in a row that gained nothing."""
        with self.joined():
            job = self.get(id)
            self.end_attempt(id, "died", why, reached=came_to)
            after = faults.after_death(job.deaths, job.reached, came_to)
            columns = {"deaths": after.deaths, "reached": after.reached, "error_kind": "died", "error": why}
            if after.set_aside:
                hint = "its log tells more; milimo job retry tries again"
                return self.fire(id, Trigger.SET_ASIDE, State.SET_ASIDE, **columns, hint=hint)
            due = HOST.now() + faults.delay(after.deaths)
            return self.fire(id, Trigger.FAULT, State.RETRYING, **columns, due=due)

    def lost(self, id: str, why: str, trigger: Trigger = Trigger.LOST) -> Job:
        """Its worker ended through no fault of the job: back in the queue, counted against nobody."""
        with self.joined():
            self.end_attempt(id, trigger.value, why)
            return self.fire(id, trigger, State.QUEUED, **_NO_PROGRESS, reason=why)

    def forgive(self, id: str) -> None:
        """Count its deaths anew: the supervisor died with its worker, which tells nothing of the job."""
        with self.joined():
            self.file.set_job(id, deaths=0)

    def cannot_start(self, id: str, error: Failed) -> Job:
        """A queued job that can't start at all."""
        return self.fire(
            id, Trigger.FAIL, State.FAILED, error_kind=error.kind, error=error.message, hint=error.hint
        )
