"""The types of sound: float samples by channel, and the interface of sources that return samples at any
position.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float32]
"""(channels, samples), full scale −1…1. Two channels are left and right; six are left, right, centre, LFE,
left and right surround, in that order.
"""


class SampleSource(Protocol):
    """The interface of sound that is read by sample index. Not thread-safe."""

    @property
    def sample_rate(self) -> int:
        """Samples per second."""

    @property
    def channels(self) -> int:
        """The number of channels."""

    def read(self, start: int, samples: int) -> Sound:
        """Return samples [start, start + samples), with silence outside the sound. The result is the same
        from any start.
        """
        ...

    def close(self) -> None:
        """Close the files of the source."""


class FilmSound(SampleSource, Protocol):
    """The sound of a complete film, with its length in samples."""

    @property
    def samples(self) -> int:
        """The length in samples."""


def make_silence(samples: int, channels: int = 2) -> Sound:
    """Return silent samples of a length, (channels, samples)."""
    return np.zeros((channels, samples), np.float32)
