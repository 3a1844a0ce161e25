"""Evaluation of a clip's curves at many frames at once, and computation of the source frames that a clip with
a speed ramp has passed.

These functions do for arrays what `evaluate_curve` and `compute_distance` in `cut.values` do for one frame.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from milimo_tui.cut.values.keyframes import Curve, Easing
from milimo_tui.cut.values.ramps import compute_mean_value

Numbers = NDArray[np.float64]


def evaluate_curve_at_frames(curve: Curve, frames: Numbers) -> Numbers:
    """Return the values of a curve at the given frames, counted from the start of the clip."""
    keys = np.array([key.frame for key in curve], np.float64)
    values = np.array([key.value for key in curve], np.float64)
    after = np.searchsorted(keys, frames, side="right")
    left = np.clip(after - 1, 0, len(curve) - 1)
    right = np.clip(after, 0, len(curve) - 1)
    span = np.where(right > left, keys[right] - keys[left], 1.0)
    x = np.clip((frames - keys[left]) / span, 0.0, 1.0)
    share = np.zeros_like(x)
    for easing in {key.easing for key in curve}:
        selected = np.array([key.easing is easing for key in curve])[left]
        share[selected] = _apply_easing(easing, x[selected])
    numbers: Numbers = values[left] + (values[right] - values[left]) * share
    return numbers


def _apply_easing(easing: Easing, x: Numbers) -> Numbers:
    match easing:
        case Easing.LINEAR:
            return x
        case Easing.IN:
            return np.asarray(1.0 - np.cos(x * (math.pi / 2)))
        case Easing.OUT:
            return np.asarray(np.sin(x * (math.pi / 2)))
        case Easing.BOTH:
            return np.asarray(0.5 - 0.5 * np.cos(x * math.pi))
        case Easing.HOLD:
            return np.zeros_like(x)


def measure_travel(curve: Curve, frames: Numbers) -> Numbers:
    """Return the distance in the source that a clip with a speed ramp has travelled at each of the given
    frames.

    The result is in source frames since the ramp's first key. It is computed for a clip whose own speed is 1.
    """
    keys = np.array([key.frame for key in curve], np.float64)
    values = np.array([key.value for key in curve], np.float64)
    pairs = list(pairwise(curve))
    legs = [
        (right.frame - left.frame) * compute_mean_value(left.value, right.value, left.easing)
        for left, right in pairs
    ]
    travelled = np.concatenate([[0.0], np.cumsum(legs)])
    left = np.clip(np.searchsorted(keys, frames, side="right") - 1, 0, len(curve) - 1)
    since = frames - keys[left]
    out: Numbers = travelled[left] + since * values[left]
    for index, (one, other) in enumerate(pairs):
        here = (left == index) & (since > 0)
        if here.any():
            span = other.frame - one.frame
            part = span * (other.value - one.value) * _integrate_easing(one.easing, since[here] / span)
            out[here] += part
    return out


def _integrate_easing(easing: Easing, x: Numbers) -> Numbers:
    match easing:
        case Easing.LINEAR:
            return np.asarray(x * x / 2)
        case Easing.IN:
            return np.asarray(x - np.sin(x * (math.pi / 2)) * (2 / math.pi))
        case Easing.OUT:
            return np.asarray((1 - np.cos(x * (math.pi / 2))) * (2 / math.pi))
        case Easing.BOTH:
            return np.asarray(x / 2 - np.sin(x * math.pi) / (2 * math.pi))
        case Easing.HOLD:
            return np.zeros_like(x)
