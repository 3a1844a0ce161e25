"""Colours of markers: any word or #rrggbb in this program, a fixed set of names in OpenTimelineIO, three in
FCPXML.
"""

from __future__ import annotations

import re

NAMES = {
    "PINK": (255, 192, 203),
    "RED": (255, 0, 0),
    "ORANGE": (255, 165, 0),
    "YELLOW": (255, 255, 0),
    "GREEN": (0, 128, 0),
    "CYAN": (0, 255, 255),
    "BLUE": (0, 0, 255),
    "PURPLE": (128, 0, 128),
    "MAGENTA": (255, 0, 255),
    "BLACK": (0, 0, 0),
    "WHITE": (255, 255, 255),
}
PLAIN = "GREEN"  # The colour of a marker without a colour.


def find_otio_colour(colour: str) -> str:
    """Return the name of the nearest OpenTimelineIO colour."""
    if colour.upper() in NAMES:
        return colour.upper()
    if not re.fullmatch("#[0-9a-fA-F]{6}", colour):
        return PLAIN
    sides = tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return min(NAMES, key=lambda name: sum((a - b) ** 2 for a, b in zip(NAMES[name], sides, strict=True)))


def parse_otio_colour(name: str) -> str:
    """Return this program's colour for the name of an OpenTimelineIO colour, or an empty string for the
    default colour.
    """
    return "" if name == PLAIN else name.lower()
