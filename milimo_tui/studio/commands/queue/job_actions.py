"""Commands that change jobs: edit, retry, hold, move, pause, cancel. Each is one request to the supervisor.

There is no database code here: the queue itself reports which actions are refused, and why.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from milimo_tui.core.errors import BadInput, MilimoError, Refused
from milimo_tui.core.format import plural
from milimo_tui.core.host import HOST
from milimo_tui.jobs.client.client import Client
from milimo_tui.jobs.values.views import JobView
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.prompts import NobodyToAsk
from milimo_tui.studio.session.studio import Studio

Row = dict[str, Any]

DAY = 86_400.0  # Seconds.
SET = "what to change, as path=value (values are JSON or plain text; null takes away)"
WAITING_STATES = ("queued", "held", "waiting", "paused", "retrying")
WENT_WRONG = ("failed", "set_aside")
# A job in one of these states has ended and can't be cancelled.
OVER = ("done", "failed", "skipped", "set_aside")


def named(client: Client, words: Sequence[str], prefer: Sequence[str] = ()) -> list[str]:
    """Return the ids of the jobs that the user's words name."""
    from milimo_tui.studio.queue.job_lookup import job_ids

    return job_ids(client, words, prefer)


def members(client: Client, word: str) -> list[str]:
    """Return the id of the batch that the user's word names, as a list of one."""
    from milimo_tui.studio.queue.job_lookup import batch_id

    return [batch_id(client, word)]


def acted(verb: str, answers: list[Row]) -> Outcome:
    """Report the result for each named job; the exit code is 1 if the queue refused one of them."""
    refused = [f"{answer['id']}: {answer['error']['message']}" for answer in answers if "error" in answer]
    count = len(answers) - len(refused)
    message = f"{verb} {plural(count, 'job')}"
    return Outcome(data=answers, text="\n".join(refused), message=message, exit_code=1 if refused else 0)


class RecoverArgs(Args):
    backup: str = arg("", description="put it back as a backup has it instead: its name, latest, or a time")


def _recover(studio: Studio, args: RecoverArgs) -> Outcome:
    from milimo_tui.studio.keeping import recovery  # Only this command opens the queue's file itself.

    return recovery.queue(studio, args.backup)


class Ids(Args):
    ids: tuple[str, ...] = arg(description="jobs: ids, labels or shot numbers")


def _each(verb: str, act: Callable[[Client, list[str]], list[Row]], *prefer: str) -> Callable[..., Outcome]:
    """Return a command function that applies one action to the named jobs."""

    def run(studio: Studio, args: Ids) -> Outcome:
        client = studio.client()
        return acted(verb, act(client, named(client, args.ids, prefer)))

    return run




class CancelArgs(Args):
    ids: tuple[str, ...] = arg((), description="jobs: ids, labels or shot numbers")
    queued: bool = arg(False, description="everything but what runs now")
    all: bool = arg(False, description="everything")


def _cancel(studio: Studio, args: CancelArgs) -> Outcome:
    client = studio.client()
    if not (args.ids or args.queued or args.all):
        raise BadInput("no job is named", "milimo job cancel ID, or --queued, or --all")
    ids = named(client, args.ids) if args.ids else []
    if args.queued or args.all:
        states = [*WAITING_STATES, *(("running",) if args.all else ())]
        ids += [job.id for job in client.jobs({"states": states}) if job.id not in ids]
    answers = client.cancel(ids)
    over = [answer for answer in answers if answer["state"] in OVER]
    outcome = acted("cancelling", [answer for answer in answers if answer not in over])
    late = f"; {len(over)} had ended already" if over else ""
    return replace(outcome, data=answers, message=outcome.message + late)


class RetryArgs(Args):
    ids: tuple[str, ...] = arg((), description="jobs: ids, labels or shot numbers")
    all_failed: bool = arg(False, description="every job that failed or was set aside")
    set: tuple[str, ...] = arg((), description=SET)


def _retry(studio: Studio, args: RetryArgs) -> Outcome:
    from milimo_tui.studio.queue.spec_changes import patch_of

    client = studio.client()
    if not (args.ids or args.all_failed):
        raise BadInput("no job is named", "milimo job retry ID, or --all-failed")
    patch = patch_of(args.set) or None
    prefer = ("publishing", *WENT_WRONG, "cancelled", "skipped")
    ids = named(client, args.ids, prefer) if args.ids else []
    if args.all_failed:
        ids += [job.id for job in client.jobs({"states": list(WENT_WRONG)}) if job.id not in ids]
    return acted("queued again:", client.retry(ids, spec=patch))


class AgainArgs(Args):
    ids: tuple[str, ...] = arg(description="jobs that have ended: ids, labels or shot numbers")
    set: tuple[str, ...] = arg((), description=SET)


