"""Answers clients' questions about jobs, batches, events, forecasts, the machine and the supervisor's status.
The module only reads.

Long answers are divided into pages, so that a large home never keeps the supervisor's loop busy for long.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from milimo_tui import __version__
from milimo_tui.core.host import HOST
from milimo_tui.core.paths import Home
from milimo_tui.jobs.client.protocol import PROTOCOL
from milimo_tui.jobs.machine.lanes import GPU
from milimo_tui.jobs.machine.machine import MachineReader
from milimo_tui.jobs.queue.queue import JobQueue
from milimo_tui.jobs.schedule.schedule import FreeWorker
from milimo_tui.jobs.supervisor.dispatch import Dispatch
from milimo_tui.jobs.supervisor.worker_slot import WorkerSlot
from milimo_tui.jobs.values import messages as ask
from milimo_tui.jobs.values.cluster_view import NodeView
from milimo_tui.jobs.values.machine_view import WorkerProcess
from milimo_tui.jobs.values.queue_views import LaneView, SupervisorStatus, WorkerView
from milimo_tui.jobs.values.row_views import (
    StartConditions,
    build_attempt_view,
    build_batch_view,
    explain_job_state,
    job_row_to_json,
)
from milimo_tui.jobs.values.states import AT_WORK, JobState
from milimo_tui.jobs.worker.job_log import JobLogs
from milimo_tui.store.jobs.studio_values import BatchFilter, Job, JobFilter

if TYPE_CHECKING:
    from milimo_tui.jobs.schedule.simulation import QueueSnapshot

# A page of an answer ends when the jobs in it reach this size in bytes. The client requests the rest in
# further pages.
PAGE_BYTES = 512 * 1024
PAGE_JOBS = 100
PAGE_BATCHES = 500
FORECAST_SECONDS = 0.25  # A forecast is reused for at least this many seconds.
# If a forecast took long to compute, it is reused for this many times the duration of its computation.
FORECAST_REST = 20

Answer = dict[str, Any] | list[Any]


class Queries:
    """The methods that answer clients' questions. The answers come from the queue's database and from the
    memory of the dispatch.
    """

    def __init__(self, home: Home, queue: JobQueue, dispatch: Dispatch) -> None:
        self._logs = JobLogs(home)
        self._queue = queue
        self._dispatch = dispatch
        self._here = MachineReader(home.root, [worker.slot for worker in dispatch.workers.slots.values()])
        self._foretold: dict[str, Any] = {}
        self._foretold_until = 0.0  # The time on the monotonic clock up to which the forecast is reused.
        self._foretelling = asyncio.Lock()

    def map_answer_methods(self) -> dict[type[ask.ClientRequest], Callable[[Any], Answer]]:
        """Return, for each class of request, the method that answers it."""
        return {
            ask.ListJobsRequest: self._answer_jobs,
            ask.PastJobsRequest: self._answer_past_jobs,
            ask.ShowJobRequest: self._answer_job,
            ask.ListBatchesRequest: self._answer_batches,
            ask.ListEventsRequest: self._answer_events,
            ask.JobLogRequest: self._answer_job_log,
            ask.ForecastRequest: self._answer_forecast,
            ask.EstimateRequest: self._answer_estimate,
            ask.ThroughputRequest: self._answer_throughput,
            ask.MachineRequest: self._answer_machine,
            ask.AbsencesRequest: self._answer_absences,
        }

    async def prepare_answer(self, request: ask.ClientRequest) -> None:
        """Do the slow part of an answer in a thread: read the machine, or compute the forecast.

        This coroutine runs before the request is answered on the loop, so that the loop is not blocked.
        """
        if isinstance(request, ask.MachineRequest):
            self._dispatch.machines.refresh_cluster()
            await asyncio.to_thread(self._here.read)
        elif isinstance(request, ask.ForecastRequest):
            async with self._foretelling:
                if not self._is_forecast_fresh():
                    snapshot = self._take_snapshot(HOST.now())
                    await asyncio.to_thread(self._update_forecast, snapshot)

    def build_job_views(self, jobs: Sequence[Job]) -> list[dict[str, Any]]:
        """Return jobs as JSON objects for clients. Each object also explains the job's current state, for
        example why the job does not start.
        """
        file, ids = self._queue.file, [job.id for job in jobs]
        needs, resumed = (
            file.list_needs_by_job(ids),
            file.list_resume_points([job.id for job in jobs if job.attempts]),
        )
        waiting = [job.id for job in jobs if job.state == JobState.WAITING]
        missing = file.list_unmet_needs(waiting) if waiting else {}
        around = self._collect_start_conditions()
        return [
            job_row_to_json(
                job,
                needs[job.id],
                reason=explain_job_state(job, around, missing.get(job.id, ()))
                or self._explain_no_machine(job),
                resumed=resumed.get(job.id, ""),
            )
            for job in jobs
        ]

    def _explain_no_machine(self, job: Job) -> str:
        why = (
            self._dispatch.explain_unfit_job(job) if job.state == JobState.QUEUED and job.lane == GPU else ""
        )
        return f"no machine of the cluster can do it: {why}" if why else ""

    def build_single_job_view(self, job: Job) -> dict[str, Any]:
        """Return one job as a JSON object for clients."""
        return self.build_job_views([job])[0]

    def _collect_start_conditions(self) -> StartConditions:
        """Collect the conditions that can keep a queued job from starting."""
        paused = self._queue.file.list_paused_lanes()
        return StartConditions(
            now=HOST.now(),
            lanes=frozenset(self._dispatch.workers.lanes),
            shut={**paused, **self._dispatch.blocks.reasons},
            batches=self._queue.file.list_paused_batches(),
            films=self._queue.file.list_full_films(),
        )

    def _answer_jobs(self, request: ask.ListJobsRequest) -> Answer:
        wanted = JobFilter(
            request.ids, request.states, request.lane, request.project, request.shot, request.batch
        )
        if request.newest:
            return self._answer_newest_jobs(wanted, request)
        page: list[dict[str, Any]] = []
        size, after = 0, request.after
        while size < PAGE_BYTES:
            found = self._queue.file.select_jobs(wanted, after=after, limit=PAGE_JOBS)
            page += self.build_job_views(found)
            if len(found) < PAGE_JOBS:
                return {"jobs": page, "after": None}
            size += sum(map(_estimate_json_size, found))
            after = (found[-1].created, found[-1].id)
        return {"jobs": page, "after": after}

    def _answer_newest_jobs(self, wanted: JobFilter, request: ask.ListJobsRequest) -> Answer:
        """Return the newest jobs that fit into one answer, and the position at which the next page begins."""
        found = self._queue.file.select_newest_jobs(wanted, before=request.before, limit=request.newest)
        fitting, size = 0, 0
        while fitting < len(found) and size < PAGE_BYTES:
            size += _estimate_json_size(found[fitting])
            fitting += 1
        is_more = fitting < len(found) or len(found) == request.newest
        last = found[fitting - 1] if fitting else None
        before = (last.created, last.id) if is_more and last else None
        return {"jobs": self.build_job_views(found[:fitting]), "before": before}

    def _answer_past_jobs(self, request: ask.PastJobsRequest) -> Answer:
        wanted = JobFilter(
            states=request.states, project=request.project, shot=request.shot, batch=request.batch
        )
        words, limit = request.text.split(), request.limit
        found = self._queue.file.select_past_jobs(wanted, words, before=request.before, limit=limit)
        page, size = [], 0
        for job, view in zip(found, self.build_job_views(found), strict=True):
            page.append(view)
            size += _estimate_json_size(job)
            if size > PAGE_BYTES:
                break
        whole = len(page) == len(found) < limit
        return {"jobs": page, "before": None if whole else (found[len(page) - 1].ended, page[-1]["id"])}

    def _answer_job(self, request: ask.ShowJobRequest) -> Answer:
        job = self._queue.get(request.job)
        return {
            **self.build_single_job_view(job),
            "spec": json.loads(job.spec),
            "history": [
                build_attempt_view(attempt).as_json() for attempt in self._queue.file.select_attempts(job.id)
            ],
        }

    def _answer_batches(self, request: ask.ListBatchesRequest) -> Answer:
        wanted = BatchFilter(request.ids, request.project)
        found = self._queue.file.select_batches(wanted, before=request.before, limit=PAGE_BATCHES)
        tallies = self._queue.file.tally_batches([batch.id for batch in found])
        page = [build_batch_view(batch, tallies[batch.id]).as_json() for batch in found]
        whole = len(found) < PAGE_BATCHES
        return {"batches": page, "before": None if whole else (found[-1].created, found[-1].id)}

    def _answer_events(self, request: ask.ListEventsRequest) -> Answer:
        file = self._queue.file
        found = file.select_events(request.after, request.limit, request.jobs, request.kinds, request.before)
        return [event.as_json() for event in found]

    def _answer_job_log(self, request: ask.JobLogRequest) -> Answer:
        job = self._queue.get(request.job)
        return {"path": str(self._logs.get_log_path(job.id)), "text": self._logs.read_log_tail(job.id)}

    def _answer_throughput(self, request: ask.ThroughputRequest) -> Answer:
        """Return the number of jobs that were done in each of the last minutes, oldest minute first."""
        now = HOST.now()
        counts = [0] * request.minutes
        for ended in self._queue.file.list_end_times_since(now - 60 * request.minutes, JobState.DONE):
            if ended <= now:
                counts[-1 - min(request.minutes - 1, int((now - ended) // 60))] += 1
        return counts

    def _answer_forecast(self, request: ask.ForecastRequest) -> Answer:
        """Return the last computed forecast, limited to the requested jobs if any are named."""
        if not self._foretold:
            self._update_forecast(self._take_snapshot(HOST.now()))
        kept = self._foretold
        if not request.jobs:
            return kept
        return {**kept, "jobs": {id: kept["jobs"][id] for id in request.jobs if id in kept["jobs"]}}

    def _is_forecast_fresh(self) -> bool:
        return bool(self._foretold) and time.monotonic() < self._foretold_until

    def _update_forecast(self, snapshot: QueueSnapshot) -> None:
        """Simulate the queue and store the result as the new forecast. The longer the simulation takes, the
        longer the stored forecast is used before the next simulation.

        The method runs in a thread, so it uses no database.
        """
        from milimo_tui.jobs.schedule import forecast

        began = time.monotonic()
        self._foretold = forecast.forecast_queue(snapshot).as_json()
        ended = time.monotonic()
        self._foretold_until = ended + max(FORECAST_SECONDS, FORECAST_REST * (ended - began))

    def _answer_estimate(self, request: ask.EstimateRequest) -> Answer:
        """Estimate the duration of additional jobs that would run after all queued jobs."""
        from milimo_tui.jobs.schedule import forecast

        jobs, needs = forecast.parse_planned_jobs([job.model_dump() for job in request.jobs])
        return forecast.estimate_more_work(self._take_snapshot(HOST.now()), jobs, needs).as_json()

    def _take_snapshot(self, now: float) -> QueueSnapshot:
        """Return a snapshot of the queue and the workers at the time `now`, for a simulation."""
        from milimo_tui.jobs.schedule import forecast

        manager = self._dispatch.workers
        workers = [
            FreeWorker(id, worker.slot.lane, worker.suits, manager.is_warm(worker))
            for id, worker in manager.slots.items()
        ]
        shut, passed = self._dispatch.blocks.reasons.keys(), self._dispatch.passed
        return forecast.take_queue_snapshot(self._queue.file, workers, now=now, shut=shut, passed=passed)

    def _answer_absences(self, request: ask.AbsencesRequest) -> Answer:
        found = self._queue.file.select_absences(request.limit)
        return [{"began": absence.began, "ended": absence.ended} for absence in found]

    def build_status(self) -> SupervisorStatus:
        """Return the status of the supervisor: its workers and lanes, and the numbers of jobs by state."""
        counts = self._queue.file.count_jobs_by_state()
        paused = self._queue.file.list_paused_lanes()
        workers, blocks = self._dispatch.workers, self._dispatch.blocks.reasons
        return SupervisorStatus(
            running=True,
            pid=os.getpid(),
            version=__version__,
            protocol=PROTOCOL,
            workers=[_build_worker_view(worker) for worker in workers.list_warm_workers()],
            lanes=[
                LaneView(
                    id=lane,
                    paused=lane in paused or lane in blocks,
                    reason=blocks.get(lane) or paused.get(lane, ""),
                    next_try=self._dispatch.blocks.get_next_try(lane),
                )
                for lane in workers.lanes
            ],
            queued=counts.get(JobState.QUEUED, 0),
            active=sum(counts.get(state, 0) for state in AT_WORK - {JobState.QUEUED})
            + counts.get(JobState.PUBLISHING, 0),
            counts=counts,
            seq=self._queue.file.read_last_event_number(),
        )

    def _answer_machine(self, request: ask.MachineRequest) -> Answer:
        """Return the readings of this machine (cards, load, memory, disk), the memory of its worker
        processes, and the other machines.
        """
        processes = []
        for worker in self._dispatch.workers.list_warm_workers():
            sample = worker.pool.sample_process(worker.slot.id)
            rss = sample.rss if sample else None
            processes.append(WorkerProcess(worker=_build_worker_view(worker), rss=rss))
        return replace(self._here.build_machine_view(processes), nodes=self._list_busy_nodes()).as_json()

    def _list_busy_nodes(self) -> list[NodeView]:
        """Return the other machines of the cluster, each with the number of its busy workers and its loaded
        engines.
        """
        workers = [worker for worker in self._dispatch.workers.slots.values() if worker.slot.node]
        found = []
        for view in self._dispatch.machines.list_node_views():
            there = [worker for worker in workers if worker.slot.id.startswith(f"{view.name}.")]
            loaded = tuple(sorted({worker.loaded for worker in there if worker.loaded}))
            found.append(replace(view, busy=sum(1 for one in there if one.running), loaded=loaded))
        return found


def _build_worker_view(worker: WorkerSlot) -> WorkerView:
    return WorkerView(
        id=worker.slot.id,
        pid=worker.pool.get_pid(worker.slot.id),
        lane=worker.slot.lane,
        loaded=worker.loaded or None,
        job=worker.running.job if worker.running else None,
    )


def _estimate_json_size(job: Job) -> int:
    """Return the approximate size of a job as JSON in bytes: the length of its long texts, and a fixed
    allowance for all other fields.
    """
    texts = (job.label, job.project, job.error, job.hint, job.reason, job.outputs, job.live, job.parts)
    return 1000 + sum(map(len, texts))
