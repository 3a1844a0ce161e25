"""Commands that show the queue: list, show, watch, wait, log.

There is no database code here: every request goes through the queue's client. Commands that change jobs are
in `job_actions`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from typing import Any

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.jobs.client.client import Client
from milimo_tui.jobs.values.queue_views import JobForecast
from milimo_tui.jobs.values.states import ENDED, State
from milimo_tui.jobs.values.views import JobView
from milimo_tui.studio.commands.queue import job_actions
from milimo_tui.studio.commands.queue.off import OFF
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio

COLUMNS = ("id", "label", "engine", "state", "progress", "when", "why")
PAGE = 500  # Jobs in one request to the queue.
LAST = 50  # Jobs in a list without filters.
FOLLOW_SECONDS = 0.2  # Interval between two reads of a growing log.

Row = dict[str, Any]


class OneId(Args):
    id: str = arg(description="a job: its id or the beginning of it, its label, its shot number")


class ListArgs(Args):
    state: tuple[str, ...] = arg((), description="only jobs in these states")
    open: bool = arg(False, description="only jobs that have not ended")
    batch: str = arg("", description="only jobs of this batch (id or label)")
    shot: str = arg("", description="only jobs of this shot (id or number)")
    limit: int | None = arg(
        None, ge=0, description=f"only so many, the newest (default: {LAST}, or all that are named; 0: all)"
    )
    before: str = arg("", description="only jobs older than this one: the next page")


def _list(studio: Studio, args: ListArgs) -> Outcome:
    states = _states(args)
    client = studio.client()
    filters: Row = {"states": states} if states else {}
    if args.batch:
        from milimo_tui.studio.queue.job_lookup import batch_id

        filters["batch"] = batch_id(client, args.batch)
    if studio.wanted_project:
        filters["project"] = str(studio.find_project(studio.wanted_project).root)
    named = bool(args.open or args.batch or args.shot)
    limit = (0 if named else LAST) if args.limit is None else args.limit
    jobs, more = _newest(client, filters, args, limit, _shot_numbered(studio, args.shot))
    note = f"older ones: milimo job list --before {jobs[0].id}" if more else ""
    return Outcome(
        data=[job.as_json() for job in jobs], columns=COLUMNS, rows=lambda: _rows(client, jobs), message=note
    )


def _states(args: ListArgs) -> list[str]:
    """Return the wanted states; a word may hold several, separated by commas. Raises BadInput."""
    words = [word.strip().replace("-", "_") for given in args.state for word in given.split(",") if word]
    unknown = [word for word in words if word not in set(State)]
    if unknown:
        raise BadInput(f"“{unknown[0]}” is no state of a job", f"states: {', '.join(State)}")
    if args.open:
        return [state.value for state in State if state not in ENDED and (not words or state in words)]
    return words


def _newest(
    client: Client, filters: Row, args: ListArgs, limit: int, shot: str
) -> tuple[list[JobView], bool]:
    """Return at most `limit` newest jobs (0: all), oldest first, and True if there are older jobs."""
    from milimo_tui.studio.queue.job_lookup import job_id

    before: Any = None
    if args.before:
        last = client.job(job_id(client, args.before))
        before = (last.created, last.id)
    found: list[JobView] = []
    while True:
        size = min(limit - len(found) + 1, PAGE) if limit and not args.shot else PAGE
        page, before = client.newest(before, limit=size, filters=filters)
        found += [job for job in page if not args.shot or _is_of_shot(job, args.shot, shot)]
        if before is None or (limit and len(found) > limit):
            break
    shown = found[:limit] if limit else found
    return shown[::-1], len(found) > len(shown)


def _shot_numbered(studio: Studio, word: str) -> str:
    """Return the id of the open film's shot with a number; "" if there is none."""
    if not word or studio.project_or_none() is None:
        return ""
    numbers = studio.snapshot().story.numbers
    return next((id for id, number in numbers.items() if number.casefold() == word.casefold()), "")


def _is_of_shot(job: JobView, word: str, shot: str) -> bool:
    """Return True if a job makes a shot: by the shot's id, its number in the job's label, or as one of
    several shots.
    """
    is_labelled = job.label.split(" ")[0].casefold() == word.casefold()
    return is_labelled or word in job.shots or (bool(shot) and shot in job.shots)


def _rows(client: Client, jobs: Sequence[JobView]) -> list[Row]:
    from milimo_tui.studio.queue.job_rows import row

    forecast = client.forecast().jobs if any(job.state not in ENDED for job in jobs) else {}
    now = time.time()
    return [row(job, forecast.get(job.id, JobForecast()), now) for job in jobs]


def _show(studio: Studio, args: OneId) -> Outcome:
    from milimo_tui.studio.queue.job_lookup import job_id
    from milimo_tui.studio.queue.job_rows import lines

    client = studio.client()
    job = client.job(job_id(client, args.id))
    forecast = client.forecast().jobs.get(job.id) if job.state not in ENDED else None
    data = {**job.as_json(), "forecast": forecast.as_json() if forecast else {}}
    return Outcome(data=data, text="\n".join(lines(job, forecast or JobForecast(), time.time())))


