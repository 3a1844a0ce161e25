"""Commands that show the queue: list, show, watch, wait, log.

This module has no database code: every request goes through the queue's client. Commands that change jobs are
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
from milimo_tui.jobs.values.states import ENDED, JobState
from milimo_tui.jobs.values.views import JobView
from milimo_tui.studio.commands.queue import job_actions
from milimo_tui.studio.commands.queue.off import OFF
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio

JOB_LIST_COLUMNS = ("id", "label", "engine", "state", "progress", "when", "why")
JOBS_PER_REQUEST = 500  # Maximum number of jobs that are read from the queue in one request.
DEFAULT_JOB_LIMIT = 50  # Maximum number of jobs in a list without filters.
FOLLOW_SECONDS = 0.2  # Seconds between two reads of a log that is still being written.

Row = dict[str, Any]


class JobIdArgs(Args):
    id: str = arg(description="a job: its id or the beginning of it, its label, its shot number")


class JobListArgs(Args):
    state: tuple[str, ...] = arg((), description="only jobs in these states")
    open: bool = arg(False, description="only jobs that have not ended")
    batch: str = arg("", description="only jobs of this batch (id or label)")
    shot: str = arg("", description="only jobs of this shot (id or number)")
    limit: int | None = arg(
        None,
        ge=0,
        description=f"number of newest jobs (default: {DEFAULT_JOB_LIMIT}, or all named ones; 0: all)",
    )
    before: str = arg("", description="only jobs older than this job, for the next page of the list")


def _list_jobs(studio: Studio, args: JobListArgs) -> Outcome:
    states = _parse_job_states(args)
    client = studio.require_client()
    filters: Row = {"states": states} if states else {}
    if args.batch:
        from milimo_tui.studio.queue.job_lookup import find_batch_id

        filters["batch"] = find_batch_id(client, args.batch)
    if studio.wanted_project:
        filters["project"] = str(studio.find_project(studio.wanted_project).root)
    named = bool(args.open or args.batch or args.shot)
    limit = (0 if named else DEFAULT_JOB_LIMIT) if args.limit is None else args.limit
    jobs, more = _fetch_newest_jobs(client, filters, args, limit, _find_shot_id_by_number(studio, args.shot))
    note = f"older ones: milimo job list --before {jobs[0].id}" if more else ""
    return Outcome(
        data=[job.as_json() for job in jobs],
        columns=JOB_LIST_COLUMNS,
        rows=lambda: _build_job_rows(client, jobs),
        message=note,
    )


def _parse_job_states(args: JobListArgs) -> list[str]:
    """Return the job states to list. An argument may contain several states, separated by commas. Raises
    BadInput.
    """
    words = [word.strip().replace("-", "_") for given in args.state for word in given.split(",") if word]
    unknown = [word for word in words if word not in set(JobState)]
    if unknown:
        raise BadInput(f"“{unknown[0]}” is not a state of a job", f"states: {', '.join(JobState)}")
    if args.open:
        return [state.value for state in JobState if state not in ENDED and (not words or state in words)]
    return words


def _fetch_newest_jobs(
    client: Client, filters: Row, args: JobListArgs, limit: int, shot: str
) -> tuple[list[JobView], bool]:
    """Return a list of the newest jobs, sorted from oldest to newest, and True if there are older jobs.

    At most `limit` jobs are returned; 0 means all. `shot` is the id of a shot if only its jobs are wanted,
    otherwise empty.
    """
    from milimo_tui.studio.queue.job_lookup import resolve_job_id

    before: Any = None
    if args.before:
        last = client.fetch_job(resolve_job_id(client, args.before))
        before = (last.created, last.id)
    found: list[JobView] = []
    while True:
        size = min(limit - len(found) + 1, JOBS_PER_REQUEST) if limit and not args.shot else JOBS_PER_REQUEST
        page, before = client.list_newest_jobs(before, limit=size, filters=filters)
        found += [job for job in page if not args.shot or _is_job_of_shot(job, args.shot, shot)]
        if before is None or (limit and len(found) > limit):
            break
    shown = found[:limit] if limit else found
    return shown[::-1], len(found) > len(shown)


def _find_shot_id_by_number(studio: Studio, word: str) -> str:
    """Return the id of the shot with the number `word` in the open film, or an empty string if there is
    none.
    """
    if not word or studio.project_or_none() is None:
        return ""
    numbers = studio.take_snapshot().story.numbers
    return next((id for id, number in numbers.items() if number.casefold() == word.casefold()), "")


def _is_job_of_shot(job: JobView, word: str, shot: str) -> bool:
    """Return True if a job makes the given shot, alone or together with other shots.

    The shot is recognized by its id (`shot`, or `word`), or by its number at the beginning of the job's
    label.
    """
    is_labelled = job.label.split(" ")[0].casefold() == word.casefold()
    return is_labelled or word in job.shots or (bool(shot) and shot in job.shots)


def _build_job_rows(client: Client, jobs: Sequence[JobView]) -> list[Row]:
    from milimo_tui.studio.queue.job_rows import build_job_row

    forecast = client.fetch_forecast().jobs if any(job.state not in ENDED for job in jobs) else {}
    now = time.time()
    return [build_job_row(job, forecast.get(job.id, JobForecast()), now) for job in jobs]


def _show_job(studio: Studio, args: JobIdArgs) -> Outcome:
    from milimo_tui.studio.queue.job_lookup import resolve_job_id
    from milimo_tui.studio.queue.job_rows import describe_job

    client = studio.require_client()
    job = client.fetch_job(resolve_job_id(client, args.id))
    forecast = client.fetch_forecast().jobs.get(job.id) if job.state not in ENDED else None
    data = {**job.as_json(), "forecast": forecast.as_json() if forecast else {}}
    return Outcome(data=data, text="\n".join(describe_job(job, forecast or JobForecast(), time.time())))


class JobWatchArgs(Args):
    ids: tuple[str, ...] = arg((), description="jobs (default: every job)")
    batch: str = arg("", description="the jobs of this batch")
    since: int = arg(0, ge=0, description="print stored events after this number first")
    until_idle: bool = arg(False, description="stop when every watched job has ended, or is held or paused")


def _watch_jobs(studio: Studio, args: JobWatchArgs) -> Outcome:
    from milimo_tui.studio.queue.job_lookup import find_batch_id, resolve_job_ids

    client = studio.require_client()
    ids = resolve_job_ids(client, args.ids) if args.ids else []
    known = client.list_jobs({"ids": ids}) if ids else []
    if lost := set(ids) - {job.id for job in known}:
        raise NotFound(f"there is no job {min(lost)}", "milimo job list lists the jobs")
    if args.batch:
        members = client.list_jobs({"batch": find_batch_id(client, args.batch)})
        ids += [job.id for job in members if job.id not in ids]
    return Outcome(stream=_stream_event_outcomes(studio, args.since, ids, until_idle=args.until_idle))


def _stream_event_outcomes(
    studio: Studio, since: int, ids: Sequence[str], *, until_idle: bool
) -> Iterator[Outcome]:
    """Yield events of the queue. Each outcome has a JSON document for programs and a line of text for
    people.
    """
    from milimo_tui.studio.queue.event_follower import EventFollower
    from milimo_tui.studio.queue.event_lines import EventLines

    client = studio.require_client()
    some = (
        {"ids": list(ids)} if ids else {"states": [state.value for state in JobState if state not in ENDED]}
    )
    lines = EventLines({job.id: job.label for job in client.list_jobs(some)})
    for event in EventFollower(studio, since=since, jobs=ids, until_idle=until_idle).iterate_events():
        yield Outcome(data=event, text=lines.format_event(event))


class JobWaitArgs(Args):
    ids: tuple[str, ...] = arg((), description="jobs (default: every one that has not ended)")
    batch: str = arg("", description="the jobs of this batch")


def _wait_for_jobs(studio: Studio, args: JobWaitArgs) -> Outcome:
    from milimo_tui.studio.queue.job_lookup import OPEN_STATES, find_batch_id, resolve_job_ids
    from milimo_tui.studio.queue.job_rows import count_job_ends
    from milimo_tui.studio.queue.waiting import make_job_error, wait_with_progress

    client = studio.require_client()
    ids = resolve_job_ids(client, args.ids) if args.ids else []
    if args.batch:
        ids += [job.id for job in client.list_jobs({"batch": find_batch_id(client, args.batch)})]
    if not ids and not args.batch:
        idle = ("held", "paused")
        ids = [job.id for job in client.list_jobs({"states": list(OPEN_STATES)}) if job.state not in idle]
    if not ids:
        return Outcome(data=[], message="nothing to wait for")
    jobs = list(wait_with_progress(studio, "waiting", list(dict.fromkeys(ids))).values())
    bad = [job for job in jobs if job.state != "done"]
    return Outcome(
        data=[job.as_json() for job in jobs],
        failures=tuple(map(make_job_error, bad)),
        message=count_job_ends(jobs),
        exit_code=1 if bad else 0,
    )


class JobLogArgs(Args):
    id: str = arg(description="a job: its id or the beginning of it, its label, its shot number")
    follow: bool = arg(False, description="follow the log until the job has ended")


def _show_job_log(studio: Studio, args: JobLogArgs) -> Outcome:
    from milimo_tui.studio.queue.job_lookup import resolve_job_id

    client = studio.require_client()
    id = resolve_job_id(client, args.id)
    if args.follow:
        return Outcome(stream=_follow_job_log(studio, id))
    text = client.read_job_log(id)
    lines = _split_progress_bar_lines(text.rstrip("\n"))
    return Outcome(data={"id": id, "log": text}, text=lines, message="" if lines else "the log is empty")


def _split_progress_bar_lines(text: str) -> str:
    """Replace carriage returns by line feeds, so that each state of a progress bar is on its own line."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _follow_job_log(studio: Studio, id: str) -> Iterator[Outcome]:
    """Yield all lines of a job's log, and then new lines as they are written, until the job ends."""
    from milimo_tui.core.secrets import create_redactor

    path, clean = studio.home.logs / f"{id}.log", create_redactor(os.environ)
    read, unfinished = 0, b""
    over = False
    while True:
        over = studio.require_client().fetch_job(id).state in ENDED
        for _ in range(5):
            try:
                with path.open("rb") as file:
                    file.seek(read)
                    fresh = file.read()
            except FileNotFoundError:  # The log file does not exist until the job starts.
                fresh = b""
            read += len(fresh)
            *whole, unfinished = (unfinished + fresh).split(b"\n")
            for line in [*whole, *([unfinished] if over and unfinished else [])]:
                text = clean(_split_progress_bar_lines(line.decode(errors="replace")))
                yield Outcome(data={"id": id, "line": text}, text=text)
            if over:
                return
            time.sleep(FOLLOW_SECONDS)


COMMANDS = (
    Command("job.list", "List jobs", "list the jobs, oldest first", _list_jobs, JobListArgs, cli="job list"),
    Command(
        "job.show",
        "Show job",
        "show everything about a job",
        _show_job,
        JobIdArgs,
        cli="job show",
        positional=("id",),
    ),
    Command(
        "job.watch",
        "Watch jobs",
        "print stored events from a number on, then new events as they happen",
        _watch_jobs,
        JobWatchArgs,
        cli="job watch",
        positional=("ids",),
    ),
    Command(
        "job.wait",
        "Wait for jobs",
        "wait until jobs have ended; fails if a job was not done",
        _wait_for_jobs,
        JobWaitArgs,
        cli="job wait",
        positional=("ids",),
    ),
    Command(
        "job.log",
        "Show job log",
        "print the log of a job",
        _show_job_log,
        JobLogArgs,
        cli="job log",
        positional=("id",),
    ),
    *job_actions.COMMANDS,
    OFF,
)
