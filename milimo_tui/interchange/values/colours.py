"""Convert colours of markers. This program allows any word or #rrggbb, OpenTimelineIO a fixed set of names,
and FCPXML three colours.
"""

from __future__ import annotations

import re

from milimo_tui.cut.notes.marker_colours import MARKER_COLOURS, PLAIN_COLOUR

PLAIN = PLAIN_COLOUR.upper()


def find_otio_colour(colour: str) -> str:
    """Return the name of the nearest OpenTimelineIO colour."""
    if colour.lower() in MARKER_COLOURS:
        return colour.upper()
    if not re.fullmatch("#[0-9a-fA-F]{6}", colour):
        return PLAIN
    sides = tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
    rows = MARKER_COLOURS
    return min(
        rows, key=lambda name: sum((a - b) ** 2 for a, b in zip(rows[name].otio, sides, strict=True))
    ).upper()


def parse_otio_colour(name: str) -> str:
    """Return this program's colour for the name of an OpenTimelineIO colour, or an empty string for the
    default colour.
    """
    return "" if name == PLAIN else name.lower()
