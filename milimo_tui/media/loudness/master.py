"""Mastering: the mix of a film is brought to a target loudness, and its true peaks are limited. Each track
can also be read alone, with the same gains as in that mix.

The limiter's gain at a sample depends only on neighbouring samples, so any part of the film can be read
alone. All channels get the same gain, so that the stereo image does not move.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from milimo_tui.cut.delivery.delivery import Loudness
from milimo_tui.cut.delivery.stems import SoundStem
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.media.loudness.dialogue_gate import SoundParts, find_dialogue_ranges
from milimo_tui.media.loudness.loudness import NEAR, Watch, can_exceed, compute_true_peaks, measure_loudness
from milimo_tui.media.sound.mix import Mixer
from milimo_tui.media.sound.samples import FilmSound, Sound, make_silence

Levels = NDArray[np.float32]  # An array (samples,) of gains.

_SOFTLY = 0.005  # Half the duration in seconds of the transition between full and reduced gain.
# Seconds for which the gain stays reduced after a peak: longer than one period of the lowest tone.
_HOLD = 0.080
# Margin below the true-peak limit in dB, because another meter may measure a slightly higher peak.
_MARGIN = 0.1
_NEAR = 0.1  # The accepted distance from the target loudness, in LU.
_TRIES = 6
# The loudness is assumed to rise by at least this many LU per dB of gain, so that a correction of the gain is
# not too large.
_LEAST = 0.25
# The most extra gain in dB to compensate for the limiter. If more would be needed, the result stays quieter
# than the target.
_PUSH = 12.0


class MasteredMix:
    """The mix of a film after a gain and a limiter. Implements `FilmSound`. Not thread-safe."""

    def __init__(
        self,
        mixer: Mixer,
        gain_db: float,
        true_peak: float,
        mix_peak: float | None = None,
        most_gain_db: float | None = None,
    ) -> None:
        """Prepare the gain and the limiter. `mix_peak` is the highest true peak of the mix in dBTP, before
        the gain, if it was measured. `most_gain_db` is the limit of `change_gain`; by default the gain
        can't be raised.
        """
        self._mixer, self.true_peak, self._mix_peak = mixer, true_peak, mix_peak
        self.sample_rate, self.channels, self.samples = mixer.sample_rate, mixer.channels, mixer.samples
        self.gain_db = gain_db
        self._most_gain_db = gain_db if most_gain_db is None else most_gain_db
        self._gain = np.float32(10 ** (gain_db / 20))
        self._ceiling = _compute_ceiling(true_peak)
        soft, hold = round(_SOFTLY * self.sample_rate), round(_HOLD * self.sample_rate)
        shape = np.hanning(2 * soft + 3)[1:-1]
        self._shape = shape / shape.sum()
        self._soft, self._hold = soft, hold
        self._at, self._held = 0, make_silence(0, self.channels)

    def read(self, start: int, samples: int) -> Sound:
        """Return float (channels, samples) in which no true peak is above the limit. Raises the same errors
        as `Mixer.read`.
        """
        sound, before = self._read_with_margins(start, samples)
        out = sound[:, before : before + samples]
        levels = self._compute_limiter_gains(sound, start - before)
        return out.copy() if levels is None else out * levels

    def compute_gains(self, start: int, samples: int) -> Levels:
        """Return the factor by which each of `samples` samples of the mix is multiplied, from sample `start`
        on. It is the constant gain multiplied by the limiter's gain.
        """
        sound, before = self._read_with_margins(start, samples)
        levels = self._compute_limiter_gains(sound, start - before)
        flat = np.full(samples, self._gain, np.float32)
        return flat if levels is None else flat * levels

    def has_peaks_above(self, decibels: float) -> bool:
        """Return True if the sound may have true peaks above a level in dBTP."""
        return self._mix_peak is None or min(self._mix_peak + self.gain_db, self.true_peak) > decibels

    def lower_true_peak(self, decibels: float) -> None:
        """Lower the limit of the true peaks."""
        self.true_peak -= decibels
        self._ceiling = _compute_ceiling(self.true_peak)

    def change_gain(self, decibels: float) -> bool:
        """Raise the gain, up to its limit, or lower it. Return False if nothing changes."""
        gain = min(self._most_gain_db, self.gain_db + decibels)
        if gain == self.gain_db:
            return False
        self.gain_db = gain
        self._gain = np.float32(10 ** (gain / 20))
        self._at, self._held = 0, make_silence(0, self.channels)  # These samples have the old gain.
        return True

    def close(self) -> None:
        """Close the mixer."""
        self._mixer.close()

    @property
    def _reach(self) -> tuple[int, int]:
        """Two numbers of samples: how many samples before a sample, and how many after it, affect its
        gain.
        """
        return self._hold + self._soft + NEAR, 2 * self._soft + NEAR

    def _read_with_margins(self, start: int, samples: int) -> tuple[Sound, int]:
        """Return the amplified mix with a margin before and after the requested samples, and the index of
        sample `start` in the result.

        The margins contain the neighbouring samples that affect the limiter. When reading continues forwards,
        no sample of the mix is read twice.
        """
        before, after = self._reach
        first, last = start - before, start + samples + after
        end = self._at + self._held.shape[1]
        if not self._at <= first <= end:
            self._at = end = first
            self._held = make_silence(0, self.channels)
        begin = max(0, end)
        if last > end:
            fresh = self._mixer.read_unclipped(begin, max(0, last - begin)) * self._gain
            self._held = np.concatenate([self._held, make_silence(begin - end, self.channels), fresh], axis=1)
        self._held = self._held[:, first - self._at :]
        self._at = first
        return self._held[:, : last - first], before

    def _compute_limiter_gains(self, sound: Sound, first: int) -> Levels | None:
        """Return the limiter's gain for each sample of `sound` that is not in a margin. Return None if the
        limiter has nothing to reduce. `sound` begins at sample `first` of the film.
        """
        if not can_exceed(sound, self._ceiling):
            return None
        peaks = compute_true_peaks(sound)
        if first < 0 < first + sound.shape[1]:
            peaks = np.maximum(peaks, compute_true_peaks(_reflect_film_start(sound, -first)))
        peaks = peaks[NEAR:-NEAR].astype(np.float64)
        if float(peaks.max()) <= self._ceiling:
            return None
        wanted = self._ceiling / np.maximum(peaks, self._ceiling)
        lowest = _compute_sliding_minimum(wanted, self._hold + self._soft + 1)
        return np.convolve(lowest, self._shape, "valid").astype(np.float32)


def _compute_ceiling(true_peak: float) -> float:
    return float(10 ** ((true_peak - _MARGIN) / 20))


def _reflect_film_start(sound: Sound, start: int) -> Sound:
    """Return sound in which the silence before the film's first sample, index `start`, is the reflected
    beginning of the film.

    FFmpeg's meter of true peaks hears a film in this way. It measures up to 0.5 dB more than with silence if
    the film begins with loud sound.
    """
    count = min(start, 2 * NEAR, sound.shape[1] - start - 1)
    out = sound.copy()
    if count > 0:
        out[:, start - count : start] = sound[:, start + count : start : -1]
    return out


class _UnclippedMix:
    """A film's mix that is not clipped to −1…1, used to measure its loudness and peaks."""

    def __init__(self, mixer: Mixer) -> None:
        self.sample_rate, self.channels, self.samples = mixer.sample_rate, mixer.channels, mixer.samples
        self.read, self.close = mixer.read_unclipped, mixer.close


