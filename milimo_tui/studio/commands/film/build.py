"""`build`: remake stale takes, with an estimate first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from milimo_tui.core.format import plural
from milimo_tui.core.host import HOST
from milimo_tui.studio.commands.queue.queued import ended
from milimo_tui.studio.commands.shot.shot_rows import find_scene_id
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, needs_project
from milimo_tui.studio.registry.start_time import ASKED, begins_text, start_of
from milimo_tui.studio.session.prompts import NobodyToAsk
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import rebuild, shot_spec, take_estimate, take_queue
from milimo_tui.studio.takes.rebuild import Build, Due

LONG = 60.0  # The command asks for confirmation of more work than this.


class BuildArgs(Args):
    scene: str = arg("", description="only this scene (its number or id)")
    missing: bool = arg(False, description="also shots that have no take at all")
    voice: bool = arg(
        False, description="where the voice alone is stale: a scratch voice over the pictures there are"
    )
    dry_run: bool = arg(False, description="only what is stale, why, and what it would take")
    yes: bool = arg(False, description="do not ask before a minute or more of work")
    detach: bool = arg(False, description="queue and return")
    not_before: str = arg("", description=ASKED)


def _build(studio: Studio, args: BuildArgs) -> Outcome:
    scene = find_scene_id(studio, args.scene) if args.scene else ""
    build = rebuild.build_of(studio, scene=scene, missing=args.missing, voice=args.voice)
    rows = [one.row for one in build.due]
    client = studio.client() if build.due and not args.dry_run else studio.client_or_none()
    begins = start_of(args.not_before, HOST.now())
    prepared = take_queue.prepare(studio, replace(build.order, not_before=begins), client)
    takes = len(prepared.requests)
    estimate = take_estimate.of(studio, prepared)
    message = take_estimate.sentence(estimate, plural(takes, "take")) if takes else _nothing(prepared)
    text = "\n".join([*_lines(build), *(take_estimate.remarks(estimate) if takes else ()), *_notes(build)])
    data: dict[str, Any] = {
        "stale": rows,
        "estimate": estimate.as_json(),
        "under_way": list(prepared.under_way),
        "left_out": list(build.left_out),
        "missing": build.missing,
        "voices": [one.state.number for one in build.due if one.state.shot.id in build.voices],
        "label": prepared.batch.label,
    }
    wants = takes and not args.dry_run
    if wants and _is_long(build, estimate) and not args.yes and not _agreed(studio, text, message):
        return Outcome(data={"jobs": [], "batch": None, **data}, message="nothing was made")
    if not wants and (args.dry_run or not prepared.under_way):
        return Outcome(data={"jobs": [], "batch": None, **data}, text=text, message=message)
    ids = take_queue.submit(client, prepared) if client else []
    batch = prepared.batch.id if takes else None
    outcome = ended(
        studio,
        ids,
        batch,
        detach=args.detach or begins is not None,
        what="take",
        message=f"queued {message}{begins_text(begins, HOST.now())}" if takes else message,
        **data,
    )
    return replace(outcome, text="\n".join(filter(None, (text, outcome.text))))


def _is_long(build: Build, estimate: take_estimate.TakeEstimate) -> bool:
    """Return True if the user is asked first: more than a minute of work, or a model without any measured
    time here.
    """
    if estimate.seconds is None:
        return not all(shot_spec.draws_from_facts(one.engine) for one in build.due)
    return estimate.seconds > LONG


def _agreed(studio: Studio, text: str, message: str) -> bool:
    """Return True if the user confirms the work. A script counts as confirmed."""
    return isinstance(studio.asks, NobodyToAsk) or studio.asks.agree(f"{text}\n{message}. Make them?")


def _nothing(prepared: take_queue.Prepared) -> str:
    if prepared.under_way:
        return f"{plural(len(prepared.under_way), 'take')} under way already"
    return "nothing is stale"


def _lines(build: Build) -> list[str]:
    """Format a line for each shot: `2B   voice, caption   “You are late.” is “You are too late.” now
    animatic`.
    """
    cells = [
        (row["number"], ", ".join(row["parts"]) or "missing", _maker(build, one), row["why"])
        for one in build.due
        for row in (one.row,)
    ]
    widths = [max((len(row[column]) for row in cells), default=0) for column in range(3)]
    return [
        f"{number:<{widths[0]}}  {parts:<{widths[1]}}  {engine:<{widths[2]}}  {why}"
        for number, parts, engine, why in cells
    ]


def _maker(build: Build, due: Due) -> str:
    return "pictures stay" if due.state.shot.id in build.voices else due.engine


def _notes(build: Build) -> list[str]:
    lines = [*(f"left out: {why}" for why in build.left_out), *build.waiting]
    lines += [shot_spec.stays_message(one.state) for one in build.due if one.state.stays]
    if build.missing:
        have = "shot has" if build.missing == 1 else "shots have"
        lines.append(f"{build.missing} {have} no take at all: --missing makes those, too")
    return lines


BUILD = Command(
    "app.build",
    "Build",
    "make again what is stale, with an estimate first",
    _build,
    BuildArgs,
    needs_project,
    cli="build",
)
