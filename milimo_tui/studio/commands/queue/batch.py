"""Commands on batches. A batch is several jobs that belong together and are handled together."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from milimo_tui.jobs.client.client import Client
from milimo_tui.jobs.values.queue_views import Forecast, JobForecast
from milimo_tui.jobs.values.views import BatchView
from milimo_tui.studio.commands.queue.job_actions import report_job_actions
from milimo_tui.studio.queue.job_lookup import find_batch
from milimo_tui.studio.registry.args import Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio

BATCH_LIST_COLUMNS = ("id", "label", "state", "jobs", "done", "failed", "skipped", "progress", "when")


def _build_batch_rows(client: Client, batches: Sequence[BatchView]) -> list[dict[str, Any]]:
    from milimo_tui.studio.queue.job_rows import build_batch_row

    ends = client.fetch_forecast().batches if any(batch.open for batch in batches) else {}
    now = time.time()
    return [build_batch_row(batch, ends.get(batch.id), now) for batch in batches]


def _list_batches(studio: Studio, args: NoArgs) -> Outcome:
    client = studio.require_client()
    wanted = studio.wanted_project
    filters = {"project": str(studio.find_project(wanted).root)} if wanted else None
    # The client returns the newest batch first, but lists show the oldest first.
    batches = client.list_batches(filters)[::-1]
    data = [batch.as_json() for batch in batches]
    return Outcome(data=data, columns=BATCH_LIST_COLUMNS, rows=lambda: _build_batch_rows(client, batches))


class BatchIdArgs(Args):
    id: str = arg(description="a batch: its id or the beginning of it, or its label")


def _show_batch(studio: Studio, args: BatchIdArgs) -> Outcome:
    from milimo_tui.studio.queue.job_rows import build_job_row

    client = studio.require_client()
    batch = find_batch(client, args.id)
    members = client.list_jobs({"batch": batch.id})
    forecast = client.fetch_forecast() if batch.open else Forecast()
    [shown] = _build_batch_rows(client, [batch])
    lines = [
        f"{shown['label'] or shown['id']}: {shown['state']}, {shown['progress']}, {shown['when']}".rstrip(
            ", "
        )
    ]
    if batch.reason:
        lines.append(f"  {batch.reason}")
    now = time.time()
    for job in members:
        told_of = build_job_row(job, forecast.jobs.get(job.id, JobForecast()), now)
        words = [told_of["state"], told_of["progress"], told_of["when"], told_of["why"]]
        lines.append(f"  {told_of['label']:<16}{', '.join(filter(None, words))}")
    data = {
        **batch.as_json(),
        "members": [job.as_json() for job in members],
        "forecast": {"end": forecast.batches[batch.id]} if batch.id in forecast.batches else {},
    }
    return Outcome(data=data, text="\n".join(lines))


def _make_batch_action(act: str, verb: str) -> Callable[[Studio, BatchIdArgs], Outcome]:
    def run(studio: Studio, args: BatchIdArgs) -> Outcome:
        client = studio.require_client()
        return report_job_actions(verb, client.act_on_batches(act, [find_batch(client, args.id).id]))

    return run


class BatchPriorityArgs(BatchIdArgs):
    priority: int = arg(ge=-1000, le=1000, description="jobs with a higher number run first (normal is 0)")


def _set_batch_priority(studio: Studio, args: BatchPriorityArgs) -> Outcome:
    client = studio.require_client()
    ids = [find_batch(client, args.id).id]
    return report_job_actions("reprioritised", client.act_on_batches("priority", ids, priority=args.priority))


def _make_batch_command(
    name: str, title: str, help: str, run: Callable[..., Outcome], args: type[Args] = BatchIdArgs, *more: str
) -> Command:
    return Command(f"batch.{name}", title, help, run, args, cli=f"batch {name}", positional=("id", *more))


COMMANDS = (
    Command(
        "batch.list",
        "List batches",
        "list batches and their progress",
        _list_batches,
        NoArgs,
        cli="batch list",
    ),
    _make_batch_command("show", "Show batch", "show a batch and its jobs", _show_batch),
    _make_batch_command(
        "pause",
        "Pause batch",
        "pause a batch: none of its jobs starts, and running jobs pause",
        _make_batch_action("pause", "pausing"),
    ),
    _make_batch_command("resume", "Resume batch", "resume a batch", _make_batch_action("resume", "resumed")),
    _make_batch_command(
        "cancel", "Cancel batch", "cancel all jobs of a batch", _make_batch_action("cancel", "cancelling")
    ),
    _make_batch_command(
        "retry",
        "Retry batch",
        "retry the jobs of a batch that were not done",
        _make_batch_action("retry", "queued again:"),
    ),
    _make_batch_command(
        "priority",
        "Set batch priority",
        "set the priority of a batch",
        _set_batch_priority,
        BatchPriorityArgs,
        "priority",
    ),
)
