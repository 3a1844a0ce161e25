"""The part of its source that a clip shows. This is the only module that knows the effect of speed on time.

Frame n of a clip shows source second `source_in + n / rate · speed`. With a speed ramp, n is the distance of
the ramp up to that frame. For a clip that plays backwards, `source_in` is the last picture of the part that
is shown. A freeze frame shows one picture for any length.
"""

from __future__ import annotations

import math
from fractions import Fraction

from milimo_tui.cut.values.cut import Available, Clip, MediaLength, Source, SourceKind
from milimo_tui.cut.values.effects import Effects
from milimo_tui.cut.values.ramps import arrival, frames_within, ramp_of, travel

# seconds by which the portions of a clip with a ramp may differ because of rounding
_SLACK = Fraction(1, 10**5)
ENDLESS = frozenset({SourceKind.GAP, SourceKind.TITLE})
"""Sources that have no time of their own."""


def moved(effects: Effects, first: int, last: int) -> Fraction:
    """Return the distance that a clip covers in its source between two of its frames, in frames of the cut.

    Negative if the clip plays backwards.
    """
    return travel(ramp_of(effects), first, last) * effects.speed


def source_at(clip: Clip, frame: int, rate: Fraction) -> Fraction:
    """Return the source second that a clip shows at one of its frames, also outside the clip."""
    return clip.source_in + moved(clip.effects, 0, frame) / rate


def frame_of(clip: Clip, second: Fraction, rate: Fraction) -> Fraction:
    """Return the frame of a clip, as a fraction and also outside the clip, at which it shows a source second.

    For a freeze frame this is its first frame.
    """
    speed = clip.effects.speed
    return (
        arrival(ramp_of(clip.effects), 0, (second - clip.source_in) * rate / speed) if speed else Fraction(0)
    )


def begins_at(clip: Clip, frame: int, rate: Fraction) -> Fraction:
    """Return the `source_in` of the portion of a clip that begins at one of its frames.

    A source without an end, such as a still, can be played backwards past its start. Such a portion begins at
    the start of the source.
    """
    return (
        Fraction(0) if clip.source.kind in ENDLESS else not_before(clip.source, source_at(clip, frame, rate))
    )


def not_before(source: Source, second: Fraction) -> Fraction:
    """Return the source second limited to where a clip may begin.

    A clip can't begin before second 0, except the clip of a shot, whose take may have a handle there.
    """
    return second if source.kind is SourceKind.SHOT else max(Fraction(0), second)


def span(clip: Clip, rate: Fraction) -> tuple[Fraction, Fraction]:
    """Return the source seconds [low, high) that a clip shows. Both are equal for a freeze frame."""
    far = moved(clip.effects, 0, clip.frames) / rate
    if clip.effects.speed >= 0:
        return clip.source_in, clip.source_in + far
    # The span includes the duration of the last picture.
    high = clip.source_in - moved(clip.effects, 0, 1) / rate
    return high + far, high


def media_of(clip: Clip, bounds: MediaLength) -> Available | None:
    """Return the media range of a clip's source. None if its length is unlimited."""
    return None if clip.source.kind in ENDLESS else bounds(clip.source)


def room(clip: Clip, rate: Fraction, bounds: MediaLength) -> tuple[int | None, int | None]:
    """Return the frames of media before the clip's first frame and after its last. None means unlimited."""
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
    """Return True if the media covers the clip's source range."""
    low, high = span(clip, rate)
    slack = _SLACK if ramp_of(clip.effects) else 0
    return low + slack >= media.start and (
        high - slack <= media.end if clip.effects.speed else high < media.end
    )
