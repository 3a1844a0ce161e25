"""`shot sound`, `shot extend`, `shot dub`: new sound for a take, an extension of it, or other words in its
mouths.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import parse_frame
from milimo_tui.story.values.film import AssetKind, Take
from milimo_tui.studio.commands.queue.queued import ended
from milimo_tui.studio.commands.shot.conditioning import asset_of
from milimo_tui.studio.commands.shot.takes import find_take, maker_of
from milimo_tui.studio.made_takes import take_orders
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, needs_project
from milimo_tui.studio.render import render_plan
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import take_estimate, take_queue
from milimo_tui.studio.takes.shot_spec import ShotState
from milimo_tui.studio.takes.take_queue import Prepared


class TakeArgs(Args):
    id: str = arg(description="a shot (3B or its id)")
    take: str = arg("", description="a take's id or its number from 1 (default: the picked one)")
    engine: str = arg("", description="engine that makes it")
    dry_run: bool = arg(False, description="only what it would take")
    detach: bool = arg(False, description="queue and return")


class SoundArgs(TakeArgs):
    since: str = arg("", description="from then on alone: a time of the shot")
    until: str = arg("", description="until then alone")
    over: str = arg("", description="a clip's pictures instead of a take's: a file, or one of the film")


def _sound(studio: Studio, args: SoundArgs) -> Outcome:
    """Make new sound for a take. The pictures are copied unchanged."""
    state = maker_of(studio, args.id)
    if args.over:
        if args.since or args.until or args.take:
            raise BadInput("a clip gets sound as a whole", "name no take, and leave out --since and --until")
        clip = asset_of(studio, args.over)
        return _made(studio, args, state, take_orders.sounded_clip(studio, state, clip, engine=args.engine))
    prepared = take_orders.resounded(
        studio,
        state,
        _take(state, args.take),
        engine=args.engine,
        since=_second(state, args.since),
        until=_second(state, args.until),
    )
    return _made(studio, args, state, prepared)


class ExtendArgs(TakeArgs):
    length: str = arg(description="how much is made: 2s, 48f or a timecode")
    before: bool = arg(False, description="in front of the take, not behind it")
    into: str = arg("", description="the shot whose picked take it leads into")


def _extend(studio: Studio, args: ExtendArgs) -> Outcome:
    """Extend a take with continuing picture and sound. The take's own frames are copied unchanged."""
    state = maker_of(studio, args.id)
    if args.before and args.into:
        raise BadInput("what is made leads in, or goes on into another take", "leave out --before or --into")
    into = _take(maker_of(studio, args.into), "") if args.into else None
    prepared = take_orders.extended(
        studio,
        state,
        _take(state, args.take),
        parse_frame(args.length, state.story.project.rate),
        before=args.before,
        into=into,
        engine=args.engine,
    )
    return _made(studio, args, state, prepared)


class DubArgs(TakeArgs):
    line: str = arg("", description="a recording of what is said, a file or an asset (default: its voice)")


def _dub(studio: Studio, args: DubArgs) -> Outcome:
    """Lip-sync the shot's current lines into a take that was made earlier."""
    state = maker_of(studio, args.id)
    take = _take(state, args.take)
    line = ""
    if args.line:
        asset = asset_of(studio, args.line)
        if asset.kind is not AssetKind.SOUND:
            raise BadInput(f"{asset.name} is no sound", "milimo shot dub 3B --line line.wav")
        take_orders.require_fits(asset, state.number, take.length / state.story.project.rate)
        line = str(render_plan.asset_path(studio.project().paths, asset))
    return _made(studio, args, state, take_orders.dubbed(studio, state, take, line=line, engine=args.engine))


def _take(state: ShotState, name: str) -> Take:
    take = find_take(state, name) if name else state.picked
    if take is None:
        raise BadInput(f"shot {state.number} has no picked take", f"milimo shot make {state.number}")
    return take


def _second(state: ShotState, text: str) -> Fraction | None:
    rate = state.story.project.rate
    return parse_frame(text, rate) / rate if text else None


def _made(studio: Studio, args: TakeArgs, state: ShotState, prepared: Prepared) -> Outcome:
    """Queue the order, or only report its estimate in a dry run."""
    estimate = take_estimate.of(studio, prepared)
    message = take_estimate.sentence(estimate, prepared.batch.label)
    if args.dry_run:
        specs = [request.spec for request in prepared.requests]
        return Outcome(data={"jobs": [], "estimate": estimate.as_json(), "specs": specs}, message=message)
    return ended(
        studio,
        take_queue.submit(studio.client(), prepared),
        prepared.batch.id,
        detach=args.detach,
        what="take",
        message=f"queued {message}",
        estimate=estimate.as_json(),
    )


def _command(
    id: str, title: str, summary: str, run: Callable[..., Outcome], args: type[Args], *positional: str
) -> Command:
    return Command(
        f"shot.{id}", title, summary, run, args, needs_project, cli=f"shot {id}", positional=positional
    )


TAKE_SOUND = (
    _command("sound", "New sound", "new sound for a take", _sound, SoundArgs, "id", "take"),
    _command(
        "extend",
        "Go on with a take",
        "more of a take",
        _extend,
        ExtendArgs,
        "id",
        "length",
    ),
    _command("dub", "Lip sync", "other words in the mouths of a take", _dub, DubArgs, "id", "take"),
)
