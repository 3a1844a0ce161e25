"""The part of its source that a clip shows. This is the only module that knows the effect of speed on time.

Frame n of a clip shows source second `source_in + n / rate · speed`. With a speed ramp, n is the distance of
the ramp up to that frame. For a clip that plays backwards, `source_in` is the last picture of the part that
is shown. A freeze frame shows one picture for any length.
"""

from __future__ import annotations

import math
from fractions import Fraction

from milimo_tui.cut.values.cut import Available, Clip, ClipSource, MediaLength, SourceKind
from milimo_tui.cut.values.effects import Effects
from milimo_tui.cut.values.ramps import (
    compute_distance,
    count_frames_within,
    find_arrival_frame,
    get_speed_ramp,
)

# seconds by which the portions of a clip with a ramp may differ because of rounding
_SLACK = Fraction(1, 10**5)
ENDLESS = frozenset({SourceKind.GAP, SourceKind.TITLE})
"""Sources that have no time of their own."""


def compute_source_frames(effects: Effects, first: int, last: int) -> Fraction:
    """Return the distance that a clip covers in its source between two of its frames, in frames of the cut.

    Negative if the clip plays backwards.
    """
    return compute_distance(get_speed_ramp(effects), first, last) * effects.speed


def get_source_second(clip: Clip, frame: int, rate: Fraction) -> Fraction:
    """Return the source second that a clip shows at one of its frames, also outside the clip."""
    return clip.source_in + compute_source_frames(clip.effects, 0, frame) / rate


def find_clip_frame(clip: Clip, second: Fraction, rate: Fraction) -> Fraction:
    """Return the frame of a clip, as a fraction and also outside the clip, at which it shows a source second.

    For a freeze frame this is its first frame.
    """
    speed = clip.effects.speed
    return (
        find_arrival_frame(get_speed_ramp(clip.effects), 0, (second - clip.source_in) * rate / speed)
        if speed
        else Fraction(0)
    )


def get_portion_source_in(clip: Clip, frame: int, rate: Fraction) -> Fraction:
    """Return the `source_in` of the portion of a clip that begins at one of its frames.

    A source without an end, such as a still, can be played backwards past its start. Such a portion begins at
    the start of the source.
    """
    return (
        Fraction(0)
        if clip.source.kind in ENDLESS
        else limit_source_start(clip.source, get_source_second(clip, frame, rate))
    )


def limit_source_start(source: ClipSource, second: Fraction) -> Fraction:
    """Return the source second limited to where a clip may begin.

    A clip can't begin before second 0, except the clip of a shot, whose take may have a handle there.
    """
    return second if source.kind is SourceKind.SHOT else max(Fraction(0), second)


def get_source_span(clip: Clip, rate: Fraction) -> tuple[Fraction, Fraction]:
    """Return the source seconds [low, high) that a clip shows. Both are equal for a freeze frame."""
    far = compute_source_frames(clip.effects, 0, clip.frames) / rate
    if clip.effects.speed >= 0:
        return clip.source_in, clip.source_in + far
    # The span includes the duration of the last picture.
    high = clip.source_in - compute_source_frames(clip.effects, 0, 1) / rate
    return high + far, high


def get_source_media(clip: Clip, bounds: MediaLength) -> Available | None:
    """Return the media range of a clip's source. None if its length is unlimited."""
    return None if clip.source.kind in ENDLESS else bounds(clip.source)


def count_spare_frames(clip: Clip, rate: Fraction, bounds: MediaLength) -> tuple[int | None, int | None]:
    """Return the frames of media before the clip's first frame and after its last. None means unlimited."""
    media, speed = get_source_media(clip, bounds), clip.effects.speed
    if media is None or speed == 0:
        return None, None
    low, high = get_source_span(clip, rate)
    below, above = ((part * rate / abs(speed)) for part in (low - media.start, media.end - high))
    before, after = (below, above) if speed > 0 else (above, below)
    ramp = get_speed_ramp(clip.effects)
    if not ramp:
        return math.floor(before), math.floor(after)
    first = (
        count_frames_within(ramp, -before)
        if before >= 0
        else -math.ceil(find_arrival_frame(ramp, 0, -before))
    )
    reach = compute_distance(ramp, 0, clip.frames) + after
    return first, (count_frames_within(ramp, reach) if reach > 0 else 0) - clip.frames


def has_media(clip: Clip, rate: Fraction, media: Available) -> bool:
    """Return True if the media covers the clip's source range."""
    low, high = get_source_span(clip, rate)
    slack = _SLACK if get_speed_ramp(clip.effects) else 0
    return low + slack >= media.start and (
        high - slack <= media.end if clip.effects.speed else high < media.end
    )
