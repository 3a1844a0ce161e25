"""Loudness over time: momentary and short-term loudness of EBU R 128, ten values per second, measured by
FFmpeg's `ebur128`.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from fractions import Fraction

import av
import numpy as np
from av.error import BlockingIOError as NothingYet
from av.error import EOFError as Ended
from numpy.typing import NDArray

from milimo_tui.cut.delivery.delivery import CHANNEL_LAYOUTS
from milimo_tui.media.sound.samples import Sound

STEPS = 10  # The number of values per second.
WINDOW = 3  # The seconds of sound that a short-term value covers (EBU Tech 3341).
SILENT = -120.0  # The value in LUFS that the filter reports for silence.
PART = 10  # The seconds of sound that are measured at once.
_KEPT = 64  # The number of measured parts that are cached.

# An array (steps, 2) of momentary and short-term loudness in LUFS; −inf is silence.
LoudnessPairs = NDArray[np.float32]


def measure_loudness_pairs(sound: Sound, sample_rate: int) -> LoudnessPairs:
    """Measure sound (channels, samples) and return its momentary and short-term loudness for each 1/10 s."""
    graph = av.filter.Graph()
    base, layout = Fraction(1, sample_rate), CHANNEL_LAYOUTS[len(sound)]
    into = graph.add_abuffer(sample_rate=sample_rate, format="fltp", layout=layout, time_base=base)
    meter, out = graph.add("ebur128", "metadata=1"), graph.add("abuffersink")
    into.link_to(meter)
    meter.link_to(out)
    graph.configure()
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound), format="fltp", layout=layout)
    frame.sample_rate, frame.pts, frame.time_base = sample_rate, 0, base
    into.push(frame)
    into.push(None)
    found: list[tuple[float, float]] = []
    while True:
        try:
            metadata = out.pull().metadata
        except (NothingYet, Ended):
            break
        if "lavfi.r128.M" in metadata:
            found.append((_parse_lufs(metadata["lavfi.r128.M"]), _parse_lufs(metadata["lavfi.r128.S"])))
    return np.asarray(found, np.float32).reshape(-1, 2)


def _parse_lufs(text: str) -> float:
    value = float(text)
    return value if value > SILENT else -math.inf


class LoudnessHistory:
    """The loudness of one film over time, for the loudness graph. It is measured when it is needed, in parts
    of ten seconds. Recently measured parts are cached.
    """

    def __init__(self, read: Callable[[int, int], Sound], sample_rate: int, samples: int) -> None:
        """Create the history. `read(start, samples)` returns the film's sound, and `samples` is the film's
        length in samples.
        """
        self._read, self._rate, self._samples = read, sample_rate, samples
        self._parts: OrderedDict[int, LoudnessPairs] = OrderedDict()

    def get_pairs_before(self, sample: int, seconds: int) -> LoudnessPairs:
        """Return the momentary and short-term loudness during the `seconds` before a sample of the film, ten
        values per second. Before the start of the film there is silence.
        """
        now = min(sample, self._samples) * STEPS // self._rate
        first = now - seconds * STEPS
        out = np.full((seconds * STEPS, 2), -math.inf, np.float32)
        for number in range(max(0, first) // (PART * STEPS), max(0, now - 1) // (PART * STEPS) + 1):
            part, start = self._measure_part(number), number * PART * STEPS
            low, high = max(first, start), min(now, start + len(part))
            if low < high:
                out[low - first : high - first] = part[low - start : high - start]
        return out

    def _measure_part(self, number: int) -> LoudnessPairs:
        if number in self._parts:
            self._parts.move_to_end(number)
            return self._parts[number]
        start, step = number * PART * self._rate, self._rate // STEPS
        led = min(start, WINDOW * self._rate)
        end = min(self._samples, start + PART * self._rate)
        sound = self._read(start - led, max(0, end - start + led))
        silent = np.empty((0, 2), np.float32)
        course = measure_loudness_pairs(sound, self._rate)[led // step :] if sound.shape[1] else silent
        self._parts[number] = course
        while len(self._parts) > _KEPT:
            self._parts.popitem(last=False)
        return course
