"""Set operations on masks: union, intersection, inversion, and filling of holes. Uses numpy alone.

Soft levels follow fuzzy-set rules: union is the greater level, intersection the smaller, inversion the
difference to 255. So the laws of sets hold for every level. `picture.mattes` grows and softens masks.
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
    """Return the mask with its holes white.

    A hole is an area that is not fully white and has no path to the edge of the picture, up, down or
    sideways.
    """
    height, width = mask.shape
    open_ = np.ones((height + 2, width + 2), bool)  # the margin connects all open areas at the edge
    open_[1:-1, 1:-1] = mask < FULL
    runs = _number_row_runs(open_)
    together = _connect_row_runs(runs)
    outside = np.where(open_, together[runs] == together[runs[0, 0]], False)
    return np.where(outside[1:-1, 1:-1] | (mask == FULL), mask, np.uint8(FULL))


def _number_row_runs(open_: NDArray[np.bool_]) -> Numbers:
    """Return for each pixel the number of its horizontal run; a run ends where open and closed pixels
    meet.
    """
    begins = np.ones(open_.shape, bool)
    begins[:, 1:] = open_[:, 1:] != open_[:, :-1]
    numbers = np.cumsum(begins.ravel()).reshape(open_.shape) - 1
    return np.where(open_, numbers, -1 - numbers)  # closed runs have negative numbers


def _connect_row_runs(runs: Numbers) -> Numbers:
    """Return for each run the least number of the runs that are connected to it across rows."""
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
        while True:  # follow the chain to the least number of all connected runs
            further = known[known]
            if np.array_equal(further, known):
                break
            known = further
