"""Take parts of stretches and layers of a plan, and compute source times in them. Pure functions."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from milimo_tui.cut.plan.plan import PlanLayer, PlanStretch, PlanTransition, SoundClip
from milimo_tui.cut.values.ramps import compute_distance, get_speed_ramp


def extract_stretch_part(stretch: PlanStretch, rate: Fraction, first: int, last: int) -> PlanStretch:
    """Return the part of a stretch in the plan's frames [first, last), which must be inside the stretch."""
    skipped = first - stretch.start
    if skipped == 0 and last - first == stretch.frames:
        return stretch
    layers = tuple(
        _advance_transition(each, rate, skipped)
        if isinstance(each, PlanTransition)
        else advance_layer(each, rate, skipped)
        for each in stretch.layers
    )
    return PlanStretch(start=first, frames=last - first, layers=layers)


def split_stretch_at(stretch: PlanStretch, rate: Fraction, points: list[int]) -> list[PlanStretch]:
    """Split a stretch at the given frames of the plan and return the parts. `points` are sorted; points
    outside the stretch are ignored.
    """
    end = stretch.start + stretch.frames
    inside = [point for point in points if stretch.start < point < end]
    return [
        extract_stretch_part(stretch, rate, first, last)
        for first, last in pairwise([stretch.start, *inside, end])
    ]


def advance_layer(layer: PlanLayer, rate: Fraction, frames: int) -> PlanLayer:
    """Return a layer as it is `frames` frames later: its source time and its position in the clip are moved
    on.
    """
    if frames == 0:
        return layer
    return layer.model_copy(
        update={"source_in": get_layer_second(layer, frames, rate), "clip_offset": layer.clip_offset + frames}
    )


def get_layer_second(what: PlanLayer | SoundClip, frame: int, rate: Fraction) -> Fraction:
    """Return the source second of a layer or sound, `frame` frames after its own first frame."""
    first = what.clip_offset
    return (
        what.source_in
        + compute_distance(get_speed_ramp(what.effects), first, first + frame) / rate * what.speed
    )


def _advance_transition(join: PlanTransition, rate: Fraction, frames: int) -> PlanTransition:
    left = None if join.left is None else advance_layer(join.left, rate, frames)
    right = None if join.right is None else advance_layer(join.right, rate, frames)
    return join.model_copy(update={"offset": join.offset + frames, "left": left, "right": right})
