"""The level of a clip over time for other programs. They have one curve of a clip's level, with straight
lines between its keyframes.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from milimo_tui.cut.values.cut import Clip
from milimo_tui.cut.values.effects import DUCKING, GAIN_RANGE_DB, MUTED_DB, VOLUME, evaluate_curve
from milimo_tui.cut.values.keyframes import Curve, Keyframe

_LARGEST_ERROR_DB = 0.1
# Softer parts of a curve are not followed more exactly, because nobody hears the difference.
_SOFTEST_DB = -60.0


def compute_level_curve(clip: Clip, *, is_gain: bool = False) -> Curve:
    """Return the level of a clip in dB at its frames: the sum of its gain, its volume and its ducking.

    A constant level is one keyframe, and a level of 0 dB is none. The other program draws lines between the
    keyframes in dB, or with `is_gain` in the linear gain.
    """
    curves = [clip.effects.get_curve(each.name) for each in (VOLUME, DUCKING)]
    return add_curves([(Keyframe(0, clip.gain_db),), *curves], clip.frames, is_gain=is_gain)


def add_curves(curves: Sequence[Curve], frames: int, *, is_gain: bool = False) -> Curve:
    """Return the sum of curves in dB from frame 0 to the last of `frames` frames, as linear keyframes. It
    differs from the exact sum by at most 0.1 dB at each frame.
    """
    used = [curve for curve in curves if curve]

    def evaluate(frame: int) -> float:
        return limit_level(sum(evaluate_curve(curve, frame) for curve in used))

    last = max(0, frames - 1)
    inner = {key.frame for curve in used for key in curve if 0 < key.frame < last}
    points = sorted({0, last, *inner})
    between = _interpolate_gain if is_gain else _interpolate_decibels
    for first, second in pairwise(list(points)):
        points += _divide_span(evaluate, first, second, between)
    keys = tuple(Keyframe(frame, round(evaluate(frame), 3)) for frame in sorted(points))
    if len({key.value for key in keys}) > 1:
        return keys
    return keys[:1] if keys[0].value else ()


def convert_gain_keys(gains: Mapping[int, float]) -> Curve:
    """Return keyframes of a linear gain, with straight lines between them, as keyframes in dB. They differ by
    at most 0.1 dB.
    """
    levels = tuple(Keyframe(frame, convert_to_decibels(gains[frame])) for frame in sorted(gains))

    def evaluate(frame: int) -> float:
        after = bisect_right(levels, frame, key=lambda key: key.frame)
        left, right = levels[after - 1], levels[min(after, len(levels) - 1)]
        span = max(1, right.frame - left.frame)
        return _interpolate_gain(left.value, right.value, (frame - left.frame) / span)

    points = [key.frame for key in levels]
    for left, right in pairwise(levels):
        points += _divide_span(evaluate, left.frame, right.frame, _interpolate_decibels)
    return tuple(Keyframe(frame, round(evaluate(frame), 3)) for frame in sorted(points))


def convert_to_decibels(gain: float) -> float:
    """Convert a linear gain to decibels, limited to the range that a clip's level can have."""
    return limit_level(round(20 * math.log10(gain), 3)) if gain > 0 else MUTED_DB


def limit_level(level: float) -> float:
    """Return a level in dB, limited to the range of a clip's level."""
    low, high = GAIN_RANGE_DB
    return min(high, max(low, level))


def _divide_span(
    evaluate: Callable[[int], float], first: int, last: int, between: Callable[[float, float, float], float]
) -> list[int]:
    """Return the frames between two frames at which further keyframes are needed."""
    spans, out = [(first, last)], []
    while spans:
        left, right = spans.pop()
        if right - left < 2:
            continue
        ends = evaluate(left), evaluate(right)
        probes = {left + (right - left) * quarter // 4 for quarter in (1, 2, 3)} - {left}
        if all(
            _is_near(between(*ends, (frame - left) / (right - left)), evaluate(frame)) for frame in probes
        ):
            continue
        middle = (left + right) // 2
        out.append(middle)
        spans += [(left, middle), (middle, right)]
    return out


def _is_near(drawn: float, exact: float) -> bool:
    return abs(max(drawn, _SOFTEST_DB) - max(exact, _SOFTEST_DB)) <= _LARGEST_ERROR_DB


def _interpolate_decibels(left: float, right: float, share: float) -> float:
    return left + (right - left) * share


def _interpolate_gain(left: float, right: float, share: float) -> float:
    gain = _interpolate_decibels(compute_linear_gain(left), compute_linear_gain(right), share)
    return 20 * math.log10(gain) if gain > 0 else MUTED_DB


def compute_linear_gain(level: float) -> float:
    """Return the linear gain of a level in dB. Levels of −96 dB and less are silence, with the gain 0."""
    return 10 ** (level / 20) if level > MUTED_DB else 0.0
