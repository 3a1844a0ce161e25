"""`shot retake` and `shot upscale`: make a take from another take of the same shot. The original take
stays.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.host import HOST
from milimo_tui.story.values.film import Asset, Take
from milimo_tui.studio.commands.queue.queued import finish_queue_command
from milimo_tui.studio.commands.shot.takes import find_take, find_take_owner
from milimo_tui.studio.made_takes import retakes
from milimo_tui.studio.made_takes.retakes import RetakeOrder, RetakeRequest
from milimo_tui.studio.pictures import masks
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.registry.start_time import ASKED, format_start_note, parse_optional_start
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import take_estimate, take_queue
from milimo_tui.studio.takes.shot_spec import ShotState

TAKE_HELP = "a take's id or its number from 1 (default: the picked one)"
STRENGTH_HELP = "share of noise at the start; 1 makes it new"


class ShotRetakeArgs(Args):
    HEADINGS = (
        "Take: id take",
        "Part that is made again: range region mask grow feather frame place",
        "Result: prompt strength sound engine seed",
        "Queue: dry_run detach not_before",
    )

    id: str = arg(description="a shot (3B or its id)")
    take: str = arg("", description=TAKE_HELP)
    range: str = arg("", description=f"the frames to make again: {retakes.RANGE_SYNTAX}")
    region: str = arg("", description=f"the part to make again: {retakes.REGION_SYNTAX}")
    mask: str = arg("", description="the part to make again: the white area of a mask (its name or a file)")
    grow: int = arg(0, ge=-512, le=512, description="widen the mask by this many pixels; negative narrows it")
    feather: int | None = arg(
        None,
        ge=0,
        le=512,
        description=f"soften the edge inwards over this many pixels (default: {retakes.FEATHER})",
    )
    frame: str = arg("", description=retakes.FRAME_SYNTAX)
    place: str = arg(
        "", description="position of the picture in the new frame: left,top (default: the middle)"
    )
    strength: float | None = arg(
        None, ge=0.01, le=1, description=f"{STRENGTH_HELP} (default: 1; for the complete take: 0.9)"
    )
    prompt: str = arg("", description="prompt (default: the shot's prompt)")
    sound: Literal["auto", "new", "keep"] = arg(
        "auto",
        description="make new sound or keep the old; auto: new if complete frames are made again",
    )
    engine: str = arg("", description="engine (default: the engine of the take, if it can change takes)")
    seed: int | None = arg(None, ge=0, le=2**32 - 1, description="the seed (default: a new one)")
    dry_run: bool = arg(False, description="only show the estimate")
    detach: bool = arg(False, description="queue the work and return at once")
    not_before: str = arg("", description=ASKED)


def _retake_shot(studio: Studio, args: ShotRetakeArgs) -> Outcome:
    begins = parse_optional_start(args.not_before, HOST.now())
    state, take = _find_source_take(studio, args.id, args.take)
    request = RetakeRequest(**args.given("id", "take", "dry_run", "detach", "not_before"))
    if args.mask and not args.region:
        request = replace(request, mask=_find_retake_mask(studio, args.mask, take, args.grow))
    retake = retakes.prepare_retake(studio, state, take, request)
    return _queue_retake(studio, retake, args, begins)


class TakeUpscaleArgs(Args):
    id: str = arg(description="a shot (3B or its id)")
    take: str = arg("", description=TAKE_HELP)
    time: bool = arg(False, description="double the frame rate instead of the size")
    strength: float = arg(
        0.0,
        ge=0,
        le=1,
        description="amount of noise from which the result is refined (default: 0, not refined)",
    )
    engine: str = arg("", description="engine (default: the engine of the take, if it can change takes)")
    seed: int | None = arg(None, ge=0, le=2**32 - 1, description="the seed (default: the seed of the take)")
    dry_run: bool = arg(False, description="only show the estimate")
    detach: bool = arg(False, description="queue the work and return at once")
    not_before: str = arg("", description=ASKED)


def _upscale_take(studio: Studio, args: TakeUpscaleArgs) -> Outcome:
    begins = parse_optional_start(args.not_before, HOST.now())
    state, take = _find_source_take(studio, args.id, args.take)
    what: Literal["sides", "time"] = "time" if args.time else "sides"
    made = retakes.prepare_doubling(
        studio, state, take, what, strength=args.strength, engine=args.engine, seed=args.seed
    )
    return _queue_retake(studio, made, args, begins)


def _find_source_take(studio: Studio, shot: str, take: str) -> tuple[ShotState, Take]:
    """Return the state of the shot called `shot`, and its take called `take`. Raises BadInput, NotFound."""
    state = find_take_owner(studio, shot)
    found = find_take(state, take) if take else state.picked
    if found is None:
        raise BadInput(
            f"shot {state.number} has no picked take", f"milimo shot takes {state.number} lists its takes"
        )
    return state, found


def _find_retake_mask(studio: Studio, name: str, take: Take, grow: int) -> str:
    """Return the file path of the mask that limits a retake. `name` is a mask of the film, an asset or a
    file.

    Raises BadInput for an empty mask, a mask of another shape, and a moving mask of another length than the
    take. Raises NotFound, Ambiguous.
    """
    asset = next(one for one in studio.take_snapshot().story.assets if one.id == take.asset)

    def check(mask: masks.MaskSource) -> None:
        _require_mask_length(name, mask.frames if mask.is_clip else None, asset)

    try:
        known = masks.find_mask(studio, name)
    except NotFound:
        found = masks.find_mask_source(studio, name, check)
        path, is_clip = found.path, found.is_clip
    else:
        row = masks.describe_mask(studio, known)
        path, is_clip = Path(row["path"]), row["kind"] == "moving"
        _require_mask_length(name, row["frames"] if is_clip else None, asset)
        if not known.seen and not known.box:
            raise BadInput(f"the mask “{name}” is empty", "milimo picture track finds objects in a take")
    if not is_clip:
        masks.require_mask_fits(path, (asset.width or 0, asset.height or 0), grow=grow)
    return str(path)


def _require_mask_length(name: str, frames: int | None, asset: Asset) -> None:
    """Raise BadInput if a moving mask of `frames` frames is not as long as the take's file. None means a
    still mask.
    """
    if frames is not None and frames != asset.frames:
        raise BadInput(
            f"the mask “{name}” has {frames} frames, but the take has {asset.frames}",
            "milimo picture track makes a mask of this take",
        )


def _queue_retake(
    studio: Studio, order: RetakeOrder, args: ShotRetakeArgs | TakeUpscaleArgs, begins: float | None
) -> Outcome:
    prepared = order.prepared.postpone(begins)
    estimate = take_estimate.estimate_takes(studio, prepared)
    [take_request] = prepared.takes
    notes = list(retakes.describe_planned_changes(studio, take_request.spec))
    message = "\n".join([take_estimate.format_batch_estimate(estimate, order.words), *notes])
    if args.dry_run:
        specs = [request.spec for request in prepared.requests]
        data = {"jobs": [], "estimate": estimate.as_json(), "specs": specs, "notes": notes}
        return Outcome(data=data, message=message)
    ids = take_queue.submit_takes(studio.require_client(), prepared)
    return finish_queue_command(
        studio,
        ids,
        prepared.batch.id,
        detach=args.detach or begins is not None,
        what="take",
        message=f"queued {message}{format_start_note(begins, HOST.now())}",
        estimate=estimate.as_json(),
        notes=notes,
    )


RETAKES = (
    Command(
        "shot.retake",
        "Retake part of a take",
        "generate a time range, a region or all of a take again",
        _retake_shot,
        ShotRetakeArgs,
        refuse_without_film,
        cli="shot retake",
        positional=("id", "take"),
    ),
    Command(
        "shot.upscale",
        "Upscale take",
        "double the size or the frame rate of a take",
        _upscale_take,
        TakeUpscaleArgs,
        refuse_without_film,
        cli="shot upscale",
        positional=("id", "take"),
    ),
)
