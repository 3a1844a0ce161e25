"""Playback of sound at a changing speed, or with preserved pitch. A time mapping gives the source time that
each sample plays.

Without preserved pitch, each sample is interpolated from the source by a windowed sinc, so that pitch follows
speed as on tape. With preserved pitch, short grains of the source overlap where they match best (WSOLA). The
chain of grains restarts at fixed positions of the clip, so that sample n of the result does not depend on
where reading began.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from milimo_tui.cut.values.keyframes import Curve
from milimo_tui.cut.values.ramps import compute_distance, get_speed_ramp
from milimo_tui.media.sound.eased_curves import measure_travel
from milimo_tui.media.sound.resample import ResampledSound, ReversedSound
from milimo_tui.media.sound.samples import SampleSource, Sound, make_silence
from milimo_tui.media.sound.voices import MixVoice

Places = NDArray[np.float64]

CROSSINGS = 16  # The number of zero crossings of the sinc on either side.
_BETA = 8.6
# At most this many filter coefficients are computed at once. A request that needs more is divided.
_NUMBERS = 1 << 21
_HOP = 1024  # The distance between two grains in samples. A grain is twice as long.
_SEARCH = 480  # The most samples by which a grain may be shifted for a better match.
_COARSE = 4
_CHAIN = 64  # After this many grains the next grain is at its nominal position, without a search for a match.
_HELD_SECONDS = 2


@dataclass(frozen=True, slots=True)
class TimeMapping:
    """The mapping from samples of the film to seconds of a clip's source. It follows the clip's speed ramp,
    multiplied by the clip's speed, and starts at the second `second` of the source.
    """

    ramp: Curve
    speed: float
    second: float  # The second of the source at frame 0 of the clip.
    rate: float  # Frames of the film per second.
    frame: float  # Frames of the film per sample of the film.
    begins: int  # The frame of the film at which the clip begins.

    def get_source_seconds(self, samples: Places) -> Places:
        """Return the times in the source, in seconds, for positions in the film, in samples."""
        frames = samples * self.frame - self.begins
        travelled = measure_travel(self.ramp, frames) if self.ramp else frames
        out: Places = self.second + travelled / self.rate * self.speed
        return out


def make_time_mapping(voice: MixVoice, rate: Fraction) -> TimeMapping:
    """Return the time mapping of the sound clip `voice`. `rate` is the film's number of frames per second.
    The keys of a speed ramp count from the clip's own first frame.
    """
    clip = voice.clip
    ramp = get_speed_ramp(clip.effects)
    since = compute_distance(ramp, 0, clip.clip_offset) if ramp else Fraction(clip.clip_offset)
    first = float(measure_travel(ramp, np.zeros(1))[0]) if ramp else 0.0
    second = float(clip.source_in - since / rate * clip.speed) - first / float(rate) * float(clip.speed)
    return TimeMapping(ramp, float(clip.speed), second, float(rate), voice.frame, voice.begins)


def is_time_mapped(voice: MixVoice) -> bool:
    """Return True if the sound clip `voice` has a speed ramp, or preserves its pitch at another speed than 1.
    Plain resampling cannot play such a clip.
    """
    effects = voice.clip.effects
    return bool(get_speed_ramp(effects)) or (effects.keeps_pitch and abs(voice.clip.speed) != 1)


def on_course(source: SampleSource, voice: MixVoice, rate: Fraction, sample_rate: int) -> SampleSource:
    """Return the sound of a clip that has a speed ramp or preserves its pitch. `source` is the sound at its
    own speed; closing the result closes the source.

    `rate` is the film's number of frames per second. `sample_rate` is the rate of the result in Hz.
    """
    course = make_time_mapping(voice, rate)
    if voice.clip.effects.keeps_pitch:
        return PitchPreservedSound(source, course, sample_rate)
    return RampedSound(source, course, sample_rate)


class RampedSound:
    """A source played at changing speed, as on tape: pitch follows speed."""

    def __init__(self, source: SampleSource, course: TimeMapping, sample_rate: int) -> None:
        self._source, self._course = source, course
        self.sample_rate, self.channels = sample_rate, source.channels

    def read(self, start: int, samples: int) -> Sound:
        """Return samples as `SampleSource.read` does. Raises the source's errors."""
        if samples <= 0:
            return make_silence(max(0, samples), self.channels)
        parts, at = [], start
        while at < start + samples:
            count = min(4096, start + samples - at)
            places = self._map_positions(at, count + 1)
            widening = np.maximum(1.0, np.abs(np.diff(places)))
            half = math.ceil(CROSSINGS * float(widening.max()))
            count = max(1, min(count, _NUMBERS // (2 * half)))
            parts.append(self._interpolate_samples(places[:count], widening[:count], half))
            at += count
        return np.concatenate(parts, axis=1)

    def close(self) -> None:
        """Close the source."""
        self._source.close()

    def _map_positions(self, start: int, samples: int) -> Places:
        film = np.arange(start, start + samples, dtype=np.float64)
        out: Places = self._course.get_source_seconds(film) * self._source.sample_rate
        return out

    def _interpolate_samples(self, places: Places, widening: Places, half: int) -> Sound:
        whole = np.floor(places).astype(np.int64)
        taps = np.arange(-half + 1, half + 1)
        x = (places[:, None] - (whole[:, None] + taps)) / widening[:, None]
        inside = np.abs(x) <= CROSSINGS
        window = np.i0(_BETA * np.sqrt(np.where(inside, 1 - (x / CROSSINGS) ** 2, 0.0)))
        weights = np.where(inside, np.sinc(x) * window, 0.0)
        weights /= weights.sum(axis=1, keepdims=True)
        low = int(whole.min()) - half + 1
        read = self._source.read(low, int(whole.max()) + half + 1 - low)
        heard = read[:, (whole[:, None] + taps) - low]
        out: Sound = np.einsum("cnt,nt->cn", heard, weights).astype(np.float32)
        return out


class PitchPreservedSound:
    """A source played at another speed with its original pitch, made of overlapping grains that are placed
    where they match best.
    """

    def __init__(self, source: SampleSource, course: TimeMapping, sample_rate: int) -> None:
        self._given = source
        own = ResampledSound(source, Fraction(source.sample_rate, sample_rate), Fraction(0), sample_rate)
        self._forward = course.speed > 0
        self._source = _BlockCache(own if self._forward else ReversedSound(own))
        self._course = course
        # The sample of the film from which grains are counted.
        self._first = round(course.begins / course.frame)
        self._placed: dict[int, int] = {}  # The start of each placed grain, in samples of the source.
        self._window = (0.5 - 0.5 * np.cos(np.arange(2 * _HOP) * (math.pi / _HOP))).astype(np.float32)
        self.sample_rate, self.channels = sample_rate, source.channels

    def read(self, start: int, samples: int) -> Sound:
        """Return samples as `SampleSource.read` does. Raises the source's errors."""
        out = make_silence(max(0, samples), self.channels)
        low = start - self._first
        for number in range(low // _HOP, (low + samples - 1) // _HOP + 2):
            begins = (number - 1) * _HOP - low  # The start of the grain in the result, in samples.
            first, last = max(0, begins), min(samples, begins + 2 * _HOP)
            if last > first:
                grain = self._source.read(self._locate_grain(number), 2 * _HOP) * self._window
                out[:, first:last] += grain[:, first - begins : last - begins]
        return out

    def close(self) -> None:
        """Close the source."""
        self._given.close()

    def _locate_grain(self, number: int) -> int:
        """Return the start in the source of the grain with number `number`. A grain depends on the previous
        grain, so the grains since the last fixed position are located first.
        """
        if number not in self._placed:
            if len(self._placed) > 8 * _CHAIN:
                self._placed.clear()
            anchor = number // _CHAIN * _CHAIN
            known = number
            while known > anchor and known - 1 not in self._placed:
                known -= 1
            for each in range(known, number + 1):
                before = self._placed.get(each - 1) if each != anchor else None
                self._placed[each] = self._find_best_position(self._compute_nominal_position(each), before)
        return self._placed[number]

    def _compute_nominal_position(self, number: int) -> int:
        """Return the start in the source of grain `number` if its middle is placed exactly where the time
        mapping says.
        """
        middle = np.array([self._first + number * _HOP], np.float64)
        at = float(self._course.get_source_seconds(middle)[0]) * self.sample_rate
        return round(at if self._forward else -at) - _HOP

    def _find_best_position(self, due: int, before: int | None) -> int:
        """Return the position near `due` at which a grain continues the previous grain best.

        `due` is the nominal position. `before` is the start of the previous grain; None means that the
        nominal position is used.
        """
        if before is None:
            return due
        goes_on = before + _HOP
        if abs(goes_on - due) <= 1:
            return goes_on
        wanted = self._source.read(goes_on, _HOP).mean(axis=0)
        there = self._source.read(due - _SEARCH, 2 * _SEARCH + _HOP).mean(axis=0)
        coarse = _locate_best_match(there[::_COARSE], wanted[::_COARSE]) * _COARSE
        low = max(0, coarse - _COARSE)
        fine = _locate_best_match(there[low : coarse + _COARSE + _HOP], wanted)
        return due - _SEARCH + low + fine


def _locate_best_match(there: NDArray[np.float32], wanted: NDArray[np.float32]) -> int:
    """Return the index in `there` at which its samples match the samples `wanted` best. If everything is
    silent, return the middle.
    """
    products = np.correlate(there, wanted, mode="valid")
    squares = np.concatenate([[0.0], np.cumsum(there.astype(np.float64) ** 2)])
    power = squares[len(wanted) :] - squares[: -len(wanted)]
    if float(power.max()) < 1e-8 or not wanted.any():
        return len(products) // 2
    return int(np.argmax(products / np.sqrt(power + 1e-9)))


class _BlockCache:
    """A cache of some seconds of a source that is read in small overlapping pieces."""

    def __init__(self, source: SampleSource) -> None:
        self._source = source
        self._block = _HELD_SECONDS * source.sample_rate
        self._blocks: dict[int, Sound] = {}

    def read(self, start: int, samples: int) -> Sound:
        parts = []
        for number in range(start // self._block, (start + samples - 1) // self._block + 1):
            if number not in self._blocks:
                while len(self._blocks) > 2:
                    self._blocks.pop(next(iter(self._blocks)))
                self._blocks[number] = self._source.read(number * self._block, self._block)
            low = number * self._block
            parts.append(self._blocks[number][:, max(0, start - low) : start + samples - low])
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)
