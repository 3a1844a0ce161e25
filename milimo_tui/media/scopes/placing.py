"""The position of a scope: next to or below the picture if there is space, else over the picture's corner.

All numbers are pixels from the upper left. Edges are on the terminal's cell borders, so that no cell is
split.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

LEAST = (24, 5)  # columns and rows of the smallest scope next to or below its picture
_CORNER = (40, 10)  # columns and rows of a scope over the corner of a large enough picture
_SHARES = (0.4, 0.6)  # shares of a picture's side: smallest and largest scope over its corner


@dataclass(frozen=True, slots=True)
class ViewArea:
    """The pixels available for a picture, and the pixels of a cell.

    `aspect` is a pixel's height over its width. `in_cells` is True if each cell will have two colours and a
    glyph; labels are then separate cells. `bars` is the colour around the picture.
    """

    width: int
    height: int
    cell: tuple[int, int] = (8, 16)
    aspect: Fraction = Fraction(1)
    in_cells: bool = False
    bars: tuple[int, int, int] = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class PixelBox:
    """A rectangle of a picture, in pixels."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ScopeLayout:
    """The total size of picture and scope, and the position of each."""

    width: int
    height: int
    picture: PixelBox
    scope: PixelBox


def lay_out_scope(room: ViewArea, picture: tuple[int, int], *, large: bool) -> ScopeLayout:
    """Return the position of a scope for a picture of the given size; a `large` scope fills the area."""
    width, height = picture
    whole = PixelBox(0, 0, room.width, room.height)
    if large:
        return ScopeLayout(room.width, room.height, whole, whole)
    wide, high = room.cell
    left = -(-width // wide) * wide + wide
    if room.width - left >= max(LEAST[0] * wide, room.width // 4):
        beside = PixelBox(left, 0, room.width - left, room.height)
        return ScopeLayout(
            room.width, room.height, PixelBox(0, (room.height - height) // 2, width, height), beside
        )
    top = -(-height // high) * high + high
    if room.height - top >= max(LEAST[1] * high, room.height // 4):
        below = PixelBox(0, top, room.width, room.height - top)
        return ScopeLayout(
            room.width, room.height, PixelBox((room.width - width) // 2, 0, width, height), below
        )
    columns, rows = (
        _limit_corner_cells(side // of, wanted) * of
        for side, of, wanted in zip(picture, room.cell, _CORNER, strict=True)
    )
    columns, rows = max(1, min(columns, width)), max(1, min(rows, height))
    corner = PixelBox(width - columns, height - rows, columns, rows)
    return ScopeLayout(width, height, PixelBox(0, 0, width, height), corner)


def _limit_corner_cells(cells: int, wanted: int) -> int:
    least, most = (round(cells * share) for share in _SHARES)
    return max(1, least, min(most, wanted))
