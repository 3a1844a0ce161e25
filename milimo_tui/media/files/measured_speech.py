"""The cached result of the measurement of speech: the spans of a sound in which somebody speaks."""

from __future__ import annotations

import json
from pathlib import Path

from milimo_tui.cut.values.sound_choice import HeardSound
from milimo_tui.media.files import cache

KIND, VERSION = "speech", 1

SpeechSpans = tuple[tuple[float, float], ...]
"""Spans [start, end) in seconds of a file, in ascending order."""


def locate_speech(sound: HeardSound, folder: Path) -> Path:
    """Return the path at which the cache folder stores the speech of a sound, whether or not it is stored
    yet. Raises NotFound if the sound's file is missing.
    """
    chosen = ",".join(map(str, sound.channels))
    digest = cache.identify_source(Path(sound.path))
    return cache.locate_cached_file(
        folder, digest, KIND, ".json", VERSION, stream=sound.stream, channels=chosen
    )


def read_measured_speech(place: Path) -> SpeechSpans | None:
    """Return the speech that is stored at `place`, or None if it is missing or damaged."""
    try:
        spans = json.loads(place.read_bytes())
        return tuple((float(first), float(end)) for first, end in spans)
    except (OSError, ValueError, TypeError):
        return None


def write_measured_speech(place: Path, spans: SpeechSpans) -> None:
    """Store the speech of a sound at `place`. Raises DiskFull or ReadOnly."""
    cache.write_cached_file(place, json.dumps(spans).encode())