def _again(studio: Studio, args: AgainArgs) -> Outcome:
    from milimo_tui.studio.queue.spec_changes import patch_of

    client = studio.client()
    ids = client.again(
        named(client, args.ids, ("done", *WENT_WRONG, "cancelled", "skipped")),
        spec=patch_of(args.set) or None,
    )
    many = plural(len(ids), "new job")
    return Outcome(data={"jobs": ids}, text="\n".join(ids), message=f"{many} queued")




class EditArgs(Args):
    id: str = arg(description="a job that has not begun: its id, label or shot number")
    set: tuple[str, ...] = arg((), description=SET)
    prompt: str | None = arg(None, description="another prompt")
    seed: int | None = arg(None, description="another seed")
    steps: int | None = arg(None, ge=1, description="how many steps")
    guidance: float | None = arg(None, description="how strictly the prompt is followed")
    label: str | None = arg(None, description="another label")
    not_before: str | None = arg(None, description="when it may start: 23:00, +2h30m, now")
    editor: bool = arg(False, description="open its spec in $EDITOR")
    revision: int | None = arg(None, ge=0, description="only if it is still at this revision")


def _edit(studio: Studio, args: EditArgs) -> Outcome:
    from milimo_tui.studio.queue.spec_changes import patch_of
    from milimo_tui.studio.registry.start_time import parse_start

    client = studio.client()
    [id] = named(client, [args.id], WAITING_STATES)
    given = {"prompt": args.prompt, "seed": args.seed, "steps": args.steps, "guidance": args.guidance}
    patch = patch_of(args.set, given)
    when: float | None = None
    if args.not_before is not None:  # 0 removes a delay.
        when = 0.0 if args.not_before.strip() == "now" else parse_start(args.not_before, HOST.now())
    if not patch and when is None and args.label is None:
        if not (args.editor or (sys.stdin.isatty() and sys.stdout.isatty())):
            raise BadInput("nothing to change", "--set path=value, --prompt, --seed, or --editor")
        return _edit_text(client, id, args.revision)
    if args.editor:
        raise BadInput("--editor changes everything there", "leave the other flags out")
    job = client.edit(id, spec=patch or None, label=args.label, not_before=when, revision=args.revision)
    return Outcome(data=job.as_json(), message=f"changed {job.label or id}")


def _edit_text(client: Client, id: str, revision: int | None) -> Outcome:
    """Open the job's complete spec in the user's editor. Refused if the job changed in the meantime."""
    from milimo_tui.studio.queue.spec_changes import Draft

    job: JobView
    job = whole = client.job(id)
    if revision is not None and revision != job.revision:
        raise BadInput(f"job {id} is at revision {job.revision}, not {revision}", f"milimo job show {id}")
    draft = Draft(id, whole.spec)
    patch = draft.edit()
    if patch:
        try:
            job = client.edit(id, spec=patch, revision=job.revision)
        except MilimoError as error:
            raise draft.refused(error) from None
    draft.discard()
    return Outcome(data=job.as_json(), message=f"changed {job.label or id}" if patch else "nothing changed")




class PriorityArgs(Args):
    id: str = arg(description="a job: its id, label or shot number")
    priority: int = arg(ge=-1000, le=1000, description="higher runs first (normal is 0)")


def _priority(studio: Studio, args: PriorityArgs) -> Outcome:
    client = studio.client()
    return acted("reprioritised", client.priority(named(client, [args.id], WAITING_STATES), args.priority))


class MoveArgs(Args):
    id: str = arg(description="a job that waits its turn: its id, label or shot number")
    by: int = arg(-1, description="places to move: negative is sooner")
    before: str = arg("", description="put it right before this job")
    after: str = arg("", description="put it right after this job")


def _move(studio: Studio, args: MoveArgs) -> Outcome:
    client = studio.client()
    [id] = named(client, [args.id], WAITING_STATES)
    if args.before and args.after:
        raise BadInput("a job goes before one or after one, not both")
    if beside := args.before or args.after:
        [other] = named(client, [beside], WAITING_STATES)
        client.move(id, other, before=bool(args.before))
        return Outcome(data={"id": id}, message=f"moved {'before' if args.before else 'after'} {beside}")
    return _move_by(client, id, args.by)


def _move_by(client: Client, id: str, by: int) -> Outcome:
    queue = sorted(
        client.jobs({"states": ["queued", "held", "waiting"]}),
        key=lambda job: (-job.priority, job.position),
    )
    ids = [job.id for job in queue]
    if id not in ids:
        raise BadInput(f"job {id} does not wait in the queue", "only jobs that wait can be moved")
    rest = [other for other in ids if other != id]
    place = max(0, min(len(rest), ids.index(id) + by))
    if not rest or place == ids.index(id):
        return Outcome(data={"id": id}, message="it is there already")
    if place < len(rest):
        client.move(id, rest[place], before=True)
    else:
        client.move(id, rest[-1], before=False)
    return Outcome(data={"id": id}, message=f"moved to place {place + 1} of {len(ids)}")




