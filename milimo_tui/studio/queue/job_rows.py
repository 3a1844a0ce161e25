"""Jobs, batches and the supervisor as text: rows of lists, and the lines of `job show`. All functions are
pure.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any

from milimo_tui.core.format import format_bytes, format_count, format_duration, format_time_of_day
from milimo_tui.jobs.values.machine_view import GpuView, MachineView
from milimo_tui.jobs.values.queue_views import EstimateError, JobForecast, OffWhenDoneView, SupervisorStatus
from milimo_tui.jobs.values.states import ENDED
from milimo_tui.jobs.values.views import AttemptView, BatchView, DetailedJob, JobView


def build_job_row(job: JobView, forecast: JobForecast, now: float) -> dict[str, Any]:
    """Return a job as a table row, including its forecast. `now` is the current time in seconds since
    1970.
    """
    return {
        "id": job.id,
        "label": job.label or job.kind.replace("_", " "),
        "engine": job.engine,
        "state": job.state.replace("_", " "),
        "progress": f"{job.progress:.0%}" if job.progress is not None and _has_moving_progress(job) else "",
        "when": describe_job_time(job, forecast, now),
        "why": job.error or job.reason,
    }


def _has_moving_progress(job: JobView) -> bool:
    return job.state not in ENDED and job.state != "queued"


def describe_job_time(job: JobView, forecast: JobForecast, now: float) -> str:
    """Return a text about the time of a job. For a waiting job, this is when it starts; for a running job,
    the time left; for a job that was done, how long it took; for any other ended job, when it ended.
    """
    state, end = job.state, forecast.end
    if state in ENDED:
        duration = job.ended - job.started if job.ended and job.started else None
        return (
            f"took {format_duration(duration)}"
            if state == "done" and duration is not None
            else format_time_of_day(job.ended, now)
        )
    if state in ("running", "cancelling", "publishing"):
        left = job.eta if job.eta is not None else end - now if end is not None else None
        return f"{format_duration(left)} left" if left is not None else ""
    if job.not_before is not None and job.not_before > now:
        return f"not before {format_time_of_day(job.not_before, now)}"
    if forecast.start is not None and state in ("queued", "waiting", "retrying"):
        return f"starts {format_time_of_day(max(forecast.start, now), now)}"
    return ""


def describe_job(job: DetailedJob, forecast: JobForecast, now: float) -> Iterator[str]:
    """Yield the lines of `job show`: state, error, facts, attempts, outputs and the complete spec of a
    job.
    """
    yield f"{job.label or job.id}: {job.state.replace('_', ' ')}"
    if job.error or job.reason:
        yield f"  {job.error or job.reason}"
    if job.hint:
        yield f"  {job.hint}"
    for name, value in _list_job_facts(job, forecast, now):
        if value not in ("", None):
            yield f"  {name:<12}{value}"
    for attempt in job.history:
        yield f"  attempt {attempt.number:<4}{_describe_attempt(attempt, now)}"
    yield from (f"  {line}" for line in _describe_render_check(job))
    for role, path in job.outputs.items():
        yield f"  made        {role}: {path}"
    for part in job.parts:
        yield f"  finished    {part['role']}: {part['path']}"
    spec = json.dumps(job.spec, ensure_ascii=False, indent=2)
    yield "  spec        " + spec.replace("\n", "\n              ")


def _describe_render_check(job: DetailedJob) -> list[str]:
    """Return the findings of the check that a render job made of its film; empty if there was no check."""
    if job.kind != "render_film":
        return []
    from milimo_tui.cut.plan.report_text import format_report as report_lines
    from milimo_tui.studio.queue.render_report import find_render_report

    report = find_render_report(job)
    return report_lines(report) if report is not None else []


def _list_job_facts(job: JobView, forecast: JobForecast, now: float) -> Iterator[tuple[str, Any]]:
    live = job.live or {}
    steps = job.steps[0:2] if job.steps[1] else None
    yield "id", job.id
    yield "engine", f"{job.engine} ({job.lane})"
    yield "film", job.project
    yield "batch", job.batch
    yield "again of", job.origin
    yield "when", describe_job_time(job, forecast, now)
    yield "progress", f"{job.progress:.0%}" if job.progress is not None else ""
    yield "stage", job.stage + (f" {steps[0]} of {steps[1]}" if steps and job.stage else "")
    yield "now", live.get("note") or ""
    yield "speed", f"{live['speed']:.2f} steps a second" if live.get("speed") else ""
    yield (
        "memory",
        ", ".join(
            f"{format_bytes(size)} {where}" for where, size in (live.get("memory") or {}).items() if size
        ),
    )
    yield "worker", job.worker
    yield "level", f"{format_count(job.rung, 'level')} down" if job.rung else ""
    yield "priority", job.priority or ""
    yield "waits for", ", ".join(job.depends_on)
    yield "queued", format_time_of_day(job.created, now)
    yield "expected", format_duration(forecast.seconds)
    yield "log", f"milimo job log {job.id}"


def _describe_attempt(attempt: AttemptView, now: float) -> str:
    began = format_time_of_day(attempt.started, now)
    duration = (
        format_duration(attempt.ended - attempt.started) if attempt.ended is not None else "still running"
    )
    words = [f"{began} on {attempt.worker}", attempt.outcome, duration]
    if attempt.resumed:
        words.append(f"resumed from {attempt.resumed}")
    if attempt.error:
        words.append(attempt.error)
    return ", ".join(filter(None, words))


def build_batch_row(batch: BatchView, end: float | None, now: float) -> dict[str, Any]:
    """Return a batch as a table row. `end` is its expected end in seconds since 1970; None if unknown."""
    state = "paused" if batch.paused else "open" if batch.open else "ended"
    return {
        "id": batch.id,
        "label": batch.label,
        "state": state,
        "jobs": batch.jobs,
        "done": batch.done,
        "failed": batch.failed,
        "skipped": batch.counts.get("skipped", 0) + batch.counts.get("cancelled", 0),
        "progress": f"{batch.progress:.0%}",
        "when": f"ends {format_time_of_day(end, now)}"
        if end and batch.open
        else format_time_of_day(batch.ended, now),
    }


def describe_forecast_error(error: EstimateError) -> str:
    """Return how wrong past time estimates were, such as `past estimates were off by 12%, the median of 40
    jobs`.

    Empty if no estimate could be compared.
    """
    if not error.samples or error.median is None:
        return ""
    return f"past estimates were off by {error.median:.0%}, the median of {error.samples} jobs"


def describe_supervisor(
    status: SupervisorStatus,
    machine: MachineView,
    end: float | None,
    error: EstimateError,
    now: float,
    price: str = "",
) -> Iterator[str]:
    """Yield lines that describe the supervisor: its queue, the expected end and cost of the work, its workers
    and the machine.

    `end` is in seconds since 1970; `price` is the cost as text.
    """
    yield f"running, process {status.pid}, {status.queued} queued, {status.active} active"
    if status.draining:
        yield "  it ends when its running jobs end"
    if end:
        yield f"  everything is done about {format_time_of_day(end, now)}{f', {price}' if price else ''}"
    if status.off:
        yield f"  {describe_off_command(status.off, now)}"
    yield from (f"  {reason}" for reason in status.full.values())
    if status.watched:
        yield f"  {format_count(status.watched, 'folder')} watched: milimo watch list"
    if error_line := describe_forecast_error(error):
        yield f"  {error_line}"
    for lane in status.lanes:
        if lane.paused:
            yield f"  lane {lane.id} starts no jobs: {lane.reason or 'paused'}"
    for process in machine.workers:
        worker = process.worker
        words = [
            f"process {worker.pid}",
            _format_known_bytes(process.rss),
            f"{worker.loaded} loaded" if worker.loaded else "",
            f"works on {worker.job}" if worker.job else "idle",
        ]
        yield f"  {worker.id:<10}{worker.lane:<8}{', '.join(filter(None, words))}"
    for gpu in machine.gpus:
        yield f"  {gpu.id:<10}{describe_gpu(gpu)}"
    memory = f"{_format_known_bytes(machine.memory_used)} of {_format_known_bytes(machine.memory_total)}"
    yield f"  memory    {memory}, disk {_format_known_bytes(machine.disk_free)} free"


def describe_off_command(off: OffWhenDoneView, now: float) -> str:
    """Return a sentence on the command that runs when the queue is done, with its time and how to cancel
    it.
    """
    run_time = (
        f"at {format_time_of_day(off.due, now)}"
        if off.due is not None
        else f"{format_duration(off.seconds)} after the last job"
    )
    return f"{off.command} runs {run_time}; milimo job off-when-done --cancel cancels it"


def summarize_standing_tasks(status: SupervisorStatus, now: float) -> list[str]:
    """Return short texts on the command that runs when the queue is done, and on films over their quota.

    Examples are `off at 03:41` and `full: rain, sun`.
    """
    words = []
    if status.off:
        due = status.off.due
        words.append("off when done" if due is None else f"off at {format_time_of_day(due, now)}")
    if status.full:
        words.append(f"full: {', '.join(PurePath(project).name for project in status.full)}")
    return words


def _format_known_bytes(count: float | None) -> str:
    return "" if count is None else format_bytes(count)


def describe_gpu(gpu: GpuView) -> str:
    """Describe a GPU in one line: name, memory, load, temperature, loaded models."""
    words = [gpu.name or "no name"]
    if gpu.memory_used is not None and gpu.memory_total:
        words.append(f"{format_bytes(gpu.memory_used)} of {format_bytes(gpu.memory_total)}")
    if gpu.utilisation is not None:
        words.append(f"{gpu.utilisation} % busy")
    if gpu.temperature is not None:
        words.append(f"{gpu.temperature} °C")
    words += [f"{name} loaded" for name in gpu.loaded]
    return ", ".join(words)


def count_job_ends(jobs: Sequence[JobView]) -> str:
    """Return how many of several jobs ended with each result: `3 done, 1 failed`."""
    counts: dict[str, int] = {}
    for job in jobs:
        counts[job.state] = counts.get(job.state, 0) + 1
    return ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in counts.items())
