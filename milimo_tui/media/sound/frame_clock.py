"""The relation of samples to the frames in which keys of effects are counted."""

from __future__ import annotations

from dataclasses import dataclass


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
