"""Commands on batches: several jobs that belong together and are handled as one."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from milimo_tui.jobs.client.client import Client
from milimo_tui.jobs.values.queue_views import Forecast, JobForecast
from milimo_tui.jobs.values.views import BatchView
from milimo_tui.studio.commands.queue.job_actions import acted
from milimo_tui.studio.registry.args import Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio

COLUMNS = ("id", "label", "state", "jobs", "done", "failed", "skipped", "progress", "when")


def _rows(client: Client, batches: Sequence[BatchView]) -> list[dict[str, Any]]:
    from milimo_tui.studio.queue.job_rows import batch_row

    ends = client.forecast().batches if any(batch.open for batch in batches) else {}
    now = time.time()
    return [batch_row(batch, ends.get(batch.id), now) for batch in batches]


def _list(studio: Studio, args: NoArgs) -> Outcome:
    client = studio.client()
    wanted = studio.wanted_project
    filters = {"project": str(studio.find_project(wanted).root)} if wanted else None
    batches = client.batches(filters)[::-1]  # Oldest first, as in every list.
    data = [batch.as_json() for batch in batches]
    return Outcome(data=data, columns=COLUMNS, rows=lambda: _rows(client, batches))


class OneArgs(Args):
    id: str = arg(description="a batch: its id or the beginning of it, or its label")


def _named(client: Client, word: str) -> BatchView:
    from milimo_tui.studio.queue.job_lookup import batch

    return batch(client, word)


def _show(studio: Studio, args: OneArgs) -> Outcome:
    from milimo_tui.studio.queue.job_rows import row

    client = studio.client()
    batch = _named(client, args.id)
    members = client.jobs({"batch": batch.id})
    forecast = client.forecast() if batch.open else Forecast()
    [shown] = _rows(client, [batch])
    lines = [
        f"{shown['label'] or shown['id']}: {shown['state']}, {shown['progress']}, {shown['when']}".rstrip(
            ", "
        )
    ]
    if batch.reason:
        lines.append(f"  {batch.reason}")
    now = time.time()
    for job in members:
        told_of = row(job, forecast.jobs.get(job.id, JobForecast()), now)
        words = [told_of["state"], told_of["progress"], told_of["when"], told_of["why"]]
        lines.append(f"  {told_of['label']:<16}{', '.join(filter(None, words))}")
    data = {
        **batch.as_json(),
        "members": [job.as_json() for job in members],
        "forecast": {"end": forecast.batches[batch.id]} if batch.id in forecast.batches else {},
    }
    return Outcome(data=data, text="\n".join(lines))


def _act(act: str, verb: str) -> Callable[[Studio, OneArgs], Outcome]:
    def run(studio: Studio, args: OneArgs) -> Outcome:
        client = studio.client()
        return acted(verb, client.batch(act, [_named(client, args.id).id]))

    return run


class PriorityArgs(OneArgs):
    priority: int = arg(ge=-1000, le=1000, description="higher runs first (normal is 0)")


def _priority(studio: Studio, args: PriorityArgs) -> Outcome:
    client = studio.client()
    ids = [_named(client, args.id).id]
    return acted("reprioritised", client.batch("priority", ids, priority=args.priority))


class WatchArgs(OneArgs):
    since: int = arg(0, ge=0, description="replay from after this event number")
    until_idle: bool = arg(False, description="stop when every job of it has ended, or is held or paused")


def _watch(studio: Studio, args: WatchArgs) -> Outcome:
    from milimo_tui.studio.commands.queue.job import event_outcomes

    client = studio.client()
    ids = [job.id for job in client.jobs({"batch": _named(client, args.id).id})]
    return Outcome(stream=event_outcomes(studio, args.since, ids, until_idle=args.until_idle))


def _command(
    name: str, title: str, help: str, run: Callable[..., Outcome], args: type[Args] = OneArgs, *more: str
) -> Command:
    return Command(f"batch.{name}", title, help, run, args, cli=f"batch {name}", positional=("id", *more))


COMMANDS = (
    Command("batch.list", "Batches", "batches and how far they are", _list, NoArgs, cli="batch list"),
    _command("show", "Batch", "one batch and its jobs", _show),
    _command("watch", "Watch batch", "its events: replay, then live", _watch, WatchArgs),
    _command("pause", "Pause batch", "start nothing of it; what runs yields", _act("pause", "pausing")),
    _command("resume", "Resume batch", "go on with it", _act("resume", "resumed")),
    _command("cancel", "Cancel batch", "stop all of it", _act("cancel", "cancelling")),
    _command("retry", "Retry batch", "what did not get done", _act("retry", "queued again:")),
    _command("priority", "Batch priority", "sooner or later", _priority, PriorityArgs, "priority"),
)
