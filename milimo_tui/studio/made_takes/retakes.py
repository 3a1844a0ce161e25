"""Prepare retakes, which are new takes made from an existing take. A part of the take is generated again, or
the size of its frame is changed, or its size or number of frames is doubled.

Nothing is queued here. The new take is added to the shot and counts as fresh or stale like the original take.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from milimo_tui.core.errors import BadInput, NotFound, Refused
from milimo_tui.core.time import parse_frame
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.video_specs import NO_FOLLOWED_FIELDS, Again, Doubled, MakeVideo
from milimo_tui.story.values.film import Asset, Take
from milimo_tui.studio.made_takes.batch_of_one import prepare_single_take
from milimo_tui.studio.render import render_plan
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import preflight, shot_spec, signatures
from milimo_tui.studio.takes.shot_spec import ShotState
from milimo_tui.studio.takes.take_queue import PreparedTakes, make_film_specs

RANGE_SYNTAX = "IN..OUT, two times, out exclusive: 12..48, 1s..2.5s, 12.. to its end"
REGION_SYNTAX = "left,top,right,bottom: pixels, or shares such as 0.25,0,0.75,1"
FRAME_SYNTAX = "a new frame, 1280x704, with new edges around the picture; film: the film's size"
FEATHER = 8  # The default width, in pixels, of the soft edge around the part that is made again.
# The default strength if complete frames are made again. A lower value preserves more of the original
# picture.
FULL_STRENGTH = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class RetakeRequest:
    """The options that the user typed for a retake. An empty text means that the option was not given. `mask`
    is the path of a mask file.
    """

    range: str = ""
    region: str = ""
    mask: str = ""
    frame: str = ""
    place: str = ""
    grow: int = 0
    feather: int | None = None
    strength: float | None = None
    prompt: str = ""
    sound: Literal["auto", "new", "keep"] = "auto"
    engine: str = ""
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class RetakeOrder:
    """A retake to be made, as a batch with a single take. `words` describes it for labels and messages, such
    as `3B take 2 12..48 anew by ltx2`.
    """

    prepared: PreparedTakes
    words: str


def prepare_retake(studio: Studio, state: ShotState, take: Take, request: RetakeRequest) -> RetakeOrder:
    """Prepare the job for a retake, without queueing it. `request` has the user's options.

    Raises BadInput for a range or region outside the take and for conflicting options. Raises Refused if the
    named engine can't change takes, and Unavailable for missing weights.
    """
    spec, asset = _base_spec_on_take(studio, state, take, request.engine, request.prompt, request.seed)
    start, end = _parse_retake_range(request.range, take, spec.rate)
    size = (spec.width, spec.height)
    if request.frame and (request.range or request.region or request.mask):
        raise BadInput("--frame always keeps the complete picture", "leave --range, --region and --mask out")
    if request.region and request.mask:
        raise BadInput("a region and a mask both select a part", "leave one of them out")
    _refuse_unused_options(request)
    wanted = _parse_frame_size(studio, request.frame) if request.frame else size
    is_part = bool(request.range or request.region or request.mask or request.frame)
    by_itself = bool(request.range) and not (request.region or request.mask)
    again = Again(
        input=_get_retake_path(studio, asset),
        start=start,
        end=end,
        region=_parse_region(request.region, size) if request.region else None,
        mask=request.mask or None,
        grow=request.grow,
        feather=FEATHER if request.feather is None else request.feather,
        place=_place_in_frame(request.place, size, wanted) if request.frame else None,
        strength=request.strength or (1.0 if is_part else FULL_STRENGTH),
        sound=by_itself if request.sound == "auto" else request.sound == "new",
    )
    made = spec.model_copy(update={"again": again, "width": wanted[0], "height": wanted[1]})
    place = state.takes.index(take) + 1
    return _make_retake_order(
        studio, state, made, f"{state.number} take {place} {_describe_retaken_part(request, again)}"
    )


def _refuse_unused_options(request: RetakeRequest) -> None:
    """Raise BadInput for options that would have no effect."""
    if request.place and not request.frame:
        raise BadInput("--place is for the picture in a larger frame", "give the new frame size: --frame")
    if request.grow and not request.mask:
        raise BadInput("--grow needs a mask, and no mask is given", "give --mask, or a larger --region")
    if request.feather is not None and not (request.region or request.mask or request.frame):
        raise BadInput(
            "the complete picture is made again, so there is no edge to soften",
            "select a part with --region or --mask",
        )


def prepare_doubling(
    studio: Studio,
    state: ShotState,
    take: Take,
    what: Literal["sides", "time"],
    *,
    strength: float = 0.0,
    engine: str = "",
    seed: int | None = None,
) -> RetakeOrder:
    """Prepare the job that doubles a take, without queueing it.

    `sides` doubles width and height of all frames, including handles. `time` doubles the number of frames of
    the part that the shot shows. Raises like `prepare_retake`.
    """
    spec, asset = _base_spec_on_take(studio, state, take, engine, "", take.seed if seed is None else seed)
    first, last = (take.head, take.head + take.length) if what == "time" else (0, take.frames)
    doubled = Doubled(
        input=_get_retake_path(studio, asset), what=what, start=first, end=last, strength=strength
    )
    changes: dict[str, Any] = {"doubled": doubled}
    if what == "time":
        changes |= {"head": 0, "tail": 0}
    else:
        changes |= {"width": 2 * spec.width, "height": 2 * spec.height}
    place = state.takes.index(take) + 1
    label = f"{state.number} take {place} twice {'as large' if what == 'sides' else 'the frames'}"
    return _make_retake_order(studio, state, spec.model_copy(update=changes), label)


def describe_planned_changes(studio: Studio, spec: MakeVideo) -> tuple[str, ...]:
    """Return phrases that describe how the result of the engine will differ from the spec, as far as this is
    known before the job runs. The result is empty if there are no differences.

    Raises like `prepare_retake`.
    """
    found, _ = preflight.find_take_weights(studio, spec)
    plan = preflight.plan_take(spec, preflight.describe_take_machine(studio, spec, found), ())
    return plan.changes if plan else ()


def _make_retake_order(studio: Studio, state: ShotState, spec: MakeVideo, label: str) -> RetakeOrder:
    prepared = prepare_single_take(studio, studio.take_snapshot().story, state, spec, label)
    return RetakeOrder(prepared, f"{label} by {spec.engine}")


def _base_spec_on_take(
    studio: Studio, state: ShotState, take: Take, engine: str, prompt: str, seed: int | None
) -> tuple[MakeVideo, Asset]:
    """Return the shot's spec with the length, size and handles of the take's file, and the asset of that
    file.
    """
    story = studio.take_snapshot().story
    asset = next((one for one in story.assets if one.id == take.asset), None)
    place = state.takes.index(take) + 1
    if asset is None or not Path(_get_retake_path(studio, asset)).is_file():
        raise NotFound(
            f"the file of take {place} of {state.number} is missing", "milimo doctor lists what is missing"
        )
    if take.frames == 1:
        raise BadInput(
            f"{state.number} is a picture, not a clip",
            "change it with milimo picture inpaint or milimo picture upscale",
        )
    if asset.rate != story.project.rate:
        raise BadInput(
            f"take {place} of {state.number} has {float(asset.rate or 0):g} frames a second, but "
            "the film has "
            f"{float(story.project.rate):g}",
            f"use the take that it was made from; milimo shot takes {state.number} lists the takes",
        )
    name = _choose_retake_engine(studio, state, take, engine)
    spec = make_film_specs(studio, name).get_spec(state.shot)
    stands_for = (
        signatures.get_signature(spec) if state.is_fresh(take) or not take.signature else take.signature
    )
    return spec.model_copy(
        update={
            **({"prompt": prompt, "plain": ""} if prompt else {}),
            "frames": take.length,
            "head": take.head,
            "tail": take.tail,
            "width": asset.width or spec.width,
            "height": asset.height or spec.height,
            "sample_rate": asset.sample_rate or spec.sample_rate,
            "seed": shot_spec.draw_random_seed() if seed is None else seed,
            **NO_FOLLOWED_FIELDS,
            "references": (),
            "stands_for": stands_for,
        }
    ), asset


def _choose_retake_engine(studio: Studio, state: ShotState, take: Take, named: str) -> str:
    """Choose the engine that changes the take. Raises Refused if the engine `named` can't change takes.

    Engines are tried in this order: the named engine, the engine of the take, the engine of the shot or film,
    and the first engine that can change takes.
    """
    able = [row.name for row in engine_registry.rows() if row.changes_takes]
    if named:
        shot_spec.check_engine(named, "make_video")
        if named not in able:
            raise Refused(f"{named} can't change takes", f"engines that can: {', '.join(able)}")
        return named
    story = studio.take_snapshot().story
    likely = (take.engine, shot_spec.choose_engine(story, state.shot), *able)
    return next(name for name in likely if name in able)


def _get_retake_path(studio: Studio, asset: Asset) -> str:
    return str(render_plan.get_asset_path(studio.require_project().paths, asset))


def _parse_retake_range(text: str, take: Take, rate: Fraction) -> tuple[int, int | None]:
    """Convert a range of the shot, as the user typed it, to the first and the last frame in the take's file.

    A range without an end extends to the end of the file; its last frame is None. Raises BadInput for a range
    outside the part of the take that the shot shows.
    """
    if not text:
        return 0, None
    begin, dots, end = text.partition("..")
    if not dots or not (begin.strip() or end.strip()):
        raise BadInput(f"“{text}” is not a range", f"write {RANGE_SYNTAX}")
    first = parse_frame(begin, rate) if begin.strip() else None
    last = parse_frame(end, rate) if end.strip() else None
    low, high = first or 0, take.length if last is None else last
    if not low < high <= take.length:
        raise BadInput(
            f"“{text}” is outside the take, which has {take.length} frames",
            f"give a range within 0..{take.length}: {RANGE_SYNTAX}",
        )
    return (0 if first is None else take.head + low), (None if last is None else take.head + high)


def _parse_region(text: str, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Parse a box as left, top, right, bottom in pixels; right and bottom are exclusive. `size` is the
    picture's size.

    Four numbers from 0 to 1 are shares of the picture. Raises BadInput if the box is malformed or outside the
    picture.
    """
    try:
        values = [float(part) for part in text.split(",")]
    except ValueError:
        values = []
    if len(values) != 4:
        raise BadInput(f"“{text}” is not a region", f"write {REGION_SYNTAX}")
    shares = all(0 <= one <= 1 for one in values)
    sides = (*size, *size)
    left, top, right, bottom = (
        round(one * side) if shares else round(one) for one, side in zip(values, sides, strict=True)
    )
    if not (0 <= left < right <= size[0] and 0 <= top < bottom <= size[1]):
        raise BadInput(
            f"the region “{text}” is outside the picture of {size[0]}×{size[1]}", f"write {REGION_SYNTAX}"
        )
    return left, top, right, bottom


