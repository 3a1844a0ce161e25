"""The request handler: carries out clients' requests, one function for each kind. Lives on the supervisor's
loop.

Requests arrive validated (`messages`). An error is reported as a sentence and changes nothing. Questions are
answered in `queries`.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, replace
from typing import Any, Protocol

from milimo_tui.core.errors import BadInput, Conflict, MilimoError, NotFound, Refused, Unavailable
from milimo_tui.core.host import HOST, explain
from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import Home
from milimo_tui.engines.contract.engine_row import EngineRow
from milimo_tui.engines.registry import engine_registry
from milimo_tui.jobs.machine.lanes import GPU
from milimo_tui.jobs.notify.command_hook import words
from milimo_tui.jobs.notify.presence import Presence
from milimo_tui.jobs.queue import retention
from milimo_tui.jobs.queue.ledger import called
from milimo_tui.jobs.queue.orders import PAUSES_WITH_BATCH, Order
from milimo_tui.jobs.queue.publishing import Publisher
from milimo_tui.jobs.queue.queue import Queue
from milimo_tui.jobs.supervisor.dispatch import Dispatch
from milimo_tui.jobs.supervisor.queries import Answer, Queries
from milimo_tui.jobs.supervisor.submit_pieces import SubmitParts
from milimo_tui.jobs.values import messages as ask
from milimo_tui.jobs.values.queue_views import OffView
from milimo_tui.jobs.values.spec_texts import CheckedSpec, check, patched
from milimo_tui.jobs.values.states import ENDED, NOT_BEGUN, State, Trigger, sources
from milimo_tui.store.jobs.studio_values import Job, Off, WatchedFolder

MOST_FILES = 200  # the most files of a watched folder in an answer, the newest ones
RETRIABLE = sources(Trigger.RETRY, State.WAITING)


class SupervisorControl(Protocol):
    """The functions of the supervisor that the handler needs."""

    socket: str

    @property
    def draining(self) -> bool:
        """True if no new jobs are accepted."""
        ...

    def has_left(self) -> bool:
        """Return True if the home is no longer at its place: anything saved now would be lost."""
        ...

    def stop(self, *, now: bool) -> None: ...

    def off_when_done(self, off: Off | None) -> None:
        """Set the command that runs once all jobs are done; None removes it."""
        ...

    def quotas_changed(self) -> None:
        """Have the space of films and the home counted now, because quotas were changed."""
        ...

    def watches_changed(self) -> None:
        """Have the folder watch check its folders, because watched folders were added or removed."""
        ...

    def standing(self) -> tuple[OffView | None, dict[str, str], int]:
        """Return the command that runs when all jobs are done, the films over their quota, and the number of
        watched folders.
        """
        ...


class RequestHandler:
    """The handler, which answers requests with the queue, the dispatch and the publisher."""

    def __init__(
        self, home: Home, queue: Queue, dispatch: Dispatch, publisher: Publisher, house: SupervisorControl
    ) -> None:
        self._home = home
        self._queue = queue
        self._dispatch = dispatch
        self._publisher = publisher
        self._house = house
        self.queries = Queries(home, queue, dispatch)
        self.presence = Presence(queue)
        self._answers: dict[type[ask.Request], Callable[[Any], Answer]] = {
            **self.queries.answers(),
            ask.Retry: self._retry_several,
            ask.Again: self._again,
            ask.Edit: self._edit,
            ask.Priority: lambda request: self._set_priority(request.jobs, request.priority),
            ask.Move: self._move,
            ask.Pause: self._pause,
            ask.Resume: self._resume,
            ask.BatchAct: self._batch,
            ask.Status: self._status,
            ask.Stop: self._stop,
            ask.Room: self._room,
            ask.Off: self._off,
            ask.WatchFolder: self._watch_folder,
            ask.Unwatch: self._unwatch,
            ask.WatchedFolders: self._watched,
            ask.Prune: self._prune,
            ask.ProjectOpened: self._project_opened,
        }
        self._acts: dict[type[ask.Request], Callable[[str], Job]] = {  # actions on each named job
            ask.Cancel: dispatch.cancel,
            ask.Hold: self._hold,
            ask.Release: queue.release,
        }

    @property
    def draining(self) -> bool:
        """True if the supervisor accepts no new jobs."""
        return self._house.draining

    def answer(self, request: ask.Request, pieces: SubmitParts | None = None) -> Answer:
        """Carry out a request and return its answer. `pieces` are the submit parts of the request's
        connection.

        Raises a MilimoError with the message for the client, and sqlite3.OperationalError when the database
        can't be written (see `explain_unwritten`), which undoes the entire turn.
        """
        if not isinstance(request, ask.Status | ask.Stop) and self._house.has_left():
            raise Unavailable("the studio home was moved or removed", "run the command again")
        try:
            if isinstance(request, ask.Submit):
                return self._submit(request, pieces or SubmitParts())
            if isinstance(request, ask.Cancel | ask.Hold | ask.Release):
                return self._each(request.jobs, self._acts[type(request)])
            return self._answers[type(request)](request)
        except UnicodeEncodeError as error:  # an unpaired surrogate is no text that the database can store
            raise BadInput(f"bad request: {error.object[:40]!a} is no text") from None

    def unwritten(self, error: sqlite3.OperationalError) -> MilimoError:
        """Return the error of a database that could not be written as a message for the client."""
        number = errno.ENOSPC if "full" in str(error) else 0
        return explain(OSError(number, str(error)), self._queue.file.path, "write")

    def _status(self, request: ask.Status) -> Answer:
        off, full, watched = self._house.standing()
        status = replace(
            self.queries.status(),
            socket=self._house.socket,
            draining=self._house.draining,
            off=off,
            full=full,
            watched=watched,
        )
        return status.as_json()

    # Actions on jobs

    def _prune(self, request: ask.Prune) -> Answer:
        if request.dry:
            return {"jobs": self._queue.file.forgettable(request.ended_before)}
        return {"jobs": retention.forget(self._home, self._queue, request.ended_before)}

    def _each(self, ids: Sequence[str], act: Callable[[str], Job]) -> list[dict[str, Any]]:
        """Apply an action to several jobs. A job on which it fails is reported, and stops no other."""
        for id in ids:
            self._queue.get(id)
        answers: list[dict[str, Any]] = []
        with self._queue.change():  # one commit for all jobs
            for id in ids:
                try:
                    with self._queue.change():  # a part of the change that may fail alone
                        answers.append({"id": id, "state": act(id).state})
                except MilimoError as error:
                    if len(ids) == 1:
                        raise
                    answers.append({"id": id, "state": self._queue.get(id).state, **error.as_json()})
        return answers

    def _submit(self, request: ask.Submit, pieces: SubmitParts) -> Answer:
        """Collect the parts of a submit; the last part commits all of them. A rejected part discards the
        earlier ones.
        """
        if self._house.draining:
            raise Unavailable("the supervisor is ending: it takes no new jobs", "try again in a moment")
        try:
            orders = [self._checked(order) for order in request.jobs]
        except MilimoError:
            pieces.drop()
            raise
        pieces.add(request.part, orders, request.batches)
        return {"kept": len(request.jobs)} if request.more else self._queue.submit(*pieces.take_all())

    def _checked(self, order: ask.JobOrder) -> Order:
        engine = str(order.spec.get("engine", ""))
        lane = self._present(
            order.lane or self._lane_of(engine_registry.row(engine)), order.label or order.id
        )
        return Order(order, check(order.spec), lane)

    def _lane_of(self, engine: EngineRow) -> str:
        return engine.lane if engine.lane in self._dispatch.workers.lanes else engine.else_lane or engine.lane

    def _present(self, lane: str, label: str) -> str:
        """Return the lane. Raises Unavailable for the GPU lane if there is no GPU."""
        if lane == GPU and lane not in self._dispatch.workers.lanes:
            raise Unavailable(
                f"{label} needs a GPU, and none was found here",
                "milimo doctor says what was looked for; engines that need none: animatic",
            )
        return lane

    def _hold(self, id: str) -> Job:
        return self._queue.fire(id, Trigger.HOLD, State.HELD, reason="held by request", due=None)

    # Retrying, repeating and editing

    def _retry_several(self, request: ask.Retry) -> Answer:
        return self._retry_all(request.jobs, request.spec)

    def _retry_all(self, ids: Sequence[str], patch: ask.Patch = None) -> Answer:
        """Retry jobs. Skipped jobs come last: retrying the job that they waited for, if included, already
        makes them wait again.
        """
        offered = {id for id in ids if self._queue.get(id).state == State.SKIPPED}
        order = sorted(ids, key=lambda id: id in offered)
        answers = self._each(order, lambda id: self._retry(id, patch, offered if len(ids) > 1 else ()))
        places = {id: place for place, id in enumerate(ids)}
        return sorted(answers, key=lambda row: places[row["id"]])

    def _retry(self, id: str, patch: ask.Patch, offered: Collection[str]) -> Job:
        job = self._queue.get(id)
        if job.state == State.PUBLISHING:
            self._publisher.take_in_again(id)
            return self._queue.get(id)
        if job.state not in RETRIABLE:
            if id in offered:
                return job
            raise Conflict(f"{called(job)} is {job.state.replace('_', ' ')}: there is nothing to retry")
        spec, lane = self._patched(job, patch)
        return self._queue.retry(id, spec, lane)

    def _again(self, request: ask.Again) -> Answer:
        made: list[str] = []
        with self._queue.change():
            for id in request.jobs:
                job = self._queue.get(id)
                spec, lane = self._patched(job, request.spec)
                made.append(self._queue.again(id, lane, spec).id)
        return made

    def _edit(self, request: ask.Edit) -> Answer:
        given = {
            name: value
            for name in ("label", "priority", "not_before")
            if (value := getattr(request, name)) is not None
        }
        if given.get("not_before") == 0:
            given["not_before"] = None
        job = self._queue.get(request.job)
        spec, lane = self._patched(job, request.spec)
        self._queue.edit(request.job, spec=spec, revision=request.revision, lane=lane, **given)
        return self.queries.view(self._queue.get(request.job))

    def _patched(self, job: Job, patch: ask.Patch) -> tuple[CheckedSpec | None, str]:
        """Return the job's spec with a merge patch applied (None without a patch), and the lane in which it
        runs.
        """
        if patch is None:
            return None, job.lane
        spec = patched(job.spec, patch)
        if spec.engine == job.engine:
            return spec, job.lane
        return spec, self._present(self._lane_of(engine_registry.row(spec.engine)), job.label or job.id)

    def _set_priority(self, ids: Sequence[str], priority: int) -> Answer:
        return self._each(ids, lambda id: self._queue.edit(id, priority=priority))

    def _move(self, request: ask.Move) -> Answer:
        if request.job == request.beside:
            raise BadInput("a job can't be moved beside itself")
        job = self._queue.place(request.job, request.beside, before=request.before)
        return [{"id": job.id, "state": job.state}]

    # Pausing

    def _pause(self, request: ask.Pause) -> Answer:
        if request.jobs:
            return self._each(request.jobs, self._pause_job)
        return self._set_lanes(request.lane, paused=True)

    def _pause_job(self, id: str) -> Job:
        job = self._queue.get(id)
        if job.state != State.RUNNING:
            raise Refused(
                f"{called(job)} is {job.state.replace('_', ' ')}: only what runs can pause", "hold it"
            )
        self._dispatch.pause(id)
        return self._queue.request_pause(id)

    def _resume(self, request: ask.Resume) -> Answer:
        if request.jobs:
            return self._each(request.jobs, self._queue.resume)
        return self._set_lanes(request.lane, paused=False)

    def _set_lanes(self, lane: str, *, paused: bool) -> Answer:
        known = self._dispatch.workers.lanes
        if lane and lane not in known:
            raise BadInput(f"there is no lane “{lane}”", f"lanes here: {', '.join(known)}")
        reason = "paused by request" if paused else ""
        with self._queue.change():
            for name in [lane] if lane else known:
                self._queue.file.set_lane(name, paused=paused, reason=reason)
                self._queue.event("lane", lane=name, paused=paused, reason=reason)
                if not paused:
                    self._dispatch.blocks.try_now(name)
        return [{"id": name, "paused": paused} for name in ([lane] if lane else known)]

    # Batches

    def _batch(self, request: ask.BatchAct) -> Answer:
        """Apply an action to every member of the batches that it fits."""
        for id in request.batches:
            self._queue.batch(id)
        answers: list[Any] = []
        with self._queue.change():
            for id in dict.fromkeys(request.batches):
                answers += self._act_on_batch(id, request)
        return answers

    def _act_on_batch(self, id: str, request: ask.BatchAct) -> Answer:
        members = self._queue.file.members
        match request.act:
            case "pause":
                self._queue.pause_batch(id, paused=True)
                return self._each(members(id, (State.RUNNING,)), self._pause_with_batch)
            case "resume":
                was_paused = self._queue.pause_batch(id, paused=False)
                # A batch that was queued as held is started by releasing its members.
                held = [] if was_paused else members(id, (State.HELD,))
                answers = self._each(held, self._queue.release)
                return [*answers, *self._each(members(id, (State.RUNNING, State.PAUSED)), self._queue.resume)]
            case "cancel":
                return self._each(members(id, sorted(set(State) - ENDED)), self._dispatch.cancel)
            case "retry":
                return self._retry_all(members(id, sorted(RETRIABLE)))
            case "priority":
                return self._set_priority(members(id, sorted(NOT_BEGUN)), request.priority)

    def _pause_with_batch(self, id: str) -> Job:
        self._dispatch.pause(id)
        return self._queue.request_pause(id, PAUSES_WITH_BATCH)

    # Standing tasks

    def _room(self, request: ask.Room) -> Answer:
        self._house.quotas_changed()
        return {}

    def _off(self, request: ask.Off) -> Answer:
        if request.command and not words(request.command, "the command"):
            raise BadInput("the command names no program", "milimo job off-when-done --run PROGRAM")
        off = Off(request.command, request.seconds, HOST.now()) if request.command else None
        self._house.off_when_done(off)
        return {"command": request.command}

    def _watch_folder(self, request: ask.WatchFolder) -> Answer:
        there = self._queue.file.watched_folders()
        if any((each.folder, each.project) == (request.folder, request.project) for each in there):
            raise Conflict(f"{request.folder} is watched for that film already", "milimo watch list")
        folder = WatchedFolder(new_id("watch"), request.folder, request.project, HOST.now())
        with self._queue.change():
            self._queue.file.add_watched_folder(folder)
            self._queue.event("watch", folder=folder.folder, project=folder.project)
        self._house.watches_changed()
        return {"id": folder.id}

    def _unwatch(self, request: ask.Unwatch) -> Answer:
        with self._queue.change():
            if not self._queue.file.drop_watched_folder(request.folder):
                raise NotFound(f"no folder {request.folder} is watched", "milimo watch list")
            self._queue.event("watch", id=request.folder, state="taken back")
        self._house.watches_changed()
        return {"id": request.folder}

    def _watched(self, request: ask.WatchedFolders) -> Answer:
        file = self._queue.file
        return [
            {**asdict(each), "files": [asdict(one) for one in file.watched_files(each.id)][-MOST_FILES:]}
            for each in file.watched_folders()
        ]

    # Projects and the supervisor

    def _project_opened(self, request: ask.ProjectOpened) -> Answer:
        again = self._publisher.put_off(request.path)
        for job in again:
            self._publisher.take_in_again(job.id)
        return [job.id for job in again]

    def _stop(self, request: ask.Stop) -> Answer:
        self._house.stop(now=request.now)
        return {"stopping": True, "now": request.now, "pid": os.getpid()}
