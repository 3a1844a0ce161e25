"""Show another take in a clip. The position, length, trims, transitions and settings of the clip stay.

The new take may have too little media for the part that the clip shows. Then the take is refused, or the clip
is fitted to it on request. `describe_take_fit` describes such a change.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from milimo_tui.core.errors import Refused
from milimo_tui.cut.edit.speeds import SLOWEST
from milimo_tui.cut.values.cut import (
    Available,
    Clip,
    ClipSource,
    Cut,
    MediaLength,
    NewId,
    SourceKind,
    return_no_media_limit,
)
from milimo_tui.cut.values.ramps import compute_distance, get_speed_ramp
from milimo_tui.cut.values.timing import (
    compute_source_frames,
    get_source_media,
    get_source_span,
    has_media,
    limit_source_start,
)
from milimo_tui.cut.working.editing import CutEditor
from milimo_tui.cut.working.fresh_clips import require_source_media


def replace_clip_take(
    cut: Cut,
    clip_id: str,
    source: ClipSource,
    *,
    new_id: NewId,
    bounds: MediaLength = return_no_media_limit,
    fit: bool = False,
    later: Fraction = Fraction(0),
) -> Cut:
    """Show another take in a clip, at the same source seconds as before. The clip's length never changes.

    `source` is the source that provides the take. It may be the clip's own shot, if the shot has a new take
    now. `later` is added to the second at which the clip starts in its source; it is needed if second 0 is
    another picture in the new source than in the old.

    If the take has too little media, raises Refused. With `fit`, the clip shows the nearest part of the take
    that is long enough instead. If even the complete take is too short, the clip plays slower.
    """
    edit = CutEditor(cut, new_id, bounds)
    clip = edit.get_editable_clip(clip_id).clip
    if SourceKind.GAP in (clip.source.kind, source.kind):
        raise Refused("a gap has no take", "put a clip in its place: milimo cut overwrite")
    changed = replace(clip, source=source, source_in=clip.source_in + later)
    media = get_source_media(changed, bounds)
    if media is None:  # A still has no media before second 0, so the clip must begin at second 0 or later.
        changed = replace(changed, source_in=limit_source_start(source, changed.source_in))
    elif not has_media(changed, cut.rate, media):
        if not fit:
            require_source_media(source, changed, cut, bounds)
        changed = _fit_clip_to_media(changed, media, cut.rate)
    if changed == clip:
        return cut
    edit.put(changed)
    return edit.finish_edit()


def describe_take_fit(before: Clip, after: Clip, rate: Fraction) -> str:
    """Describe how a clip was fitted to its new take, given the clip before and after. Empty if the same part
    is shown at the same speed.
    """
    if before.effects.speed != after.effects.speed:
        return f"all of it, at {float(abs(after.effects.speed)):.3g}× its speed"
    moved = after.source_in - before.source_in
    if not moved:
        return ""
    frames = float(abs(moved) * rate)
    return f"from {frames:g} frames {'earlier' if moved < 0 else 'later'} in it"


def _fit_clip_to_media(clip: Clip, media: Available, rate: Fraction) -> Clip:
    """Return the clip with the nearest part of the media that is long enough. If all the media is too short,
    the clip plays slower.
    """
    low, high = get_source_span(clip, rate)
    speed = clip.effects.speed
    if not speed:
        return replace(clip, source_in=max(media.start, media.end - 1 / rate))
    if high - low <= media.end - media.start:
        by = media.start - low if low < media.start else media.end - high
        return replace(clip, source_in=clip.source_in + by)
    slow = (media.end - media.start) * rate / compute_distance(get_speed_ramp(clip.effects), 0, clip.frames)
    if slow < SLOWEST:
        raise Refused(
            f"the take is too short to fill {clip.frames} frames at any speed", "trim the clip first"
        )
    speed = slow if speed > 0 else -slow
    timed = replace(clip.effects, speed=speed)
    begins = (
        media.start if speed > 0 else max(media.start, media.end + compute_source_frames(timed, 0, 1) / rate)
    )
    return replace(clip, source_in=begins, effects=timed)
