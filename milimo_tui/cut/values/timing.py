"""Which part of its source a clip shows: the one place that knows what a speed does to time.

Frame n of a clip shows the source's second `source_in + n / rate · speed`; where its speed is ramped, n is
how far the ramp has come by then. Backwards, `source_in` is the last picture of the part that is shown; a
freeze frame shows one picture for as long as asked.
"""

from __future__ import annotations

import math
from fractions import Fraction

from milimo_tui.cut.values.cut import Available, Clip, MediaLength, Source, SourceKind
from milimo_tui.cut.values.effects import Effects
from milimo_tui.cut.values.ramps import arrival, frames_within, ramp_of, travel

_SLACK = Fraction(1, 10**5)  # seconds: what the parts of a ramped clip may be apart by rounding
ENDLESS = frozenset({SourceKind.GAP, SourceKind.TITLE})
"""Sources that have no time of their own."""


def moved(effects: Effects, first: int, last: int) -> Fraction:
    """How far a clip goes through its source from one frame of its own to another, in frames of the cut;
    below 0 backwards.
    """
    return travel(ramp_of(effects), first, last) * effects.speed


def source_at(clip: Clip, frame: int, rate: Fraction) -> Fraction:
    """The source's second that a clip shows at a frame of its own, also outside of it."""
    return clip.source_in + moved(clip.effects, 0, frame) / rate


def frame_of(clip: Clip, second: Fraction, rate: Fraction) -> Fraction:
    """The frame of a clip, in parts and also outside of it, at which it has come to a second of its source.

    Of a freeze frame it is its first.
    """
    speed = clip.effects.speed
    return (
        arrival(ramp_of(clip.effects), 0, (second - clip.source_in) * rate / speed) if speed else Fraction(0)
    )


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
    far = moved(clip.effects, 0, clip.frames) / rate
    if clip.effects.speed >= 0:
        return clip.source_in, clip.source_in + far
    high = clip.source_in - moved(clip.effects, 0, 1) / rate  # the last picture's own time belongs to it
    return high + far, high


def media_of(clip: Clip, bounds: MediaLength) -> Available | None:
    """What media a clip's source has; None: as long as one asks."""
    return None if clip.source.kind in ENDLESS else bounds(clip.source)


def room(clip: Clip, rate: Fraction, bounds: MediaLength) -> tuple[int | None, int | None]:
    """Frames of more media before the clip's first and after its last; None: as many as one asks."""
    media, speed = media_of(clip, bounds), clip.effects.speed
    if media is None or speed == 0:
        return None, None
    low, high = span(clip, rate)
    below, above = ((part * rate / abs(speed)) for part in (low - media.start, media.end - high))
    before, after = (below, above) if speed > 0 else (above, below)
    ramp = ramp_of(clip.effects)
    if not ramp:
        return math.floor(before), math.floor(after)
    first = frames_within(ramp, -before) if before >= 0 else -math.ceil(arrival(ramp, 0, -before))
    reach = travel(ramp, 0, clip.frames) + after
    return first, (frames_within(ramp, reach) if reach > 0 else 0) - clip.frames


def has_media(clip: Clip, rate: Fraction, media: Available) -> bool:
    """Whether a source with such media has all that a clip shows of it."""
    low, high = span(clip, rate)
    slack = _SLACK if ramp_of(clip.effects) else 0
    return low + slack >= media.start and (
        high - slack <= media.end if clip.effects.speed else high < media.end
    )
