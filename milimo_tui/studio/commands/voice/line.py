"""Commands on the takes of spoken lines: list, speak, pick, rate and record them."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.core.format import format_count
from milimo_tui.core.host import make_folders, parse_user_path
from milimo_tui.engines.registry import engine_registry
from milimo_tui.story.lines.dialogue_language import parse_language_code
from milimo_tui.story.plan.speech import estimate_speech_seconds
from milimo_tui.story.values.line_take import LineTake
from milimo_tui.studio.commands.queue.queued import finish_queue_command
from milimo_tui.studio.commands.voice.lay import LAY
from milimo_tui.studio.commands.voice.line_names import (
    LINE_HELP,
    LINES_HELP,
    find_line,
    find_line_take,
    find_lines,
    load_film_lines,
    require_shown_take,
    select_scene_lines,
)
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.render.render_plan import get_asset_path
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.speech.line_orders import VoiceChanges, prepare_lines, submit_lines
from milimo_tui.studio.speech.line_records import add_line_recording
from milimo_tui.studio.speech.line_states import FilmLines, LineState
from milimo_tui.studio.speech.microphone import COUNT_IN, record_from_microphone
from milimo_tui.studio.takes import shot_spec


class LineListArgs(Args):
    lines: tuple[str, ...] = arg((), description=LINES_HELP)
    shot: str = arg("", description="only the lines of this shot")
    scene: str = arg("", description="only the lines of this scene")
    takes: bool = arg(False, description="list every take of the lines")


def _list_lines(studio: Studio, args: LineListArgs) -> Outcome:
    film = load_film_lines(studio)
    states: Sequence[LineState] = film.states
    names = (*args.lines, *((args.shot,) if args.shot else ()))
    if names:
        states = find_lines(studio, film, names)
    if args.scene:
        here = {state.name for state in select_scene_lines(studio, film, args.scene)}
        states = [state for state in states if state.name in here]
    rows = [build_line_row(studio, film, state) for state in states]
    if args.takes:
        takes = [take for row in rows for take in row["takes"]]
        columns = ("line", "number", "picked", "seconds", "engine", "rating", "text")
        return Outcome(data=rows, rows=lambda: takes, columns=columns)
    columns = ("line", "character", "text", "seconds", "engine", "state", "rating")
    return Outcome(data=rows, columns=columns)


def build_line_row(studio: Studio, film: FilmLines, state: LineState) -> dict[str, Any]:
    """Return the data of a line for lists and `--json`."""
    shown, over = state.shown, film.over.get(state.shot.id)
    assets = {asset.id: asset for asset in studio.take_snapshot().story.assets}
    paths = studio.require_project().paths
    return {
        "line": state.name,
        "shot": state.number,
        "character": state.character,
        "text": state.text,
        "state": describe_line_state(state),
        "stale": bool(state.stale),
        "reason": state.stale,
        "effect": state.effect.value,
        "start": round(float(state.time.start), 3),
        "seconds": round(float(state.time.seconds), 3),
        "speed": round(float(state.time.speed), 4),
        "over": round(float(over), 3) if over else 0.0,
        "engine": shown.engine if shown else "",
        "rating": shown.rating if shown else 0,
        "take": shown.id if shown else None,
        "path": str(get_asset_path(paths, assets[shown.asset])) if shown else None,
        "takes": [
            {
                "line": state.name,
                "id": take.id,
                "number": place,
                "picked": take is shown,
                "seconds": round(float(take.seconds or 0), 3),
                "engine": take.engine or "recording",
                "seed": take.seed,
                "scratch": take.scratch,
                "rating": take.rating,
                "rejected": take.rejected,
                "text": take.text,
                "note": take.note,
                "path": str(get_asset_path(paths, assets[take.asset])),
            }
            for place, take in enumerate(state.takes, 1)
        ],
    }


def describe_line_state(state: LineState) -> str:
    """Return the state of a line in a few words: missing, stale, scratch, recorded or spoken."""
    if state.shown is None:
        return "missing"
    kind = "scratch" if state.shown.scratch else "recorded" if state.shown.is_recording else "spoken"
    return f"stale, {kind}" if state.stale else kind


class LineSayArgs(Args):
    ONE_OF = ("lines", "scene", "all", "missing", "stale")

    lines: tuple[str, ...] = arg((), description=LINES_HELP)
    scene: str = arg("", description="every line of a scene")
    all: bool = arg(False, description="every line of the film")
    missing: bool = arg(False, description="lines that have no take and none in the queue")
    stale: bool = arg(False, description="lines whose words or voice changed since their take was made")
    engine: str = arg("", description="engine for these lines instead of the character's own")
    voice: str = arg("", description="voice of the engine for these lines")
    language: str = arg("", description="language of the lines, such as en, de or pt (default: of the film)")
    seed: int | None = arg(None, ge=0, le=2**32 - 1, description="seed of the takes")
    dry_run: bool = arg(False, description="only list the lines that would be spoken")
    detach: bool = arg(False, description="queue the work and return at once")


def _say_lines(studio: Studio, args: LineSayArgs) -> Outcome:
    if args.engine:
        shot_spec.check_engine(args.engine, "make_speech")
    film = load_film_lines(studio)
    states = _select_lines_to_say(studio, film, args)
    for engine in {args.engine or state.voice.engine for state in states}:
        shot_spec.check_engine(engine, "make_speech")
    by_state = args.missing or args.stale
    client = studio.require_client() if states and not args.dry_run else studio.client_or_none()
    changes = VoiceChanges(args.engine, args.voice, parse_language_code(args.language), args.seed)
    prepared = prepare_lines(studio, states, film.language, changes, client=client, only_due=by_state)
    names = [state.name for state in states]
    many = format_count(len(prepared.requests), "line")
    if args.dry_run or client is None:
        data = {
            "jobs": [],
            "lines": names,
            "under_way": list(prepared.under_way),
            "specs": [request.spec for request in prepared.requests],
        }
        message = f"{many} to speak" if prepared.requests else "no line to speak"
        text = "\n".join(f"{state.name}  {state.character}: {state.text}" for state in states)
        return Outcome(data=data, text=text, message=message)
    for engine in {request.spec["engine"] for request in prepared.requests}:
        engine_registry.profile(engine).check_settings(studio.settings)
    return finish_queue_command(
        studio,
        submit_lines(client, prepared),
        prepared.batch.id,
        detach=args.detach,
        what="line",
        message=f"queued {many}",
        lines=names,
    )


def _select_lines_to_say(studio: Studio, film: FilmLines, args: LineSayArgs) -> list[LineState]:
    if not (args.lines or args.scene or args.all or args.missing or args.stale):
        raise BadInput("which lines?", "milimo line say --missing speaks all lines without a take")
    states = find_lines(studio, film, args.lines) if args.lines else list(film.states)
    if args.scene:
        here = {state.name for state in select_scene_lines(studio, film, args.scene)}
        states = [state for state in states if state.name in here]
    if not args.missing and not args.stale:
        return states
    return [
        state for state in states if (args.missing and state.shown is None) or (args.stale and state.stale)
    ]


class LinePickArgs(Args):
    line: str = arg(description=LINE_HELP)
    take: str = arg("", description="number of a take, from 1, or its id (default: the newest)")
    step: int = arg(0, description="move the pick by this many takes instead; negative: back")


def _pick_line_take(studio: Studio, args: LinePickArgs) -> Outcome:
    state = find_line(studio, load_film_lines(studio), args.line)
    usable = [take for take in state.takes if not take.rejected]
    if not usable:
        raise BadInput(f"line {state.name} has no take to pick", f"milimo line say {state.name} makes one")
    if args.step:
        at = usable.index(state.shown) if state.shown in usable else len(usable)
        take = usable[(at + args.step) % len(usable)]
    else:
        take = find_line_take(state, args.take) if args.take else usable[-1]
    place = state.takes.index(take) + 1
    if take.rejected:
        raise Refused(
            f"take {place} of line {state.name} is rejected",
            f"milimo line rate {state.name} --take {place} --accept undoes the rejection",
        )
    before = [each for each in state.takes if each.picked != (each is take)]
    if before:
        after = [replace(each, picked=each is take) for each in before]
        _write_line_edit(studio, f"pick take {place} of line {state.name}", before, after)
    return Outcome(
        data={"line": state.name, "take": take.id},
        message=f"{state.name}: take {place} of {len(state.takes)}",
    )


class LineRateArgs(Args):
    line: str = arg(description=LINE_HELP)
    rating: int | None = arg(None, ge=0, le=5, description="stars, from 0 to 5")
    take: str = arg("", description="number of a take, from 1, or its id (default: the picked one)")
    reject: bool = arg(False, description="reject the take instead")
    accept: bool = arg(False, description="undo the rejection of the take instead")


def _rate_line_take(studio: Studio, args: LineRateArgs) -> Outcome:
    state = find_line(studio, load_film_lines(studio), args.line)
    take = find_line_take(state, args.take) if args.take else require_shown_take(state)
    place = state.takes.index(take) + 1
    if args.reject or args.accept:
        verb = "reject" if args.reject else "accept"
        judged = replace(take, rejected=args.reject, picked=take.picked and not args.reject)
    elif args.rating is None:
        raise BadInput("no rating is given", f"run milimo line rate {state.name} 4")
    else:
        verb, judged = "rate", replace(take, rating=args.rating)
    label = f"{verb} take {place} of line {state.name}"
    _write_line_edit(studio, label, [take], [judged])
    return Outcome(
        data={"line": state.name, "take": take.id, "rating": judged.rating, "rejected": judged.rejected},
        message=label,
    )


class LineRecordArgs(Args):
    line: str = arg(description=LINE_HELP)
    from_: str = arg("", description="the recording: a sound file (default: the microphone)")
    seconds: float = arg(
        0.0, ge=0, le=600, description="length from the microphone (0: half longer than the line)"
    )
    count_in: int = arg(
        COUNT_IN, ge=0, le=10, description="seconds that are counted before the microphone records"
    )


def _record_line(studio: Studio, args: LineRecordArgs) -> Outcome:
    state = find_line(studio, load_film_lines(studio), args.line)
    if args.from_:
        take = add_line_recording(studio, state, parse_user_path(args.from_).absolute())
    else:
        take = _record_microphone(studio, state, args)
    place = len(state.takes) + 1
    shown = find_line(studio, load_film_lines(studio), state.name)
    if shown.shown is None or shown.shown.id != take.id:
        before = [each for each in shown.takes if each.picked != (each.id == take.id)]
        after = [replace(each, picked=each.id == take.id) for each in before]
        _write_line_edit(studio, f"pick take {place} of line {state.name}", before, after)
    return Outcome(
        data={"line": state.name, "take": take.id, "number": place, "seconds": float(take.seconds or 0)},
        message=f"{state.name}: take {place} is the recording, {float(take.seconds or 0):.1f} s",
    )


def _record_microphone(studio: Studio, state: LineState, args: LineRecordArgs) -> LineTake:
    seconds = args.seconds or 1 + 1.5 * float(estimate_speech_seconds([state.film_line.line]))
    folder = studio.require_project().paths.cache / "recordings"
    make_folders(folder)

    numbers = count()
    with (
        tempfile.TemporaryDirectory(dir=folder) as temporary,
        studio.counted(f"line {state.name}", args.count_in + 1) as report_count,
    ):
        path = Path(temporary) / f"{state.name} {state.character}.wav".replace("/", "-")
        record_from_microphone(
            path,
            seconds,
            line=state.name,
            count_in=args.count_in,
            on_count=lambda words: report_count(next(numbers), words),
        )
        return add_line_recording(studio, state, path)


def _write_line_edit(
    studio: Studio, label: str, before: Sequence[LineTake], after: Sequence[LineTake]
) -> None:
    studio.require_project().write_edit(
        label, scope="project", actor=studio.actor, before=list(before), after=list(after)
    )


COMMANDS = (
    Command(
        "line.list",
        "List lines",
        "list the lines of dialogue with their spoken takes",
        _list_lines,
        LineListArgs,
        refuse_without_film,
        cli="line list",
        positional=("lines",),
    ),
    Command(
        "line.say",
        "Speak lines",
        "speak lines of dialogue in the voices of their characters",
        _say_lines,
        LineSayArgs,
        refuse_without_film,
        cli="line say",
        positional=("lines",),
    ),
    Command(
        "line.pick",
        "Pick take of line",
        "pick the spoken take of a line that is heard",
        _pick_line_take,
        LinePickArgs,
        refuse_without_film,
        cli="line pick",
        positional=("line", "take"),
    ),
    Command(
        "line.rate",
        "Rate take of line",
        "rate or reject a spoken take of a line",
        _rate_line_take,
        LineRateArgs,
        refuse_without_film,
        cli="line rate",
        positional=("line", "rating"),
    ),
    Command(
        "line.record",
        "Record line",
        "add a recording of a line",
        _record_line,
        LineRecordArgs,
        refuse_without_film,
        cli="line record",
        positional=("line",),
    ),
    LAY,
)
