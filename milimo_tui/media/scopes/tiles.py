"""Several frames as one picture, side by side: both sides of an edit, or the four frames of a slip."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from milimo_tui.media.picture.colour import Rgb

_GAP = 40  # the gap between two pictures is the width divided by this
_LEAST_GAP = 2
Cell = tuple[int, int]  # width and height in pixels
# Colour of a missing frame. With 16 or no colours a grey would be dithered to dots.
MISSING = (0, 0, 0)


def choose_tile_gap(width: int) -> int:
    """Return the pixels between two pictures; pictures of cells use one cell instead."""
    return max(_LEAST_GAP, width // _GAP)


def compute_tile_size(width: int, height: int, count: int, cell: Cell = (1, 1)) -> tuple[int, int]:
    """Return the pixels available for each of 2 or 4 pictures within width × height: complete cells, at least
    1.

    `cell` is the pixels of a cell that must not contain the edge of two pictures.
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
    """Arrange pictures two per row, each in the middle of its tile, with bars around them: (height, width,
    3).

    Each picture must fit into `compute_tile_size`. The place of a missing picture is black.
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
