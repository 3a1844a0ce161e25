"""Parts of stretches: the same pictures from a later frame on. Pure."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from milimo_tui.cut.plan.plan import Joined, Layer, SoundClip, Stretch
from milimo_tui.cut.values.ramps import ramp_of, travel


def part(stretch: Stretch, rate: Fraction, first: int, last: int) -> Stretch:
    """Return the plan's frames [first, last) of a stretch. They must be inside the stretch."""
    gone = first - stretch.start
    if gone == 0 and last - first == stretch.frames:
        return stretch
    layers = tuple(
        _later_join(each, rate, gone) if isinstance(each, Joined) else later(each, rate, gone)
        for each in stretch.layers
    )
    return Stretch(start=first, frames=last - first, layers=layers)


def cut_at(stretch: Stretch, rate: Fraction, points: list[int]) -> list[Stretch]:
    """Return the parts of a stretch, split at those ascending points that are inside it."""
    end = stretch.start + stretch.frames
    inside = [point for point in points if stretch.start < point < end]
    return [part(stretch, rate, first, last) for first, last in pairwise([stretch.start, *inside, end])]


def later(layer: Layer, rate: Fraction, frames: int) -> Layer:
    """Return a layer advanced by a number of frames."""
    if frames == 0:
        return layer
    return layer.model_copy(
        update={"source_in": second_at(layer, frames, rate), "clip_offset": layer.clip_offset + frames}
    )


def second_at(what: Layer | SoundClip, frame: int, rate: Fraction) -> Fraction:
    """Return the source second of a layer or sound, `frame` frames after its own first frame."""
    first = what.clip_offset
    return what.source_in + travel(ramp_of(what.effects), first, first + frame) / rate * what.speed


def _later_join(join: Joined, rate: Fraction, frames: int) -> Joined:
    left = None if join.left is None else later(join.left, rate, frames)
    right = None if join.right is None else later(join.right, rate, frames)
    return join.model_copy(update={"offset": join.offset + frames, "left": left, "right": right})
