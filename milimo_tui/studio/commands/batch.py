"""Batches: several jobs that belong together, handled as one."""

from __future__ import annotations

from typing import Any

from milimo_tui.core.errors import NotFound
from milimo_tui.jobs.states import ENDED
from milimo_tui.studio.args import Args, NoArgs, arg
from milimo_tui.studio.commands.job import acted
from milimo_tui.studio.registry import Command, Outcome
from milimo_tui.studio.studio import Studio


def _batches(studio: Studio) -> dict[str, list[dict[str, Any]]]:
    batches: dict[str, list[dict[str, Any]]] = {}
    for job in studio.client().jobs():
        if job.get("batch"):
            batches.setdefault(job["batch"], []).append(job)
    return batches


def _row(batch: str, jobs: list[dict[str, Any]]) -> dict[str, Any]:
    states = [job["state"] for job in jobs]
    parts = [1.0 if job["state"] == "done" else job.get("progress") or 0.0 for job in jobs]
    return {
        "id": batch,
        "label": f"{jobs[0]['label']} … {jobs[-1]['label']}" if len(jobs) > 1 else jobs[0]["label"],
        "jobs": len(jobs),
        "done": states.count("done"),
        "failed": states.count("failed") + states.count("set_aside"),
        "open": sum(state not in ENDED for state in states),
        "progress": sum(parts) / len(parts),
    }


def _list(studio: Studio, args: NoArgs) -> Outcome:
    rows = [_row(batch, jobs) for batch, jobs in _batches(studio).items()]
    return Outcome(data=rows, columns=("id", "label", "jobs", "done", "failed", "open", "progress"))


class OneArgs(Args):
    id: str = arg(description="a batch")


def _members(studio: Studio, batch: str) -> list[dict[str, Any]]:
    jobs = _batches(studio).get(batch)
    if not jobs:
        raise NotFound(f"there is no batch “{batch}”", "milimo batch list")
    return jobs


def _show(studio: Studio, args: OneArgs) -> Outcome:
    jobs = _members(studio, args.id)
    return Outcome(
        data={**_row(args.id, jobs), "members": jobs},
        text="\n".join(f"{job['label']:<16}{job['state']}" for job in jobs),
    )


def _pause(studio: Studio, args: OneArgs) -> Outcome:
    ids = [job["id"] for job in _members(studio, args.id) if job["state"] in ("queued", "waiting")]
    return acted("holding", studio.client().hold(ids))


def _resume(studio: Studio, args: OneArgs) -> Outcome:
    ids = [job["id"] for job in _members(studio, args.id) if job["state"] == "held"]
    return acted("released", studio.client().release(ids))


def _cancel(studio: Studio, args: OneArgs) -> Outcome:
    ids = [job["id"] for job in _members(studio, args.id) if job["state"] not in ENDED]
    return acted("cancelling", studio.client().cancel(ids))


def _retry(studio: Studio, args: OneArgs) -> Outcome:
    again = ("failed", "cancelled", "skipped", "set_aside")
    ids = [job["id"] for job in _members(studio, args.id) if job["state"] in again]
    return acted("queued again:", studio.client().retry(ids))


COMMANDS = (
    Command("batch.list", "Batches", "batches and how far they are", _list, NoArgs, cli="batch list"),
    Command(
        "batch.show", "Batch", "one batch and its jobs", _show, OneArgs, cli="batch show", positional=("id",)
    ),
    Command(
        "batch.pause",
        "Pause batch",
        "hold what has not begun",
        _pause,
        OneArgs,
        cli="batch pause",
        positional=("id",),
    ),
    Command(
        "batch.resume",
        "Resume batch",
        "let held jobs go",
        _resume,
        OneArgs,
        cli="batch resume",
        positional=("id",),
    ),
    Command(
        "batch.cancel",
        "Cancel batch",
        "stop all of it",
        _cancel,
        OneArgs,
        cli="batch cancel",
        positional=("id",),
    ),
    Command(
        "batch.retry",
        "Retry batch",
        "what did not get done",
        _retry,
        OneArgs,
        cli="batch retry",
        positional=("id",),
    ),
)
