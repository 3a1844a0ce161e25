"""Import the Final Cut Pro 7 filters that a clip here can represent: opacity, sound level, and constant
speed.

OTIO's adapter provides each filter's XML as nested dictionaries under the key `fcp_xml`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from typing import Any

from milimo_tui.core.time import round_half_up
from milimo_tui.cut.values.cut import Clip
from milimo_tui.cut.values.effects import VOLUME
from milimo_tui.interchange.values.bundle import Medium
from milimo_tui.interchange.values.level_curves import convert_gain_keys, convert_to_decibels


def apply_fcp7_filters(
    clip: Clip, medium: Medium, rate: Fraction, filters: Iterable[Any], leave_out: Callable[[str], None]
) -> Clip:
    """Return the clip with all supported filters applied. For every other filter, `leave_out` is called with
    a sentence.
    """
    for each in filters:
        body = each.get("fcp_xml") if isinstance(each, Mapping) else None
        if not isinstance(body, Mapping):
            continue
        name = str(body.get("effectid", "")).lower()
        values = _list_constant_parameters(body)
        if name == "opacity" and "opacity" in values:
            clip = replace(clip, opacity=min(max(values["opacity"] / 100, 0.0), 1.0))
        elif name == "audiolevels" and (keys := _list_level_keys(body)):
            first = round_half_up(clip.source_in * rate)
            curve = convert_gain_keys({when - first: gain for when, gain in keys.items()})
            clip = replace(clip, effects=replace(clip.effects, curves=((VOLUME.name, curve),)))
        elif name == "audiolevels" and "level" in values:
            clip = replace(clip, gain_db=convert_to_decibels(values["level"]))
        elif name == "timeremap" and "speed" in values:
            speed = Fraction(values["speed"]).limit_denominator(10**4) / 100
            # Some programs write a negative speed, others a switch, and others both.
            speed = -abs(speed) if _is_switched_on(body, "reverse") else speed
            clip = _apply_fcp7_speed(clip, medium, rate, speed)
            if values.get("variablespeed") or _is_switched_on(body, "variablespeed"):
                leave_out("changes of speed become a constant speed")
        else:
            leave_out(f"the effect “{name or 'without a name'}” is left out")
    return clip


def _apply_fcp7_speed(clip: Clip, medium: Medium, rate: Fraction, speed: Fraction) -> Clip:
    """Return the clip at a constant speed. The source start is converted, because the format counts it in
    frames of the media as played at that speed. At speed 0, the clip is a freeze frame.
    """
    if speed == 0:
        return replace(clip, effects=replace(clip.effects, speed=speed))
    if not Fraction(1, 100) <= abs(speed) <= 100:
        return clip
    source_in = clip.source_in * abs(speed)
    if speed < 0 and medium.seconds is not None:
        source_in = medium.seconds - source_in + speed / rate
    return replace(clip, source_in=max(Fraction(0), source_in), effects=replace(clip.effects, speed=speed))


def _list_level_keys(body: Mapping[str, Any]) -> dict[int, float]:
    """Return the linear gains of an animated level by the frame of the media. Empty if it is constant."""
    keys = {}
    for parameter in _list_parameters(body):
        if parameter.get("parameterid") == "level":
            for each in _list_values(parameter.get("keyframe", [])):
                with suppress(ValueError):
                    gain = float(str(each.get("value")))
                    if math.isfinite(gain):
                        keys[int(str(each.get("when")))] = gain
    return keys


def _list_parameters(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return _list_values(body.get("parameter", []))


def _list_values(found: object) -> list[Mapping[str, Any]]:
    """Return the elements of one name, of which a single element is not in a list."""
    listed = found if isinstance(found, list) else [found]
    return [each for each in listed if isinstance(each, Mapping)]


def _is_switched_on(body: Mapping[str, Any], name: str) -> bool:
    """Return True if a filter has a parameter with the value TRUE."""
    return any(
        str(each.get("parameterid", "")) == name and str(each.get("value", "")).upper() == "TRUE"
        for each in _list_parameters(body)
    )


def _list_constant_parameters(body: Mapping[str, Any]) -> dict[str, float]:
    """Return the parameters of a filter that have a single constant number, as a dictionary from parameter id
    to number. Animated parameters are left out.
    """
    out = {}
    for each in _list_parameters(body):
        if "keyframe" not in each:
            try:
                value = float(str(each.get("value")))
            except ValueError:
                continue
            if math.isfinite(value):
                out[str(each.get("parameterid", ""))] = value
    return out
