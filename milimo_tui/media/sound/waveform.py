"""Waveforms of sound files: the lowest and highest sample of every 1/100 s, cached in the project."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from milimo_tui.core.errors import BadInput
from milimo_tui.cut.values.sound_choice import HeardSound
from milimo_tui.cut.values.streams import find_media_end
from milimo_tui.media.files import cache as kept
from milimo_tui.media.read.probe import probe
from milimo_tui.media.sound.resampled import SoundReader

PER_SECOND = 100
VERSION = 2
KIND = "peaks"
_BLOCK_SECONDS = 10

Peaks = NDArray[np.int16]  # An array (n, 2) of the lowest and highest sample, −32768…32767.
Watch = Callable[[int, int], None]  # A callback that gets the finished and the total number of 1/100 s.


def measure_waveform(sound: HeardSound, watch: Watch = lambda done, total: None) -> Peaks:
    """Read a sound once and return its peaks. Raises BadInput for a file without this sound, and the errors
    of `SoundReader`.
    """
    path = Path(sound.path)
    facts = probe(path)
    if not facts.channels or not facts.sample_rate or not facts.seconds:
        raise BadInput(f"{path.name} has no sound")
    rate = facts.sample_rate
    total = math.ceil(find_media_end(facts.seconds, facts.streams) * PER_SECOND)
    out = np.zeros((total, 2), np.int16)
    with SoundReader(path, rate, stream=sound.stream, chosen=sound.channels) as reader:
        for first in range(0, total, _BLOCK_SECONDS * PER_SECOND):
            last = min(total, first + _BLOCK_SECONDS * PER_SECOND)
            edges = np.arange(first, last + 1) * rate // PER_SECOND
            samples = reader.read(int(edges[0]), int(edges[-1] - edges[0]))
            starts = edges[:-1] - edges[0]
            low = np.minimum.reduceat(samples.min(axis=0), starts)
            high = np.maximum.reduceat(samples.max(axis=0), starts)
            out[first:last] = np.clip(np.rint(np.stack([low, high], 1) * 32768), -32768, 32767)
            watch(last, total)
    return out


def locate_waveform(sound: HeardSound, cache: Path) -> Path:
    """Return the path at which the cache folder stores the waveform of a sound, whether or not it is stored
    yet.
    """
    digest = kept.identify_source(Path(sound.path))
    if sound == HeardSound(sound.path):
        return kept.locate_cached_file(cache, digest, KIND, ".peaks", VERSION)
    chosen = ",".join(map(str, sound.channels))
    return kept.locate_cached_file(
        cache, digest, KIND, ".peaks", VERSION, stream=sound.stream, channels=chosen
    )


def load_waveform(
    sound: HeardSound, cache: Path | None = None, watch: Watch = lambda done, total: None
) -> Peaks:
    """Return the peaks of a sound from the folder `cache`; measure and store them if they are missing.
    Without `cache` they are only measured.

    Raises the errors of `measure_waveform`, and DiskFull or ReadOnly if the cache cannot be written.
    """
    if cache is None:
        return measure_waveform(sound, watch)
    place = locate_waveform(sound, cache)
    if place.exists():
        return np.frombuffer(place.read_bytes(), dtype="<i2").reshape(-1, 2)
    found = measure_waveform(sound, watch)
    kept.write_cached_file(place, found.astype("<i2").tobytes())
    return found
