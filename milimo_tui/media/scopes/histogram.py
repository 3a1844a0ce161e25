"""Drawing of the histogram: how often each level occurs in red, green, blue and luma. Dark levels are at the
left.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.scopes.levels import Levels, thin_plane
from milimo_tui.media.scopes.trace import BLUE, FAINT, GREEN, LIGHT, RED, make_empty_scope

# Brightness of a filled colour, as a share of full brightness. It is less than 1 because overlapping colours
# add up.
_FILL = 0.55


def count_levels(plane: Levels) -> NDArray[np.int64]:
    """Return how many samples of a plane have each of the 256 levels."""
    return np.bincount(np.ascontiguousarray(plane).ravel(), minlength=256)


def draw_histogram(picture: Rgb, luma: Levels, width: int, height: int) -> Rgb:
    """Draw the histogram of a picture, (height, width, 3). Red, green and blue are filled areas; luma is a
    line over them.

    The height of a column grows with the square root of the count, relative to the greatest count of the same
    channel, so that small counts remain visible.
    """
    out = make_empty_scope(width, height)
    out[:, [round((width - 1) * part / 4) for part in range(5)]] = FAINT
    wide = out.astype(np.float32)
    rows = np.arange(height)[:, None]
    for channel, colour in enumerate((RED, GREEN, BLUE)):
        tops = _compute_column_heights(picture[..., channel], width, height)
        wide += (rows >= height - tops)[..., None] * np.asarray(colour, np.float32) * np.float32(_FILL)
    np.minimum(wide, 255, out=wide)
    tops = np.maximum(_compute_column_heights(luma, width, height), 1)
    before = np.concatenate([tops[:1], tops[:-1]])
    low, high = np.minimum(tops, before), np.maximum(tops, before)
    wide[(rows >= height - high) & (rows <= height - low)] = LIGHT
    return wide.astype(np.uint8)


def _compute_column_heights(plane: Levels, width: int, height: int) -> NDArray[np.int64]:
    """Return the height of each column of a histogram in pixels. A narrow histogram adds up several levels
    per column.
    """
    counts = count_levels(thin_plane(plane))
    level = np.arange(256)
    if width < 256:
        counts = np.bincount(level * width // 256, weights=counts, minlength=width).astype(np.int64)
    else:
        counts = counts[np.arange(width) * 256 // width]
    tops: NDArray[np.int64] = np.rint(np.sqrt(counts / max(1, counts.max())) * height).astype(np.int64)
    return tops
