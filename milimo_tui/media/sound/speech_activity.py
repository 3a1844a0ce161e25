"""Measure where somebody speaks in a sound, by the level of each frequency band above its noise.

The noise of a band is the lowest level around a moment, with a limited slope in both directions, so that it
follows traffic and the hum of machines but not syllables. The method cannot distinguish speech from music or
a slammed door. It is meant for recordings of speech: interviews, dialogue, commentary.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from milimo_tui.core.errors import BadInput
from milimo_tui.cut.values.sound_choice import HeardSound
from milimo_tui.cut.values.streams import find_media_end
from milimo_tui.media.files.measured_speech import (
    SpeechSpans,
    locate_speech,
    read_measured_speech,
    write_measured_speech,
)
from milimo_tui.media.read.probe import probe
from milimo_tui.media.sound.resampled import SoundReader

_RATE = 16000
# Samples between two measurements, in the window of a measurement, and of its Fourier transform.
_HOP, _WINDOW, _TRANSFORM = 80, 320, 512
_PER_SECOND = _RATE // _HOP
_LOWEST_HZ, _HIGHEST_HZ, _BANDS = 120, 7800, 18
_BLOCK_SECONDS = 20
# The noise is measured in steps of this many measurements (0.1 s), and may change by at most this many
# decibels in a second. A step's mean is 1.5 dB higher than its lowest values.
_NOISE_STEP, _NOISE_SLOPE, _NOISE_BIAS = 20, 6.0, 1.5
# The power of a band below which it is silent: −70 dBFS for all bands together.
_SILENCE = 1e-7 / _BANDS
_SILENCE_DB = 10 * math.log10(_SILENCE)
# A sound is as loud above the noise as the mean of its loudest bands, because a consonant is only in some.
_LOUD_BANDS = 3
# Decibels above the noise at which speech is certain, and at which it begins and ends near certain speech.
_CERTAIN, _POSSIBLE = 10.0, 2.5
# Measurements before and after a moment that are averaged with it, because single measurements of noise vary
# by several decibels.
_AVERAGED = 3
# Measurements that are compared with their noise at once, which limits the use of memory.
_CHUNK = 1 << 14
# Measurements by which speech can begin earlier or end later than certain speech: 0.2 s.
_REACH = 40
# Shorter pauses, in measurements, belong to the speech: 0.3 s. Shorter sounds are clicks: 0.08 s.
_SHORTEST_PAUSE, _SHORTEST_SPEECH = 60, 16
# Sounds this many decibels below the speech are breath and noises of the room.
_FAINT = 30.0

Levels = NDArray[np.float16]  # Decibels, as an array (measurements, bands).
Watch = Callable[[int, int], None]  # A callback that gets the finished and the total number of seconds.


def measure_speech(sound: HeardSound, watch: Watch = lambda done, total: None) -> SpeechSpans:
    """Read a sound once and return the spans [start, end) in which somebody speaks, in seconds of the file.

    Raises BadInput for a file without this sound, and the errors of `SoundReader`.
    """
    path = Path(sound.path)
    facts = probe(path)
    if not facts.channels or not facts.seconds:
        raise BadInput(f"{path.name} has no sound")
    end = find_media_end(facts.seconds, facts.streams)
    total = math.ceil(end)
    with SoundReader(path, _RATE, 1, stream=sound.stream, chosen=sound.channels) as reader:
        found = [np.zeros((0, _BANDS), np.float16)]
        for first in range(0, total, _BLOCK_SECONDS):
            seconds = min(_BLOCK_SECONDS, total - first)
            # A measurement is centred on its moment.
            begin = first * _RATE - _WINDOW // 2
            found.append(_measure_band_levels(reader.read(begin, seconds * _RATE + _WINDOW - _HOP)[0]))
            watch(first + seconds, total)
    # Behind the end there is silence, which is not the noise of the recording.
    return find_speech_spans(np.concatenate(found)[: int(end * _PER_SECOND)])


def find_speech_spans(levels: Levels) -> SpeechSpans:
    """Return the spans of speech in seconds, given the level of each band."""
    if len(levels) < _NOISE_STEP:
        return ()
    noise = _estimate_noise(levels)
    chunks = range(0, len(levels), _CHUNK)
    above = np.concatenate([_measure_above_noise(levels, noise, first) for first in chunks])
    spans = [(first, end) for first, end in _find_certain_spans(above) if end - first >= _SHORTEST_SPEECH]
    if not spans:
        return ()
    loudness = [float(np.percentile(levels[first:end].max(axis=1), 90)) for first, end in spans]
    faintest = max(loudness) - _FAINT
    return tuple(
        (first / _PER_SECOND, end / _PER_SECOND)
        for (first, end), level in zip(spans, loudness, strict=True)
        if level >= faintest
    )


def find_speech_in_samples(samples: NDArray[np.float32]) -> SpeechSpans:
    """Return the spans of speech in seconds, given mono samples at 16,000 Hz."""
    padded = np.pad(samples, (_WINDOW // 2, _WINDOW // 2 - _HOP))
    return find_speech_spans(_measure_band_levels(padded))


def load_speech(sound: HeardSound, cache: Path, watch: Watch = lambda done, total: None) -> SpeechSpans:
    """Return the spans of speech from the folder `cache`; measure and store them if they are missing.

    Raises the errors of `measure_speech`, and DiskFull or ReadOnly if the cache cannot be written.
    """
    place = locate_speech(sound, cache)
    known = read_measured_speech(place)
    if known is not None:
        return known
    found = measure_speech(sound, watch)
    write_measured_speech(place, found)
    return found


def _list_band_edges() -> NDArray[np.intp]:
    """Return the first transform line of each band, and the end of the last. The bands are equally wide in
    mel.
    """
    low, high = (2595 * np.log10(1 + hertz / 700) for hertz in (_LOWEST_HZ, _HIGHEST_HZ))
    hertz = 700 * (10 ** (np.linspace(low, high, _BANDS + 1) / 2595) - 1)
    lines: NDArray[np.intp] = np.rint(hertz / _RATE * _TRANSFORM).astype(np.intp)
    return lines


def _measure_band_levels(samples: NDArray[np.float32]) -> Levels:
    """Return the level of each band in decibels, at every `_HOP` samples."""
    shape = np.hanning(_WINDOW)
    windows = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[::_HOP]
    power = np.abs(np.fft.rfft(windows * shape, _TRANSFORM)) ** 2
    power /= (shape**2).sum() * _TRANSFORM / 2
    edges = _list_band_edges()
    bands = np.stack([power[:, low:high].sum(axis=1) for low, high in pairwise(edges)], axis=1)
    levels: Levels = (10 * np.log10(bands + _SILENCE)).astype(np.float16)
    return levels


def _estimate_noise(levels: Levels) -> NDArray[np.float32]:
    """Return the noise of each band in decibels, for every `_NOISE_STEP` measurements."""
    steps = len(levels) // _NOISE_STEP
    rows = levels[: steps * _NOISE_STEP].reshape(steps, _NOISE_STEP, _BANDS)
    parts = np.array_split(rows, 1 + steps // 1000)
    power = np.concatenate([(10 ** (part.astype(np.float32) / 10)).mean(axis=1) for part in parts])
    mean = 10 * np.log10(power)
    is_silent = (mean < _SILENCE_DB + 1).all(axis=1)
    if not is_silent.all():
        # Silence that was made by a program is not the noise of the recording. It is raised to the level of
        # the quietest tenth of the recording.
        mean[is_silent] = np.percentile(mean[~is_silent], 10, axis=0)
    slope = (_NOISE_SLOPE * _NOISE_STEP / _PER_SECOND * np.arange(steps))[:, None]
    # The lowest earlier level may have risen since, and the lowest later level may have fallen until then.
    earlier = np.minimum.accumulate(mean - slope) + slope
    later = np.minimum.accumulate((mean + slope)[::-1])[::-1] - slope
    noise: NDArray[np.float32] = (np.minimum(earlier, later) + _NOISE_BIAS).astype(np.float32)
    return noise


def _measure_above_noise(levels: Levels, noise: NDArray[np.float32], first: int) -> NDArray[np.float32]:
    """Return the decibels by which the loudest bands exceed their noise, in a part of the measurements that
    begins at `first`.
    """
    end = min(len(levels), first + _CHUNK)
    places = (np.arange(first, end) + 0.5) / _NOISE_STEP - 0.5
    floor = np.stack([np.interp(places, np.arange(len(noise)), band) for band in noise.T], axis=1)
    around = np.clip(np.arange(first - _AVERAGED, end + _AVERAGED), 0, len(levels) - 1)
    power = 10 ** (levels[around].astype(np.float32) / 10)
    count = 2 * _AVERAGED + 1
    mean = np.lib.stride_tricks.sliding_window_view(power, count, axis=0).mean(axis=2)
    above = np.maximum(10 * np.log10(mean) - floor, 0)
    loudest = np.partition(above, -_LOUD_BANDS, axis=1)[:, -_LOUD_BANDS:]
    return np.asarray(loudest.mean(axis=1), np.float32)


def _find_certain_spans(above: NDArray[np.float32]) -> Iterator[tuple[int, int]]:
    """Yield the spans of speech in measurements. Each contains certain speech and reaches to where it begins
    and ends. Spans with a short pause between them are joined.
    """
    joined: tuple[int, int] | None = None
    possible = above > _POSSIBLE
    for certain, end_of_certain in _list_runs(above > _CERTAIN):
        early, late = max(0, certain - _REACH), min(len(above), end_of_certain + _REACH)
        # The nearest measurements before and after certain speech that are not speech.
        before, after = (
            np.flatnonzero(~possible[early:certain]),
            np.flatnonzero(~possible[end_of_certain:late]),
        )
        first = early + int(before[-1]) + 1 if before.size else early
        end = end_of_certain + int(after[0]) if after.size else late
        if joined is not None and first - joined[1] < _SHORTEST_PAUSE:
            joined = joined[0], max(joined[1], end)
        else:
            if joined is not None:
                yield joined
            joined = first, end
    if joined is not None:
        yield joined


def _list_runs(flags: NDArray[np.bool_]) -> Sequence[tuple[int, int]]:
    """Return the runs [first, end) of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [(int(first), int(end)) for first, end in edges.reshape(-1, 2)]
