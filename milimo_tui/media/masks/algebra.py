"""Set operations on masks: union, intersection, inversion, and filling of holes. Uses numpy alone.

Soft levels follow the rules of fuzzy sets: the union is the greater level, the intersection the smaller
level, and the inversion 255 minus the level. Therefore the laws of sets hold for every level.
`picture.mattes` grows and softens masks.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from milimo_tui.media.picture.mattes import FULL, Mask

Numbers = NDArray[np.int64]


def unite_masks(one: Mask, other: Mask) -> Mask:
    """Return the union of two masks."""
    return np.maximum(one, other)


def intersect_masks(one: Mask, other: Mask) -> Mask:
    """Return the intersection of two masks."""
    return np.minimum(one, other)


def invert_mask(mask: Mask) -> Mask:
    """Return the complement of a mask."""
    return FULL - mask


def subtract_mask(mask: Mask, other: Mask) -> Mask:
    """Return the part of `mask` that is not in `other`."""
    return intersect_masks(mask, invert_mask(other))


def fill_mask_holes(mask: Mask) -> Mask:
    """Return the mask with its holes filled with white.

    A hole is an area of pixels that are not fully white and from which no path leads up, down or sideways to
    the edge of the picture.
    """
    height, width = mask.shape
    # A margin of open pixels connects all open areas that touch the picture's edge.
    open_ = np.ones((height + 2, width + 2), bool)
    open_[1:-1, 1:-1] = mask < FULL
    runs = _number_row_runs(open_)
    together = _connect_row_runs(runs)
    outside = np.where(open_, together[runs] == together[runs[0, 0]], False)
    return np.where(outside[1:-1, 1:-1] | (mask == FULL), mask, np.uint8(FULL))


def _number_row_runs(open_: NDArray[np.bool_]) -> Numbers:
    """Return, for each pixel, the number of the horizontal run that the pixel belongs to. A run consists of
    neighbouring open pixels, or of neighbouring closed pixels, in one row. Runs of closed pixels have
    negative numbers.
    """
    begins = np.ones(open_.shape, bool)
    begins[:, 1:] = open_[:, 1:] != open_[:, :-1]
    numbers = np.cumsum(begins.ravel()).reshape(open_.shape) - 1
    return np.where(open_, numbers, -1 - numbers)  # Negative numbers mark runs of closed pixels.


def _connect_row_runs(runs: Numbers) -> Numbers:
    """Return, for each run of open pixels, the lowest number among all runs that touch it directly or through
    other runs in neighbouring rows. Connected runs thus get the same number.
    """
    known = np.arange(int(runs.max()) + 1)
    above, below = runs[:-1].ravel(), runs[1:].ravel()
    touching = (above >= 0) & (below >= 0)
    if not touching.any():
        return known
    pairs = np.unique(np.stack([above[touching], below[touching]]), axis=1)
    while True:
        one, other = known[pairs[0]], known[pairs[1]]
        if np.array_equal(one, other):
            return known
        least, most = np.minimum(one, other), np.maximum(one, other)
        np.minimum.at(known, most, least)
        # Replace each number by the number it points to, until every run has the lowest number of its
        # connected group.
        while True:
            further = known[known]
            if np.array_equal(further, known):
                break
            known = further
