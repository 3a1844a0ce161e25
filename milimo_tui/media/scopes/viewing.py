"""The options for viewing a picture closely: a value that screens create and the viewer process reads.

The studio's process imports this module, so it imports neither numpy nor av.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from fractions import Fraction
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import format_ratio, parse_ratio

MOST_ZOOM = 64


class Scope(StrEnum):
    """A kind of scope. The names are used in `keymap.toml` and in requests to the viewer."""

    WAVEFORM = "waveform"
    PARADE = "parade"
    VECTORSCOPE = "vectorscope"
    HISTOGRAM = "histogram"
    LOUDNESS = "loudness"


class PictureComparison(StrEnum):
    """A method of comparing two pictures. The names are used in `keymap.toml` and in requests to the
    viewer.
    """

    DIFFERENCE = "difference"
    WIPE = "wipe"
    FLICKER = "flicker"


# A position in a picture as shares of its width and height, 0…1, from the upper left.
ViewPoint = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Viewing:
    """The options of a view. The default value shows the plain picture.

    - `scope` is the scope to show. If `large` is True, it fills the area instead of a corner.
    - `safe` and `thirds` draw guides. `ratio` is an aspect ratio, width by height, outside which the picture
      is darkened.
    - `zoom` is the magnification around `centre`.
    - `alpha` shows the coverage of the topmost picture instead of the film.
    - `pixel` is the point whose colour is reported.
    - `compare` compares with a second picture. In a wipe, the second picture is to the right of the position
      `wipe`. In a flicker, `other_side` shows the second picture.
    """

    scope: Scope | None = None
    large: bool = False
    safe: bool = False
    thirds: bool = False
    ratio: Fraction | None = None
    zoom: int = 1
    centre: ViewPoint = (0.5, 0.5)
    alpha: bool = False
    pixel: ViewPoint | None = None
    compare: PictureComparison | None = None
    wipe: float = 0.5
    other_side: bool = False

    def __post_init__(self) -> None:
        """Raise BadInput for a zoom, an aspect ratio or a point outside its range."""
        if not 1 <= self.zoom <= MOST_ZOOM:
            raise BadInput(f"{self.zoom} is not a zoom", f"give 1 to {MOST_ZOOM}")
        if self.ratio is not None and not Fraction(1, 10) <= self.ratio <= 10:
            raise BadInput(
                f"{float(self.ratio):g} is not an aspect ratio of a picture",
                "give 0.1 to 10, for example 2.39",
            )
        places = (*self.centre, *(self.pixel or ()), self.wipe)
        if not all(0 <= each <= 1 for each in places):
            raise BadInput("that point is outside the picture", "fractions go from 0 to 1")

    def as_fields(self) -> dict[str, Any]:
        """Return the options that differ from the default as values for JSON; empty for the default view."""
        out: dict[str, Any] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if value != each.default:
                out[each.name] = format_ratio(value) if isinstance(value, Fraction) else value
        return out


PLAIN_VIEWING = Viewing()


def parse_viewing(options: Mapping[str, Any]) -> Viewing:
    """Parse the result of `Viewing.as_fields`. Raises BadInput for unknown names and values outside their
    range.
    """
    unknown = set(options) - {each.name for each in fields(Viewing)}
    if unknown:
        raise BadInput(f"a view has no option “{min(unknown)}”")
    values = dict(options)
    if values.get("ratio") is not None:
        values["ratio"] = parse_ratio(values["ratio"])
    for name, kind, title in (("scope", Scope, "scope"), ("compare", PictureComparison, "comparison")):
        if values.get(name) is not None:
            if values[name] not in list(kind):
                raise BadInput(f"there is no {title} “{values[name]}”", f"choices: {', '.join(kind)}")
            values[name] = kind(values[name])
    for name in ("centre", "pixel"):
        if values.get(name) is not None:
            across, down = values[name]
            values[name] = float(across), float(down)
    return Viewing(**values)
