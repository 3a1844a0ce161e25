"""The command `build`. It makes stale takes again, after it has estimated the time and, for long work, asked
the user.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from milimo_tui.core.format import format_count
from milimo_tui.core.host import HOST
from milimo_tui.studio.commands.queue.queued import finish_queue_command
from milimo_tui.studio.commands.shot.shot_rows import find_scene_id
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.registry.start_time import ASKED, format_start_note, parse_optional_start
from milimo_tui.studio.session.prompts import NobodyToAsk
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import rebuild, shot_spec, take_estimate, take_queue
from milimo_tui.studio.takes.rebuild import DueShot, RebuildPlan

CONFIRM_SECONDS = 60.0  # The command asks for confirmation if the work takes longer than this many seconds.


class BuildArgs(Args):
    scene: str = arg("", description="only this scene (its number or id)")
    missing: bool = arg(False, description="also shots that have no take at all")
    voice: bool = arg(
        False, description="if only the voice is stale: keep the pictures, make a scratch voice"
    )
    dry_run: bool = arg(False, description="only report what is stale, why, and the cost of remaking it")
    yes: bool = arg(False, description="do not ask before a minute or more of work")
    detach: bool = arg(False, description="queue the work and return at once")
    not_before: str = arg("", description=ASKED)


def _build_stale_takes(studio: Studio, args: BuildArgs) -> Outcome:
    scene = find_scene_id(studio, args.scene) if args.scene else ""
    build = rebuild.plan_rebuild(studio, scene=scene, missing=args.missing, voice=args.voice)
    rows = [one.row for one in build.due]
    client = studio.require_client() if build.due and not args.dry_run else studio.client_or_none()
    begins = parse_optional_start(args.not_before, HOST.now())
    prepared = take_queue.prepare_takes(studio, replace(build.order, not_before=begins), client)
    takes = len(prepared.requests)
    estimate = take_estimate.estimate_takes(studio, prepared)
    message = (
        take_estimate.format_batch_estimate(estimate, format_count(takes, "take"))
        if takes
        else _explain_nothing_to_build(prepared)
    )
    text = "\n".join(
        [
            *_format_build_lines(build),
            *(take_estimate.list_estimate_remarks(estimate) if takes else ()),
            *_format_build_notes(build),
        ]
    )
    data: dict[str, Any] = {
        "stale": rows,
        "estimate": estimate.as_json(),
        "under_way": list(prepared.under_way),
        "left_out": list(build.left_out),
        "missing": build.missing,
        "voices": [one.state.number for one in build.due if one.state.shot.id in build.voices],
        "label": prepared.batch.label,
    }
    will_make = takes and not args.dry_run
    if (
        will_make
        and _needs_confirmation(build, estimate)
        and not args.yes
        and not _is_build_confirmed(studio, text, message)
    ):
        return Outcome(data={"jobs": [], "batch": None, **data}, message="nothing was made")
    if not will_make and (args.dry_run or not prepared.under_way):
        return Outcome(data={"jobs": [], "batch": None, **data}, text=text, message=message)
    ids = take_queue.submit_takes(client, prepared) if client else []
    batch = prepared.batch.id if takes else None
    outcome = finish_queue_command(
        studio,
        ids,
        batch,
        detach=args.detach or begins is not None,
        what="take",
        message=f"queued {message}{format_start_note(begins, HOST.now())}" if takes else message,
        **data,
    )
    return replace(outcome, text=text)


def _needs_confirmation(build: RebuildPlan, estimate: take_estimate.TakeEstimate) -> bool:
    """Return True if the user must confirm the work before it begins. This is the case if it takes more than
    a minute, or if it uses a model whose speed was never measured on this machine.
    """
    if estimate.seconds is None:
        return not all(shot_spec.is_drawing_engine(one.engine) for one in build.due)
    return estimate.seconds > CONFIRM_SECONDS


def _is_build_confirmed(studio: Studio, text: str, message: str) -> bool:
    """Return True if the user confirms the work. If there is no person to ask, as in a script, return True
    without asking.
    """
    return isinstance(studio.asks, NobodyToAsk) or studio.asks.ask_for_consent(
        f"{text}\n{message}. Make them?"
    )


def _explain_nothing_to_build(prepared: take_queue.PreparedTakes) -> str:
    if prepared.under_way:
        return f"{format_count(len(prepared.under_way), 'take')} under way already"
    return "nothing is stale"


def _format_build_lines(build: RebuildPlan) -> list[str]:
    """Format a line for each shot to make: its number, the parts of its take that are stale (or “missing”),
    the engine, and the reason.
    """
    cells = [
        (row["number"], ", ".join(row["parts"]) or "missing", _describe_build_engine(build, one), row["why"])
        for one in build.due
        for row in (one.row,)
    ]
    widths = [max((len(row[column]) for row in cells), default=0) for column in range(3)]
    return [
        f"{number:<{widths[0]}}  {parts:<{widths[1]}}  {engine:<{widths[2]}}  {why}"
        for number, parts, engine, why in cells
    ]


def _describe_build_engine(build: RebuildPlan, due: DueShot) -> str:
    return "pictures stay" if due.state.shot.id in build.voices else due.engine


def _format_build_notes(build: RebuildPlan) -> list[str]:
    lines = [*(f"left out: {why}" for why in build.left_out), *build.waiting]
    lines += [shot_spec.format_waiting_message(one.state) for one in build.due if one.state.is_chosen_by_user]
    if build.missing:
        have = "shot has" if build.missing == 1 else "shots have"
        lines.append(f"{build.missing} {have} no take at all: --missing makes those, too")
    return lines


BUILD = Command(
    "app.build",
    "Make stale shots again",
    "remake stale takes; an estimate is shown first",
    _build_stale_takes,
    BuildArgs,
    refuse_without_film,
    cli="build",
)
