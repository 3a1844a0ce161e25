"""Several frames as one picture, side by side: both sides of an edit, or the four of a slip."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from milimo_tui.media.picture.colour import Rgb

_GAP = 40  # of the width: one part of so many lies between two pictures
_LEAST_GAP = 2
Cell = tuple[int, int]  # width and height in pixels
# Where there is no frame: nothing meets the clip there. A grey would be dots in sixteen colours and in none.
MISSING = (0, 0, 0)


def gap_of(width: int) -> int:
    """Return the pixels between two pictures; between pictures of cells one of these lies."""
    return max(_LEAST_GAP, width // _GAP)


def tile_size(width: int, height: int, count: int, cell: Cell = (1, 1)) -> tuple[int, int]:
    """Return the pixels that each of 2 or 4 pictures may fill within width × height: whole cells, at least 1.

    `cell` is the pixels of one that has a picture or none, for it can't have the edge of two.
    """
    wide, high = cell
    across, down = (gap_of(width), gap_of(width)) if cell == (1, 1) else cell
    rows = (count + 1) // 2
    tile_wide, tile_high = (width - across) // 2, (height - down * (rows - 1)) // rows
    return max(wide, tile_wide // wide * wide), max(high, tile_high // high * high)


def side_by_side(
    pictures: Sequence[Rgb | None],
    width: int,
    height: int,
    bars: tuple[int, int, int] = (0, 0, 0),
    cell: Cell = (1, 1),
) -> Rgb:
    """Lay pictures out two a row, each in the middle of its tile, between bars: (height, width, 3).

    Each must fit into `tile_size`. Where there is none its place is dark.
    """
    out = np.empty((height, width, 3), np.uint8)
    out[:] = bars
    wide, high = tile_size(width, height, len(pictures), cell)
    for place, picture in enumerate(pictures):
        left, top = place % 2 * (width - wide), place // 2 * (height - high)
        if picture is None:
            out[top : top + high, left : left + wide] = MISSING
            continue
        rows, columns = picture.shape[:2]
        y, x = (
            first + (side - own) // 2 // of * of
            for first, side, own, of in zip(
                (top, left), (high, wide), (rows, columns), cell[::-1], strict=True
            )
        )
        out[y : y + rows, x : x + columns] = picture
    return out