def _parse_frame_size(studio: Studio, text: str) -> tuple[int, int]:
    """Parse the size of a frame that the user typed. Return width and height in pixels. Raises BadInput."""
    project = studio.take_snapshot().story.project
    if text == "film":
        return project.width, project.height
    width, by, height = text.lower().replace("×", "x").partition("x")
    if not by or not width.isdigit() or not height.isdigit() or not int(width) * int(height):
        raise BadInput(f"“{text}” is not a frame size", f"write {FRAME_SYNTAX}")
    return int(width), int(height)


def _place_in_frame(text: str, size: tuple[int, int], wanted: tuple[int, int]) -> tuple[int, int]:
    """Parse the position at which the take's picture is placed in a frame of another size. Return left and
    top in even pixels. An empty text centres the picture.

    `size` is the size of the picture, and `wanted` is the size of the frame. Raises BadInput if the picture
    would be outside the frame or would cover it completely.
    """
    if text:
        try:
            left, top = (int(part) for part in text.split(","))
        except ValueError:
            raise BadInput(
                f"“{text}” is not a position", "give left,top in pixels of the new frame"
            ) from None
    else:
        left, top = ((new - old) // 2 for new, old in zip(wanted, size, strict=True))
    left, top = left // 2 * 2, top // 2 * 2
    seen = left < wanted[0] and top < wanted[1] and left + size[0] > 0 and top + size[1] > 0
    covers = left <= 0 and top <= 0 and left + size[0] >= wanted[0] and top + size[1] >= wanted[1]
    if not seen or covers:
        what = "is not seen in" if not seen else "leaves no new edges in"
        raise BadInput(
            f"a picture of {size[0]}×{size[1]} {what} a frame of {wanted[0]}×{wanted[1]}", FRAME_SYNTAX
        )
    return left, top


def _describe_retaken_part(request: RetakeRequest, again: Again) -> str:
    """Return a text for a label that names the part of the take to be made again: `12..48 again`, `all of it
    again`.
    """
    if request.frame:
        return f"in a frame of {request.frame}"
    parts = [request.range, "a region" if again.region else "a mask" if again.mask else ""]
    return f"{' '.join(filter(None, parts)) or 'all of it'} again"
