"""Cuts found in pictures: where one changes into the next at once, near to where it is expected. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ACROSS = 64  # pixels of a picture that are compared, at the most
LEAST = 12.0  # levels of 255 that a cut changes the middle pixel by, at the least
TIMES = 3.0  # … and so many times what changes from frame to frame around it


@dataclass(frozen=True, slots=True)
class Cut:
    """The first frame behind a cut; `found` tells whether it was seen there, or only expected."""

    frame: int
    found: bool


def cuts_near(shown: NDArray[np.uint8], expected: Sequence[int], window: int) -> tuple[Cut, ...]:
    """The cut nearest in strength to each expected frame, at most `window` frames away and behind the one
    before. `shown` are pictures (n, height, width, 3); where no change stands out, the cut is where it was
    expected.
    """
    changes = _changes(shown)
    found: list[Cut] = []
    passed = 0
    for frame in expected:
        first, last = max(passed + 1, frame - window), min(len(shown) - 1, frame + window)
        places = range(first, last + 1)
        best = max(places, key=lambda at: (changes[at], -abs(at - frame)), default=frame)
        rest = [changes[at] for at in places if at != best]
        usual = float(np.median(rest)) if rest else 0.0
        is_cut = bool(places) and changes[best] >= max(LEAST, TIMES * usual)
        found.append(Cut(best, True) if is_cut else Cut(max(frame, passed + 1), False))
        passed = found[-1].frame
    return tuple(found)


def _changes(shown: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How much each picture differs from the one before, in levels; the first from none."""
    down, across = (max(1, side // ACROSS) for side in shown.shape[1:3])
    small = shown[:, ::down, ::across].astype(np.float32).mean(axis=-1)
    steps = np.abs(np.diff(small, axis=0)).mean(axis=(1, 2))
    return np.concatenate([np.zeros(1, np.float32), steps.astype(np.float32)])
