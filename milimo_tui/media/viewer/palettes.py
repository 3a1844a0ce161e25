"""Provide the RGB colours of terminal palettes, and offsets for ordered dithering in 16 colours and without
colour.

The dithering offset depends on the position alone, so that a flat area does not shimmer from frame to frame.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from milimo_tui.media.viewer.terminal_facts import palette_index_to_rgb

# The 16 colours as most terminals show them (VGA).
_ANSI = (
    (0, 0, 0), (170, 0, 0), (0, 170, 0), (170, 85, 0),
    (0, 0, 170), (170, 0, 170), (0, 170, 170), (170, 170, 170),
    (85, 85, 85), (255, 85, 85), (85, 255, 85), (255, 255, 85),
    (85, 85, 255), (255, 85, 255), (85, 255, 255), (255, 255, 255),
)  # fmt: skip
EYES = np.array((3, 4, 2), np.float32)  # weights of errors in red, green and blue by their visibility
_BAYER = np.array(((0, 8, 2, 10), (12, 4, 14, 6), (3, 11, 1, 9), (15, 7, 13, 5)), np.float32)
# The dithering offsets span this many levels (0 to 255). The number suits the distances between the 16
# colours.
SPREAD = 72


@cache
def get_palette_colours(palette: str) -> NDArray[np.uint8]:
    """Return the RGB colours of a palette by number, shape (256, 3). `palette` is "16" or "256".

    The first 16 colours are typical values, because each terminal defines its own. In the palette of 16
    colours, the other entries are black.
    """
    out = np.zeros((256, 3), np.uint8)
    out[:16] = _ANSI
    if palette == "256":
        out[16:] = [palette_index_to_rgb(number) for number in range(16, 256)]
    return out


def make_dither_offsets(rows: int, columns: int) -> NDArray[np.float32]:
    """Return the dithering offset of each position, shape (rows, columns, 1), to be added before rounding to
    a palette colour.
    """
    tile = (_BAYER - 7.5) / 16 * SPREAD
    whole = np.tile(tile, (-(-rows // 4), -(-columns // 4)))
    return np.asarray(whole[:rows, :columns, None], np.float32)
