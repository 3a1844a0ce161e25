"""Change the speed or the pitch of sound: of sound in memory, with its pitch preserved or together with the
pitch, and of any source, whose pitch changes at the same speed.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from milimo_tui.media.sound.ramped import PitchPreservedSound, TimeMapping
from milimo_tui.media.sound.resample import ResampledSound
from milimo_tui.media.sound.samples import FrameClock, SampleSource, Sound

# The time mapping counts time in frames of this rate.
_MAPPING_RATE = 100
# The largest denominator of the factor by which the sound is resampled. The pitch is exact to 0.1 cents.
_MOST_PARTS = 96


class SoundInMemory:
    """Sound that is held in memory, as a source of samples."""

    def __init__(self, sound: Sound, sample_rate: int) -> None:
        self._sound, self.sample_rate, self.channels = sound, sample_rate, sound.shape[0]

    def read(self, start: int, samples: int) -> Sound:
        """Return samples as `SampleSource.read` does."""
        out = np.zeros((self.channels, max(0, samples)), np.float32)
        first, last = max(0, start), min(self._sound.shape[1], start + samples)
        if last > first:
            out[:, first - start : last - start] = self._sound[:, first:last]
        return out

    def close(self) -> None:
        """Do nothing: the sound is in memory."""


def change_speed(sound: Sound, sample_rate: int, speed: float) -> Sound:
    """Return sound (channels, n) that is played `speed` times as fast with the same pitch. At speed 1,
    `sound` itself is returned.
    """
    if abs(speed - 1) < 1e-6:
        return sound
    return _read_at_speed(SoundInMemory(sound, sample_rate), speed, round(sound.shape[1] / speed))


def change_pitch_and_pace(sound: Sound, sample_rate: int, *, semitones: float, pace: float) -> Sound:
    """Return sound (channels, n) with another pitch and pace. With no change, `sound` itself is returned."""
    if not semitones:
        return change_speed(sound, sample_rate, pace)
    factor = Fraction(2 ** (semitones / 12)).limit_denominator(_MOST_PARTS)
    source = ResampledSound(SoundInMemory(sound, sample_rate), factor, Fraction(0), sample_rate)
    return _read_at_speed(source, pace / float(factor), round(sound.shape[1] / pace))


def _read_at_speed(source: SampleSource, speed: float, samples: int) -> Sound:
    if abs(speed - 1) < 1e-6:
        return source.read(0, samples)
    frame = _MAPPING_RATE / source.sample_rate
    mapping = TimeMapping((), speed, 0.0, float(_MAPPING_RATE), frame, 0)
    return PitchPreservedSound(source, mapping, source.sample_rate).read(0, samples)


def shift_pitch(source: SampleSource, semitones: float, clock: FrameClock) -> SampleSource:
    """Return a source with a pitch that is higher by `semitones`. Closing the result closes the source.

    Grains are counted from frame 0 of the clock, so that a clip sounds the same wherever it is in the film.
    """
    rate = source.sample_rate
    factor = Fraction(2 ** (semitones / 12)).limit_denominator(_MOST_PARTS)
    if factor == 1:
        return source
    resampled = ResampledSound(source, factor, Fraction(0), rate)
    speed, frames_per_second = float(1 / factor), clock.frames_per_sample * rate
    second = clock.begins / frames_per_second * speed
    mapping = TimeMapping((), speed, second, frames_per_second, clock.frames_per_sample, round(clock.begins))
    return PitchPreservedSound(resampled, mapping, rate)
