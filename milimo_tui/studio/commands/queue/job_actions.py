"""Commands that change jobs: edit, retry, hold, move, pause, cancel. Each command sends one request to the
supervisor.

There is no database code here: the queue itself reports which actions it refuses, and why.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from milimo_tui.core.errors import BadInput, MilimoError, Refused
from milimo_tui.core.format import format_count
from milimo_tui.core.host import HOST
from milimo_tui.jobs.client.client import Client
from milimo_tui.jobs.values.states import FAILED_STATES, NOT_BEGUN
from milimo_tui.jobs.values.views import JobView
from milimo_tui.studio.queue.job_lookup import find_batch_id, resolve_job_ids
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.prompts import NobodyToAsk
from milimo_tui.studio.session.studio import Studio

Row = dict[str, Any]

SECONDS_PER_DAY = 86_400.0  # Seconds in a day. Used to convert delays that the user gives in days.
SET_HELP = "change as path=value (JSON or plain text; null removes)"
# The queue refuses to cancel a job in one of these states, because such a job has ended.
UNCANCELLABLE_STATES = ("done", "failed", "skipped", "set_aside")


def report_job_actions(verb: str, answers: list[Row]) -> Outcome:
    """Build the outcome of a job command from the queue's answer for each named job.

    `verb` is the action in the message. The exit code is 1 if the queue refused a job.
    """
    refused = [f"{answer['id']}: {answer['error']['message']}" for answer in answers if "error" in answer]
    count = len(answers) - len(refused)
    message = f"{verb} {format_count(count, 'job')}"
    return Outcome(data=answers, text="\n".join(refused), message=message, exit_code=1 if refused else 0)


class QueueRecoverArgs(Args):
    backup: str = arg("", description="restore from this backup instead: its name, latest, or a time")


def _recover_queue(studio: Studio, args: QueueRecoverArgs) -> Outcome:
    # Imported here because only this command opens the queue's database file itself.
    from milimo_tui.studio.keeping import recovery

    return recovery.recover_home_queue(studio, args.backup)


class JobIdsArgs(Args):
    ids: tuple[str, ...] = arg(description="jobs: ids, labels or shot numbers")


def _make_job_action(
    verb: str, act: Callable[[Client, list[str]], list[Row]], *prefer: str
) -> Callable[..., Outcome]:
    """Return a command function that applies the action `act` to the jobs named in its arguments.

    `verb` is the action in the message. If a name fits several jobs, a job with one of the states in `prefer`
    is chosen.
    """

    def run(studio: Studio, args: JobIdsArgs) -> Outcome:
        client = studio.require_client()
        return report_job_actions(verb, act(client, resolve_job_ids(client, args.ids, prefer)))

    return run


class JobCancelArgs(Args):
    ids: tuple[str, ...] = arg((), description="jobs: ids, labels or shot numbers")
    queued: bool = arg(False, description="all jobs that are not running")
    all: bool = arg(False, description="all jobs")


def _cancel_jobs(studio: Studio, args: JobCancelArgs) -> Outcome:
    client = studio.require_client()
    if not (args.ids or args.queued or args.all):
        raise BadInput("no job is named", "run milimo job cancel ID, or give --queued or --all")
    ids = resolve_job_ids(client, args.ids) if args.ids else []
    if args.queued or not ids:
        states = [*NOT_BEGUN, *(("running",) if args.all else ())]
        selected = [job.id for job in client.list_jobs({"states": states})]
        ids = [id for id in selected if id in ids or not args.ids]
    answers = client.cancel_jobs(ids)
    over = [answer for answer in answers if answer["state"] in UNCANCELLABLE_STATES]
    outcome = report_job_actions("cancelling", [answer for answer in answers if answer not in over])
    late = f"; {len(over)} had ended already" if over else ""
    return replace(outcome, data=answers, message=outcome.message + late)


class JobRetryArgs(Args):
    ids: tuple[str, ...] = arg((), description="jobs: ids, labels or shot numbers")
    all_failed: bool = arg(False, description="every job that failed or was set aside")
    set: tuple[str, ...] = arg((), description=SET_HELP)


def _retry_jobs(studio: Studio, args: JobRetryArgs) -> Outcome:
    from milimo_tui.studio.queue.spec_changes import parse_spec_patch

    client = studio.require_client()
    if not (args.ids or args.all_failed):
        raise BadInput("no job is named", "run milimo job retry ID, or give --all-failed")
    patch = parse_spec_patch(args.set) or None
    prefer = ("publishing", *sorted(FAILED_STATES), "cancelled", "skipped")
    ids = resolve_job_ids(client, args.ids, prefer) if args.ids else []
    if args.all_failed:
        failed = [job.id for job in client.list_jobs({"states": sorted(FAILED_STATES)})]
        ids = [id for id in failed if id in ids or not args.ids]
    return report_job_actions("queued again:", client.retry_jobs(ids, spec=patch))


class JobAgainArgs(Args):
    ids: tuple[str, ...] = arg(description="jobs that have ended: ids, labels or shot numbers")
    set: tuple[str, ...] = arg((), description=SET_HELP)


def _queue_jobs_again(studio: Studio, args: JobAgainArgs) -> Outcome:
    from milimo_tui.studio.queue.spec_changes import parse_spec_patch

    client = studio.require_client()
    ids = client.repeat_jobs(
        resolve_job_ids(client, args.ids, ("done", *sorted(FAILED_STATES), "cancelled", "skipped")),
        spec=parse_spec_patch(args.set) or None,
    )
    many = format_count(len(ids), "new job")
    return Outcome(data={"jobs": ids}, text="\n".join(ids), message=f"{many} queued")


class JobEditArgs(Args):
    id: str = arg(description="a job that has not started: its id, label or shot number")
    set: tuple[str, ...] = arg((), description=SET_HELP)
    prompt: str | None = arg(None, description="new prompt")
    seed: int | None = arg(None, description="new seed")
    steps: int | None = arg(None, ge=1, description="new number of steps")
    guidance: float | None = arg(None, description="new guidance scale")
    label: str | None = arg(None, description="new label", one_line=True)
    not_before: str | None = arg(None, description="earliest start: 23:00, +2h30m, now")
    editor: bool = arg(False, description="open the job's specification in $EDITOR")
    revision: int | None = arg(None, ge=0, description="change the job only if it still has this revision")


def _edit_job(studio: Studio, args: JobEditArgs) -> Outcome:
    from milimo_tui.studio.queue.spec_changes import parse_spec_patch
    from milimo_tui.studio.registry.start_time import parse_start_time

    client = studio.require_client()
    [id] = resolve_job_ids(client, [args.id], NOT_BEGUN)
    given = {"prompt": args.prompt, "seed": args.seed, "steps": args.steps, "guidance": args.guidance}
    patch = parse_spec_patch(args.set, given)
    start_time: float | None = None
    if args.not_before is not None:  # 0 removes the delay, so `not_before` is compared with None.
        start_time = (
            0.0 if args.not_before.strip() == "now" else parse_start_time(args.not_before, HOST.now())
        )
    if not patch and start_time is None and args.label is None:
        if not (args.editor or (sys.stdin.isatty() and sys.stdout.isatty())):
            raise BadInput("no change is given", "give --set path=value, --prompt, --seed or --editor")
        return _edit_spec_in_editor(client, id, args.revision)
    if args.editor:
        raise BadInput("--editor already edits everything", "leave the other flags out")
    job = client.edit_job(
        id, spec=patch or None, label=args.label, not_before=start_time, revision=args.revision
    )
    return Outcome(data=job.as_json(), message=f"changed {job.label or id}")


def _edit_spec_in_editor(client: Client, id: str, revision: int | None) -> Outcome:
    """Open the job's complete spec in the user's editor and send the changes to the queue.

    The queue refuses the changes if the job was changed by somebody else after its revision number
    `revision`.
    """
    from milimo_tui.studio.queue.spec_changes import SpecDraft

    job: JobView
    job = whole = client.fetch_job(id)
    if revision is not None and revision != job.revision:
        raise BadInput(
            f"{job.label or f'job {id}'} is at revision {job.revision}, not {revision}: somebody changed it",
            f"milimo job show {id} shows its present state",
        )
    draft = SpecDraft(id, whole.spec)
    patch = draft.edit_spec()
    if patch:
        try:
            job = client.edit_job(id, spec=patch, revision=job.revision)
        except MilimoError as error:
            raise draft.add_kept_hint(error) from None
    draft.discard_draft()
    return Outcome(data=job.as_json(), message=f"changed {job.label or id}" if patch else "nothing changed")


class JobPriorityArgs(Args):
    id: str = arg(description="a job: its id, label or shot number")
    priority: int = arg(ge=-1000, le=1000, description="jobs with a higher number run first (normal is 0)")


def _set_job_priority(studio: Studio, args: JobPriorityArgs) -> Outcome:
    client = studio.require_client()
    return report_job_actions(
        "reprioritised", client.set_priority(resolve_job_ids(client, [args.id], NOT_BEGUN), args.priority)
    )


class JobMoveArgs(Args):
    id: str = arg(description="a queued job: its id, label or shot number")
    by: int = arg(-1, description="positions to move; a negative number starts the job sooner")
    before: str = arg("", description="move the job right before this job")
    after: str = arg("", description="move the job right after this job")


def _move_job(studio: Studio, args: JobMoveArgs) -> Outcome:
    client = studio.require_client()
    [id] = resolve_job_ids(client, [args.id], NOT_BEGUN)
    if args.before and args.after:
        raise BadInput("a job moves before or after another job, not both", "give --before or --after")
    if neighbour := args.before or args.after:
        [other] = resolve_job_ids(client, [neighbour], NOT_BEGUN)
        client.move_job(id, other, before=bool(args.before))
        return Outcome(data={"id": id}, message=f"moved {'before' if args.before else 'after'} {neighbour}")
    return _move_job_by_places(client, id, args.by)


def _move_job_by_places(client: Client, id: str, by: int) -> Outcome:
    queue = sorted(
        client.list_jobs({"states": ["queued", "held", "waiting"]}),
        key=lambda job: (-job.priority, job.position),
    )
    ids = [job.id for job in queue]
    if id not in ids:
        raise BadInput(f"job {id} is not waiting in the queue", "only waiting jobs can be moved")
    rest = [other for other in ids if other != id]
    place = max(0, min(len(rest), ids.index(id) + by))
    if not rest or place == ids.index(id):
        return Outcome(data={"id": id}, message="the job is at that position already")
    if place < len(rest):
        client.move_job(id, rest[place], before=True)
    else:
        client.move_job(id, rest[-1], before=False)
    return Outcome(data={"id": id}, message=f"moved to position {place + 1} of {len(ids)}")


class QueuePauseArgs(Args):
    ids: tuple[str, ...] = arg((), description="jobs (default: the complete queue)")
    lane: str = arg("", description="only this lane")
    batch: str = arg("", description="only this batch (id or label)")


def _find_pause_target(args: QueuePauseArgs) -> str:
    """Return the kind of target that the arguments name: "ids", "lane" or "batch"; empty if they name none.

    Raises BadInput if they name more than one kind.
    """
    given = [name for name in ("ids", "lane", "batch") if getattr(args, name)]
    if len(given) > 1:
        raise BadInput("name either jobs, a lane or a batch", "for example milimo job pause --lane gpu")
    return given[0] if given else ""


def _pause_jobs(studio: Studio, args: QueuePauseArgs) -> Outcome:
    client, what = studio.require_client(), _find_pause_target(args)
    if what == "ids":
        ids = resolve_job_ids(client, args.ids, ("running",))
        return report_job_actions("pausing", client.pause_work(ids))
    if what == "batch":
        return report_job_actions(
            "pausing", client.act_on_batches("pause", [find_batch_id(client, args.batch)])
        )
    changed = client.pause_work(lane=args.lane)
    return Outcome(data=changed, message=f"{f'lane {args.lane}' if what else 'the queue'} is paused")


def _resume_jobs(studio: Studio, args: QueuePauseArgs) -> Outcome:
    client, what = studio.require_client(), _find_pause_target(args)
    if what == "ids":
        ids = resolve_job_ids(client, args.ids, ("paused",))
        return report_job_actions("resumed", client.resume_work(ids))
    if what == "batch":
        return report_job_actions(
            "resumed", client.act_on_batches("resume", [find_batch_id(client, args.batch)])
        )
    changed = client.resume_work(lane=args.lane)
    return Outcome(data=changed, message=f"{f'lane {args.lane}' if what else 'the queue'} continues")


def _make_job_command(
    name: str, title: str, help: str, run: Callable[..., Outcome], args: type[Args], *positional: str
) -> Command:
    return Command(f"job.{name}", title, help, run, args, cli=f"job {name}", positional=positional)


_hold_jobs = _make_job_action("held", Client.hold_jobs, "queued", "waiting")
_release_jobs = _make_job_action("released", Client.release_jobs, "held")


class JobPruneArgs(Args):
    days: float = arg(30.0, ge=0, description="jobs that ended more than this many days ago")
    dry_run: bool = arg(False, description="only print the number of these jobs")
    yes: bool = arg(False, description="do not ask for confirmation")


def _prune_jobs(studio: Studio, args: JobPruneArgs) -> Outcome:
    client = studio.require_client()
    ended_before = time.time() - args.days * SECONDS_PER_DAY
    count = client.prune_jobs(ended_before, dry=True)
    what = (
        f"{format_count(count, 'job')} that ended more than {args.days:g} "
        f"{'day' if args.days == 1 else 'days'} ago"
    )
    if args.dry_run or not count:
        return Outcome(data={"jobs": count, "forgotten": 0}, message=what)
    if not args.yes:
        if isinstance(studio.asks, NobodyToAsk):
            raise Refused(f"this would delete {what} with their logs", "milimo job prune --yes deletes them")
        if not studio.asks.ask_for_consent(f"Delete {what}, with their logs? Takes and films stay."):
            return Outcome(data={"jobs": count, "forgotten": 0}, message="nothing was deleted")
    forgotten = client.prune_jobs(ended_before)
    return Outcome(data={"jobs": count, "forgotten": forgotten}, message=f"forgot {forgotten} of {what}")


COMMANDS = (
    Command(
        "job.recover",
        "Recover the queue",
        "recover what can be read of a damaged queue",
        _recover_queue,
        QueueRecoverArgs,
        cli="job recover",
    ),
    _make_job_command("edit", "Edit job", "change a job that has not started", _edit_job, JobEditArgs, "id"),
    _make_job_command(
        "cancel", "Cancel job", "cancel jobs, queued or running", _cancel_jobs, JobCancelArgs, "ids"
    ),
    _make_job_command(
        "retry", "Retry job", "put jobs that ended back into the queue", _retry_jobs, JobRetryArgs, "ids"
    ),
    _make_job_command(
        "again",
        "Queue job again",
        "queue new jobs with the specs of jobs that ended",
        _queue_jobs_again,
        JobAgainArgs,
        "ids",
    ),
    _make_job_command(
        "prune", "Delete old jobs", "delete old jobs that ended, and their logs", _prune_jobs, JobPruneArgs
    ),
    _make_job_command("hold", "Hold job", "keep queued jobs from starting", _hold_jobs, JobIdsArgs, "ids"),
    _make_job_command("release", "Release job", "let held jobs start", _release_jobs, JobIdsArgs, "ids"),
    _make_job_command(
        "priority",
        "Set priority",
        "set the priority of a job",
        _set_job_priority,
        JobPriorityArgs,
        "id",
        "priority",
    ),
    _make_job_command(
        "move", "Move job", "move a queued job in its lane", _move_job, JobMoveArgs, "id", "by"
    ),
    _make_job_command(
        "pause",
        "Pause queue",
        "pause jobs, a lane, a batch or the complete queue",
        _pause_jobs,
        QueuePauseArgs,
        "ids",
    ),
    _make_job_command(
        "resume",
        "Resume queue",
        "resume jobs, a lane, a batch or the queue",
        _resume_jobs,
        QueuePauseArgs,
        "ids",
    ),
)
