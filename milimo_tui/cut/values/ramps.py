"""Speed ramps: the distance that a clip advances in its source if its speed changes over time. Pure
functions.

A ramp is a curve whose value multiplies the clip's speed at each frame. A distance in the source is given in
frames: the unit is the length of source that one frame of the cut shows at speed 1. Distances are exact for a
constant ramp and rounded to a millionth of a frame otherwise.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from milimo_tui.cut.values.effects import RAMP, Effects
from milimo_tui.cut.values.keyframes import Curve, Easing, Keyframe

_FRAME_FRACTIONS = 10**6  # distances are rounded to a millionth of a frame
# Number of bisection steps to find the time between two keyframes at which a distance is reached
_HALVINGS = 60


def get_speed_ramp(effects: Effects) -> Curve:
    """Return the keyframes of a clip's speed ramp. Empty if the clip has a constant speed."""
    return effects.get_curve(RAMP) if effects.curves else ()


def replace_speed_ramp(effects: Effects, curve: Curve) -> Effects:
    """Return effects with the speed ramp `curve`. An empty `curve` removes the ramp."""
    others = tuple(each for each in effects.curves if each[0] != RAMP)
    mine = ((RAMP, curve),) if curve else ()
    return replace(effects, curves=tuple(sorted((*others, *mine), key=lambda each: each[0])))


def compute_distance(curve: Curve, first: Fraction | int, last: Fraction | int) -> Fraction:
    """Return how far a clip advances in its source over its frames [first, last), in frames at speed 1.

    The distance is negative if `last` is less than `first`.
    """
    if not curve:
        return Fraction(last) - first
    if len({key.value for key in curve}) == 1:
        return Fraction(str(curve[0].value)) * (Fraction(last) - first)
    return Fraction(
        round(
            (
                _compute_distance_from_first_key(curve, float(last))
                - _compute_distance_from_first_key(curve, float(first))
            )
            * _FRAME_FRACTIONS
        ),
        _FRAME_FRACTIONS,
    )


def find_arrival_frame(curve: Curve, first: Fraction | int, distance: Fraction) -> Fraction:
    """Return the frame at which a clip has advanced by `distance` in its source since frame `first`.

    This is the inverse of `compute_distance`.
    """
    if not curve:
        return Fraction(first) + distance
    if len({key.value for key in curve}) == 1:
        return Fraction(first) + distance / Fraction(str(curve[0].value))
    wanted = _compute_distance_from_first_key(curve, float(first)) + float(distance)
    first_key = curve[0]
    at = (
        first_key.frame + wanted / first_key.value
        if wanted <= 0
        else _find_frame_after_first_key(curve, wanted)
    )
    return Fraction(round(at * _FRAME_FRACTIONS), _FRAME_FRACTIONS)


def count_frames_within(curve: Curve, distance: Fraction) -> int:
    """Return the number of frames, from a clip's first frame on, in which the clip advances by at most
    `distance` in its source. `distance` is in frames at speed 1.

    For a negative distance, the frames before the first frame are counted.
    """
    sign = 1 if distance >= 0 else -1
    frames = math.floor(abs(find_arrival_frame(curve, 0, distance)))
    while abs(compute_distance(curve, 0, sign * (frames + 1))) <= abs(distance):
        frames += 1
    while frames > 0 and abs(compute_distance(curve, 0, sign * frames)) > abs(distance):
        frames -= 1
    return frames


def compute_mean_value(left: float, right: float, easing: Easing) -> float:
    """Return the mean value of a curve between two keyframes with the values `left` and `right`."""
    return left + (right - left) * integrate_easing(easing, 1.0)


def integrate_easing(easing: Easing, x: float) -> float:
    """Return the area under an easing from 0 to x: the integral of `effects.apply_easing`."""
    match easing:
        case Easing.LINEAR:
            return x * x / 2
        case Easing.IN:
            return x - math.sin(x * math.pi / 2) * 2 / math.pi
        case Easing.OUT:
            return (1 - math.cos(x * math.pi / 2)) * 2 / math.pi
        case Easing.BOTH:
            return x / 2 - math.sin(x * math.pi) / (2 * math.pi)
        case Easing.HOLD:
            return 0.0


def _compute_distance_from_first_key(curve: Curve, frame: float) -> float:
    """Return how far a clip has advanced in its source between the ramp's first keyframe and `frame`."""
    if frame <= curve[0].frame:
        return (frame - curve[0].frame) * curve[0].value
    after = bisect_right(curve, frame, key=lambda key: key.frame)
    distance = math.fsum(
        _compute_distance_between_keys(left, right) for left, right in pairwise(curve[:after])
    )
    left = curve[after - 1]
    if after == len(curve):
        return distance + (frame - left.frame) * left.value
    return distance + _compute_partial_distance(
        left, curve[after], (frame - left.frame) / (curve[after].frame - left.frame)
    )


def _find_frame_after_first_key(curve: Curve, wanted: float) -> float:
    """Return the frame at which a clip has advanced by `wanted` in its source since the ramp's first
    keyframe.
    """
    distance = 0.0
    for left, right in pairwise(curve):
        more = _compute_distance_between_keys(left, right)
        if distance + more >= wanted:
            low, high = 0.0, 1.0
            for _ in range(_HALVINGS):
                middle = (low + high) / 2
                low, high = (
                    (middle, high)
                    if distance + _compute_partial_distance(left, right, middle) < wanted
                    else (low, middle)
                )
            return left.frame + (right.frame - left.frame) * high
        distance += more
    return curve[-1].frame + (wanted - distance) / curve[-1].value


def _compute_distance_between_keys(left: Keyframe, right: Keyframe) -> float:
    return (right.frame - left.frame) * compute_mean_value(left.value, right.value, left.easing)


def _compute_partial_distance(left: Keyframe, right: Keyframe, x: float) -> float:
    """Return how far a clip advances in its source from the keyframe `left` on, in the share `x` of the time
    to `right`.
    """
    frames = right.frame - left.frame
    return frames * (left.value * x + (right.value - left.value) * integrate_easing(left.easing, x))
