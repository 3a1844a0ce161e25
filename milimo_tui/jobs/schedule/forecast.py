"""Forecasts of the start and end of every open job, as far as measurements on this machine allow.

Pure, except `take_queue_snapshot`, which reads the queue's database. The module `simulation` simulates the
queue. Clients request forecasts from the supervisor.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from milimo_tui.jobs.schedule import timings
from milimo_tui.jobs.schedule.schedule import FreeWorker
from milimo_tui.jobs.schedule.simulation import QueueSnapshot, simulate_queue
from milimo_tui.jobs.values.queue_views import EstimateError, Forecast, JobForecast, WorkEstimate
from milimo_tui.jobs.values.states import JobState
from milimo_tui.store.jobs.studio_file import StudioFile
from milimo_tui.store.jobs.studio_values import UnfinishedJob


def take_queue_snapshot(
    file: StudioFile,
    workers: Sequence[FreeWorker],
    *,
    now: float,
    shut: Collection[str] = (),
    passed: Mapping[str, int] | None = None,
) -> QueueSnapshot:
    """Read the present state of the queue for a simulation.

    `now` is in seconds since 1970. `shut` names the lanes that are blocked. `passed` is the number of times
    that each job was passed over. Lanes that the user paused are read from the queue's database.
    """
    needs: dict[str, list[str]] = {}
    for job, other in file.select_unfinished_dependencies():
        needs.setdefault(job, []).append(other)
    return QueueSnapshot(
        now,
        workers,
        file.select_unfinished_jobs(),
        needs,
        {*shut, *file.list_paused_lanes()},
        set(file.list_paused_batches()),
        timings.read_measured_paces(file),
        passed or {},
    )


def forecast_queue(snapshot: QueueSnapshot) -> Forecast:
    """Return the start and end of every job, the end of every batch, and the typical error of earlier
    estimates.
    """
    found = simulate_queue(snapshot)
    jobs: dict[str, JobForecast] = {}
    batches: dict[str, float | None] = {}
    for job in snapshot.jobs:
        span = found[job.id]
        pace = snapshot.measured.find_pace(job.workload)
        seconds = _round_seconds(pace.seconds * job.units if pace else None)
        coarse = bool(pace and pace.coarse)
        jobs[job.id] = JobForecast(_round_seconds(span.start), _round_seconds(span.end), seconds, coarse)
        if job.batch:
            batches[job.batch] = _choose_later_time(batches.get(job.batch, snapshot.now), span.end)
    trust = snapshot.measured.trust
    return Forecast(
        now=snapshot.now,
        jobs=jobs,
        batches={id: _round_seconds(end) for id, end in batches.items()},
        error=EstimateError(trust.median, trust.samples),
    )


def estimate_more_work(
    snapshot: QueueSnapshot, jobs: Sequence[UnfinishedJob], needs: Mapping[str, Sequence[str]]
) -> WorkEstimate:
    """Estimate the duration of additional jobs that would run after all queued jobs. `needs` holds the
    dependencies of each additional job by its id.
    """
    more = append_planned_jobs(snapshot, jobs, needs)
    found = simulate_queue(more)
    pace = {kind: snapshot.measured.find_pace(kind) for kind in {job.workload for job in jobs}}
    there = {worker.lane for worker in snapshot.workers} - set(snapshot.shut)
    work = [each and each.seconds * job.units for job in jobs for each in (pace[job.workload],)]
    starts = [span.start for job in jobs if (span := found[job.id]).start is not None]
    end: float | None = snapshot.now
    for job in jobs:
        end = _choose_later_time(end, found[job.id].end)
    trust = snapshot.measured.trust
    return WorkEstimate(
        now=snapshot.now,
        seconds=None if None in work else _round_seconds(math.fsum(seconds or 0.0 for seconds in work)),
        start=_round_seconds(min(starts, default=None)),
        end=_round_seconds(end),
        unmeasured=sorted(kind for kind, each in pace.items() if each is None),
        coarse=sorted(kind for kind, each in pace.items() if each and each.coarse),
        shut=sorted({job.lane for job in jobs} - there),
        error=EstimateError(trust.median, trust.samples),
    )


def parse_planned_jobs(
    orders: Sequence[Mapping[str, Any]],
) -> tuple[list[UnfinishedJob], dict[str, Sequence[str]]]:
    """Build planned jobs, which are not queued yet, from a client's description. Return the jobs, and the
    dependencies of each job by its id.

    Each order has the keys `id`, `lane`, `workload`, `units`, `affinity`, `priority`, `not_before` and
    `needs`.
    """
    jobs = [
        UnfinishedJob(
            id=order["id"],
            lane=order["lane"],
            state=JobState.WAITING if order["needs"] else JobState.QUEUED,
            priority=order["priority"],
            position=0,
            needs_loaded=order["affinity"],
            batch="",
            workload=order["workload"],
            units=order["units"],
            not_before=order["not_before"],
            due=None,
            eta=None,
            worker="",
            reason="",
            began=None,
        )
        for order in orders
    ]
    return jobs, {order["id"]: order["needs"] for order in orders if order["needs"]}


def append_planned_jobs(
    snapshot: QueueSnapshot, jobs: Sequence[UnfinishedJob], needs: Mapping[str, Sequence[str]]
) -> QueueSnapshot:
    """Return a copy of the snapshot with additional jobs at the end of the queue."""
    known = {job.id for job in snapshot.jobs}
    last = max((job.position for job in snapshot.jobs), default=0)
    added = [job._replace(position=last + 1 + number) for number, job in enumerate(jobs)]
    known |= {job.id for job in jobs}
    more = {job: [other for other in several if other in known] for job, several in needs.items()}
    return replace(snapshot, jobs=[*snapshot.jobs, *added], needs={**snapshot.needs, **more})


def _choose_later_time(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else max(one, other)


def _round_seconds(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 2)
