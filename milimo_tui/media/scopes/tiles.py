"""Several frames tiled into one picture: both sides of an edit, or the four frames that a slip edit shows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from milimo_tui.media.picture.colour import Rgb

_GAP = 40  # The gap between two pictures is the total width divided by this number.
_LEAST_GAP = 2
Cell = tuple[int, int]  # The width and height of a terminal cell in pixels.
# The colour of a missing frame. Black is used because in 16 colours or without colour a grey would be
# dithered to dots.
MISSING = (0, 0, 0)


def choose_tile_gap(width: int) -> int:
    """Return the gap between two pictures in pixels. Pictures of text cells use a gap of one cell instead."""
    return max(_LEAST_GAP, width // _GAP)


def compute_tile_size(width: int, height: int, count: int, cell: Cell = (1, 1)) -> tuple[int, int]:
    """Return the largest width and height in pixels of each of `count` (2 or 4) pictures that are tiled in
    `width` × `height` pixels.

    The size is a multiple of `cell`, the size of a terminal cell, so that no cell contains two pictures. It
    is at least one cell.
    """
    wide, high = cell
    across, down = (choose_tile_gap(width), choose_tile_gap(width)) if cell == (1, 1) else cell
    rows = (count + 1) // 2
    tile_wide, tile_high = (width - across) // 2, (height - down * (rows - 1)) // rows
    return max(wide, tile_wide // wide * wide), max(high, tile_high // high * high)


def tile_pictures(
    pictures: Sequence[Rgb | None],
    width: int,
    height: int,
    bars: tuple[int, int, int] = (0, 0, 0),
    cell: Cell = (1, 1),
) -> Rgb:
    """Tile pictures, two in each row, and return the result (height, width, 3). Each picture is centred in
    its tile, with bars in the colour `bars` around it.

    No picture may be larger than the result of `compute_tile_size`. The tile of a missing picture (None) is
    black.
    """
    out = np.empty((height, width, 3), np.uint8)
    out[:] = bars
    wide, high = compute_tile_size(width, height, len(pictures), cell)
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