class MasteredStem:
    """The sound of a stem with the gains of the mastered mix. If the master of the mixer changes nothing, all
    stems of a film added together are the mastered mix.
    """

    def __init__(self, mixer: Mixer, whole: MasteredMix) -> None:
        """Create the stem from a mixer for its sound and the mastered mix `whole`. Both are closed with the
        stem and must not be read by the caller any more.
        """
        self._mixer, self._whole = mixer, whole
        self.sample_rate, self.channels, self.samples = mixer.sample_rate, mixer.channels, mixer.samples

    def read(self, start: int, samples: int) -> Sound:
        """Return the sound of the stem with the gains of the mastered mix, float (channels, samples)."""
        return self._mixer.read_unclipped(start, samples) * self._whole.compute_gains(start, samples)

    def close(self) -> None:
        """Close the mixer and the mastered mix."""
        self._mixer.close()
        self._whole.close()


def master_mix(mixer: Mixer, loudness: Loudness, watch: Watch = lambda done, total: None) -> MasteredMix:
    """Return a mix normalised to a loudness, with limited true peaks. Closing the result closes the mixer.

    The complete mix is read once to measure it. If the limiter reduces the loudness, the gain is corrected
    and the mix is measured again, up to six times. `watch` is called during each reading. Silence, and sound
    too short for a loudness, is only limited. A target for dialogue is measured while the tracks with the
    role dialogue are heard; if there are none, the complete film is measured. Raises the same errors as
    `Mixer.read`.
    """
    plain = measure_loudness(_UnclippedMix(mixer), watch)
    spoken = find_dialogue_ranges(mixer.plan, mixer.channels) if loudness.gate == "dialogue" else ()
    if spoken:
        gated = measure_loudness(SoundParts(_UnclippedMix(mixer), spoken), watch, peaks=False)
        plain = replace(plain, lufs=gated.lufs)
    if plain.lufs is None:
        return MasteredMix(mixer, 0.0, loudness.true_peak)
    gain = loudness.lufs - plain.lufs
    most, tried = gain + _PUSH, list[tuple[float, float]]()
    if plain.true_peak + gain <= loudness.true_peak - _MARGIN:
        return MasteredMix(mixer, gain, loudness.true_peak, plain.true_peak, most)
    for _ in range(_TRIES):
        attempt: FilmSound = MasteredMix(mixer, gain, loudness.true_peak)
        attempt = SoundParts(attempt, spoken) if spoken else attempt
        found = measure_loudness(attempt, watch, peaks=False).lufs
        if found is None:
            break
        tried.append((gain, found))
        if abs(loudness.lufs - found) <= _NEAR or gain == most:
            break
        gain = min(most, gain + (loudness.lufs - found) / _estimate_loudness_slope(tried))
    nearest = min(tried, key=lambda each: abs(loudness.lufs - each[1]), default=(gain, 0.0))
    return MasteredMix(mixer, nearest[0], loudness.true_peak, most_gain_db=most)


