"""The desk: answers what clients ask, one function a request. Lives on the supervisor's loop.

Requests come validated (`messages`); an error is a sentence and changes nothing.
"""

from __future__ import annotations

import errno
import json
import os
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from pydantic import ValidationError

from milimo_tui import __version__
from milimo_tui.core.errors import BadInput, Conflict, MilimoError, Refused, Unavailable
from milimo_tui.core.host import explain
from milimo_tui.core.paths import Home
from milimo_tui.engines import table
from milimo_tui.engines.specs import SPEC
from milimo_tui.jobs import messages as ask
from milimo_tui.jobs.dispatch import Dispatch
from milimo_tui.jobs.joblog import JobLogs
from milimo_tui.jobs.lanes import GPU
from milimo_tui.jobs.protocol import PROTOCOL
from milimo_tui.jobs.publishing import Publisher
from milimo_tui.jobs.queue import Queue
from milimo_tui.jobs.states import AT_WORK, ENDED, State, Trigger, sources
from milimo_tui.jobs.views import as_json, attempt_as_json
from milimo_tui.store.studio_values import Job, JobFilter

PAGE_BYTES = 512 * 1024  # of one answer; the rest is asked for with `after`

Answer = dict[str, Any] | list[Any]


class House(Protocol):
    """What the desk needs of the supervisor itself."""

    socket: str
    draining: bool

    def stop(self, *, now: bool) -> None: ...


