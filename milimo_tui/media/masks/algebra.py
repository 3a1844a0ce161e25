"""Masks put together and turned round, their holes filled. numpy alone.

Levels go as those of sets do, soft edges too: united is the greater, met the smaller, inverted what is left
to 255. So the laws of sets hold level by level. Growing and softening are `picture.mattes`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from milimo_tui.media.picture.mattes import FULL, Mask

Numbers = NDArray[np.int64]


def united(one: Mask, other: Mask) -> Mask:
    """What either has."""
    return np.maximum(one, other)


def met(one: Mask, other: Mask) -> Mask:
    """What both have."""
    return np.minimum(one, other)


def inverted(mask: Mask) -> Mask:
    """What it has not."""
    return FULL - mask


def subtracted(mask: Mask, other: Mask) -> Mask:
    """What it has and the other has not."""
    return met(mask, inverted(other))


def filled(mask: Mask) -> Mask:
    """The mask with its holes white: what is not wholly white and from where no way leads to the edge of the
    picture, up, down or to the sides.
    """
    height, width = mask.shape
    open_ = np.ones((height + 2, width + 2), bool)  # a rim around the picture: one way round it
    open_[1:-1, 1:-1] = mask < FULL
    runs = _runs(open_)
    together = _together(runs)
    outside = np.where(open_, together[runs] == together[runs[0, 0]], False)
    return np.where(outside[1:-1, 1:-1] | (mask == FULL), mask, np.uint8(FULL))


def _runs(open_: NDArray[np.bool_]) -> Numbers:
    """For each pixel the number of the run in its row that it is of; it ends where what is open changes."""
    begins = np.ones(open_.shape, bool)
    begins[:, 1:] = open_[:, 1:] != open_[:, :-1]
    numbers = np.cumsum(begins.ravel()).reshape(open_.shape) - 1
    return np.where(open_, numbers, -1 - numbers)  # what is closed has numbers of its own kind


def _together(runs: Numbers) -> Numbers:
    """For each run the least number of those that hang together with it, one row below another."""
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
        while True:  # the least number of those that lead to one another
            further = known[known]
            if np.array_equal(further, known):
                break
            known = further
