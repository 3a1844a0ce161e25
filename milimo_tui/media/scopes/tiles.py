"""Several frames as one picture, side by side: both sides of an edit, or the four of a slip."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from milimo_tui.media.picture.colour import Rgb

_GAP = 40  # of the width: one part of so many lies between two pictures
_LEAST_GAP = 2
MISSING = (28, 29, 31)  # where there is no frame: nothing meets the clip there


def tile_size(width: int, height: int, count: int) -> tuple[int, int]:
    """Return the pixels that each of 2 or 4 pictures may fill within width × height, at least 1 × 1."""
    gap = gap_of(width)
    down = (count + 1) // 2
    return max(1, (width - gap) // 2), max(1, (height - gap * (down - 1)) // down)


def gap_of(width: int) -> int:
    """Return the pixels between two pictures."""
    return max(_LEAST_GAP, width // _GAP)


def side_by_side(
    pictures: Sequence[Rgb | None], width: int, height: int, bars: tuple[int, int, int] = (0, 0, 0)
) -> Rgb:
    """Lay pictures out two a row, each in the middle of its tile, between bars: (height, width, 3).

    Each must fit into `tile_size`. Where there is none its place is dark.
    """
    out = np.empty((height, width, 3), np.uint8)
    out[:] = bars
    wide, high = tile_size(width, height, len(pictures))
    for place, picture in enumerate(pictures):
        left, top = place % 2 * (width - wide), place // 2 * (height - high)
        if picture is None:
            out[top : top + high, left : left + wide] = MISSING
            continue
        rows, columns = picture.shape[:2]
        y, x = top + (high - rows) // 2, left + (wide - columns) // 2
        out[y : y + rows, x : x + columns] = picture
    return out