class Desk:
    """Answers requests with the queue, the dispatch and the publisher."""

    def __init__(
        self, home: Home, queue: Queue, dispatch: Dispatch, publisher: Publisher, house: House
    ) -> None:
        self._logs = JobLogs(home)
        self._queue = queue
        self._dispatch = dispatch
        self._publisher = publisher
        self._house = house
        self._answers: dict[type[ask.Request], Callable[[Any], Answer]] = {
            ask.Submit: self._submit,
            ask.Jobs: self._jobs,
            ask.Past: self._past,
            ask.ShowJob: self._job,
            ask.Cancel: lambda request: self._each(request.jobs, self._cancel),
            ask.Retry: lambda request: self._each(request.jobs, self._retry),
            ask.Hold: lambda request: self._each(request.jobs, self._hold),
            ask.Release: lambda request: self._each(request.jobs, self._queue.release),
            ask.Priority: lambda request: self._each(
                request.jobs, lambda id: self._queue.alter(id, priority=request.priority)
            ),
            ask.Move: self._move,
            ask.Pause: self._pause,
            ask.Resume: self._resume,
            ask.Log: self._log,
            ask.Status: self._status,
            ask.Stop: self._stop,
            ask.Events: self._events,
            ask.ProjectOpened: self._project_opened,
        }

    @property
    def draining(self) -> bool:
        return self._house.draining

    def answer(self, request: ask.Request) -> Answer:
        """Raises a MilimoError with the sentence for the client."""
        try:
            return self._answers[type(request)](request)
        except sqlite3.OperationalError as error:
            raise self.unwritten(error) from error

    def unwritten(self, error: sqlite3.OperationalError) -> MilimoError:
        """What a database that could not be written says, as a sentence."""
        number = errno.ENOSPC if "full" in str(error) else 0
        return explain(OSError(number, str(error)), self._queue.file.path, "write")

    # Asking

    def _jobs(self, request: ask.Jobs) -> Answer:
        wanted = JobFilter(
            request.ids, request.states, request.lane, request.project, request.shot, request.batch
        )
        page: list[dict[str, Any]] = []
        size, after = 0, request.after
        while size < PAGE_BYTES:
            found = self._queue.file.jobs(wanted, after=after, limit=100)
            needs = self._queue.file.needs_of([job.id for job in found])
            page += (views := [as_json(job, needs[job.id]) for job in found])
            if len(found) < 100:
                return {"jobs": page, "after": None}
            size += len(json.dumps(views))
            after = (found[-1].created, found[-1].id)
        return {"jobs": page, "after": after}

    def _past(self, request: ask.Past) -> Answer:
        wanted = JobFilter(
            states=request.states, project=request.project, shot=request.shot, batch=request.batch
        )
        words, limit = request.text.split(), request.limit
        found = self._queue.file.past(wanted, words, before=request.before, limit=limit)
        needs = self._queue.file.needs_of([job.id for job in found])
        page, size = [], 0
        for job in found:
            page.append(as_json(job, needs[job.id]))
            size += len(json.dumps(page[-1]))
            if size > PAGE_BYTES:
                break
        whole = len(page) == len(found) < limit
        return {"jobs": page, "before": None if whole else (found[len(page) - 1].ended, page[-1]["id"])}

    def _job(self, request: ask.ShowJob) -> Answer:
        job = self._queue.get(request.job)
        return {
            **as_json(job, self._queue.file.needs(job.id)),
            "spec": json.loads(job.spec),
            "history": [attempt_as_json(attempt) for attempt in self._queue.file.attempts(job.id)],
        }

    def _events(self, request: ask.Events) -> Answer:
        found = self._queue.file.events(request.after, 500, request.jobs)
        return [event.as_json() for event in found if event.seq < request.before]

    def _log(self, request: ask.Log) -> Answer:
        job = self._queue.get(request.job)
        return {"path": str(self._logs.path(job.id)), "text": self._logs.tail(job.id)}

    def _status(self, request: ask.Status) -> Answer:
        counts = self._queue.file.counts()
        paused = self._queue.file.paused_lanes()
        workers = []
        crew, hindrances = self._dispatch.crew, self._dispatch.hindrances
        for id in crew.pool.running():
            bench = crew.benches[id]
            workers.append(
                {
                    "id": id,
                    "pid": crew.pool.pid(id),
                    "lane": bench.slot.lane,
                    "loaded": bench.loaded or None,
                    "job": bench.running.job if bench.running else None,
                }
            )
        return {
            "running": True,
            "pid": os.getpid(),
            "socket": self._house.socket,
            "version": __version__,
            "protocol": PROTOCOL,
            "draining": self._house.draining,
            "workers": workers,
            "lanes": [
                {
                    "id": lane,
                    "paused": lane in paused or lane in hindrances,
                    "reason": hindrances.get(lane) or paused.get(lane, ""),
                }
                for lane in crew.lanes
            ],
            "queued": counts.get(State.QUEUED, 0),
            "active": sum(counts.get(state, 0) for state in AT_WORK - {State.QUEUED})
            + counts.get(State.PUBLISHING, 0),
            "counts": counts,
            "seq": self._queue.file.last_seq(),
        }

    # Acting

    def _each(self, ids: Sequence[str], act: Callable[[str], Job]) -> Answer:
        """One act on several jobs; one that can't be done is told of, and stops no other."""
        for id in ids:
            self._queue.get(id)
        told: list[dict[str, Any]] = []
        with self._queue.change():  # one commit for all
            for id in ids:
                try:
                    with self._queue.change():  # a part of it that may fail by itself
                        told.append({"id": id, "state": act(id).state})
                except MilimoError as error:
                    if len(ids) == 1:
                        raise
                    told.append({"id": id, "state": self._queue.get(id).state, **error.as_json()})
        return told

    def _submit(self, request: ask.Submit) -> Answer:
        if self._house.draining:
            raise Unavailable("the supervisor is ending: it takes no new jobs", "try again in a moment")
        lanes, orders = {}, []
        for order in request.jobs:
            lanes[order.id] = self._lane_of(order)
            orders.append(order.model_copy(update={"spec": _checked(order.spec)}))
        return self._queue.submit(orders, lanes)

    def _lane_of(self, order: ask.JobOrder) -> str:
        lane = order.lane or table.row(str(order.spec.get("engine", ""))).lane
        if lane == GPU and lane not in self._dispatch.crew.lanes:
            raise Unavailable(
                f"{order.label or order.id} needs a GPU, and none was found here",
                "milimo doctor says what was looked for; engines that need none: animatic",
            )
        return lane

    def _cancel(self, id: str) -> Job:
        job = self._queue.get(id)
        if job.state == State.RUNNING:
            return self._dispatch.cancel(id)
        if job.state == State.CANCELLING or job.state in ENDED:
            return job
        if id in self._publisher.in_flight:
            raise Conflict(f"too late: job {id} is made and is being taken into the film")
        return self._queue.fire(id, Trigger.CANCEL, State.CANCELLED, reason="cancelled by request")

    def _retry(self, id: str) -> Job:
        job = self._queue.get(id)
        if job.state == State.PUBLISHING:
            self._publisher.take_in_again(id)
            return self._queue.get(id)
        if not sources(Trigger.RETRY, State.WAITING) >= {State(job.state)}:
            raise Conflict(f"job {id} is {job.state.replace('_', ' ')}: there is nothing to retry")
        return self._queue.retry(id)

    def _hold(self, id: str) -> Job:
        return self._queue.fire(id, Trigger.HOLD, State.HELD, reason="held by request")

    def _move(self, request: ask.Move) -> Answer:
        self._queue.get(request.beside)
        if request.job == request.beside:
            raise BadInput("a job can't be moved beside itself")
        with self._queue.change():
            place = self._queue.file.position_beside(request.beside, before=request.before)
            job = self._queue.alter(request.job, position=place)
        return [{"id": job.id, "state": job.state}]

    def _pause(self, request: ask.Pause) -> Answer:
        if request.jobs:
            return self._each(request.jobs, self._pause_job)
        return self._set_lanes(request.lane, paused=True)

    def _pause_job(self, id: str) -> Job:
        job = self._queue.get(id)
        if job.state != State.RUNNING:
            raise Refused(f"job {id} is {job.state.replace('_', ' ')}: only what runs can pause", "hold it")
        self._dispatch.pause(id)
        return job

    def _resume(self, request: ask.Resume) -> Answer:
        if request.jobs:
            return self._each(
                request.jobs, lambda id: self._queue.fire(id, Trigger.RESUME, State.QUEUED, reason="")
            )
        return self._set_lanes(request.lane, paused=False)

    def _set_lanes(self, lane: str, *, paused: bool) -> Answer:
        known = self._dispatch.crew.lanes
        if lane and lane not in known:
            raise BadInput(f"there is no lane “{lane}”", f"lanes here: {', '.join(known)}")
        reason = "paused by request" if paused else ""
        with self._queue.change():
            for name in [lane] if lane else known:
                self._queue.file.set_lane(name, paused=paused, reason=reason)
                self._queue.event("lane", lane=name, paused=paused, reason=reason)
        return [{"id": name, "paused": paused} for name in ([lane] if lane else known)]

    def _project_opened(self, request: ask.ProjectOpened) -> Answer:
        again = self._publisher.put_off(request.path)
        for job in again:
            self._publisher.take_in_again(job.id)
        return [job.id for job in again]

    def _stop(self, request: ask.Stop) -> Answer:
        self._house.stop(now=request.now)
        return {"stopping": True, "now": request.now, "pid": os.getpid()}


def _checked(spec: dict[str, Any]) -> dict[str, Any]:
    """The spec with its defaults filled in. Raises BadInput."""
    try:
        return SPEC.validate_python(spec).model_dump(mode="json")
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "spec"
        raise BadInput(f"bad spec: {where}: {first['msg']}") from None
