"""Where a scope stands: beside or below the picture where room is left there, else over the picture's corner.

All in pixels from the upper left; edges lie on cells of the terminal's, so that none is half of each.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

LEAST = (24, 5)  # columns and rows of a scope that stands beside or below its picture
_CORNER = (40, 10)  # columns and rows that a scope over a corner has, of a picture that is large enough
_SHARES = (0.4, 0.6)  # of a picture's side: what a scope over its corner has at least and at most


@dataclass(frozen=True, slots=True)
class Room:
    """The pixels that a picture may fill, and those of a cell.

    `aspect` is the height of a pixel over its width. `in_cells`: each cell will have two colours and a sign,
    so that letters are cells of their own. `bars` is the colour beside the picture.
    """

    width: int
    height: int
    cell: tuple[int, int] = (8, 16)
    aspect: Fraction = Fraction(1)
    in_cells: bool = False
    bars: tuple[int, int, int] = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a picture."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Places:
    """The size of picture and scope together, and where each of them stands."""

    width: int
    height: int
    picture: Box
    scope: Box


def places_of(room: Room, picture: tuple[int, int], *, large: bool) -> Places:
    """Return where a scope stands with a picture of so many pixels; a `large` one fills the room."""
    width, height = picture
    whole = Box(0, 0, room.width, room.height)
    if large:
        return Places(room.width, room.height, whole, whole)
    wide, high = room.cell
    left = -(-width // wide) * wide + wide
    if room.width - left >= max(LEAST[0] * wide, room.width // 4):
        beside = Box(left, 0, room.width - left, room.height)
        return Places(room.width, room.height, Box(0, (room.height - height) // 2, width, height), beside)
    top = -(-height // high) * high + high
    if room.height - top >= max(LEAST[1] * high, room.height // 4):
        below = Box(0, top, room.width, room.height - top)
        return Places(room.width, room.height, Box((room.width - width) // 2, 0, width, height), below)
    columns, rows = (
        _corner(side // of, wanted) * of for side, of, wanted in zip(picture, room.cell, _CORNER, strict=True)
    )
    columns, rows = max(1, min(columns, width)), max(1, min(rows, height))
    corner = Box(width - columns, height - rows, columns, rows)
    return Places(width, height, Box(0, 0, width, height), corner)


def _corner(cells: int, wanted: int) -> int:
    least, most = (round(cells * share) for share in _SHARES)
    return max(1, least, min(most, wanted))
