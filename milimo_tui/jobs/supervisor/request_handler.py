"""Carries out clients' requests, with one function for each kind of request. The module runs on the
supervisor's loop.

Requests are validated before (`messages`). A request that fails changes nothing, and the client gets the
error message. Requests that only read are answered by `queries`.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, replace
from typing import Any, Protocol

from milimo_tui.core.errors import BadInput, Conflict, MilimoError, NotFound, Refused, Unavailable
from milimo_tui.core.host import HOST, explain_os_error
from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import Home
from milimo_tui.engines.contract.engine_row import EngineRow
from milimo_tui.engines.registry import engine_registry
from milimo_tui.jobs.machine.lanes import GPU
from milimo_tui.jobs.notify.command_hook import split_command
from milimo_tui.jobs.notify.presence import StudioPresence
from milimo_tui.jobs.queue import retention
from milimo_tui.jobs.queue.ledger import name_job
from milimo_tui.jobs.queue.orders import PAUSES_WITH_BATCH, CheckedOrder
from milimo_tui.jobs.queue.publishing import Publisher
from milimo_tui.jobs.queue.queue import JobQueue
from milimo_tui.jobs.supervisor.dispatch import Dispatch
from milimo_tui.jobs.supervisor.queries import Answer, Queries
from milimo_tui.jobs.supervisor.submit_pieces import SubmitParts
from milimo_tui.jobs.values import messages as ask
from milimo_tui.jobs.values.queue_views import OffWhenDoneView
from milimo_tui.jobs.values.spec_texts import CheckedSpec, check_job_spec, patch_job_spec
from milimo_tui.jobs.values.states import ENDED, NOT_BEGUN, JobState, Trigger, find_source_states
from milimo_tui.store.jobs.studio_values import Job, WatchedFolder, WhenDoneCommand

MOST_FILES = 200  # An answer lists at most this many files of a watched folder, the newest ones.
RETRIABLE = find_source_states(Trigger.RETRY, JobState.WAITING)


class SupervisorControl(Protocol):
    """The methods of the supervisor that the request handler calls."""

    socket: str

    @property
    def draining(self) -> bool:
        """True if the supervisor is stopping and accepts no new jobs."""
        ...

    def has_left(self) -> bool:
        """Return True if the home was moved or removed. Changes would be lost then."""
        ...

    def stop_supervisor(self, *, now: bool) -> None: ...

    def set_off_command_when_done(self, off: WhenDoneCommand | None) -> None:
        """Set the command that runs once all jobs are done; None removes it."""
        ...

    def recount_quotas(self) -> None:
        """Start a count of the bytes of films and the home, because their quotas were changed."""
        ...

    def update_folder_watch(self) -> None:
        """Watch the folders in the present list. Called after folders were added or removed."""
        ...

    def describe_standing_tasks(self) -> tuple[OffWhenDoneView | None, dict[str, str], int]:
        """Return three values for the status: the command that runs when all jobs are done, the reason for
        each film that has reached its disk quota (by folder), and the number of watched folders.
        """
        ...


class RequestHandler:
    """The object that carries out clients' requests, with one method for each kind of request. It uses the
    queue, the dispatch and the publisher.
    """

    def __init__(
        self, home: Home, queue: JobQueue, dispatch: Dispatch, publisher: Publisher, house: SupervisorControl
    ) -> None:
        self._home = home
        self._queue = queue
        self._dispatch = dispatch
        self._publisher = publisher
        self._house = house
        self.queries = Queries(home, queue, dispatch)
        self.presence = StudioPresence(queue)
        self._answers: dict[type[ask.ClientRequest], Callable[[Any], Answer]] = {
            **self.queries.map_answer_methods(),
            ask.RetryJobsRequest: self._handle_retry,
            ask.RepeatJobsRequest: self._handle_repeat,
            ask.EditJobRequest: self._handle_edit,
            ask.SetPriorityRequest: lambda request: self._set_priority(request.jobs, request.priority),
            ask.MoveJobRequest: self._handle_move,
            ask.PauseRequest: self._handle_pause,
            ask.ResumeRequest: self._handle_resume,
            ask.BatchActionRequest: self._handle_batch_action,
            ask.StatusRequest: self._handle_status,
            ask.StopRequest: self._handle_stop,
            ask.RecountRoomRequest: self._handle_recount,
            ask.WeightsChangedRequest: self._handle_changed_weights,
            ask.OffWhenDoneRequest: self._handle_off_when_done,
            ask.WatchFolderRequest: self._watch_folder,
            ask.UnwatchFolderRequest: self._handle_unwatch_folder,
            ask.ListWatchedFoldersRequest: self._handle_list_watched,
            ask.PruneJobsRequest: self._handle_prune,
            ask.ProjectOpenedRequest: self._handle_project_opened,
        }
        # Requests whose action is applied to each of the named jobs.
        self._acts: dict[type[ask.ClientRequest], Callable[[str], Job]] = {
            ask.CancelJobsRequest: dispatch.cancel_job,
            ask.HoldJobsRequest: self._hold_job,
            ask.ReleaseJobsRequest: queue.release_job,
        }

    @property
    def draining(self) -> bool:
        """True if the supervisor accepts no new jobs."""
        return self._house.draining

    def answer_request(self, request: ask.ClientRequest, pieces: SubmitParts | None = None) -> Answer:
        """Carry out a request and return its answer.

        `pieces` are the earlier parts of a submit that the same connection has sent. Raises a MilimoError
        with the message for the client. Raises sqlite3.OperationalError if the database can't be written,
        which undoes the complete turn of changes (see `explain_unwritten`).
        """
        if not isinstance(request, ask.StatusRequest | ask.StopRequest) and self._house.has_left():
            raise Unavailable("the studio home was moved or removed", "run the command again")
        try:
            if isinstance(request, ask.SubmitRequest):
                return self._handle_submit(request, pieces or SubmitParts())
            if isinstance(request, ask.CancelJobsRequest | ask.HoldJobsRequest | ask.ReleaseJobsRequest):
                return self._act_on_each(request.jobs, self._acts[type(request)])
            return self._answers[type(request)](request)
        except UnicodeEncodeError as error:  # The database can't store unpaired surrogates.
            raise BadInput(f"bad request: {error.object[:40]!a} is not text") from None

    def explain_unwritten(self, error: sqlite3.OperationalError) -> MilimoError:
        """Convert the error of a database that could not be written to a message for the client."""
        number = errno.ENOSPC if "full" in str(error) else 0
        return explain_os_error(OSError(number, str(error)), self._queue.file.path, "write")

    def _handle_status(self, request: ask.StatusRequest) -> Answer:
        off, full, watched = self._house.describe_standing_tasks()
        status = replace(
            self.queries.build_status(),
            socket=self._house.socket,
            draining=self._house.draining,
            off=off,
            full=full,
            watched=watched,
        )
        return status.as_json()

    def _handle_prune(self, request: ask.PruneJobsRequest) -> Answer:
        if request.dry:
            return {"jobs": self._queue.file.count_deletable_jobs(request.ended_before)}
        return {"jobs": retention.forget_jobs_before(self._home, self._queue, request.ended_before)}

    def _act_on_each(self, ids: Sequence[str], act: Callable[[str], Job]) -> list[dict[str, Any]]:
        """Apply an action to several jobs and return the result for each.

        If the action fails for one of several jobs, its result contains the error and the other jobs are
        handled all the same.
        """
        for id in ids:
            self._queue.get(id)
        answers: list[dict[str, Any]] = []
        with self._queue.begin_change():  # All jobs share one commit.
            for id in ids:
                try:
                    # A nested change: if one job fails, only its part is undone.
                    with self._queue.begin_change():
                        answers.append({"id": id, "state": act(id).state})
                except MilimoError as error:
                    if len(ids) == 1:
                        raise
                    answers.append({"id": id, "state": self._queue.get(id).state, **error.as_json()})
        return answers

    def _handle_submit(self, request: ask.SubmitRequest, pieces: SubmitParts) -> Answer:
        """Collect one part of a submit, that is, of a message with new jobs. The last part adds all collected
        jobs in one change. If a part is rejected, the earlier parts are discarded.
        """
        if self._house.draining:
            raise Unavailable("the supervisor is stopping and takes no new jobs", "try again later")
        try:
            orders = [self._check_order(order) for order in request.jobs]
        except MilimoError:
            pieces.drop_parts()
            raise
        pieces.add_part(request.part, orders, request.batches)
        return (
            {"kept": len(request.jobs)}
            if request.more
            else self._queue.submit_orders(*pieces.take_all_parts())
        )

    def _check_order(self, order: ask.JobOrder) -> CheckedOrder:
        engine = str(order.spec.get("engine", ""))
        lane = self._require_lane(
            order.lane or self._choose_lane(engine_registry.row(engine)), order.label or order.id
        )
        return CheckedOrder(order, check_job_spec(order.spec), lane)

    def _choose_lane(self, engine: EngineRow) -> str:
        return engine.lane if engine.lane in self._dispatch.workers.lanes else engine.else_lane or engine.lane

    def _require_lane(self, lane: str, label: str) -> str:
        """Return `lane` unchanged. Raises Unavailable if it is the GPU lane and there is no GPU. `label`
        names the job in the message.
        """
        if lane == GPU and lane not in self._dispatch.workers.lanes:
            raise Unavailable(
                f"{label} needs a GPU, and this machine has none",
                "milimo doctor shows the search for GPUs; the engine animatic needs none",
            )
        return lane

    def _hold_job(self, id: str) -> Job:
        return self._queue.fire_trigger(id, Trigger.HOLD, JobState.HELD, reason="held by request", due=None)

    def _handle_retry(self, request: ask.RetryJobsRequest) -> Answer:
        return self._retry_each(request.jobs, request.spec)

    def _retry_each(self, ids: Sequence[str], patch: ask.Patch = None) -> Answer:
        """Retry jobs, with an optional merge patch to their specs.

        Skipped jobs are retried last: if the job that they waited for is retried too, they already wait
        again.
        """
        offered = {id for id in ids if self._queue.get(id).state == JobState.SKIPPED}
        order = sorted(ids, key=lambda id: id in offered)
        answers = self._act_on_each(
            order, lambda id: self._retry_one(id, patch, offered if len(ids) > 1 else ())
        )
        places = {id: place for place, id in enumerate(ids)}
        return sorted(answers, key=lambda row: places[row["id"]])

    def _retry_one(self, id: str, patch: ask.Patch, offered: Collection[str]) -> Job:
        job = self._queue.get(id)
        if job.state == JobState.PUBLISHING:
            self._publisher.retry_intake(id)
            return self._queue.get(id)
        if job.state not in RETRIABLE:
            if id in offered:
                return job
            raise Conflict(f"{name_job(job)} is {job.state.replace('_', ' ')}, so there is nothing to retry")
        spec, lane = self._patch_spec_and_lane(job, patch)
        return self._queue.retry_job(id, spec, lane)

    def _handle_repeat(self, request: ask.RepeatJobsRequest) -> Answer:
        made: list[str] = []
        with self._queue.begin_change():
            for id in request.jobs:
                job = self._queue.get(id)
                spec, lane = self._patch_spec_and_lane(job, request.spec)
                made.append(self._queue.repeat_job(id, lane, spec).id)
        return made

    def _handle_edit(self, request: ask.EditJobRequest) -> Answer:
        given = {
            name: value
            for name in ("label", "priority", "not_before")
            if (value := getattr(request, name)) is not None
        }
        if given.get("not_before") == 0:
            given["not_before"] = None
        job = self._queue.get(request.job)
        spec, lane = self._patch_spec_and_lane(job, request.spec)
        self._queue.edit_queued_job(request.job, spec=spec, revision=request.revision, lane=lane, **given)
        return self.queries.build_single_job_view(self._queue.get(request.job))

    def _patch_spec_and_lane(self, job: Job, patch: ask.Patch) -> tuple[CheckedSpec | None, str]:
        """Apply a merge patch to a job's spec. Return the new spec (None without a patch) and the lane in
        which the job will run.
        """
        if patch is None:
            return None, job.lane
        spec = patch_job_spec(job.spec, patch)
        if spec.engine == job.engine:
            return spec, job.lane
        return spec, self._require_lane(
            self._choose_lane(engine_registry.row(spec.engine)), job.label or job.id
        )

    def _set_priority(self, ids: Sequence[str], priority: int) -> Answer:
        return self._act_on_each(ids, lambda id: self._queue.edit_queued_job(id, priority=priority))

    def _handle_move(self, request: ask.MoveJobRequest) -> Answer:
        if request.job == request.beside:
            raise BadInput("a job can't be moved before or after itself")
        job = self._queue.place_beside(request.job, request.beside, before=request.before)
        return [{"id": job.id, "state": job.state}]

    def _handle_pause(self, request: ask.PauseRequest) -> Answer:
        if request.jobs:
            return self._act_on_each(request.jobs, self._pause_job)
        return self._set_lanes(request.lane, paused=True)

    def _pause_job(self, id: str) -> Job:
        job = self._queue.get(id)
        if job.state != JobState.RUNNING:
            raise Refused(
                f"{name_job(job)} is {job.state.replace('_', ' ')}; only running jobs can be paused",
                "hold it instead",
            )
        self._dispatch.ask_job_to_pause(id)
        return self._queue.request_pause(id)

    def _handle_resume(self, request: ask.ResumeRequest) -> Answer:
        if request.jobs:
            return self._act_on_each(request.jobs, self._queue.resume_job)
        return self._set_lanes(request.lane, paused=False)

    def _set_lanes(self, lane: str, *, paused: bool) -> Answer:
        known = self._dispatch.workers.lanes
        if lane and lane not in known:
            raise NotFound(f"there is no lane “{lane}”", f"lanes: {', '.join(known)}")
        reason = "paused by request" if paused else ""
        with self._queue.begin_change():
            for name in [lane] if lane else known:
                self._queue.file.set_lane_paused(name, paused=paused, reason=reason)
                self._queue.record_event("lane", lane=name, paused=paused, reason=reason)
                if not paused:
                    self._dispatch.blocks.end_lane_rest(name)
        return [{"id": name, "paused": paused} for name in ([lane] if lane else known)]

    def _handle_batch_action(self, request: ask.BatchActionRequest) -> Answer:
        """Apply the action of the request to the jobs of each batch whose state allows it."""
        for id in request.batches:
            self._queue.get_batch(id)
        answers: list[Any] = []
        with self._queue.begin_change():
            for id in dict.fromkeys(request.batches):
                answers += self._act_on_batch(id, request)
        return answers

    def _act_on_batch(self, id: str, request: ask.BatchActionRequest) -> Answer:
        members = self._queue.file.list_batch_jobs
        match request.act:
            case "pause":
                self._queue.pause_batch(id, paused=True)
                return self._act_on_each(members(id, (JobState.RUNNING,)), self._pause_with_batch)
            case "resume":
                was_paused = self._queue.pause_batch(id, paused=False)
                # If the batch was not paused, it may have been queued with held jobs. These jobs are then
                # released.
                held_jobs = [] if was_paused else members(id, (JobState.HELD,))
                answers = self._act_on_each(held_jobs, self._queue.release_job)
                return [
                    *answers,
                    *self._act_on_each(
                        members(id, (JobState.RUNNING, JobState.PAUSED)), self._queue.resume_job
                    ),
                ]
            case "cancel":
                return self._act_on_each(
                    members(id, sorted(set(JobState) - ENDED)), self._dispatch.cancel_job
                )
            case "retry":
                return self._retry_each(members(id, sorted(RETRIABLE)))
            case "priority":
                return self._set_priority(members(id, sorted(NOT_BEGUN)), request.priority)

    def _pause_with_batch(self, id: str) -> Job:
        self._dispatch.ask_job_to_pause(id)
        return self._queue.request_pause(id, PAUSES_WITH_BATCH)

    def _handle_recount(self, request: ask.RecountRoomRequest) -> Answer:
        self._house.recount_quotas()
        return {}

    def _handle_changed_weights(self, request: ask.WeightsChangedRequest) -> Answer:
        self._dispatch.workers.announce_changed_weights()
        return {}

    def _handle_off_when_done(self, request: ask.OffWhenDoneRequest) -> Answer:
        if request.command and not split_command(request.command, "the command"):
            raise BadInput("the command names no program", "name one: milimo job off-when-done --run PROGRAM")
        off = WhenDoneCommand(request.command, request.seconds, HOST.now()) if request.command else None
        self._house.set_off_command_when_done(off)
        return {"command": request.command}

    def _watch_folder(self, request: ask.WatchFolderRequest) -> Answer:
        folders = self._queue.file.select_watched_folders()
        if any((each.folder, each.project) == (request.folder, request.project) for each in folders):
            raise Conflict(
                f"{request.folder} is already watched for this film",
                "milimo watch list lists the watched folders",
            )
        folder = WatchedFolder(new_id("watch"), request.folder, request.project, HOST.now())
        with self._queue.begin_change():
            self._queue.file.add_watched_folder(folder)
            self._queue.record_event("watch", folder=folder.folder, project=folder.project)
        self._house.update_folder_watch()
        return {"id": folder.id}

    def _handle_unwatch_folder(self, request: ask.UnwatchFolderRequest) -> Answer:
        with self._queue.begin_change():
            if not self._queue.file.drop_watched_folder(request.folder):
                raise NotFound(
                    f"the folder {request.folder} is not watched",
                    "milimo watch list lists the watched folders",
                )
            self._queue.record_event("watch", id=request.folder, state="taken back")
        self._house.update_folder_watch()
        return {"id": request.folder}

    def _handle_list_watched(self, request: ask.ListWatchedFoldersRequest) -> Answer:
        file = self._queue.file
        return [
            {
                **asdict(each),
                "files": [asdict(one) for one in file.select_watched_files(each.id)][-MOST_FILES:],
            }
            for each in file.select_watched_folders()
        ]

    def _handle_project_opened(self, request: ask.ProjectOpenedRequest) -> Answer:
        again = self._publisher.list_postponed_jobs(request.path)
        for job in again:
            self._publisher.retry_intake(job.id)
        return [job.id for job in again]

    def _handle_stop(self, request: ask.StopRequest) -> Answer:
        self._house.stop_supervisor(now=request.now)
        return {"stopping": True, "now": request.now, "pid": os.getpid()}
