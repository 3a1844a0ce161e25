"""Another pitch at the same speed: the sound is resampled, and then played at its old speed with the new
pitch.

Sample n of the result does not depend on where reading began, and no sound is moved.
"""

from __future__ import annotations

from fractions import Fraction

from milimo_tui.media.sound.frame_clock import FrameClock
from milimo_tui.media.sound.ramped import PitchPreservedSound, TimeMapping
from milimo_tui.media.sound.resample import ResampledSound
from milimo_tui.media.sound.samples import SampleSource

# The largest denominator of the factor by which the sound is resampled. The pitch is exact to 0.1 cents.
_MOST_PARTS = 96


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
