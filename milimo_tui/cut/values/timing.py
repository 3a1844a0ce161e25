"""Compute the range of its source that a clip shows. Only this module knows how speed affects time.

Frame n of a clip shows source second `source_in + n / rate · speed`. With a speed ramp, n is replaced by how
far the ramp has advanced at that frame. For a clip that plays backwards, `source_in` is the last picture of
the range in the source. A freeze frame shows one picture for any length.
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

# Seconds by which the source range of a clip with a speed ramp may exceed its media. The distances of a ramp
# are rounded, so an exact comparison would refuse clips that fit.
_SLACK = Fraction(1, 10**5)
ENDLESS = frozenset({SourceKind.GAP, SourceKind.TITLE})
"""The kinds of sources that have no duration of their own."""
# The usual length in seconds of a clip of a still picture, which has no length of its own.
STILL_CLIP_SECONDS = 4


def compute_source_frames(effects: Effects, first: int, last: int) -> Fraction:
    """Return how far a clip advances in its source between its frames `first` and `last`, in frames of the
    cut.

    The result is negative if the clip plays backwards.
    """
    return compute_distance(get_speed_ramp(effects), first, last) * effects.speed


def get_source_second(clip: Clip, frame: int, rate: Fraction) -> Fraction:
    """Return the source second that a clip shows at one of its frames. `frame` may be outside the clip."""
    return clip.source_in + compute_source_frames(clip.effects, 0, frame) / rate


def find_clip_frame(clip: Clip, second: Fraction, rate: Fraction) -> Fraction:
    """Return the frame at which a clip shows a source second. The frame is a fraction and may be outside the
    clip.

    For a freeze frame this is the clip's first frame.
    """
    speed = clip.effects.speed
    return (
        find_arrival_frame(get_speed_ramp(clip.effects), 0, (second - clip.source_in) * rate / speed)
        if speed
        else Fraction(0)
    )


def get_portion_source_in(clip: Clip, frame: int, rate: Fraction) -> Fraction:
    """Return the `source_in` of the portion of a clip that begins at the clip's frame `frame`.

    The result is 0 for a gap or a title. It is negative only for a shot, whose take may have a handle before
    second 0. Other sources begin at second 0 at the earliest: a still has no length and could otherwise be
    played backwards past its start.
    """
    return (
        Fraction(0)
        if clip.source.kind in ENDLESS
        else limit_source_start(clip.source, get_source_second(clip, frame, rate))
    )


def limit_source_start(source: ClipSource, second: Fraction) -> Fraction:
    """Return the source second at which a clip may begin: `second`, but at least 0.

    The clip of a shot may begin before second 0, because its take may have a handle there.
    """
    return second if source.kind is SourceKind.SHOT else max(Fraction(0), second)


def get_source_span(clip: Clip, rate: Fraction) -> tuple[Fraction, Fraction]:
    """Return the source seconds [low, high) that a clip shows. Both numbers are equal for a freeze frame."""
    far = compute_source_frames(clip.effects, 0, clip.frames) / rate
    if clip.effects.speed >= 0:
        return clip.source_in, clip.source_in + far
    # The span includes the duration of the last picture.
    high = clip.source_in - compute_source_frames(clip.effects, 0, 1) / rate
    return high + far, high


def get_source_media(clip: Clip, bounds: MediaLength) -> Available | None:
    """Return the range of seconds for which a clip's source has media. None if the source has no end."""
    return None if clip.source.kind in ENDLESS else bounds(clip.source)


def count_spare_frames(clip: Clip, rate: Fraction, bounds: MediaLength) -> tuple[int | None, int | None]:
    """Return the number of media frames before the clip's first frame and after its last frame.

    None means that the media is unlimited on that side.
    """
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


def count_held_frames(clip: Clip, rate: Fraction, media: Available | None) -> int:
    """Return the number of frames for which a clip holds the last picture of its file, because the sound of
    the file lasts longer than its picture. `media` is the range of the file.
    """
    end = media.picture_end if media is not None else None
    if end is None or get_source_span(clip, rate)[1] <= end:
        return 0
    if not clip.effects.speed:
        return clip.frames
    at = find_clip_frame(clip, end, rate)
    held = clip.frames - math.ceil(at) if clip.effects.speed > 0 else math.floor(at) + 1
    return min(clip.frames, max(0, held))


def has_media(clip: Clip, rate: Fraction, media: Available) -> bool:
    """Return True if the media covers the source range that the clip shows."""
    low, high = get_source_span(clip, rate)
    slack = _SLACK if get_speed_ramp(clip.effects) else 0
    return low + slack >= media.start and (
        high - slack <= media.end if clip.effects.speed else high < media.end
    )


def has_media_of_each_frame(clip: Clip, rate: Fraction, media: Available) -> bool:
    """Return True if the media has at least the beginning of each frame that the clip shows.

    The clip of a spoken line is rounded up to a frame, so that the end of its recording is heard. Its last
    frame is therefore longer than the media, and `has_media` is False.
    """
    last = compute_source_frames(clip.effects, clip.frames - 1, clip.frames) / rate
    if last <= 0:
        return has_media(clip, rate, media)
    low, high = get_source_span(clip, rate)
    slack = _SLACK if get_speed_ramp(clip.effects) else 0
    return low + slack >= media.start and high - last < media.end
