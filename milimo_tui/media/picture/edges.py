"""Outlines of a picture, as those that controls are trained with are drawn: Canny's, in whole numbers.

numpy alone; no files.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from milimo_tui.media.picture.colour import Rgb

Grey = NDArray[np.int32]
LOW, HIGH = 100, 200  # the makers' own thresholds (LTX-2's trainer and LTX-Desktop), of |gx| + |gy|
_TAN = 13573  # the tangent of 22.5° in 15 bits: below it a gradient is level
_BITS = 15


def canny(picture: Rgb, low: int = LOW, high: int = HIGH) -> Rgb:
    """White edges on black, uint8 (height, width, 3), by Canny's method (1986) as OpenCV counts it: grey by
    BT.601, Sobel's 3×3 gradients with the border repeated, |gx| + |gy|, thinned in four directions, and
    what is above `low` kept where it hangs together with what is above `high`. Nothing is smoothed before.
    """
    across, down = _gradients(_grey(picture))
    strength = np.abs(across) + np.abs(down)
    thin = _thinned(strength, across, down) & (strength > low)
    kept = _joined(thin & (strength > high), thin)
    return np.repeat(np.where(kept, np.uint8(255), np.uint8(0))[..., None], 3, axis=2)


def _grey(picture: Rgb) -> Grey:
    """Luma of BT.601 in 15 bits, rounded."""
    red, green, blue = (picture[..., channel].astype(np.int32) for channel in range(3))
    return (9798 * red + 19235 * green + 3735 * blue + (1 << 14)) >> _BITS


def _gradients(grey: Grey) -> tuple[Grey, Grey]:
    """Sobel's, to the right and down."""
    around = np.pad(grey, 1, mode="edge")
    rows, columns = grey.shape

    def at(down: int, right: int) -> Grey:
        return around[1 + down : 1 + down + rows, 1 + right : 1 + right + columns]

    across = (at(-1, 1) + 2 * at(0, 1) + at(1, 1)) - (at(-1, -1) + 2 * at(0, -1) + at(1, -1))
    down = (at(1, -1) + 2 * at(1, 0) + at(1, 1)) - (at(-1, -1) + 2 * at(-1, 0) + at(-1, 1))
    return across, down


def _thinned(strength: Grey, across: Grey, down: Grey) -> NDArray[np.bool_]:
    """Where a gradient is the strongest of those along it; of two equal ones the first, left or above."""
    rows, columns = strength.shape
    around = np.pad(strength, 1)

    def at(down: int, right: int) -> Grey:
        return around[1 + down : 1 + down + rows, 1 + right : 1 + right + columns]

    wide, high = np.abs(across).astype(np.int64), np.abs(down).astype(np.int64) << _BITS
    level = high < wide * _TAN
    upright = high > wide * _TAN + (wide << (_BITS + 1))
    falls = (across ^ down) < 0
    slanted = np.where(
        falls,
        (strength > at(-1, 1)) & (strength > at(1, -1)),
        (strength > at(-1, -1)) & (strength > at(1, 1)),
    )
    by_side = (strength > at(0, -1)) & (strength >= at(0, 1))
    by_height = (strength > at(-1, 0)) & (strength >= at(1, 0))
    return np.where(level, by_side, np.where(upright, by_height, slanted))


def _joined(strong: NDArray[np.bool_], weak: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Strong pixels, and weak ones that hang together with them, corners counted."""
    rows, columns = strong.shape
    left = np.pad(weak & ~strong, 1).ravel()  # the border spares a look at the ends of rows
    kept = np.pad(strong, 1).ravel()
    wide = columns + 2
    beside = np.array([-wide - 1, -wide, -wide + 1, -1, 1, wide - 1, wide, wide + 1])
    reached = np.flatnonzero(kept)
    while reached.size:
        near = (reached[:, None] + beside).ravel()
        reached = np.unique(near[left[near]])
        left[reached] = False
        kept[reached] = True
    return kept.reshape(rows + 2, wide)[1:-1, 1:-1]
