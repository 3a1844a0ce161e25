"""Divide a sound into windows of at most 28 s, the length that all models hear at once, at quiet places."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from milimo_tui.engines.transcription.values import RATE, Samples

WINDOW = 28 * RATE
SEARCHED = 8 * RATE  # A window ends at the quietest place of its last 8 seconds.
_BLOCK = RATE // 50


@dataclass(frozen=True, slots=True)
class SoundWindow:
    """The samples of a window, and the index of its first sample in the sound."""

    start: int
    samples: Samples


def iterate_sound_windows(read: Callable[[int, int], Samples], length: int) -> Iterator[SoundWindow]:
    """Yield the windows of a sound of `length` samples. `read` returns samples by start and count."""
    start = 0
    while start < length:
        samples = read(start, min(WINDOW, length - start))
        if start + len(samples) < length:
            samples = samples[: find_quiet_place(samples)]
        yield SoundWindow(start, samples)
        start += len(samples)


def find_quiet_place(samples: Samples) -> int:
    """Return the index of the quietest fifth of a second in the last seconds of a window."""
    first = max(1, (len(samples) - SEARCHED) // _BLOCK)
    count = len(samples) // _BLOCK
    if count - 5 <= first:
        return len(samples)
    power = (samples[: count * _BLOCK].reshape(count, _BLOCK).astype(np.float64) ** 2).mean(axis=1)
    smooth = np.convolve(power, np.ones(10) / 10, mode="same")[first : count - 5]
    return (first + int(np.argmin(smooth))) * _BLOCK


def trim_to_sound(samples: Samples, start: float, end: float) -> tuple[float, float]:
    """Return the seconds of a word without the silence at its start and end. Whisper counts a pause after a
    word as part of the word.

    A block of a fiftieth of a second is silent if it is 35 dB below the loudest block of the word. A margin
    of one block remains.
    """
    first, last = int(start * RATE) // _BLOCK, -(-int(end * RATE) // _BLOCK)
    part = samples[first * _BLOCK : last * _BLOCK]
    count = len(part) // _BLOCK
    if count < 3:
        return start, end
    power = (part[: count * _BLOCK].reshape(count, _BLOCK).astype(np.float64) ** 2).mean(axis=1)
    loud = np.flatnonzero(power > power.max() * 10 ** (-35 / 10))
    if not len(loud):
        return start, end
    begins = (first + int(loud[0]) - 1) * _BLOCK / RATE
    ends = (first + int(loud[-1]) + 2) * _BLOCK / RATE
    return max(start, begins), min(end, ends)
