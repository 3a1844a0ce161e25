"""Divide a plan into segments that are encoded separately, and hash the content of each. Pure.

The bounds depend only on the plan and its delivery, not on the workers, so any number of workers gives the
same film. The bounds follow the pictures they belong to, so that an edit moves only the bounds next to it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from milimo_tui.core.time import half_up
from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.delivery.ways import Way, is_plain, visible, way_of
from milimo_tui.cut.plan.parts import cut_at, part
from milimo_tui.cut.plan.plan import Joined, Layer, Media, Plan, Stretch, signature_of
from milimo_tui.cut.values.effects import PARAMS

SECONDS = 10  # length of a segment in a long stretch; a stretch of up to 1.5 times this length is not divided
LEAST_SECONDS = 1  # shorter stretches share a segment

# kinds of media whose title and text are not visible
_TOLD_BY_FILE = ("video", "picture", "sequence", "sound")


@dataclass(frozen=True, slots=True)
class Segment:
    """Frames [start, start + frames) of a plan, with `stretches` cut to them. `way` is COPY only if all can
    be copied.
    """

    start: int
    frames: int
    stretches: tuple[Stretch, ...]
    way: Way


def segments(plan: Plan, delivery: Delivery) -> tuple[Segment, ...]:
    """Return the plan's contiguous segments. A stretch that can be copied is one segment, however long it
    is.
    """
    least = _least(plan.rate)
    out: list[Segment] = []
    short: list[Stretch] = []
    for stretch in plan.stretches:
        way = way_of(stretch, plan, delivery)
        if stretch.frames < least and way is not Way.COPY:
            short.append(stretch)
            if sum(each.frames for each in short) >= least:
                out.append(_of(short))
                short = []
            continue
        if short:
            out.append(_of(short))
            short = []
        if way is Way.COPY:
            out.append(Segment(stretch.start, stretch.frames, (stretch,), Way.COPY))
        else:
            out.extend(_of([each]) for each in _spans(stretch, plan.rate))
    if short:
        out.append(_of(short))
    return tuple(out)


def _of(stretches: list[Stretch]) -> Segment:
    start, last = stretches[0].start, stretches[-1]
    return Segment(start, last.start + last.frames - start, tuple(stretches), Way.COMPOSITE)


def encoded(copy: Segment, rate: Fraction, first: int, last: int) -> tuple[Segment, ...]:
    """Return segments for the plan's frames [first, last) of a copy segment whose frames can't be copied."""
    (stretch,) = copy.stretches
    if first >= last:
        return ()
    return tuple(_of([each]) for each in _spans(part(stretch, rate, first, last), rate))


def _spans(stretch: Stretch, rate: Fraction) -> list[Stretch]:
    """Divide a long stretch at multiples of the segment length in the time of its lowest picture.

    So a trim at one end does not move the bounds at the other end. No part is much shorter than the rest.
    """
    span = max(2, round(SECONDS * rate))
    if stretch.frames <= span + span // 2:
        return [stretch]
    end = stretch.start + stretch.frames
    pictures = stretch.pictures()
    into = half_up(pictures[0].source_in * rate) if pictures and pictures[0].speed == 1 else 0
    first = stretch.start + (-into) % span
    points = [at for at in range(first, end, span) if min(at - stretch.start, end - at) >= span // 4]
    return cut_at(stretch, rate, points)


def _least(rate: Fraction) -> int:
    return max(1, round(LEAST_SECONDS * rate))


def content(segment: Segment, plan: Plan) -> str:
    """Return the SHA-256 of everything that a segment's pictures depend on, independent of its position in a
    film.

    Files are identified by their digest, or by their path if they have none. A caller that caches results
    must add the state of files without a digest.
    """
    parts = [
        {
            "frames": each.frames,
            "layers": [_plain(layer, each.frames) for layer in visible(each, plan)],
        }
        for each in segment.stretches
    ]
    raster = [plan.width, plan.height, str(plan.rate)]
    text = json.dumps([raster, parts], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def sound_signature(plan: Plan) -> str:
    """Return the SHA-256, in hex, of everything that a plan's sound depends on."""
    sounds = [
        signature_of(each.model_copy(update={"clip": "", "track": "", "media": _sounding(each.media)}))
        for each in plan.sounds
    ]
    text = json.dumps([plan.frames, str(plan.rate), plan.sample_rate, sounds], separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _sounding(media: Media) -> Media:
    """Return media without its text. A compound clip is returned without its pictures."""
    inner = media.plan and media.plan.model_copy(update={"cut": "", "name": "", "stretches": ()})
    return media.model_copy(update={"title": "", "text": "", "plan": inner})


def sound_files(plan: Plan) -> Iterator[str]:
    """Yield the paths of all files that a plan's sound comes from, in order and with repetitions."""
    for each in plan.sounds:
        if each.media.plan is not None:
            yield from sound_files(each.media.plan)
        elif each.media.path:
            yield each.media.path


def files(segment: Segment) -> Iterator[str]:
    """Yield the paths of all files that a segment's pictures come from, in order and with repetitions."""
    for stretch in segment.stretches:
        yield from _files(stretch)


def _files(stretch: Stretch) -> Iterator[str]:
    for layer in stretch.pictures():
        if layer.media.path:
            yield layer.media.path
        yield from (extra.path for extra in (layer.lut, layer.matte) if extra is not None)
        if layer.media.plan is not None:
            for inner in layer.media.plan.stretches:
                yield from _files(inner)


def _plain(layer: Layer | Joined, frames: int) -> Any:
    """Return the visible content of a layer as a value for the hash."""
    if isinstance(layer, Joined):
        sides = [None if side is None else _seen(side, frames) for side in (layer.left, layer.right)]
        rest = signature_of(layer.model_copy(update={"left": None, "right": None}))
        return [rest, *(None if side is None else signature_of(side) for side in sides)]
    return signature_of(_seen(layer, frames))


def _seen(layer: Layer, frames: int) -> Layer:
    """Return a layer without names and sound, and without a position in its clip that has no effect."""
    drawn = tuple(curve for curve in layer.effects.curves if not PARAMS[curve[0]].sound)
    effects = replace(layer.effects, curves=drawn, lut="", matte="", speed=Fraction(1))
    changes: dict[str, Any] = {"clip": "", "media": _shown(layer.media), "effects": effects}
    if is_plain(layer, frames):
        changes |= {"clip_offset": 0, "clip_frames": 0, "fade_in": 0, "fade_out": 0}
    return layer.model_copy(update=changes)


def _shown(media: Media) -> Media:
    silent: dict[str, Any] = {"has_sound": False, "previs": False, "noise": False}
    if media.kind in _TOLD_BY_FILE:
        silent |= {"title": "", "text": ""}
    if media.plan is not None:
        inner = media.plan.model_copy(update={"cut": "", "name": "", "sounds": (), "previs": False})
        silent |= {"plan": inner, "title": ""}
    return media.model_copy(update=silent)
