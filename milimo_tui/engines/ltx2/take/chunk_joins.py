"""Joining the chunks of a long take: pictures matched in colour, sound cross-faded where both have the same.
Pure numpy.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from milimo_tui.core.time import sample_at

FADE = Fraction(1, 8)  # seconds, in the middle of an overlap
DRIFT = 0.1  # a colour is pulled by at most so much of its spread
Pictures = NDArray[np.uint8]
Sound = NDArray[np.float32]


def match_colour(pictures: Pictures, overlap: Pictures, before: Pictures) -> Pictures:
    """The pictures, their colours as in the frames before: mean and spread of each channel in `overlap`
    (their own frames there) brought to those of `before`. In place.
    """
    for channel in range(3):
        own = overlap[..., channel].astype(np.float32)
        wanted = before[..., channel].astype(np.float32)
        gain = float(np.clip(wanted.std() / max(own.std(), 1e-3), 1 - DRIFT, 1 + DRIFT))
        shift = float(np.clip(wanted.mean() - own.mean() * gain, -255 * DRIFT, 255 * DRIFT))
        if abs(gain - 1) < 1e-3 and abs(shift) < 0.25:
            continue
        table = np.clip(np.rint(np.arange(256) * gain + shift), 0, 255).astype(np.uint8)
        pictures[..., channel] = table[pictures[..., channel]]
    return pictures


@dataclass(slots=True)
class SoundTrack:
    """The sound of a chain as it grows. `start` and `frames` of chunks are frames of the take at `rate`."""

    rate: Fraction
    sample_rate: int
    _kept: Sound = field(default_factory=lambda: np.zeros((2, 0), np.float32))
    _from: int = 0  # the sample that `_kept` begins at

    def add(self, sound: Sound, start: int, overlap: int) -> Sound:
        """Bring in a chunk that begins at frame `start` and overlaps what is there by `overlap` frames; give
        what can't change any more. The overlap's first half is the chunk's before, its second half its own.
        """
        begin = sample_at(start, self.rate, self.sample_rate)
        if not overlap:
            self._kept, self._from = sound, begin
            return sound[:, :0]
        end = sample_at(start + overlap, self.rate, self.sample_rate)
        fade = min(int(FADE * self.sample_rate), end - begin)
        first = (begin + end - fade) // 2  # sample of the take where the fade begins
        done, there = self._upto(first), self._span(first, fade)
        own = _span(sound, first - begin, fade)
        ramp = np.linspace(0, 1, fade, dtype=np.float32)
        joined = there * (1 - ramp) + own * ramp
        self._kept = np.concatenate([joined, sound[:, first - begin + fade :]], axis=1)
        self._from = first
        return done

    def there(self, start: int, frames: int) -> Sound:
        """What is there of so many frames; no earlier ones than the chunk brought in last."""
        begin, end = (sample_at(frame, self.rate, self.sample_rate) for frame in (start, start + frames))
        return self._span(begin, end - begin)

    def rest(self) -> Sound:
        """What is left when the last chunk is in."""
        return self._kept

    def _upto(self, sample: int) -> Sound:
        return _span(self._kept, 0, sample - self._from)

    def _span(self, sample: int, count: int) -> Sound:
        return _span(self._kept, sample - self._from, count)


def moved(sound: Sound, late: int) -> Sound:
    """A sound that begins so many samples later: silence before it, or its first ones left out."""
    return np.pad(sound, ((0, 0), (late, 0))) if late > 0 else sound[:, -late:]


def _span(sound: Sound, start: int, count: int) -> Sound:
    """Samples [start, start + count), silence past the end: sound of the model ends a little early."""
    found = sound[:, max(0, start) : max(0, start) + count]
    return np.pad(found, ((0, 0), (0, count - found.shape[1])))
