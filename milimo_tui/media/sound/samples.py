"""The types of sound: float samples by channel, the interface of sources that return samples at any position,
and the relation of samples to frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float32]
"""Samples of shape (channels, samples), full scale −1 to 1. Two channels are left and right. Six are left,
right, centre, LFE, left surround and right surround.
"""


@dataclass(frozen=True, slots=True)
class FrameClock:
    """The frames of a clip or a cut, by samples of the film. Sample s is at frame
    `s * frames_per_sample - begins`.
    """

    frames_per_sample: float
    begins: float = 0.0

    def find_sample(self, frame: float) -> int:
        """Return the sample at a frame."""
        return round((frame + self.begins) / self.frames_per_sample)


class SampleSource(Protocol):
    """The interface of sound that can be read at any sample index. Not thread-safe."""

    @property
    def sample_rate(self) -> int:
        """The number of samples per second."""

    @property
    def channels(self) -> int:
        """The number of channels."""

    def read(self, start: int, samples: int) -> Sound:
        """Return samples [start, start + samples) as an array (channels, samples). Outside the sound there is
        silence.

        A sample has the same value whatever was read before. For sound with effects the values may differ by
        less than −80 dB.
        """
        ...

    def close(self) -> None:
        """Close the media files that this object reads from."""


class FilmSound(SampleSource, Protocol):
    """The sound of a complete film, with its length in samples."""

    @property
    def samples(self) -> int:
        """The length of the film's sound in samples."""


def make_silence(samples: int, channels: int = 2) -> Sound:
    """Return an array (channels, samples) of silence."""
    return np.zeros((channels, samples), np.float32)
