"""Which part of its source a clip shows: the one place that knows what a speed does to time.

Frame n of a clip shows the source's second `source_in + n / rate · speed`. Backwards, `source_in` is the
last picture of the part that is shown; a freeze frame shows one picture for as long as asked.
"""

from __future__ import annotations

import math
from fractions import Fraction

from milimo_tui.cut.values.cut import Available, Clip, MediaLength, Source, SourceKind

ENDLESS = frozenset({SourceKind.GAP, SourceKind.TITLE})
"""Sources that have no time of their own."""


def source_at(clip: Clip, frame: int, rate: Fraction) -> Fraction:
    """The source's second that a clip shows at a frame of its own, also outside of it."""
    return clip.source_in + Fraction(frame) / rate * clip.effects.speed


def begins_at(clip: Clip, frame: int, rate: Fraction) -> Fraction:
    """The `source_in` of a part of a clip that begins at a frame of its own.

    A source without an end can be played backwards past its start, as a still can: what begins there begins
    at its start.
    """
    return (
        Fraction(0) if clip.source.kind in ENDLESS else not_before(clip.source, source_at(clip, frame, rate))
    )


def not_before(source: Source, second: Fraction) -> Fraction:
    """The second of a source at which a clip begins that should begin at one: none lies before 0, but for a
    shot's, whose take may have a handle there.
    """
    return second if source.kind is SourceKind.SHOT else max(Fraction(0), second)


def span(clip: Clip, rate: Fraction) -> tuple[Fraction, Fraction]:
    """The seconds [lo, hi) of its source that a clip shows; of a freeze frame lo is hi."""
    frames = Fraction(clip.frames) / rate
    speed = clip.effects.speed
    if speed >= 0:
        return clip.source_in, clip.source_in + frames * speed
    high = clip.source_in - speed / rate  # the last picture's own time belongs to it
    return high + frames * speed, high


def media_of(clip: Clip, bounds: MediaLength) -> Available | None:
    """What media a clip's source has; None: as long as one asks."""
    return None if clip.source.kind in ENDLESS else bounds(clip.source)


def room(clip: Clip, rate: Fraction, bounds: MediaLength) -> tuple[int | None, int | None]:
    """Frames of more media before the clip's first and after its last; None: as many as one asks."""
    media, speed = media_of(clip, bounds), clip.effects.speed
    if media is None or speed == 0:
        return None, None
    low, high = span(clip, rate)
    below, above = (math.floor(part * rate / abs(speed)) for part in (low - media.start, media.end - high))
    return (below, above) if speed > 0 else (above, below)


def has_media(clip: Clip, rate: Fraction, media: Available) -> bool:
    """Whether a source with such media has all that a clip shows of it."""
    low, high = span(clip, rate)
    return low >= media.start and (high <= media.end if clip.effects.speed else high < media.end)
