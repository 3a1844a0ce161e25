"""Detection of Canny edges in integer arithmetic, so that the result equals the training data of edge
controls.

The module uses numpy alone and reads no files.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from milimo_tui.media.picture.colour import Rgb

Grey = NDArray[np.int32]
# The tangent of 22.5° in 15-bit fixed point. A gradient with a smaller slope counts as horizontal.
_TAN = 13573
_BITS = 15


def detect_canny_edges(picture: Rgb, low: int, high: int) -> Rgb:
    """Return white edges on black, uint8 (height, width, 3), by Canny's method (1986) as in OpenCV.

    The steps are: BT.601 luma; Sobel's 3×3 gradients with repeated borders; the strength |gx| + |gy|;
    thinning in four directions; and hysteresis, in which a pixel above `low` is retained only if it is
    connected to a pixel above `high`. The picture is not smoothed first.
    """
    across, down = _compute_sobel_gradients(_compute_bt601_luma(picture))
    strength = np.abs(across) + np.abs(down)
    thin = _suppress_non_maxima(strength, across, down) & (strength > low)
    edges = _join_weak_edges(thin & (strength > high), thin)
    return np.repeat(np.where(edges, np.uint8(255), np.uint8(0))[..., None], 3, axis=2)


def _compute_bt601_luma(picture: Rgb) -> Grey:
    """Return the BT.601 luma of a picture, computed in 15-bit fixed point and rounded."""
    red, green, blue = (picture[..., channel].astype(np.int32) for channel in range(3))
    return (9798 * red + 19235 * green + 3735 * blue + (1 << 14)) >> _BITS


def _compute_sobel_gradients(grey: Grey) -> tuple[Grey, Grey]:
    """Return Sobel's gradients: the first grows to the right, the second downwards."""
    around = np.pad(grey, 1, mode="edge")
    rows, columns = grey.shape

    def at(down: int, right: int) -> Grey:
        return around[1 + down : 1 + down + rows, 1 + right : 1 + right + columns]

    across = (at(-1, 1) + 2 * at(0, 1) + at(1, 1)) - (at(-1, -1) + 2 * at(0, -1) + at(1, -1))
    down = (at(1, -1) + 2 * at(1, 0) + at(1, 1)) - (at(-1, -1) + 2 * at(-1, 0) + at(-1, 1))
    return across, down


def _suppress_non_maxima(strength: Grey, across: Grey, down: Grey) -> NDArray[np.bool_]:
    """Return the pixels whose gradient is stronger than that of both neighbours along its direction.

    Of two equal neighbours in a row or column the left or upper pixel counts.
    """
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


def _join_weak_edges(strong: NDArray[np.bool_], weak: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return strong pixels, and weak pixels connected to them, including diagonally."""
    rows, columns = strong.shape
    # A border of unset pixels makes tests for the ends of rows unnecessary.
    left = np.pad(weak & ~strong, 1).ravel()
    kept = np.pad(strong, 1).ravel()
    wide = columns + 2
    neighbour_offsets = np.array([-wide - 1, -wide, -wide + 1, -1, 1, wide - 1, wide, wide + 1])
    reached = np.flatnonzero(kept)
    while reached.size:
        near = (reached[:, None] + neighbour_offsets).ravel()
        reached = np.unique(near[left[near]])
        left[reached] = False
        kept[reached] = True
    return kept.reshape(rows + 2, wide)[1:-1, 1:-1]
