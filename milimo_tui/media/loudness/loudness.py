"""Measurement of integrated loudness by ITU-R BS.1770 (EBU R 128), and of true peaks by fourfold
oversampling.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import av
import numpy as np
from av.error import BlockingIOError as NothingYet
from av.error import EOFError as Ended
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from milimo_tui.cut.delivery.delivery import CHANNEL_LAYOUTS
from milimo_tui.media.sound.resample import multiply_in_small_parts
from milimo_tui.media.sound.samples import FilmSound, Sound, make_silence

OVERSAMPLING = 4
BLOCK = 1 << 16
# A callback that gets the number of measured samples and the total. It raises Cancelled to stop.
Watch = Callable[[int, int], None]

_GATE = -70.0  # Sound below this loudness, in LUFS, counts as silence.
# A value interpolated between samples is assumed to be at most this many times the loudest sample. Sound that
# is too quiet to raise the peak under this assumption is not interpolated.
_MOST = 3.0
# The number of samples on either side from which a value is interpolated. The recommendation uses six.
NEAR = 16
_GROUP, _WINDOW, _BETA = 32, 32 + 2 * NEAR - 1, 7.0


@dataclass(frozen=True, slots=True)
class LoudnessResult:
    """A measured loudness. `lufs` is None for silence and for less than 0.4 seconds. `true_peak` is in dBTP,
    −inf for silence.
    """

    lufs: float | None
    true_peak: float


class LoudnessMeter:
    """A meter for the integrated loudness and true peak of sound without gaps."""

    def __init__(self, sample_rate: int, channels: int, *, peaks: bool = True) -> None:
        """Create the meter. If `peaks` is False, the true peak is not measured, which is faster."""
        self._rate, self._layout = sample_rate, CHANNEL_LAYOUTS[channels]
        self._graph = av.filter.Graph()
        self._into = self._graph.add_abuffer(
            sample_rate=sample_rate, format="fltp", layout=self._layout, time_base=Fraction(1, sample_rate)
        )
        meter = self._graph.add("ebur128", "metadata=1")
        self._out = self._graph.add("abuffersink")
        self._into.link_to(meter)
        meter.link_to(self._out)
        self._graph.configure()
        self._count, self._lufs = 0, _GATE
        self._peak = 0.0
        self._tail, self._peaks = make_silence(2 * NEAR, channels), peaks

    def add_sound(self, sound: Sound) -> None:
        """Add the next samples, any number."""
        if not sound.shape[1]:
            return
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound), format="fltp", layout=self._layout)
        frame.sample_rate, frame.pts = self._rate, self._count
        frame.time_base = Fraction(1, self._rate)
        self._count += sound.shape[1]
        self._into.push(frame)
        self._read_integrated_loudness()
        joined = np.concatenate([self._tail, sound], axis=1)
        self._measure_true_peak(joined)
        self._tail = joined[:, -2 * NEAR :]

    def finish_measurement(self) -> LoudnessResult:
        """Return the loudness of all samples that were added. After this call, no samples may be added."""
        self._measure_true_peak(np.pad(self._tail, ((0, 0), (0, NEAR))))
        self._into.push(None)
        self._read_integrated_loudness()
        peak = 20 * math.log10(self._peak) if self._peak else -math.inf
        return LoudnessResult(self._lufs if self._lufs > _GATE else None, peak)

    def _measure_true_peak(self, sound: Sound) -> None:
        if self._peaks and float(np.abs(sound).max()) * _MOST > self._peak:
            self._peak = max(self._peak, float(compute_true_peaks(sound)[NEAR:-NEAR].max(initial=0.0)))

    def _read_integrated_loudness(self) -> None:
        while True:
            try:
                value = self._out.pull().metadata.get("lavfi.r128.I")
            except (NothingYet, Ended):
                return
            if value is not None:
                self._lufs = float(value)


def compute_true_peaks(sound: Sound) -> NDArray[np.float32]:
    """Return the true peak at each sample, as an array (samples,). It is the highest level, over all
    channels, of the sample and the three values that are interpolated between it and the next sample.
    """
    count = sound.shape[1]
    padded = np.pad(sound, ((0, 0), (NEAR - 1, NEAR + -count % _GROUP)))
    windows = np.ascontiguousarray(sliding_window_view(padded, _WINDOW, axis=1)[:, ::_GROUP])
    between = np.abs(multiply_in_small_parts(windows.reshape(-1, _WINDOW), _make_interpolation_weights()))
    highest = between.reshape(len(sound), -1, OVERSAMPLING - 1, _GROUP).max(axis=(0, 2)).ravel()
    peaks: NDArray[np.float32] = np.maximum(highest[:count], np.abs(sound).max(axis=0))
    return peaks


@lru_cache(maxsize=1)
def _make_interpolation_weights() -> NDArray[np.float32]:
    """Return the weights from which the values between two samples are interpolated, as an array (window,
    points). A row belongs to one of the samples that are read, a column to an interpolated value. The filter
    is a sinc in a Kaiser window.
    """
    places = (np.arange(1, OVERSAMPLING)[:, None] / OVERSAMPLING + np.arange(_GROUP)).ravel()
    x = places[None, :] - (np.arange(_WINDOW) - NEAR + 1)[:, None]
    window = np.i0(_BETA * np.sqrt(np.clip(1 - (x / NEAR) ** 2, 0, None))) / np.i0(_BETA)
    weights = np.where(np.abs(x) < NEAR, np.sinc(x) * window, 0.0)
    return np.ascontiguousarray(weights / weights.sum(axis=0), np.float32)


def can_exceed(sound: Sound, ceiling: float) -> bool:
    """Return True if the true peak of `sound` may be above `ceiling`, a linear level. The test is fast and
    never misses such a peak, but it may return True for lower sound.
    """
    return bool(sound.size) and float(np.abs(sound).max()) * _MOST > ceiling


def measure_loudness(
    sound: FilmSound, watch: Watch = lambda done, total: None, *, peaks: bool = True
) -> LoudnessResult:
    """Read a film's complete sound once and return its loudness. Raises the errors of `sound.read` and of
    `watch`.
    """
    meter = LoudnessMeter(sound.sample_rate, sound.channels, peaks=peaks)
    for start in range(0, sound.samples, BLOCK):
        end = min(sound.samples, start + BLOCK)
        meter.add_sound(sound.read(start, end - start))
        watch(end, sound.samples)
    return meter.finish_measurement()
