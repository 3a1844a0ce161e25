"""What is asked of a picture that is looked at closely: a value that screens hold and the viewer reads.

Imports neither numpy nor av: the studio's process has it too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import parse_ratio, ratio_text

SCOPES = ("waveform", "parade", "vectorscope", "histogram", "loudness")
COMPARISONS = ("difference", "wipe", "flicker")
MOST_ZOOM = 64

Place = tuple[float, float]  # shares of width and height, from the left and from above, 0…1


@dataclass(frozen=True, slots=True)
class Viewing:
    """How a picture is looked at; as it is made, nothing is asked for.

    `large`: the scope fills the picture instead of a corner. `ratio`: the shape that is left free, width by
    height. `zoom`: how many times closer than the whole picture, around `centre`. `alpha`: how much the
    uppermost picture covers, in its place. `pixel`: where the colour is told. `compare`: with a second
    picture, to the right of `wipe`, or in its place (`other_side`) as a flicker has it.
    """

    scope: str = ""
    large: bool = False
    safe: bool = False
    thirds: bool = False
    ratio: Fraction | None = None
    zoom: int = 1
    centre: Place = (0.5, 0.5)
    alpha: bool = False
    pixel: Place | None = None
    compare: str = ""
    wipe: float = 0.5
    other_side: bool = False

    def __post_init__(self) -> None:
        """Raise BadInput for a value that means nothing."""
        if self.scope and self.scope not in SCOPES:
            raise BadInput(f"there is no scope “{self.scope}”", f"there are {', '.join(SCOPES)}")
        if self.compare and self.compare not in COMPARISONS:
            raise BadInput(f"there is no comparison “{self.compare}”", f"there are {', '.join(COMPARISONS)}")
        if not 1 <= self.zoom <= MOST_ZOOM:
            raise BadInput(f"a zoom of {self.zoom} is none", f"give 1 to {MOST_ZOOM}")
        if self.ratio is not None and not Fraction(1, 10) <= self.ratio <= 10:
            raise BadInput(f"{float(self.ratio):g} is no picture's ratio", "give 0.1 to 10, such as 2.39")
        places = (*self.centre, *(self.pixel or ()), self.wipe)
        if not all(0 <= each <= 1 for each in places):
            raise BadInput("that place is outside the picture", "shares go from 0 to 1")

    def as_fields(self) -> dict[str, Any]:
        """Return what differs from a plain viewing, ready for JSON; empty for a plain one."""
        out: dict[str, Any] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if value != each.default:
                out[each.name] = ratio_text(value) if isinstance(value, Fraction) else value
        return out


PLAIN = Viewing()


def read_viewing(asked: Mapping[str, Any]) -> Viewing:
    """Read what `as_fields` wrote. Raises BadInput for names and values that mean nothing."""
    unknown = set(asked) - {each.name for each in fields(Viewing)}
    if unknown:
        raise BadInput(f"a picture can't be looked at by “{min(unknown)}”")
    values = dict(asked)
    if values.get("ratio") is not None:
        values["ratio"] = parse_ratio(values["ratio"])
    for name in ("centre", "pixel"):
        if values.get(name) is not None:
            across, down = values[name]
            values[name] = float(across), float(down)
    return Viewing(**values)
