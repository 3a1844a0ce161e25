"""The levels of a sound meter: the sample peak of each channel, and the momentary loudness.

Momentary loudness follows EBU Tech 3341. It is the mean square of the last 400 ms after the two filters of
ITU-R BS.1770-4, a high shelf and a high pass (“K-weighting”), on each channel.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

import av
import numpy as np
from av.error import BlockingIOError as NothingYet
from av.error import EOFError as Ended

from milimo_tui.cut.delivery.delivery import CHANNEL_LAYOUTS
from milimo_tui.media.sound.samples import Sound, make_silence

A_SECOND = 25  # The number of levels per second.
MOMENT_SECONDS = 0.4
LOWEST = -99.0  # The level in dB that stands for silence.
# BS.1770's offset in dB, by which a full-scale sine of 997 Hz on one channel measures −3.01 LKFS.
_OFFSET = -0.691

Biquad = tuple[float, float, float, float, float]  # The filter coefficients b0, b1, b2, a1, a2.


@dataclass(frozen=True, slots=True)
class MeterLevel:
    """The peaks of the left and right channel in dBFS, and the momentary loudness in LUFS. Silence is
    `LOWEST`.
    """

    left: float
    right: float
    loudness: float


def make_high_shelf(rate: int) -> Biquad:
    """Return BS.1770's first filter for any sample rate.

    The recommendation only has coefficients for 48 kHz, so the analogue filter from which they were derived
    is used.
    """
    k = math.tan(math.pi * 1681.974450955533 / rate)
    gain, q = 10 ** (3.999843853973347 / 20), 0.7071752369554196
    middle = gain**0.4996667741545416
    a0 = 1 + k / q + k * k
    return (
        (gain + middle * k / q + k * k) / a0,
        2 * (k * k - gain) / a0,
        (gain - middle * k / q + k * k) / a0,
        2 * (k * k - 1) / a0,
        (1 - k / q + k * k) / a0,
    )


def make_high_pass(rate: int) -> Biquad:
    """Return BS.1770's second filter for any sample rate, derived in the same way as in `make_high_shelf`."""
    k, q = math.tan(math.pi * 38.13547087602444 / rate), 0.5003270373238773
    a0 = 1 + k / q + k * k
    return 1.0, -2.0, 1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0


class KWeighting:
    """The two filters of BS.1770 for continuous sound of any number of channels."""

    def __init__(self, sample_rate: int, channels: int) -> None:
        self._rate, self._layout = sample_rate, CHANNEL_LAYOUTS[channels]
        self._graph = av.filter.Graph()
        self._into = self._graph.add_abuffer(
            sample_rate=sample_rate, format="dblp", layout=self._layout, time_base=Fraction(1, sample_rate)
        )
        last = self._into
        for b0, b1, b2, a1, a2 in (make_high_shelf(sample_rate), make_high_pass(sample_rate)):
            each = self._graph.add("biquad", f"b0={b0!r}:b1={b1!r}:b2={b2!r}:a0=1:a1={a1!r}:a2={a2!r}")
            last.link_to(each)
            last = each
        self._out = self._graph.add("abuffersink")
        last.link_to(self._out)
        self._graph.configure()
        self._count = 0

    def filter_samples(self, sound: Sound) -> Sound:
        """Return the next samples, filtered."""
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(sound, np.float64), format="dblp", layout=self._layout
        )
        frame.sample_rate, frame.pts, frame.time_base = self._rate, self._count, Fraction(1, self._rate)
        self._count += sound.shape[1]
        self._into.push(frame)
        parts = []
        while True:
            try:
                parts.append(cast("av.AudioFrame", self._out.pull()).to_ndarray())
            except (NothingYet, Ended):
                return np.concatenate(parts, axis=1).astype(np.float32)


class LevelMeter:
    """A meter for peaks and momentary loudness of continuous sound. After a gap use a new meter. The loudness
    of a new meter is too low for the first 400 ms.
    """

    def __init__(self, sample_rate: int, channels: int = 2) -> None:
        self._rate = sample_rate
        self._weighting = KWeighting(sample_rate, channels)
        # The K-weighted sound of the last 400 ms.
        self._before = make_silence(int(MOMENT_SECONDS * sample_rate), channels)

    def measure_levels(self, sound: Sound) -> list[MeterLevel]:
        """Return a level for each 1/25 s of `sound`, a float array (channels, samples). The last level covers
        the rest, which may be shorter.
        """
        if not sound.shape[1]:
            return []
        weighted = np.concatenate([self._before, self._weighting.filter_samples(sound)], axis=1)
        moment = self._before.shape[1]
        power = np.concatenate([[0.0], np.cumsum(np.square(weighted, dtype=np.float64).sum(axis=0))])
        self._before = weighted[:, -moment:]
        hop, out = self._rate // A_SECOND, []
        for first in range(0, sound.shape[1], hop):
            end = min(sound.shape[1], first + hop)
            peaks = [peak_to_decibels(float(one)) for one in np.abs(sound[:2, first:end]).max(axis=1)]
            mean = max(0.0, float(power[end + moment] - power[end])) / moment
            out.append(MeterLevel(peaks[0], peaks[-1], power_to_loudness(mean)))
        return out


def power_to_loudness(power: float) -> float:
    """Return the loudness in LUFS of a mean square of K-weighted sound, summed over the channels."""
    return max(LOWEST, _OFFSET + 10 * math.log10(power)) if power > 1e-12 else LOWEST


def peak_to_decibels(peak: float) -> float:
    """Return the level in dBFS of a peak or of a root of a mean square."""
    return max(LOWEST, 20 * math.log10(peak)) if peak > 1e-5 else LOWEST
