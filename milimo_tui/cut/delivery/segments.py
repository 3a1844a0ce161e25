"""Divide a plan into segments that are encoded separately, and compute a hash of the content of each segment.
Pure functions.

The segments depend on the plan and the delivery, but not on the number of workers, so that every machine
makes the same film. The bounds of segments follow the pictures. An edit therefore only moves bounds near the
edit, and other segments are reused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from milimo_tui.core.time import round_half_up
from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.delivery.render_methods import (
    RenderMethod,
    choose_render_method,
    is_plain_layer,
    list_visible_layers,
)
from milimo_tui.cut.plan.parts import extract_stretch_part, split_stretch_at
from milimo_tui.cut.plan.plan import (
    Media,
    PlanLayer,
    PlanStretch,
    PlanTransition,
    RenderPlan,
    compute_plan_signature,
)
from milimo_tui.cut.values.effects import PARAMS
from milimo_tui.cut.values.mixer import MixRole

# Length of the segments into which a long stretch is divided. A stretch of at most 1.5 times this length
# stays one segment.
SECONDS = 10
LEAST_SECONDS = 1  # A stretch shorter than this shares its segment with neighbouring stretches.

# The kinds of media whose title and text are never drawn into the picture.
_KINDS_WITHOUT_TEXT = ("video", "picture", "sequence", "sound")


@dataclass(frozen=True, slots=True)
class PlanSegment:
    """A part of a plan that is encoded separately: frames [start, start + frames) with their stretches.

    `method` is COPY if all frames of the segment can be copied from their source, else COMPOSITE.
    """

    start: int
    frames: int
    stretches: tuple[PlanStretch, ...]
    method: RenderMethod


def divide_into_segments(plan: RenderPlan, delivery: Delivery) -> tuple[PlanSegment, ...]:
    """Return the segments of a plan, which cover it without gaps. A stretch that can be copied is one segment
    of any length.
    """
    least = _get_least_frames(plan.rate)
    out: list[PlanSegment] = []
    short: list[PlanStretch] = []
    for stretch in plan.stretches:
        method = choose_render_method(stretch, plan, delivery)
        if stretch.frames < least and method is not RenderMethod.COPY:
            short.append(stretch)
            if sum(each.frames for each in short) >= least:
                out.append(_build_segment(short))
                short = []
            continue
        if short:
            out.append(_build_segment(short))
            short = []
        if method is RenderMethod.COPY:
            out.append(PlanSegment(stretch.start, stretch.frames, (stretch,), RenderMethod.COPY))
        else:
            out.extend(_build_segment([each]) for each in _divide_stretch(stretch, plan.rate))
    if short:
        out.append(_build_segment(short))
    return tuple(out)


def _build_segment(stretches: list[PlanStretch]) -> PlanSegment:
    start, last = stretches[0].start, stretches[-1]
    return PlanSegment(start, last.start + last.frames - start, tuple(stretches), RenderMethod.COMPOSITE)


def divide_uncopied_frames(
    copy: PlanSegment, rate: Fraction, first: int, last: int
) -> tuple[PlanSegment, ...]:
    """Return segments that encode frames [first, last) of the segment `copy`. That segment was planned to be
    copied from its source file, but the key frames of the file do not allow copying these frames.
    """
    (stretch,) = copy.stretches
    if first >= last:
        return ()
    return tuple(
        _build_segment([each])
        for each in _divide_stretch(extract_stretch_part(stretch, rate, first, last), rate)
    )


def _divide_stretch(stretch: PlanStretch, rate: Fraction) -> list[PlanStretch]:
    """Divide a long stretch into parts of about the segment length.

    The bounds are at multiples of the segment length in the source time of the lowest picture. So trimming
    one end of a clip does not move the bounds near its other end. No part is much shorter than the others.
    """
    span = max(2, round(SECONDS * rate))
    if stretch.frames <= span + span // 2:
        return [stretch]
    end = stretch.start + stretch.frames
    pictures = stretch.list_pictures()
    into = round_half_up(pictures[0].source_in * rate) if pictures and pictures[0].speed == 1 else 0
    first = stretch.start + (-into) % span
    points = [at for at in range(first, end, span) if min(at - stretch.start, end - at) >= span // 4]
    return split_stretch_at(stretch, rate, points)


def _get_least_frames(rate: Fraction) -> int:
    return max(1, round(LEAST_SECONDS * rate))


def compute_content_hash(segment: PlanSegment, plan: RenderPlan) -> str:
    """Return the SHA-256 of everything that a segment's pictures depend on. The position of the segment in
    the film is not included.

    A file is identified by its digest, or by its path if it has none. A caller that caches results must check
    files without a digest for changes itself.
    """
    parts = [
        {
            "frames": each.frames,
            "layers": [_get_visible_content(layer, each.frames) for layer in list_visible_layers(each, plan)],
        }
        for each in segment.stretches
    ]
    raster = [plan.width, plan.height, str(plan.rate)]
    text = json.dumps([raster, parts], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def compute_sound_signature(plan: RenderPlan) -> str:
    """Return the SHA-256, in hex, of everything that a plan's sound depends on."""
    sounds = [
        compute_plan_signature(
            each.model_copy(update={"clip": "", "track": "", "media": _remove_visible_parts(each.media)})
        )
        for each in plan.sounds
    ]
    facts: list[Any] = [plan.frames, str(plan.rate), plan.sample_rate, sounds]
    if plan.mixer is not None:
        strips = tuple(
            each.model_copy(update={"name": "", "role": MixRole.NONE}) for each in plan.mixer.strips
        )
        facts.append(compute_plan_signature(plan.mixer.model_copy(update={"strips": strips})))
    text = json.dumps(facts, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _remove_visible_parts(media: Media) -> Media:
    """Return media without everything that is only seen: a compound clip loses its pictures, a title or slate
    its text. The result is hashed for the sound.
    """
    inner = media.plan and media.plan.model_copy(update={"cut": "", "name": "", "stretches": ()})
    return media.model_copy(update={"title": "", "text": "", "plan": inner})


def list_sound_files(plan: RenderPlan) -> Iterator[str]:
    """Yield the paths of all files from which a plan's sound comes, in the order of the plan's sounds. A path
    may occur several times.
    """
    for each in plan.sounds:
        yield from list_media_sound_files(each.media)


def list_media_sound_files(media: Media) -> Iterator[str]:
    """Yield the paths of all files from which the sound of a clip's media comes. A path may occur several
    times.
    """
    if media.plan is not None:
        yield from list_sound_files(media.plan)
    elif media.path:
        yield media.path


def list_segment_files(segment: PlanSegment) -> Iterator[str]:
    """Yield the paths of all files from which a segment's pictures come, stretch by stretch and from the
    lowest layer up. A path may occur several times.
    """
    for stretch in segment.stretches:
        yield from list_stretch_files(stretch)


def list_stretch_files(stretch: PlanStretch) -> Iterator[str]:
    """Yield the paths of all files from which a stretch's pictures come, from the lowest layer up. A path may
    occur several times.
    """
    for layer in stretch.list_pictures():
        if layer.media.path:
            yield layer.media.path
        yield from (extra.path for extra in (layer.lut, layer.matte) if extra is not None)
        if layer.media.plan is not None:
            for inner in layer.media.plan.stretches:
                yield from list_stretch_files(inner)


def _get_visible_content(layer: PlanLayer | PlanTransition, frames: int) -> Any:
    """Return everything that is visible in a layer for `frames` frames, as a JSON value for the hash."""
    if isinstance(layer, PlanTransition):
        sides = [
            None if side is None else _remove_invisible_parts(side, frames)
            for side in (layer.left, layer.right)
        ]
        rest = compute_plan_signature(layer.model_copy(update={"left": None, "right": None}))
        return [rest, *(None if side is None else compute_plan_signature(side) for side in sides)]
    return compute_plan_signature(_remove_invisible_parts(layer, frames))


def _remove_invisible_parts(layer: PlanLayer, frames: int) -> PlanLayer:
    """Return a layer without the values that do not affect its pictures, so that they do not change the hash.
    These are names and sound. If no fade or curve depends on the layer's position in its clip, that position
    is removed, too.
    """
    drawn = tuple(curve for curve in layer.effects.curves if not PARAMS[curve[0]].sound)
    effects = replace(layer.effects, curves=drawn, lut="", matte="", speed=Fraction(1), chain=())
    changes: dict[str, Any] = {"clip": "", "media": _remove_audible_parts(layer.media), "effects": effects}
    if is_plain_layer(layer, frames):
        changes |= {"clip_offset": 0, "clip_frames": 0, "fade_in": 0, "fade_out": 0}
    return layer.model_copy(update=changes)


def _remove_audible_parts(media: Media) -> Media:
    silent: dict[str, Any] = {"has_sound": False, "previs": False, "noise": False}
    if media.kind in _KINDS_WITHOUT_TEXT:
        silent |= {"title": "", "text": ""}
    if media.plan is not None:
        inner = media.plan.model_copy(
            update={"cut": "", "name": "", "sounds": (), "mixer": None, "previs": False}
        )
        silent |= {"plan": inner, "title": ""}
    return media.model_copy(update=silent)
