"""The frames of a plan in which somebody speaks, given the speech that was measured in its files."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from fractions import Fraction

from milimo_tui.core.time import round_half_up
from milimo_tui.cut.plan.plan import SoundClip
from milimo_tui.cut.values.ramps import find_arrival_frame, get_speed_ramp

Spans = Iterable[tuple[float, float]]
FrameRanges = tuple[tuple[int, int], ...]
"""Ranges [first, end) of frames, in ascending order."""


def list_spoken_frames(
    sounds: Iterable[SoundClip], rate: Fraction, find_speech: Callable[[SoundClip], Spans]
) -> FrameRanges:
    """Return the ranges of frames in which somebody speaks in any of the sounds. A range begins at the frame
    edge that is nearest to the first sound of the speech.

    `find_speech` returns the spans of speech of a sound, in seconds of its source.
    """
    found = []
    for sound in sounds:
        for span in find_speech(sound):
            edges = sorted(_find_plan_frame(sound, Fraction(second), rate) for second in span)
            first = max(sound.start, round_half_up(edges[0]))
            end = min(sound.start + sound.frames, math.ceil(edges[1]))
            if first < end:
                found.append((first, end))
    return tuple(sorted(found))


def list_spoken_seconds(
    sounds: Iterable[SoundClip], rate: Fraction, find_speech: Callable[[SoundClip], Spans]
) -> Spans:
    """Return the ranges of `list_spoken_frames` in seconds of the plan, for a compound clip."""
    ranges = list_spoken_frames(sounds, rate, find_speech)
    return tuple((float(first / rate), float(end / rate)) for first, end in ranges)


def _find_plan_frame(sound: SoundClip, second: Fraction, rate: Fraction) -> Fraction:
    """Return the frame of the plan at which second `second` of a sound's source is heard, as a fraction."""
    distance = (second - sound.source_in) * rate / sound.speed
    offset = sound.clip_offset
    return sound.start + find_arrival_frame(get_speed_ramp(sound.effects), offset, distance) - offset
