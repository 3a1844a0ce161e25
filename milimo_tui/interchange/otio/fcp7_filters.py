"""The filters of Final Cut Pro 7 that clips here can represent: opacity, level, and constant speed.

The adapter provides them as the filter's XML in dictionaries, under `fcp_xml`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from milimo_tui.cut.values.cut import Clip
from milimo_tui.interchange.values.bundle import Medium


def apply_fcp7_filters(
    clip: Clip, medium: Medium, rate: Fraction, filters: Iterable[Any], leave_out: Callable[[str], None]
) -> Clip:
    """Return a clip with the supported filters applied. `leave_out` is called with a sentence for each other
    filter.
    """
    for each in filters:
        body = each.get("fcp_xml") if isinstance(each, Mapping) else None
        if not isinstance(body, Mapping):
            continue
        name = str(body.get("effectid", "")).lower()
        values = _list_constant_parameters(body)
        if name == "opacity" and "opacity" in values:
            clip = replace(clip, opacity=min(max(values["opacity"] / 100, 0.0), 1.0))
        elif name == "audiolevels" and "level" in values:
            clip = replace(clip, gain_db=convert_to_decibels(values["level"]))
        elif name == "timeremap" and values.get("speed"):
            clip = _apply_fcp7_speed(
                clip, medium, rate, Fraction(values["speed"]).limit_denominator(10**4) / 100
            )
        else:
            leave_out(f"the effect “{name or 'without a name'}” is left out")
    return clip


def _apply_fcp7_speed(clip: Clip, medium: Medium, rate: Fraction, speed: Fraction) -> Clip:
    """Return a clip at a speed. The format counts the in point along the media as that speed plays them."""
    if not Fraction(1, 100) <= abs(speed) <= 100:
        return clip
    source_in = clip.source_in * abs(speed)
    if speed < 0 and medium.seconds is not None:
        source_in = medium.seconds - source_in + speed / rate
    return replace(clip, source_in=max(Fraction(0), source_in), effects=replace(clip.effects, speed=speed))


def convert_to_decibels(level: float) -> float:
    """Return a linear gain in decibels, limited to the range of a clip's gain."""
    return min(max(round(20 * math.log10(level), 3), -96.0), 24.0) if level > 0 else -96.0


def _list_constant_parameters(body: Mapping[str, Any]) -> dict[str, float]:
    """Return the constant numbers among a filter's parameters, by their ids."""
    parameters = body.get("parameter", [])
    out = {}
    for each in parameters if isinstance(parameters, list) else [parameters]:
        if isinstance(each, Mapping) and "keyframe" not in each:
            try:
                value = float(str(each.get("value")))
            except ValueError:
                continue
            if math.isfinite(value):
                out[str(each.get("parameterid", ""))] = value
    return out
