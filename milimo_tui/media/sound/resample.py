"""Resampling of sound to another rate or speed: a windowed sinc at positions computed exactly in integers.

The filter passes 91 % of the lower rate's band within 0.001 dB and attenuates aliases and images by more than
120 dB. Sample n of the result does not depend on where reading began.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from milimo_tui.core.time import round_half_up
from milimo_tui.media.sound.samples import SampleSource, Sound, make_silence

CROSSINGS = 96  # The number of zero crossings of the sinc on either side.
_BETA = 12.9  # The parameter of the Kaiser window, for an attenuation of 125 dB.
_CUTOFF = 0.957  # The middle of the filter's slope, as a share of half the lower sample rate.
# The fewest output samples that one filter matrix computes at once, unless the matrix would be too large.
_GROUP = 128
# The number of filters in the table for positions between two input samples, from which filters are
# interpolated.
_PHASES = 1024
_LARGEST = 1 << 19  # The most numbers in a filter matrix. Ratios that need a larger matrix use the table.
# The most multiplications in one matrix product, because numpy's library starts threads for larger products.
_ROWS = 250_000
_CHUNK = 1 << 18


def _compute_kernel(distance: NDArray[np.float64], widening: float) -> NDArray[np.float64]:
    """Return the values of the filter at the given distances from its middle, in input samples. `widening` is
    the input's rate divided by the lower of both rates, at least 1.
    """
    x = distance / widening
    inside = np.abs(x) <= CROSSINGS
    window = np.i0(_BETA * np.sqrt(np.where(inside, 1 - (x / CROSSINGS) ** 2, 0))) / np.i0(_BETA)
    made: NDArray[np.float64] = np.where(inside, _CUTOFF / widening * np.sinc(_CUTOFF * x) * window, 0.0)
    return made


@dataclass(frozen=True, slots=True)
class _FilterBank:
    """A matrix of filters that computes `size` output samples at once from a window of input samples. For the
    next `size` samples, the window advances by `advance` input samples.
    """

    weights: NDArray[np.float32]  # An array (window, size).
    size: int
    advance: int
    before: int  # The number of input samples in the window before the first sample of the group.


@lru_cache(maxsize=24)
def _make_filter_bank(up: int, down: int) -> _FilterBank | None:
    """Return the filter bank for a ratio of rates at which each output sample advances by down/up input
    samples. Return None if the bank would be too large.
    """
    widening = max(1.0, down / up)
    half = math.ceil(CROSSINGS * widening)
    groups = -(-_GROUP // up)
    while True:
        size, advance = groups * up, groups * down
        window = (size - 1) * down // up + 2 * half + 1
        if window * size <= _LARGEST:
            break
        if groups == 1:
            return None
        groups //= 2
    places = np.arange(size, dtype=np.float64) * (down / up)
    weights = _compute_kernel(places[None, :] - (np.arange(window) - half)[:, None], widening)
    weights /= weights.sum(axis=0)
    return _FilterBank(np.ascontiguousarray(weights, np.float32), size, advance, half)


@lru_cache(maxsize=8)
def _make_phase_table(widening: float) -> NDArray[np.float32]:
    """Return a table of filters, (phases + 1, taps). Each row is the filter for one of the evenly spaced
    positions between two input samples.
    """
    half = math.ceil(CROSSINGS * widening)
    phases = max(64, round(_PHASES / widening))
    places = np.arange(phases + 1)[:, None] / phases - (np.arange(2 * half) - half + 1)[None, :]
    weights = _compute_kernel(places, widening)
    weights /= weights.sum(axis=1, keepdims=True)
    return weights.astype(np.float32)


class ResampledSound:
    """A source at another rate or speed: sample n is the source's sound at position `origin + n · step`, in
    samples of the source.

    The origin is rounded to a multiple of 1 / `step.denominator`. A negative step plays backwards.
    """

    def __init__(self, source: SampleSource, step: Fraction, origin: Fraction, sample_rate: int) -> None:
        """Prepare the resampling of `source`, which is closed together with this object. `sample_rate` is the
        rate of the result in Hz.
        """
        self._given = source
        self._source: SampleSource = source if step > 0 else ReversedSound(source)
        step, origin = (step, origin) if step > 0 else (-step, -origin)
        self._up, self._down = step.denominator, step.numerator
        # The origin in fractions of an input sample, as a multiple of 1 / `_up`.
        self._origin = -round_half_up(-origin * self._up)
        self._bank = _make_filter_bank(self._up, self._down)
        # The number of an output sample whose position is exactly that of an input sample. Groups of output
        # samples are counted from there.
        self._first = -self._origin * pow(self._down, -1, self._up) % self._up if self._up > 1 else 0
        self._base = (self._origin + self._first * self._down) // self._up
        self.sample_rate, self.channels = sample_rate, source.channels

    def read(self, start: int, samples: int) -> Sound:
        """Return samples as `SampleSource.read` does. Raises the source's errors."""
        if samples <= 0:
            return make_silence(max(0, samples), self.channels)
        if self._up == self._down:
            return self._source.read(self._origin + start, samples)
        if self._bank is not None:
            return self._resample_by_groups(self._bank, start, samples)
        parts, chunk = [], max(16, _CHUNK * self._up // (2 * CROSSINGS * max(self._up, self._down)))
        for at in range(start, start + samples, chunk):
            parts.append(self._resample_by_table(at, min(chunk, start + samples - at)))
        return np.concatenate(parts, axis=1)

    def close(self) -> None:
        """Close the source."""
        self._given.close()

    def _resample_by_groups(self, bank: _FilterBank, start: int, samples: int) -> Sound:
        """Return samples computed by a filter bank. The bank computes groups of samples; all groups that
        contain a requested sample are computed, in matrix products small enough for one thread.
        """
        first = (start - self._first) // bank.size
        last = -(-(start + samples - self._first) // bank.size)
        window = bank.weights.shape[0]
        begin = self._base + first * bank.advance - bank.before
        read = self._source.read(begin, (last - first - 1) * bank.advance + window)
        windows = sliding_window_view(read, window, axis=1)[:, :: bank.advance]
        rows = np.ascontiguousarray(windows).reshape(-1, window)
        out = multiply_in_small_parts(rows, bank.weights).reshape(self.channels, -1)
        skip = start - self._first - first * bank.size
        return out[:, skip : skip + samples]

    def _resample_by_table(self, start: int, samples: int) -> Sound:
        """Resample by a ratio for which a filter bank would be too large. The filter of each sample is
        interpolated from the two nearest entries of the table.
        """
        table = _make_phase_table(max(1.0, self._down / self._up))
        taps, phases = table.shape[1], table.shape[0] - 1
        base, rest = divmod(self._origin + start * self._down, self._up)
        ticks = rest + np.arange(samples, dtype=object if self._down > 1 << 40 else np.int64) * self._down
        whole = (ticks // self._up).astype(np.int64)
        phase = (ticks % self._up).astype(np.float64) * (phases / self._up)
        row = np.minimum(phase.astype(np.int64), phases - 1)
        share = (phase - row).astype(np.float32)[:, None]
        half = taps // 2
        read = self._source.read(base - half + 1, int(whole[-1]) + taps)
        filters = table[row] * (1 - share) + table[row + 1] * share
        windows = sliding_window_view(read, taps, axis=1)[:, whole]
        out: Sound = np.einsum("cnt,nt->cn", windows, filters)
        return out


def multiply_in_small_parts(rows: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return `rows @ weights`, a few rows at a time: larger products would be spread over threads and be
    slower.
    """
    together = max(1, _ROWS // weights.size)
    padded = np.pad(rows, ((0, -len(rows) % together), (0, 0))) if len(rows) % together else rows
    made = padded.reshape(-1, together, rows.shape[1]) @ weights
    out: NDArray[np.float32] = made.reshape(-1, weights.shape[1])[: len(rows)]
    return out


class ReversedSound:
    """A source in reverse: sample n of the result is sample −n of the source. The source is read forwards, a
    few seconds at a time.
    """

    def __init__(self, source: SampleSource) -> None:
        self._source = source
        self.sample_rate, self.channels = source.sample_rate, source.channels
        self._begin, self._held = 0, make_silence(0, source.channels)

    def read(self, start: int, samples: int) -> Sound:
        """Return samples as `SampleSource.read` does. Raises the source's errors."""
        end = 1 - start
        begin = end - samples
        if begin < self._begin or end > self._begin + self._held.shape[1]:
            self._begin = min(begin, end - 2 * self.sample_rate)
            self._held = self._source.read(self._begin, end - self._begin)
        return self._held[:, begin - self._begin : end - self._begin][:, ::-1]

    def close(self) -> None:
        """Close the source."""
        self._source.close()


@dataclass(frozen=True, slots=True)
class _SoundInMemory:
    """An array of samples as a `SampleSource`, with silence outside."""

    sound: Sound
    sample_rate: int

    @property
    def channels(self) -> int:
        return len(self.sound)

    def read(self, start: int, samples: int) -> Sound:
        out = make_silence(samples, self.channels)
        first, last = max(0, start), min(self.sound.shape[1], start + samples)
        if last > first:
            out[:, first - start : last - start] = self.sound[:, first:last]
        return out

    def close(self) -> None:
        """Do nothing, because no file is open."""


def resample(sound: Sound, rate: int, wanted: int) -> Sound:
    """Resample float (channels, n) from `rate` to `wanted` Hz.

    The result has round(n · wanted / rate) samples. Sound that already has the wanted rate is returned
    unchanged.
    """
    if rate == wanted:
        return sound
    memory = _SoundInMemory(np.asarray(sound, np.float32), rate)
    length = (sound.shape[1] * wanted * 2 + rate) // (2 * rate)
    return ResampledSound(memory, Fraction(rate, wanted), Fraction(0), wanted).read(0, length)
