"""How loud sound is: integrated loudness by ITU-R BS.1770 (EBU R128), true peak by fourfold oversampling."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from av.error import BlockingIOError as NothingYet
from av.error import EOFError as Ended
from numpy.typing import NDArray

from milimo_tui.media.resample import resample
from milimo_tui.media.samples import FilmSound, Sound, silence

OVERSAMPLING = 4
LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}  # FFmpeg's names for what is mixed here
BLOCK = 1 << 16
Watch = Callable[[int, int], None]  # samples done, samples in all; raises Cancelled to stop

_GATE = -70.0  # LUFS: what is not louder has no loudness
_MOST = (
    4.5  # no sample between others is more than so many times the loudest of them, by the filter's weights
)
_NEAR = 96  # samples on either side that decide what lies between two


@dataclass(frozen=True, slots=True)
class Loud:
    """`lufs` is None for silence, and for less than 0.4 seconds. `true_peak` is in dBTP, −inf for silence."""

    lufs: float | None
    true_peak: float


class Meter:
    """Measures sound as it comes by."""

    def __init__(self, sample_rate: int, channels: int) -> None:
        self._rate, self._layout = sample_rate, LAYOUTS[channels]
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
        self._tail = silence(2 * _NEAR, channels)

    def add(self, sound: Sound) -> None:
        """The next samples, any number."""
        if not sound.shape[1]:
            return
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound), format="fltp", layout=self._layout)
        frame.sample_rate, frame.pts = self._rate, self._count
        frame.time_base = Fraction(1, self._rate)
        self._count += sound.shape[1]
        self._into.push(frame)
        self._pull()
        joined = np.concatenate([self._tail, sound], axis=1)
        self._measure(joined)
        self._tail = joined[:, -2 * _NEAR :]

    def result(self) -> Loud:
        """Everything so far; nothing may be added afterwards."""
        self._measure(np.pad(self._tail, ((0, 0), (0, _NEAR))))
        self._into.push(None)
        self._pull()
        peak = 20 * math.log10(self._peak) if self._peak else -math.inf
        return Loud(self._lufs if self._lufs > _GATE else None, peak)

    def _measure(self, sound: Sound) -> None:
        if float(np.abs(sound).max()) * _MOST > self._peak:
            self._peak = max(self._peak, float(true_peaks(sound)[_NEAR:-_NEAR].max(initial=0.0)))

    def _pull(self) -> None:
        while True:
            try:
                told = self._out.pull().metadata.get("lavfi.r128.I")
            except (NothingYet, Ended):
                return
            if told is not None:
                self._lufs = float(told)


def true_peaks(sound: Sound) -> NDArray[np.float32]:
    """(samples,): the highest of each sample and the three places between it and the next, on any channel."""
    between = np.abs(resample(sound, 1, OVERSAMPLING)).reshape(sound.shape[0], -1, OVERSAMPLING)
    peaks: NDArray[np.float32] = np.maximum(between.max(axis=(0, 2)), np.abs(sound).max(axis=0))
    return peaks


def may_exceed(sound: Sound, ceiling: float) -> bool:
    """Whether the true peak of a piece of sound could lie above a level at all; cheap."""
    return bool(sound.size) and float(np.abs(sound).max()) * _MOST > ceiling


def measure(sound: FilmSound, watch: Watch = lambda done, total: None) -> Loud:
    """The loudness of all of a film's sound, read once. Errors as its `read`, and whatever `watch` raises."""
    meter = Meter(sound.sample_rate, sound.channels)
    for start in range(0, sound.samples, BLOCK):
        end = min(sound.samples, start + BLOCK)
        meter.add(sound.read(start, end - start))
        watch(end, sound.samples)
    return meter.result()
