"""The meter of a strip of the mixer: peak and RMS of each channel, momentary and short-term loudness, and the
correlation of left and right.

The values are defined as in FFmpeg's filters: peak and RMS as in `astats`, loudness as in `ebur128`, and
correlation as in `aphasemeter`.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from milimo_tui.cut.values.mixer import MASTER_NAME
from milimo_tui.media.loudness.levels import (
    A_SECOND,
    MOMENT_SECONDS,
    KWeighting,
    peak_to_decibels,
    power_to_loudness,
)
from milimo_tui.media.sound.samples import Sound, make_silence

if TYPE_CHECKING:
    from milimo_tui.media.sound.mix import Mixer

SHORT_TERM_SECONDS = 3.0
RMS_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class StripLevel:
    """The level of a strip at one moment: peaks of the last 1/25 s and RMS of the last 0.3 s in dBFS,
    loudness of the last 0.4 s and of the last 3 s in LUFS, and the correlation of the last 1/25 s, from −1
    (opposite) to 1 (the same).
    """

    peak_left: float
    peak_right: float
    rms_left: float
    rms_right: float
    momentary: float
    short_term: float
    correlation: float


class StripMeter:
    """A meter for continuous sound. After a gap use a new meter. The loudness and the RMS of a new meter are
    too low until it has heard as much sound as they cover.
    """

    def __init__(self, sample_rate: int, channels: int = 2) -> None:
        self._hop = sample_rate // A_SECOND
        self._moment = int(MOMENT_SECONDS * sample_rate)
        self._short = int(SHORT_TERM_SECONDS * sample_rate)
        self._rms = int(RMS_SECONDS * sample_rate)
        self._weighting = KWeighting(sample_rate, channels)
        # Power per sample of the last 3 s after the K-weighting, and of each channel for the last 0.3 s.
        self._weighted = np.zeros(self._short)
        self._plain = make_silence(self._rms, min(2, channels)).astype(np.float64)

    def measure_strip_levels(self, sound: Sound) -> list[StripLevel]:
        """Return a level for each 1/25 s of `sound`, a float array (channels, samples). The last level covers
        the rest, which may be shorter.
        """
        if not sound.shape[1]:
            return []
        weighted = np.square(self._weighting.filter_samples(sound), dtype=np.float64).sum(axis=0)
        loud = np.concatenate([self._weighted, weighted])
        plain = np.concatenate([self._plain, np.square(sound[:2], dtype=np.float64)], axis=1)
        self._weighted, self._plain = loud[-self._short :], plain[:, -self._rms :]
        loud_sums = np.concatenate([[0.0], np.cumsum(loud)])
        plain_sums = np.concatenate([np.zeros((plain.shape[0], 1)), np.cumsum(plain, axis=1)], axis=1)
        correlations = _compute_correlations(sound)
        out = []
        for first in range(0, sound.shape[1], self._hop):
            end = min(sound.shape[1], first + self._hop)
            peaks = np.abs(sound[:2, first:end]).max(axis=1)
            power = (plain_sums[:, end + self._rms] - plain_sums[:, end]) / self._rms
            rms = np.sqrt(np.maximum(power, 0.0))
            at = end + self._short
            momentary = float(loud_sums[at] - loud_sums[at - self._moment]) / self._moment
            short_term = float(loud_sums[at] - loud_sums[at - self._short]) / self._short
            out.append(
                StripLevel(
                    peak_left=peak_to_decibels(float(peaks[0])),
                    peak_right=peak_to_decibels(float(peaks[-1])),
                    rms_left=peak_to_decibels(float(rms[0])),
                    rms_right=peak_to_decibels(float(rms[-1])),
                    momentary=power_to_loudness(momentary),
                    short_term=power_to_loudness(short_term),
                    correlation=float(correlations[first:end].mean()),
                )
            )
        return out


class StripMeters:
    """The meters of all strips of a mixer, for sound that is read in pieces."""

    def __init__(self) -> None:
        self._meters: dict[str, StripMeter] = {}
        self._next = -1  # The sample at which the sound ends that the meters have heard.

    def read_and_measure(
        self, mixer: Mixer, start: int, samples: int
    ) -> tuple[Sound, dict[str, list[tuple[float, ...]]]]:
        """Return samples of the mix within −1…1, and the levels of each strip by name, as tuples of the
        values of `StripLevel`. The strip `master` is the mix itself.

        If the sound does not continue the last piece, the meters first hear the 3 s before it.
        """
        if self._next != start:
            self._meters = {}
            first = max(0, start - int(SHORT_TERM_SECONDS * mixer.sample_rate))
            if start > first:
                self._measure(mixer, first, start - first)
        sound, levels = self._measure(mixer, start, samples)
        self._next = start + samples
        return np.clip(sound, -1.0, 1.0), levels

    def _measure(
        self, mixer: Mixer, start: int, samples: int
    ) -> tuple[Sound, dict[str, list[tuple[float, ...]]]]:
        sound, strips = mixer.read_with_strips(start, samples)
        out = {}
        for name, part in {**strips, MASTER_NAME: sound}.items():
            meter = self._meters.get(name)
            if meter is None:
                meter = self._meters[name] = StripMeter(mixer.sample_rate, mixer.channels)
            levels = meter.measure_strip_levels(part)
            out[name] = [tuple(round(value, 2) for value in astuple(level)) for level in levels]
        return sound, out


def _compute_correlations(sound: Sound) -> NDArray[np.float64]:
    """Return the correlation of the first two channels at each sample. It is 1 for silence and for mono."""
    left, right = sound[0].astype(np.float64), sound[min(1, sound.shape[0] - 1)].astype(np.float64)
    power = left * left + right * right
    is_silent = power == 0
    return np.where(is_silent, 1.0, 2 * left * right / np.where(is_silent, 1.0, power))
