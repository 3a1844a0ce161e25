"""The colours of markers: a name from a table or a value `#rrggbb`, and the names of these colours in other
programs. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from milimo_tui.core.errors import BadInput


class MarkerColour(StrEnum):
    """The named colours of markers, as they are stored in a film."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    GREEN = "green"
    CYAN = "cyan"
    BLUE = "blue"
    PURPLE = "purple"
    MAGENTA = "magenta"
    PINK = "pink"
    WHITE = "white"
    BLACK = "black"


@dataclass(frozen=True, slots=True)
class MarkerColourFacts:
    """The forms of a marker colour in Milimo and in other programs.

    - `shown` is the colour on the screen, as `#rrggbb`.
    - `otio` is the RGB value of OpenTimelineIO's colour of this name.
    - `avid` and `resolve` are the names in marker lists for these programs.
    - `other_names` are further names that imports accept.
    """

    shown: str
    otio: tuple[int, int, int]
    avid: str
    resolve: str
    other_names: tuple[str, ...] = ()


_C, _F = MarkerColour, MarkerColourFacts
MARKER_COLOURS: Mapping[str, MarkerColourFacts] = MappingProxyType({
    _C.RED: _F("#ff5f56", (255, 0, 0), "RED", "Red"),
    _C.ORANGE: _F("#ffa245", (255, 165, 0), "GREEN", "Sand", ("sand", "cocoa")),
    _C.YELLOW: _F("#f2c94c", (255, 255, 0), "YELLOW", "Yellow", ("lemon",)),
    _C.GREEN: _F("#5fbf73", (0, 128, 0), "GREEN", "Green", ("mint", "forest")),
    _C.CYAN: _F("#4fd1c5", (0, 255, 255), "CYAN", "Cyan", ("sky", "aqua")),
    _C.BLUE: _F("#5b9bff", (0, 0, 255), "BLUE", "Blue", ("denim",)),
    _C.PURPLE: _F("#9b7bff", (128, 0, 128), "GREEN", "Purple", ("lavender", "violet")),
    _C.MAGENTA: _F("#ff6bd6", (255, 0, 255), "MAGENTA", "Fuchsia", ("fuchsia",)),
    _C.PINK: _F("#ff9ebb", (255, 192, 203), "GREEN", "Pink", ("rose",)),
    _C.WHITE: _F("#f5f5f0", (255, 255, 255), "WHITE", "Cream", ("cream", "grey", "gray")),
    _C.BLACK: _F("#202428", (0, 0, 0), "BLACK", "Green"),
})  # fmt: skip
PLAIN_COLOUR = MarkerColour.GREEN  # The colour that other programs get for a marker without a colour.
_BY_OTHER_NAME = {other: name for name, row in MARKER_COLOURS.items() for other in row.other_names}


def parse_marker_colour(colour: str) -> str:
    """Return a colour as it is stored: empty, a name of `MARKER_COLOURS`, or #rrggbb. Raises BadInput."""
    kept = colour.strip().lower()
    if kept and kept not in MARKER_COLOURS and not re.fullmatch("#[0-9a-f]{6}", kept):
        raise BadInput(f"“{colour}” is not a colour of a marker", f"#rrggbb, or {', '.join(MARKER_COLOURS)}")
    return kept


def convert_foreign_colour(name: str) -> str:
    """Return the stored form of a colour that another program wrote: a name of `MARKER_COLOURS`, or `#rrggbb`
    unchanged. Empty for an unknown name.
    """
    plain = name.strip().lower()
    if plain in MARKER_COLOURS or re.fullmatch("#[0-9a-f]{6}", plain):
        return plain
    return _BY_OTHER_NAME.get(plain, "")


def find_nearest_colour_name(colour: str) -> str:
    """Return the name of `MARKER_COLOURS` whose colour is nearest to `#rrggbb`. A name or an empty text is
    returned unchanged.
    """
    if not colour.startswith("#"):
        return colour
    wanted = bytes.fromhex(colour[1:])

    def far(name: str) -> int:
        return sum(
            (a - b) ** 2 for a, b in zip(wanted, bytes.fromhex(MARKER_COLOURS[name].shown[1:]), strict=True)
        )

    return min(MARKER_COLOURS, key=far)
