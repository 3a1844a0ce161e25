"""`shot sound`, `shot extend` and `shot dub`: make a new take from an existing take. The new take has new
sound, more frames, or mouths that speak other lines.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import parse_frame
from milimo_tui.story.values.film import AssetKind, Take
from milimo_tui.studio.commands.queue.queued import finish_queue_command
from milimo_tui.studio.commands.shot.conditioning import import_or_find_asset
from milimo_tui.studio.commands.shot.takes import find_take, find_take_owner
from milimo_tui.studio.made_takes import take_orders
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.render import render_plan
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import take_estimate, take_queue
from milimo_tui.studio.takes.shot_spec import ShotState
from milimo_tui.studio.takes.take_queue import PreparedTakes


class TakeOrderArgs(Args):
    id: str = arg(description="a shot (3B or its id)")
    take: str = arg("", description="a take's id or its number from 1 (default: the picked one)")
    engine: str = arg("", description="engine that makes the new take")
    dry_run: bool = arg(False, description="only show the estimate")
    detach: bool = arg(False, description="queue the work and return at once")


class TakeSoundArgs(TakeOrderArgs):
    since: str = arg("", description="start of the range: 1s or a timecode")
    until: str = arg("", description="end of the range: 2.5s or a timecode")
    over: str = arg("", description="make sound for this clip instead of a take: a file or an asset")


def _make_take_sound(studio: Studio, args: TakeSoundArgs) -> Outcome:
    """Queue a take with new sound for an existing take. The pictures are copied unchanged."""
    state = find_take_owner(studio, args.id)
    if args.over:
        if args.since or args.until or args.take:
            raise BadInput(
                "a clip gets sound for its complete length", "leave out the take, --since and --until"
            )
        clip = import_or_find_asset(studio, args.over)
        return _queue_take_order(
            studio, args, state, take_orders.prepare_sound_for_clip(studio, state, clip, engine=args.engine)
        )
    prepared = take_orders.prepare_new_sound(
        studio,
        state,
        _require_take(state, args.take),
        engine=args.engine,
        since=_parse_second(state, args.since),
        until=_parse_second(state, args.until),
    )
    return _queue_take_order(studio, args, state, prepared)


class TakeExtendArgs(TakeOrderArgs):
    length: str = arg(description="length of the extension: 2s, 48f or a timecode")
    before: bool = arg(False, description="extend before the take instead of after it")
    into: str = arg("", description="the shot to whose picked take a bridge is made")


def _extend_take(studio: Studio, args: TakeExtendArgs) -> Outcome:
    """Queue a take that extends an existing take. The existing frames are copied unchanged."""
    state = find_take_owner(studio, args.id)
    if args.before and args.into:
        raise BadInput("give either --before or --into, not both", "leave out --before or --into")
    into = _require_take(find_take_owner(studio, args.into), "") if args.into else None
    prepared = take_orders.prepare_extension(
        studio,
        state,
        _require_take(state, args.take),
        parse_frame(args.length, state.story.project.rate),
        before=args.before,
        into=into,
        engine=args.engine,
    )
    return _queue_take_order(studio, args, state, prepared)


class TakeDubArgs(TakeOrderArgs):
    line: str = arg(
        "", description="a recording of the line, a file or an asset (default: the voice of the take)"
    )


def _dub_take(studio: Studio, args: TakeDubArgs) -> Outcome:
    """Queue a take in which the mouths of an existing take speak the shot's current lines."""
    state = find_take_owner(studio, args.id)
    take = _require_take(state, args.take)
    line = ""
    if args.line:
        asset = import_or_find_asset(studio, args.line)
        if asset.kind is not AssetKind.SOUND:
            raise BadInput(f"{asset.name} is not a sound", "run milimo shot dub 3B --line line.wav")
        take_orders.require_recording_fits(asset, state.number, take.length / state.story.project.rate)
        line = str(render_plan.get_asset_path(studio.require_project().paths, asset))
    return _queue_take_order(
        studio, args, state, take_orders.prepare_lip_sync(studio, state, take, line=line, engine=args.engine)
    )


def _require_take(state: ShotState, name: str) -> Take:
    take = find_take(state, name) if name else state.picked
    if take is None:
        raise BadInput(
            f"shot {state.number} has no picked take", f"milimo shot make {state.number} makes a take"
        )
    return take


def _parse_second(state: ShotState, text: str) -> Fraction | None:
    rate = state.story.project.rate
    return parse_frame(text, rate) / rate if text else None


def _queue_take_order(
    studio: Studio, args: TakeOrderArgs, state: ShotState, prepared: PreparedTakes
) -> Outcome:
    """Queue the prepared take, or only report its time estimate if `--dry-run` is given."""
    estimate = take_estimate.estimate_takes(studio, prepared)
    message = take_estimate.format_batch_estimate(estimate, prepared.batch.label)
    if args.dry_run:
        specs = [request.spec for request in prepared.requests]
        return Outcome(data={"jobs": [], "estimate": estimate.as_json(), "specs": specs}, message=message)
    return finish_queue_command(
        studio,
        take_queue.submit_takes(studio.require_client(), prepared),
        prepared.batch.id,
        detach=args.detach,
        what="take",
        message=f"queued {message}",
        estimate=estimate.as_json(),
    )


def _make_take_command(
    id: str, title: str, summary: str, run: Callable[..., Outcome], args: type[Args], *positional: str
) -> Command:
    return Command(
        f"shot.{id}", title, summary, run, args, refuse_without_film, cli=f"shot {id}", positional=positional
    )


TAKE_SOUND = (
    _make_take_command(
        "sound", "Make new sound", "make new sound for a take", _make_take_sound, TakeSoundArgs, "id", "take"
    ),
    _make_take_command(
        "extend",
        "Extend take",
        "generate more frames before or after a take",
        _extend_take,
        TakeExtendArgs,
        "id",
        "length",
    ),
    _make_take_command(
        "dub", "Dub take", "make the mouths in a take speak other words", _dub_take, TakeDubArgs, "id", "take"
    ),
)