def _estimate_loudness_slope(tried: list[tuple[float, float]]) -> float:
    """Return how much the loudness rises per dB of gain, in LU. `tried` has a pair (gain, loudness) for each
    attempt, and the last two are used.

    The result is at most 1, because a limiter makes sound rise by less than its gain.
    """
    if len(tried) < 2:
        return 1.0
    (gain, found), (other, before) = tried[-1], tried[-2]
    return max(_LEAST, min(1.0, (found - before) / (gain - other)))


def open_film_sound(
    plan: RenderPlan, channels: int, loudness: Loudness | None, watch: Watch = lambda done, total: None
) -> FilmSound:
    """Open the sound of a film as it is delivered: normalised to `loudness`, or if that is None, the mix
    clipped to full scale.
    """
    mixer = Mixer(plan, channels=channels)
    try:
        return master_mix(mixer, loudness, watch) if loudness is not None else mixer
    except BaseException:
        mixer.close()
        raise


def iterate_stems(
    plan: RenderPlan,
    stems: Iterable[SoundStem],
    channels: int,
    loudness: Loudness | None,
    watch: Watch = lambda done, total: None,
) -> Iterator[tuple[str, FilmSound]]:
    """Yield the name and the sound of every stem of a plan. With a loudness, each stem gets the gains of the
    mastered mix. The caller closes each sound.
    """
    gain: float | None = None
    if loudness is not None:
        with contextlib.closing(master_mix(Mixer(plan, channels=channels), loudness, watch)) as whole:
            gain = whole.gain_db
    for stem in stems:
        mixer = Mixer(stem.plan, channels=channels)
        if loudness is None or gain is None:
            yield stem.name, mixer
        else:
            whole = MasteredMix(Mixer(plan, channels=channels), gain, loudness.true_peak)
            yield stem.name, MasteredStem(mixer, whole)


def _compute_sliding_minimum(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Return the minimum of each run of `width` neighbouring values, computed by doubling the width."""
    done, out = 1, values
    while done < width:
        step = min(done, width - done)
        out = np.minimum(out[:-step], out[step:])
        done += step
    return out
