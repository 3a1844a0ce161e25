"""Convert keyframes to and from JSON. Curves of clips, of strips and of sound effects use the same form."""

from __future__ import annotations

from typing import Any

from milimo_tui.cut.values.effects import Easing, Keyframe


def keyframe_to_json(key: Keyframe) -> list[int | float | str]:
    """Return a keyframe as JSON: `[12, 0.5, "ease"]`. The easing is left out if it is linear."""
    values: list[int | float | str] = [key.frame, key.value]
    return values if key.easing is Easing.LINEAR else [*values, key.easing.value]


def keyframe_from_json(values: list[Any]) -> Keyframe:
    """Return the keyframe that a JSON list describes."""
    return Keyframe(int(values[0]), float(values[1]), Easing(values[2]) if len(values) > 2 else Easing.LINEAR)