class PauseArgs(Args):
    ids: tuple[str, ...] = arg((), description="jobs; none: the whole queue")
    lane: str = arg("", description="one lane only")
    batch: str = arg("", description="one batch: what of it has not begun, and what runs")


def _of_what(args: PauseArgs) -> str:
    """Return which argument names the target: "ids", "lane", "batch" or "". Raises BadInput for more than
    one.
    """
    given = [name for name in ("ids", "lane", "batch") if getattr(args, name)]
    if len(given) > 1:
        raise BadInput("name jobs, or a lane, or a batch", "milimo job pause --lane gpu")
    return given[0] if given else ""


def _pause(studio: Studio, args: PauseArgs) -> Outcome:
    client, what = studio.client(), _of_what(args)
    if what == "ids":
        return acted("pausing", client.pause(named(client, args.ids, ("running",))))
    if what == "batch":
        return acted("pausing", client.batch("pause", members(client, args.batch)))
    changed = client.pause(lane=args.lane)
    return Outcome(data=changed, message=f"{f'lane {args.lane}' if what else 'the queue'} is paused")


def _resume(studio: Studio, args: PauseArgs) -> Outcome:
    client, what = studio.client(), _of_what(args)
    if what == "ids":
        return acted("resumed", client.resume(named(client, args.ids, ("paused",))))
    if what == "batch":
        return acted("resumed", client.batch("resume", members(client, args.batch)))
    changed = client.resume(lane=args.lane)
    return Outcome(data=changed, message=f"{f'lane {args.lane}' if what else 'the queue'} goes on")


def _command(
    name: str, title: str, help: str, run: Callable[..., Outcome], args: type[Args], *positional: str
) -> Command:
    return Command(f"job.{name}", title, help, run, args, cli=f"job {name}", positional=positional)


_hold = _each("held", Client.hold, "queued", "waiting")
_release = _each("released", Client.release, "held")


class PruneArgs(Args):
    days: float = arg(30.0, ge=0, description="jobs that ended longer ago than so many days")
    dry_run: bool = arg(False, description="only how many that are")
    yes: bool = arg(False, description="do not ask first")


def _prune(studio: Studio, args: PruneArgs) -> Outcome:
    client = studio.client()
    ended_before = time.time() - args.days * DAY
    count = client.prune(ended_before, dry=True)
    what = f"{plural(count, 'job')} that ended more than {args.days:g} days ago"
    if args.dry_run or not count:
        return Outcome(data={"jobs": count, "forgotten": 0}, message=what)
    if not args.yes:
        if isinstance(studio.asks, NobodyToAsk):
            raise Refused(f"this would forget {what}, with their logs", "milimo job prune --yes")
        if not studio.asks.agree(f"Forget {what}, with their logs? Takes and films stay."):
            return Outcome(data={"jobs": count, "forgotten": 0}, message="nothing was forgotten")
    forgotten = client.prune(ended_before)
    return Outcome(data={"jobs": count, "forgotten": forgotten}, message=f"forgot {forgotten} of {what}")


COMMANDS = (
    Command(
        "job.recover",
        "Recover the queue",
        "bring back what can be read of a damaged queue",
        _recover,
        RecoverArgs,
        cli="job recover",
    ),
    _command("edit", "Edit", "change a job that has not begun", _edit, EditArgs, "id"),
    _command("cancel", "Cancel", "stop jobs, running or not", _cancel, CancelArgs, "ids"),
    _command("retry", "Retry", "put ended jobs back in the queue", _retry, RetryArgs, "ids"),
    _command("again", "Again", "make what ended jobs made once more, as new jobs", _again, AgainArgs, "ids"),
    _command("prune", "Prune", "forget jobs that ended long ago, and their logs", _prune, PruneArgs),
    _command("hold", "Hold", "keep queued jobs from starting", _hold, Ids, "ids"),
    _command("release", "Release", "let held jobs go", _release, Ids, "ids"),
    _command(
        "priority", "Priority", "let a job go sooner or later", _priority, PriorityArgs, "id", "priority"
    ),
    _command("move", "Move", "move a queued job in its lane", _move, MoveArgs, "id", "by"),
    _command("pause", "Pause", "pause jobs, a lane, a batch, or the whole queue", _pause, PauseArgs, "ids"),
    _command("resume", "Resume", "go on with jobs, a lane, a batch, or the queue", _resume, PauseArgs, "ids"),
)
