"""Colours of markers: a name from a table or #rrggbb, and the names that other programs use. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from milimo_tui.core.errors import BadInput

COLOURS: Mapping[str, str] = MappingProxyType({
    "red": "#ff5f56",
    "orange": "#ffa245",
    "yellow": "#f2c94c",
    "green": "#5fbf73",
    "cyan": "#4fd1c5",
    "blue": "#5b9bff",
    "purple": "#9b7bff",
    "magenta": "#ff6bd6",
    "pink": "#ff9ebb",
    "white": "#f5f5f0",
    "black": "#202428",
})  # fmt: skip
"""What each looks like, in light and dark."""

_OTHER_COLOUR_NAMES = {
    "fuchsia": "magenta", "rose": "pink", "mint": "green", "lemon": "yellow", "sand": "orange",
    "cocoa": "orange", "cream": "white", "lavender": "purple", "sky": "cyan", "violet": "purple",
    "grey": "white", "gray": "white", "denim": "blue", "forest": "green", "aqua": "cyan",
}  # fmt: skip


def parse_marker_colour(colour: str) -> str:
    """Return a colour as it is stored: empty, a name of `COLOURS`, or #rrggbb. Raises BadInput."""
    kept = colour.strip().lower()
    if kept and kept not in COLOURS and not re.fullmatch("#[0-9a-f]{6}", kept):
        raise BadInput(f"“{colour}” is no colour of a marker", f"#rrggbb, or {', '.join(COLOURS)}")
    return kept


def convert_foreign_colour(name: str) -> str:
    """Return the nearest name of `COLOURS` for another program's colour. Empty for an unknown colour."""
    plain = name.strip().lower()
    if plain in COLOURS or re.fullmatch("#[0-9a-f]{6}", plain):
        return plain
    return _OTHER_COLOUR_NAMES.get(plain, "")


def find_nearest_colour_name(colour: str) -> str:
    """Return the name of `COLOURS` that is nearest to a colour. An empty colour stays empty."""
    if not colour.startswith("#"):
        return colour
    wanted = bytes.fromhex(colour[1:])

    def far(name: str) -> int:
        return sum((a - b) ** 2 for a, b in zip(wanted, bytes.fromhex(COLOURS[name][1:]), strict=True))

    return min(COLOURS, key=far)
