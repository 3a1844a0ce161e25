"""The queue: list, watch, control. No database code; everything goes through the queue's client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.jobs.client import Client
from milimo_tui.jobs.states import ENDED, State
from milimo_tui.studio.args import Args, arg
from milimo_tui.studio.registry import Command, Outcome
from milimo_tui.studio.studio import Studio

COLUMNS = ("id", "label", "kind", "engine", "state", "progress", "stage", "error")


class Ids(Args):
    ids: tuple[str, ...] = arg(description="job ids")


class OneId(Args):
    id: str = arg(description="a job id")


class ListArgs(Args):
    state: str = arg("", description="only jobs in this state")
    shot: str = arg("", description="only jobs of this shot id")


def _list(studio: Studio, args: ListArgs) -> Outcome:
    if args.state and args.state not in set(State):
        raise BadInput(f"“{args.state}” is no state of a job", f"states: {', '.join(State)}")
    jobs = studio.client().jobs()
    if args.state:
        jobs = [job for job in jobs if job["state"] == args.state]
    if args.shot:
        jobs = [job for job in jobs if job["shot"] == args.shot]
    return Outcome(data=jobs, columns=COLUMNS)


def _show(studio: Studio, args: OneId) -> Outcome:
    job = studio.client().job(args.id)
    return Outcome(data=job, text="\n".join(f"{key:<12}{value}" for key, value in job.items() if value))


class WatchArgs(Args):
    ids: tuple[str, ...] = arg((), description="job ids (default: every job)")
    since: int = arg(0, description="replay from after this event number")
    until_idle: bool = arg(False, description="stop when every watched job has ended")


def _watch(studio: Studio, args: WatchArgs) -> Outcome:
    client = studio.client()
    open_jobs = {job["id"] for job in client.jobs() if job["state"] not in ENDED}
    return Outcome(stream=_follow(client, args, open_jobs))


def _follow(client: Client, args: WatchArgs, open_jobs: set[str]) -> Iterator[dict[str, Any]]:
    watched = set(args.ids) or set(open_jobs)
    if args.until_idle and not watched & open_jobs:
        return
    for event in client.watch(since=args.since, jobs=list(args.ids) or None):
        yield event
        if event.get("state") in ENDED:
            open_jobs.discard(event.get("job", ""))
        if args.until_idle and not watched & open_jobs:
            return


def _log(studio: Studio, args: OneId) -> Outcome:
    text = studio.client().log(args.id)
    return Outcome(data={"id": args.id, "log": text}, text=text.rstrip("\n"))


def acted(verb: str, answers: list[dict[str, Any]]) -> Outcome:
    """What became of each job that was named; half-failed when the queue refused one."""
    refused = [f"{answer['id']}: {answer['error']['message']}" for answer in answers if "error" in answer]
    count = len(answers) - len(refused)
    told = f"{verb} {count} job{'' if count == 1 else 's'}"
    return Outcome(data=answers, text="\n".join(refused), message=told, exit_code=1 if refused else 0)


def _cancel(studio: Studio, args: Ids) -> Outcome:
    return acted("cancelling", studio.client().cancel(list(args.ids)))


def _retry(studio: Studio, args: Ids) -> Outcome:
    return acted("queued again:", studio.client().retry(list(args.ids)))


def _hold(studio: Studio, args: Ids) -> Outcome:
    return acted("held", studio.client().hold(list(args.ids)))


def _release(studio: Studio, args: Ids) -> Outcome:
    return acted("released", studio.client().release(list(args.ids)))


class PriorityArgs(Args):
    id: str = arg(description="a job id")
    priority: int = arg(description="higher runs first (normal is 0)")


def _priority(studio: Studio, args: PriorityArgs) -> Outcome:
    return acted("reprioritised", studio.client().priority([args.id], args.priority))


class MoveArgs(Args):
    id: str = arg(description="a job that waits its turn")
    by: int = arg(-1, description="places to move: negative is sooner")


def _move(studio: Studio, args: MoveArgs) -> Outcome:
    client = studio.client()
    queue = sorted(
        client.jobs({"states": ["queued", "held", "waiting"]}),
        key=lambda job: (-job["priority"], job["position"]),
    )
    ids = [job["id"] for job in queue]
    if args.id not in ids:
        raise BadInput(f"job {args.id} does not wait in the queue", "only jobs that wait can be moved")
    rest = [id for id in ids if id != args.id]
    place = max(0, min(len(rest), ids.index(args.id) + args.by))
    if not rest or place == ids.index(args.id):
        return Outcome(data={"id": args.id}, message="it is there already")
    if place < len(rest):
        client.move(args.id, rest[place], before=True)
    else:
        client.move(args.id, rest[-1], before=False)
    return Outcome(data={"id": args.id}, message=f"moved to place {place + 1} of {len(ids)}")


class PauseArgs(Args):
    ids: tuple[str, ...] = arg((), description="job ids; none: the whole queue")


def _pause(studio: Studio, args: PauseArgs) -> Outcome:
    changed = studio.client().pause(list(args.ids))
    return acted("pausing", changed) if args.ids else Outcome(data=changed, message="the queue is paused")


def _resume(studio: Studio, args: PauseArgs) -> Outcome:
    changed = studio.client().resume(list(args.ids))
    return acted("resumed", changed) if args.ids else Outcome(data=changed, message="the queue goes on")


COMMANDS = (
    Command("job.list", "Jobs", "every job of the home, oldest first", _list, ListArgs, cli="job list"),
    Command("job.show", "Job", "one job, whole", _show, OneId, cli="job show", positional=("id",)),
    Command(
        "job.watch",
        "Watch",
        "events as JSON lines: replay, then live",
        _watch,
        WatchArgs,
        cli="job watch",
        positional=("ids",),
    ),
    Command("job.log", "Log", "what a job wrote", _log, OneId, cli="job log", positional=("id",)),
    Command(
        "job.cancel",
        "Cancel",
        "stop jobs, running or not",
        _cancel,
        Ids,
        cli="job cancel",
        positional=("ids",),
    ),
    Command(
        "job.retry",
        "Retry",
        "put ended jobs back in the queue",
        _retry,
        Ids,
        cli="job retry",
        positional=("ids",),
    ),
    Command(
        "job.hold", "Hold", "keep queued jobs from starting", _hold, Ids, cli="job hold", positional=("ids",)
    ),
    Command(
        "job.release", "Release", "let held jobs go", _release, Ids, cli="job release", positional=("ids",)
    ),
    Command(
        "job.priority",
        "Priority",
        "let a job go sooner or later",
        _priority,
        PriorityArgs,
        cli="job priority",
        positional=("id", "priority"),
    ),
    Command(
        "job.move",
        "Move",
        "move a queued job in its lane",
        _move,
        MoveArgs,
        cli="job move",
        positional=("id", "by"),
    ),
    Command(
        "job.pause",
        "Pause",
        "pause jobs, or the whole queue",
        _pause,
        PauseArgs,
        cli="job pause",
        positional=("ids",),
    ),
    Command(
        "job.resume",
        "Resume",
        "go on with jobs, or the queue",
        _resume,
        PauseArgs,
        cli="job resume",
        positional=("ids",),
    ),
)
