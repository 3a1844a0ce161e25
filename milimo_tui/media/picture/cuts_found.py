"""Detection of cuts in a sequence of pictures: the strongest abrupt change near each frame at which a cut is
expected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ACROSS = 64  # Pictures are thinned out to about this many pixels per side before they are compared.
LEAST = 12.0  # The smallest mean change from picture to picture that counts as a cut, in levels of 255.
# A cut must also change at least this many times as much as the median of the pictures around it.
TIMES = 3.0


@dataclass(frozen=True, slots=True)
class FoundCut:
    """The first frame after a cut. `found` is True if a cut was detected in the pictures. It is False if none
    was detected, and the frame is the expected one.
    """

    frame: int
    found: bool


def find_cuts_near(shown: NDArray[np.uint8], expected: Sequence[int], window: int) -> tuple[FoundCut, ...]:
    """Find the strongest cut near each expected frame: at most `window` frames away, and later than the
    previous cut.

    `shown` are pictures, an array (n, height, width, 3). If no change between pictures is strong enough, the
    expected frame is returned.
    """
    changes = _measure_changes(shown)
    found: list[FoundCut] = []
    passed = 0
    for frame in expected:
        first, last = max(passed + 1, frame - window), min(len(shown) - 1, frame + window)
        places = range(first, last + 1)
        best = max(places, key=lambda at: (changes[at], -abs(at - frame)), default=frame)
        rest = [changes[at] for at in places if at != best]
        usual = float(np.median(rest)) if rest else 0.0
        is_cut = bool(places) and changes[best] >= max(LEAST, TIMES * usual)
        found.append(FoundCut(best, True) if is_cut else FoundCut(max(frame, passed + 1), False))
        passed = found[-1].frame
    return tuple(found)


def _measure_changes(shown: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the mean difference of each picture from the previous picture, in levels of 255; 0 for the first
    picture.
    """
    down, across = (max(1, side // ACROSS) for side in shown.shape[1:3])
    small = shown[:, ::down, ::across].astype(np.float32).mean(axis=-1)
    steps = np.abs(np.diff(small, axis=0)).mean(axis=(1, 2))
    return np.concatenate([np.zeros(1, np.float32), steps.astype(np.float32)])
