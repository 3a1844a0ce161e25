"""Convert keyframes to and from JSON. Curves of clips, of strips and of sound effects use the same form."""

from __future__ import annotations

import math
from typing import Any

from milimo_tui.cut.values.effects import Easing, Keyframe


def keyframe_to_json(key: Keyframe) -> list[int | float | str]:
    """Return a keyframe as JSON: `[12, 0.5, "ease"]`. The easing is left out if it is linear."""
    values: list[int | float | str] = [key.frame, key.value]
    return values if key.easing is Easing.LINEAR else [*values, key.easing.value]


def keyframe_from_json(values: list[Any]) -> Keyframe:
    """Return the keyframe that a JSON list describes."""
    frame, value, easing = (*values[:3], *("linear",) * (3 - len(values)))
    number = read_json_number(frame)
    if number != int(number):
        raise ValueError(f"{frame} is not a frame")
    return Keyframe(int(number), read_json_number(value), Easing(easing))


def read_json_number(value: Any) -> float:
    """Return a finite number of a JSON document. Raises ValueError for other values, also for `true`, which
    Python counts as 1.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{value} is not a number")
    return float(value)
