"""What sound is in here: float samples by channel, and whatever can be read for them at any place."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float32]
"""(channels, samples), full scale −1…1. Two channels are left and right; six are left, right, centre, LFE,
left and right surround, in that order.
"""


class Samples(Protocol):
    """Sound by sample index. Not for two threads at once."""

    @property
    def sample_rate(self) -> int: ...

    @property
    def channels(self) -> int: ...

    def read(self, start: int, samples: int) -> Sound:
        """Samples [start, start + samples), silence where there is nothing. The same from any start."""
        ...

    def close(self) -> None: ...


class FilmSound(Samples, Protocol):
    """The sound of a whole film, which is so many samples long."""

    @property
    def samples(self) -> int: ...


def silence(samples: int, channels: int = 2) -> Sound:
    return np.zeros((channels, samples), np.float32)
