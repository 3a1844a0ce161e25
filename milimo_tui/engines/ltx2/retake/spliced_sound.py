"""Replace a range of a sound by a new sound. Outside the range each sample stays unchanged."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FADE = 0.02  # seconds of the cross-fade between old and new sound, inside the range


def splice_sound(
    old: NDArray[np.float32], new: NDArray[np.float32], begin: int, end: int, sample_rate: int
) -> NDArray[np.float32]:
    """Return the old sound (2, n) with samples [begin, end) replaced by the first samples of `new`.

    The sound is cross-faded over at most 20 ms at each edge of the range, inside the range. An edge that is
    also the start or end of the sound has no cross-fade.
    """
    out = old.copy()
    length = end - begin
    fresh = np.pad(new[:, :length], ((0, 0), (0, max(0, length - new.shape[1]))))
    share = np.ones(length, np.float32)
    fade = min(round(FADE * sample_rate), length // 2)
    rising = (np.arange(fade, dtype=np.float32) + 1) / (fade + 1)
    if begin > 0:
        share[:fade] = rising
    if end < old.shape[1] and fade:
        share[length - fade :] = rising[::-1]
    out[:, begin:end] = old[:, begin:end] * (1 - share) + fresh * share
    return out