class WatchArgs(Args):
    ids: tuple[str, ...] = arg((), description="jobs (default: every job)")
    batch: str = arg("", description="the jobs of this batch")
    since: int = arg(0, ge=0, description="replay from after this event number")
    until_idle: bool = arg(False, description="stop when every watched job has ended, or is held or paused")


def _watch(studio: Studio, args: WatchArgs) -> Outcome:
    from milimo_tui.studio.queue.job_lookup import batch_id, job_ids

    client = studio.client()
    ids = job_ids(client, args.ids) if args.ids else []
    known = client.jobs({"ids": ids}) if ids else []
    if lost := set(ids) - {job.id for job in known}:
        raise NotFound(f"there is no job {min(lost)}", "milimo job list")
    if args.batch:
        members = client.jobs({"batch": batch_id(client, args.batch)})
        ids += [job.id for job in members if job.id not in ids]
    return Outcome(stream=event_outcomes(studio, args.since, ids, until_idle=args.until_idle))


def event_outcomes(studio: Studio, since: int, ids: Sequence[str], *, until_idle: bool) -> Iterator[Outcome]:
    """Yield queue events, each as a JSON document for programs and a line for people."""
    from milimo_tui.studio.queue.event_follower import Follower
    from milimo_tui.studio.queue.event_lines import EventLines

    client = studio.client()
    some = {"ids": list(ids)} if ids else {"states": [state.value for state in State if state not in ENDED]}
    lines = EventLines({job.id: job.label for job in client.jobs(some)})
    for event in Follower(studio, since=since, jobs=ids, until_idle=until_idle).events():
        yield Outcome(data=event, text=lines.line(event))


class WaitArgs(Args):
    ids: tuple[str, ...] = arg((), description="jobs (default: every one that has not ended)")
    batch: str = arg("", description="the jobs of this batch")


def _wait(studio: Studio, args: WaitArgs) -> Outcome:
    from milimo_tui.studio.queue.job_lookup import OPEN_STATES, batch_id, job_ids
    from milimo_tui.studio.queue.job_rows import ends
    from milimo_tui.studio.queue.waiting import sentence, wait_shown

    client = studio.client()
    ids = job_ids(client, args.ids) if args.ids else []
    if args.batch:
        ids += [job.id for job in client.jobs({"batch": batch_id(client, args.batch)})]
    if not ids and not args.batch:
        idle = ("held", "paused")
        ids = [job.id for job in client.jobs({"states": list(OPEN_STATES)}) if job.state not in idle]
    if not ids:
        return Outcome(data=[], message="nothing to wait for")
    jobs = list(wait_shown(studio, "waiting", list(dict.fromkeys(ids))).values())
    bad = [job for job in jobs if job.state != "done"]
    return Outcome(
        data=[job.as_json() for job in jobs],
        text="\n".join(sentence(job) for job in bad),
        message=ends(jobs),
        exit_code=1 if bad else 0,
    )


class LogArgs(Args):
    id: str = arg(description="a job: its id or the beginning of it, its label, its shot number")
    follow: bool = arg(False, description="go on with what is written, until the job has ended")


def _log(studio: Studio, args: LogArgs) -> Outcome:
    from milimo_tui.studio.queue.job_lookup import job_id

    client = studio.client()
    id = job_id(client, args.id)
    if args.follow:
        return Outcome(stream=_grown(studio, id))
    text = client.log(id)
    shown = _line_ends(text.rstrip("\n"))
    return Outcome(
        data={"id": id, "log": text}, text=shown, message="" if shown else "it has written nothing"
    )


def _line_ends(text: str) -> str:
    """Turn carriage returns into line feeds, so that each state of a progress bar is a line of its own."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _grown(studio: Studio, id: str) -> Iterator[Outcome]:
    """Yield the lines of a log as they are written, from the first line on."""
    from milimo_tui.core.secrets import redactor

    path, clean = studio.home.logs / f"{id}.log", redactor(os.environ)
    read, held = 0, b""
    over = False
    while True:
        over = studio.client().job(id).state in ENDED
        for _ in range(5):
            try:
                with path.open("rb") as file:
                    file.seek(read)
                    fresh = file.read()
            except FileNotFoundError:  # The job has not started yet.
                fresh = b""
            read += len(fresh)
            *whole, held = (held + fresh).split(b"\n")
            for line in [*whole, *([held] if over and held else [])]:
                text = clean(_line_ends(line.decode(errors="replace")))
                yield Outcome(data={"id": id, "line": text}, text=text)
            if over:
                return
            time.sleep(FOLLOW_SECONDS)


COMMANDS = (
    Command("job.list", "Jobs", "every job, oldest first", _list, ListArgs, cli="job list"),
    Command("job.show", "Job", "one job, whole", _show, OneId, cli="job show", positional=("id",)),
    Command(
        "job.watch",
        "Watch",
        "events as they come: replay from any number, then live",
        _watch,
        WatchArgs,
        cli="job watch",
        positional=("ids",),
    ),
    Command(
        "job.wait",
        "Wait",
        "until jobs have ended; fails when one was not done",
        _wait,
        WaitArgs,
        cli="job wait",
        positional=("ids",),
    ),
    Command("job.log", "Log", "what a job wrote", _log, LogArgs, cli="job log", positional=("id",)),
    *job_actions.COMMANDS,
    OFF,
)
