"""Parse single values in Final Cut Pro X XML: times, numbers, titles and transforms."""

from __future__ import annotations

import re
from fractions import Fraction
from xml.etree.ElementTree import Element

from milimo_tui.core.errors import BadInput
from milimo_tui.cut.values.effects import MUTED_DB, Title
from milimo_tui.cut.values.keyframes import Keyframe
from milimo_tui.interchange.otio.otio_facts import FAR
from milimo_tui.interchange.values.level_curves import limit_level


def parse_title(clip: Element, height: float) -> Title | None:
    """Return the title in a `title` element, or None for any other element. `height` is the height of the
    raster in pixels.
    """
    if clip.tag != "title":
        return None
    words = "".join("".join(each.itertext()) for each in clip.findall("text/text-style")) or clip.get(
        "name", ""
    )
    style = clip.find("text-style-def/text-style")
    size = parse_number(style.get("fontSize"), 0.0) / height if style is not None else 0.0
    return Title(text=words, size=min(max(round(size, 4), 0.01), 1.0) if size else Title(text="").size)


def parse_fcpxml_time(value: str | None) -> Fraction:
    """Return a time such as `"1001/30000s"` or `"5s"` in seconds. A missing time is 0. Raises BadInput."""
    try:
        seconds = Fraction((value or "0").strip().removesuffix("s") or "0")
    except (ValueError, ZeroDivisionError):
        raise BadInput(f"“{(value or '')[:40]}” is not a time") from None
    if abs(seconds) > FAR:
        raise BadInput(f"“{(value or '')[:40]}” is a time of more than thirty years")
    return seconds


def parse_number(value: str | None, default: float) -> float:
    """Parse a number. Return the default if the text is missing or not a number."""
    return float(value) if value and re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,12})?", value) else default


def parse_level(value: str | None) -> float:
    """Parse a level such as `"-12dB"` or `"-infdB"`, limited to the range of a clip's level."""
    amount = (value or "").removesuffix("dB")
    return MUTED_DB if amount == "-inf" else limit_level(parse_number(amount, 0.0))


def _parse_number_pair(value: str | None, default: float) -> tuple[float, float]:
    first, _, second = (value or "").partition(" ")
    return parse_number(first, default), parse_number(second, default)


def parse_transform(
    clip: Element, raster: tuple[float, float]
) -> tuple[tuple[str, tuple[Keyframe, ...]], ...]:
    """Return a clip's position, scale and rotation as constant curves, by parameter name. `raster` is the
    width and height in pixels.

    FCPXML counts the position in percent of the height, upwards, and the rotation counterclockwise.
    """
    adjust = clip.find("adjust-transform")
    if adjust is None:
        return ()
    x, y = _parse_number_pair(adjust.get("position"), 0.0)
    across, down = _parse_number_pair(adjust.get("scale"), 1.0)
    plain = {"scale_x": 1.0, "scale_y": 1.0}
    found = {
        "x": round(x / 100 * raster[1] / raster[0], 9),
        "y": round(-y / 100, 9),
        "rotation": -parse_number(adjust.get("rotation"), 0.0),
        "scale_x": across,
        "scale_y": down,
    }
    moved = {name: value for name, value in found.items() if value != plain.get(name, 0.0)}
    return tuple((name, (Keyframe(0, moved[name]),)) for name in sorted(moved))
