"""The position of a scope: next to the picture or below it if there is space, else over a corner of the
picture.

All numbers are pixels from the upper left. Edges are at the borders of terminal cells, so that no cell
contains both picture and scope.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

# The fewest terminal columns for a scope next to the picture, and the fewest rows for a scope below it. If
# there is less space, the scope covers a corner of the picture.
LEAST = (24, 5)
# The columns and rows of a scope over the corner of a picture, within the limits of `_SHARES`.
_CORNER = (40, 10)
_SHARES = (0.4, 0.6)  # The smallest and the largest scope over a corner, as shares of the picture's sides.


@dataclass(frozen=True, slots=True)
class ViewArea:
    """The area of the terminal in which a picture is shown.

    - `width` and `height` are its size in pixels, `cell` the size of a terminal cell in pixels.
    - `aspect` is a pixel's height divided by its width.
    - `in_cells` is True if the picture is shown as text cells with two colours and a glyph each. Labels are
      then returned separately instead of being drawn.
    - `bars` is the colour around the picture.
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
    """The size of picture and scope together in pixels, and the rectangle of each."""

    width: int
    height: int
    picture: PixelBox
    scope: PixelBox


def lay_out_scope(area: ViewArea, picture: tuple[int, int], *, large: bool) -> ScopeLayout:
    """Return the position of a scope for a picture of the given width and height. `area` is the area in which
    both are shown. A `large` scope fills the area instead of the picture.
    """
    width, height = picture
    whole = PixelBox(0, 0, area.width, area.height)
    if large:
        return ScopeLayout(area.width, area.height, whole, whole)
    wide, high = area.cell
    left = -(-width // wide) * wide + wide
    if area.width - left >= max(LEAST[0] * wide, area.width // 4):
        scope_box = PixelBox(left, 0, area.width - left, area.height)
        return ScopeLayout(
            area.width, area.height, PixelBox(0, (area.height - height) // 2, width, height), scope_box
        )
    top = -(-height // high) * high + high
    if area.height - top >= max(LEAST[1] * high, area.height // 4):
        below = PixelBox(0, top, area.width, area.height - top)
        return ScopeLayout(
            area.width, area.height, PixelBox((area.width - width) // 2, 0, width, height), below
        )
    columns, rows = (
        _limit_corner_cells(side // of, wanted) * of
        for side, of, wanted in zip(picture, area.cell, _CORNER, strict=True)
    )
    columns, rows = max(1, min(columns, width)), max(1, min(rows, height))
    corner = PixelBox(width - columns, height - rows, columns, rows)
    return ScopeLayout(width, height, PixelBox(0, 0, width, height), corner)


def _limit_corner_cells(cells: int, wanted: int) -> int:
    least, most = (round(cells * share) for share in _SHARES)
    return max(1, least, min(most, wanted))
