"""Keyframes, and curves of them: the values of a number over time.

Curves of clips, of strips and of sound effects use the same keyframes and the same form in JSON.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Easing(StrEnum):
    """The interpolation between a keyframe and the next keyframe."""

    LINEAR = "linear"
    IN = "ease-in"
    OUT = "ease-out"
    BOTH = "ease"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Keyframe:
    """The value of a number at a frame of the clip. `easing` is the interpolation to the next keyframe."""

    frame: int
    value: float
    easing: Easing = Easing.LINEAR


Curve = tuple[Keyframe, ...]
"""Keyframes in ascending order, at most one per frame. A single keyframe is a constant value."""


def keyframe_to_json(key: Keyframe) -> list[int | float | str]:
    """Return a keyframe as JSON: `[12, 0.5, "ease"]`. The easing is left out if it is linear."""
    values: list[int | float | str] = [key.frame, key.value]
    return values if key.easing is Easing.LINEAR else [*values, key.easing.value]


def keyframe_from_json(values: list[Any]) -> Keyframe:
    """Return the keyframe that a JSON list describes."""
    frame, value = read_json_number(values[0]), read_json_number(values[1])
    if frame != int(frame):
        raise ValueError(f"{frame} is not a frame")
    return Keyframe(int(frame), value, Easing(values[2]) if len(values) > 2 else Easing.LINEAR)


def read_json_number(value: Any) -> float:
    """Return a finite number of a JSON document. Raises ValueError for other values, also for `true`, which
    Python counts as 1.
    """
    try:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise ValueError(f"{value} is not a number")
    except OverflowError:  # An integer of JSON can be longer than the largest float.
        raise ValueError("the number is too large") from None
    return float(value)
