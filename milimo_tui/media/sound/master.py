"""The mix brought to a loudness, its true peaks held under a limit; and each track as it is in that mix.

The limiter looks ahead and is a rule about a sample's neighbourhood alone, so that any part of the film can
be read by itself. What it does is the same for all channels, so that nothing moves to a side.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from milimo_tui.cut.delivery.delivery import Loudness
from milimo_tui.cut.plan.plan import Plan
from milimo_tui.media.sound.loudness import NEAR, Watch, may_exceed, measure, true_peaks
from milimo_tui.media.sound.mix import Mixer
from milimo_tui.media.sound.samples import FilmSound, Sound, silence

Levels = NDArray[np.float32]  # (samples,)

_SOFTLY = 0.005  # seconds: half the way from full to held down, and back
_HOLD = 0.080  # seconds that a peak is held for, longer than a wave of the lowest tone
_MARGIN = 0.1  # dB kept free: another meter's oversampling sees a peak a little higher
_NEAR = 0.1  # LU: near enough to the target
_TRIES = 6
_LEAST = 0.25  # LU a dB: no smaller a slope is believed
_PUSH = 12.0  # dB at most beyond the plain gain, to make up for what the limiter takes; then it stays softer


class Mastered:
    """A mix at a gain, limited. As `FilmSound`; one thread at a time."""

    def __init__(self, mixer: Mixer, gain_db: float, true_peak: float) -> None:
        self._mixer = mixer
        self.sample_rate, self.channels, self.samples = mixer.sample_rate, mixer.channels, mixer.samples
        self.gain_db = gain_db
        self._gain = np.float32(10 ** (gain_db / 20))
        self._ceiling = 10 ** ((true_peak - _MARGIN) / 20)
        soft, hold = round(_SOFTLY * self.sample_rate), round(_HOLD * self.sample_rate)
        shape = np.hanning(2 * soft + 3)[1:-1]
        self._shape = shape / shape.sum()
        self._soft, self._hold = soft, hold
        self._at, self._held = 0, silence(0, self.channels)

    def read(self, start: int, samples: int) -> Sound:
        """Float (channels, samples), no true peak above the limit. Errors as `Mixer.read`."""
        sound, before = self._around(start, samples)
        out = sound[:, before : before + samples]
        levels = self._held_down(sound)
        return out.copy() if levels is None else out * levels

    def levels(self, start: int, samples: int) -> Levels:
        """What every sample of the mix is multiplied by, its gain and the limiter's."""
        sound, _ = self._around(start, samples)
        levels = self._held_down(sound)
        flat = np.full(samples, self._gain, np.float32)
        return flat if levels is None else flat * levels

    def close(self) -> None:
        self._mixer.close()

    @property
    def _reach(self) -> tuple[int, int]:
        """How many samples before and after one have a say in its level."""
        return self._hold + self._soft + NEAR, 2 * self._soft + NEAR

    def _around(self, start: int, samples: int) -> tuple[Sound, int]:
        """The mix at its gain with what lies around; and where `start` is in it. Reads on, never again."""
        before, after = self._reach
        first, last = start - before, start + samples + after
        end = self._at + self._held.shape[1]
        if not self._at <= first <= end:
            self._at = end = first
            self._held = silence(0, self.channels)
        begin = max(0, end)
        if last > end:
            fresh = self._mixer.summed(begin, max(0, last - begin)) * self._gain
            self._held = np.concatenate([self._held, silence(begin - end, self.channels), fresh], axis=1)
        self._held = self._held[:, first - self._at :]
        self._at = first
        return self._held[:, : last - first], before

    def _held_down(self, sound: Sound) -> Levels | None:
        """The limiter's levels for what lies inside the reach; None where it has nothing to do."""
        if not may_exceed(sound, self._ceiling):
            return None
        peaks = true_peaks(sound)[NEAR:-NEAR].astype(np.float64)
        if float(peaks.max()) <= self._ceiling:
            return None
        wanted = self._ceiling / np.maximum(peaks, self._ceiling)
        lowest = _lowest(wanted, self._hold + self._soft + 1)
        return np.convolve(lowest, self._shape, "valid").astype(np.float32)


