"""Read values from OpenTimelineIO objects: exact times, rates, and validated metadata of this program.

Files are not trusted: a value is accepted only if its type and range are valid.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any
from urllib.parse import unquote, urlsplit

from milimo_tui.core.errors import BadInput, Damaged
from milimo_tui.core.time import round_half_up
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.cut.values.effects import NO_EFFECTS, PARAMS, Effects
from milimo_tui.cut.values.effects_text import effects_from_json
from milimo_tui.cut.values.keyframes import Keyframe

OURS = "milimo"
LINKED = "milimo linked"
LOCKED = "milimo locked"
LINE = "place in file"
TIMES = "source times"
ALIASES = "other names"
FADE_IN = "fade in"
"""The metadata keys that readers of other formats write: the link that an item belongs to, the lock of a
track, the place of an item in its file, the source times of an edit decision list, further names of a
medium, and the length of a fade from black in frames.
"""
# Two times in seconds, or two other numbers, count as equal if they differ by less than this. No two frames
# are so close in time.
NEAR = Fraction(1, 10**6)
FAR = 10**9  # Larger frame numbers, and larger numbers of seconds, are refused.


class TooLarge(BadInput):
    """A file exceeds a limit, so that it is refused completely. Other errors concern a single item, which is
    left out.
    """


def read_own_metadata(otio_object: Any) -> dict[str, Any]:
    """Return the metadata that this program has written into an OTIO object. Return an empty dictionary if
    there is none or it is invalid.

    In objects from a file, the metadata is JSON text, as `otio_text.read_otio` leaves it.
    """
    metadata = otio_object.metadata.get(OURS, {})
    try:
        metadata = (
            parse_untrusted_json(metadata) if isinstance(metadata, str) else convert_to_plain_values(metadata)
        )
    except (ValueError, RecursionError):
        return {}
    return metadata if isinstance(metadata, dict) else {}


def convert_to_plain_values(value: Any) -> Any:
    """Convert OTIO's dictionaries and vectors to Python's, at all levels of nesting."""
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, Mapping) or hasattr(value, "items"):
        return {str(key): convert_to_plain_values(each) for key, each in value.items()}
    if isinstance(value, Sequence) or hasattr(value, "__iter__"):
        return [convert_to_plain_values(each) for each in value]
    return None


def read_text_field(metadata: Mapping[str, Any], name: str, default: str = "") -> str:
    """Return the text in a field, or the default if the field has another type or is missing."""
    value = metadata.get(name, default)
    return value if isinstance(value, str) else default


def read_flag_field(metadata: Mapping[str, Any], name: str) -> bool:
    """Return True if the field is the JSON value true, and False for anything else."""
    return metadata.get(name) is True


def read_integer_field(metadata: Mapping[str, Any], name: str, low: int, high: int, default: int) -> int:
    """Return the integer in a field if it is between `low` and `high`, otherwise the default."""
    value = metadata.get(name)
    return (
        value if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high else default
    )


def read_number_field(
    metadata: Mapping[str, Any], name: str, low: float, high: float, default: float
) -> float:
    """Return the number in a field, limited to `low` and `high`, or the default if the field is not a
    number.
    """
    value = metadata.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        return default
    return float(min(max(value, low), high))


def read_ratio_field(metadata: Mapping[str, Any], name: str) -> Fraction | None:
    """Return the exact number in a field with a text such as `"24000/1001"`, or None."""
    try:
        value = Fraction(metadata[name]) if isinstance(metadata.get(name), str) else None
    except (ValueError, ZeroDivisionError):
        return None
    return value if value is not None and abs(value) < FAR else None


def choose_exact_value(exact: Fraction | None, rounded: Fraction) -> Fraction:
    """Return the value to use for a number that a file contains twice. `exact` is from this program's
    metadata, `rounded` is OTIO's own field.

    If both agree, `exact` is returned. If they differ, another program has changed the field, and `rounded`
    is returned.
    """
    return exact if exact is not None and abs(exact - rounded) < NEAR else rounded


def find_exact_rate(rate: float) -> Fraction:
    """Return the exact rate for a float: 23.976… is 24000/1001. Raises BadInput for an invalid rate."""
    if not math.isfinite(rate) or not 0.01 <= rate < 10**7:
        raise BadInput(f"a rate of {rate} frames a second is not possible")
    for exact in (
        Fraction(round_half_up(Fraction(rate))),
        Fraction(round_half_up(Fraction(rate * 1001 / 1000)) * 1000, 1001),
    ):
        if exact and abs(float(exact) - rate) < 0.003:
            return exact
    return Fraction(rate).limit_denominator(1001)


def convert_to_seconds(time: Any) -> Fraction:
    """Return a RationalTime as exact seconds. Raises BadInput if it is not a number."""
    value = time.value
    if not math.isfinite(value):
        raise BadInput("the file has a time that is not a number")
    count = Fraction(value) if value == int(value) else Fraction(value).limit_denominator(10**6)
    out = count / find_exact_rate(time.rate)
    if abs(out) > FAR:
        raise BadInput("the file has a time of more than thirty years")
    return out


def parse_media_path(url: str) -> str:
    """Return the path in a media URL: `file:///a%20b.mov`, `file://localhost/a.mov`, `/a b.mov`,
    `media/a.mov`.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    if parts.scheme == "file":
        return unquote(parts.path)
    if parts.scheme in ("http", "https"):
        return ""
    return unquote(url) if "%" in url else url


def read_effects(metadata: Mapping[str, Any]) -> Effects:
    """Return a clip's effects, read from the metadata that Milimo wrote into the file. Values that are out of
    bounds are limited. Raises Damaged for unknown effects and for values that are no numbers.
    """
    body = metadata.get("effects", {})
    if not body:
        return NO_EFFECTS
    if not isinstance(body, Mapping):
        raise Damaged("the effects of a clip can't be read")
    try:
        found = effects_from_json(body)
    except (AttributeError, LookupError) as error:
        raise Damaged("the effects of a clip can't be read") from error
    return replace(
        found, curves=tuple((name, _limit_curve(name, curve)) for name, curve in found.curves if curve)
    )


def _limit_curve(name: str, curve: tuple[Keyframe, ...]) -> tuple[Keyframe, ...]:
    param = PARAMS[name]
    keys = {}
    for key in curve:
        if not math.isfinite(key.value) or abs(key.frame) > FAR:
            raise Damaged(f"{param.title} of a clip can't be read")
        keys[key.frame] = replace(key, value=min(max(key.value, param.low), param.high))
    return tuple(keys[frame] for frame in sorted(keys))