class _Summed:
    """A mix as loud as it comes out."""

    def __init__(self, mixer: Mixer) -> None:
        self.sample_rate, self.channels, self.samples = mixer.sample_rate, mixer.channels, mixer.samples
        self.read, self.close = mixer.summed, mixer.close


class Stem:
    """Some tracks of a film as they are in its mastered mix: all stems together are that mix."""

    def __init__(self, mixer: Mixer, whole: Mastered) -> None:
        """Both are taken over; neither may be read by another."""
        self._mixer, self._whole = mixer, whole
        self.sample_rate, self.channels, self.samples = mixer.sample_rate, mixer.channels, mixer.samples

    def read(self, start: int, samples: int) -> Sound:
        return self._mixer.summed(start, samples) * self._whole.levels(start, samples)

    def close(self) -> None:
        self._mixer.close()
        self._whole.close()


def mastered(mixer: Mixer, loudness: Loudness, watch: Watch = lambda done, total: None) -> Mastered:
    """The mix at that loudness, its true peaks limited. The mixer is taken over: it closes with the result.

    Reads the whole mix once to measure it, and again each time the limiter took more than it may; `watch`
    hears of each reading. Silence, and what is too short to have a loudness, is limited alone. Errors as
    `Mixer.read`.
    """
    plain = measure(_Summed(mixer), watch)
    if plain.lufs is None:
        return Mastered(mixer, 0.0, loudness.true_peak)
    gain = loudness.lufs - plain.lufs
    if plain.true_peak + gain <= loudness.true_peak - _MARGIN:
        return Mastered(mixer, gain, loudness.true_peak)
    most, tried = gain + _PUSH, list[tuple[float, float]]()
    for _ in range(_TRIES):
        found = measure(Mastered(mixer, gain, loudness.true_peak), watch, peaks=False).lufs
        if found is None:
            break
        tried.append((gain, found))
        if abs(loudness.lufs - found) <= _NEAR or gain == most:
            break
        gain = min(most, gain + (loudness.lufs - found) / _slope(tried))
    nearest = min(tried, key=lambda each: abs(loudness.lufs - each[1]), default=(gain, 0.0))
    return Mastered(mixer, nearest[0], loudness.true_peak)


def _slope(tried: list[tuple[float, float]]) -> float:
    """How many LU a dB of gain makes: limited sound gets louder by less than its gain."""
    if len(tried) < 2:
        return 1.0
    (gain, found), (other, before) = tried[-1], tried[-2]
    return max(_LEAST, min(1.0, (found - before) / (gain - other)))


def film_sound(
    plan: Plan, channels: int, loudness: Loudness | None, watch: Watch = lambda done, total: None
) -> FilmSound:
    """The sound of a film as it is delivered: its mix within full scale, or brought to a loudness."""
    mixer = Mixer(plan, channels=channels)
    try:
        return mastered(mixer, loudness, watch) if loudness is not None else mixer
    except BaseException:
        mixer.close()
        raise


def stems(
    plan: Plan, channels: int, loudness: Loudness | None, watch: Watch = lambda done, total: None
) -> Iterator[tuple[str, FilmSound]]:
    """The name and the sound of every track, as it is in the film's delivered sound; each is to be closed."""
    gain: float | None = None
    if loudness is not None:
        with contextlib.closing(mastered(Mixer(plan, channels=channels), loudness, watch)) as whole:
            gain = whole.gain_db
    for track in tracks_of(plan):
        alone = Mixer(plan, {track}, channels)
        if loudness is None or gain is None:
            yield track, alone
        else:
            yield track, Stem(alone, Mastered(Mixer(plan, channels=channels), gain, loudness.true_peak))


def tracks_of(plan: Plan) -> tuple[str, ...]:
    """The names of the tracks that are heard, in the plan's order: one stem each."""
    return tuple(dict.fromkeys(sound.track for sound in plan.sounds))


def _lowest(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """The lowest of every `width` neighbours, by doubling."""
    done, out = 1, values
    while done < width:
        step = min(done, width - done)
        out = np.minimum(out[:-step], out[step:])
        done += step
    return out
