"""Operations on a clip's speed: faster, slower, reverse, hold a picture, and insert a freeze frame into a
clip.

By default a clip keeps the part of its source that it shows, so its length changes. Its curves, markers and
connected clips stay with their pictures. Fades keep their lengths.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from milimo_tui.core.errors import Refused
from milimo_tui.core.time import round_half_up
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.curves import freeze_effects, stretch_curves
from milimo_tui.cut.values.cut import Clip, Cut, MediaLength, NewId, SourceKind, return_no_media_limit
from milimo_tui.cut.values.effects import Effects
from milimo_tui.cut.values.portions import shorten_fades_to_fit
from milimo_tui.cut.values.ramps import count_frames_within, get_speed_ramp
from milimo_tui.cut.values.timing import (
    ENDLESS,
    compute_source_frames,
    get_portion_source_in,
    get_source_media,
    get_source_span,
    limit_source_start,
)
from milimo_tui.cut.working.editing import CutEditor
from milimo_tui.cut.working.fresh_clips import put_clip_at, require_source_media
from milimo_tui.cut.working.linked_clips import remove_from_link
from milimo_tui.cut.working.shifts import follow_sync_locks, open_gap

SLOWEST, FASTEST = Fraction(1, 100), Fraction(100)


def set_speed(
    cut: Cut,
    clip_id: str,
    speed: Fraction,
    *,
    new_id: NewId,
    bounds: MediaLength = return_no_media_limit,
    keep_length: bool = False,
    linked: bool = True,
) -> Cut:
    """Set the speed of a clip, in source seconds per second. A negative speed plays backwards, and 0 holds
    the first picture.

    The clip shows the same part of its source, so its length changes. On a magnetic track all later clips
    follow; on a free track the next clip limits the length. With `keep_length` the clip keeps its length and
    shows another part. Then raises Refused if the media is too short. The length also stays if the old or the
    new speed is 0.

    Linked clips of the same speed change, too. A clip leaves its link if `linked` is False, or if the old or
    the new speed is 0.
    """
    edit = CutEditor(cut, new_id, bounds)
    placed = edit.get_editable_clip(clip_id)
    clip = placed.clip
    if clip.source.kind in ENDLESS:
        raise Refused("a gap or a title has no speed", "trim it to another length")
    if speed and not SLOWEST <= abs(speed) <= FASTEST:
        raise Refused(
            "a speed must be between 1/100 and 100", "0 freezes the picture, a negative speed plays backwards"
        )
    old = clip.effects.speed
    if speed == old:
        return cut
    if clip.link and not (linked and speed and old):
        remove_from_link(edit, clip)
        placed = edit.get_editable_clip(clip_id)
    chosen = [
        placed,
        *(each for each in find_timed_linked_clips(edit, placed) if each.clip.effects.speed == old),
    ]
    if keep_length or not speed or not old:
        for each in chosen:
            changed = _set_retimed_start(_replace_clip_speed(each.clip, speed), each.clip, cut.rate)
            require_source_media(changed.source, changed, cut, bounds)
            edit.put(changed)
        return edit.finish_edit()
    starts = {each.clip.id: each.start - placed.start for each in chosen}
    ratio = abs(old / speed)

    def to(frame: int) -> int:
        return round_half_up(frame * ratio)

    for each in sorted(chosen, key=lambda each: each.clip.order is None):
        start, effects = starts[each.clip.id], replace(stretch_curves(each.clip.effects, ratio), speed=speed)
        retime_clip(edit, edit.current_layout.get_placed(each.clip.id), effects, to, to(start) - start)
    if clip.order is not None:
        longer = edit.get_current_clip(clip.id).frames - clip.frames
        follow_sync_locks(edit, placed.end, longer, {clip.track})
    return edit.finish_edit()


def find_timed_linked_clips(edit: CutEditor, clip: PlacedClip) -> list[PlacedClip]:
    """Return the clips linked to a clip, except those without a speed of their own, such as titles."""
    others = [edit.get_editable_clip(other.id) for other in edit.get_linked_clips(clip.clip)]
    return [each for each in others if each.clip.source.kind not in ENDLESS]


def _replace_clip_speed(clip: Clip, speed: Fraction) -> Clip:
    return replace(clip, effects=replace(clip.effects, speed=speed))


def retime_clip(
    edit: CutEditor, placed: PlacedClip, effects: Effects, to: Callable[[int], int], by: int
) -> None:
    """Give a clip effects with a new speed, and the length that follows from that speed.

    `to` maps a frame of the clip to the frame that shows the same picture at the new speed. On a free track
    the clip moves by `by` frames, to stay in sync with linked clips. Raises Refused if no frame of media is
    left.
    """
    clip, rate = placed.clip, edit.cut.rate
    changed = replace(clip, effects=effects)
    wanted = max(1, to(clip.frames))
    frames = min([wanted, *_list_length_limits(edit, placed, changed)])
    if frames < 1:
        raise Refused("at that speed the clip has less than one frame", "choose a lower speed")
    changed = _set_retimed_start(replace(changed, frames=frames), clip, rate)
    _move_connected_clips(edit, changed, to)
    edit.put(shorten_fades_to_fit(changed))
    edit.move_clip_markers(clip.id, to)
    if by and clip.order is None and not edit.is_held_by_link(clip):
        edit.place_free_clip(edit.get_current_clip(clip.id), max(0, placed.start + by))


def _move_connected_clips(edit: CutEditor, clip: Clip, to: Callable[[int], int]) -> None:
    """Move clips that are connected to a clip whose speed changes, so that they stay with the same pictures.
    `to` maps old frames of the clip to new frames.

    Linked clips move together with the first clip of their link. Clips that are linked to the clip itself
    stay connected even if they are outside of its frames.
    """
    moved = {}
    for connected in edit.get_connected_clips(clip.id):
        led = connected.link == clip.link != ""
        old = (edit.get_lead_clip(connected.link) if connected.link and not led else connected).offset or 0
        new = to(old)
        moved[connected.id] = (new if led else min(new, clip.frames - 1)) - old
    for connected in edit.get_connected_clips(clip.id):
        edit.put(replace(connected, offset=(connected.offset or 0) + moved[connected.id]))


def reverse_clip(
    cut: Cut, clip_id: str, *, new_id: NewId, bounds: MediaLength = return_no_media_limit, linked: bool = True
) -> Cut:
    """Play the part of the source that a clip shows in the other direction. Keys and fades keep their frames.

    Linked clips are reversed, too, unless `linked` is False.
    """
    clip = CutEditor(cut, new_id).get_editable_clip(clip_id).clip
    if not clip.effects.speed:
        raise Refused("a freeze frame has no direction", "give the clip a speed first")
    return set_speed(cut, clip_id, -clip.effects.speed, new_id=new_id, bounds=bounds, linked=linked)


def insert_freeze_frame(
    cut: Cut,
    track_id: str,
    at: int,
    frames: int,
    *,
    new_id: NewId,
    bounds: MediaLength = return_no_media_limit,
) -> Cut:
    """Insert a freeze frame of the picture that a track shows at frame `at`, `frames` frames long. After it
    the clip continues.

    The clip is split. The freeze frame is a silent clip of speed 0 with the effects as they are at that
    frame. All later clips of the track move right.
    """
    if frames < 1:
        raise Refused("a freeze frame has at least one frame")
    edit = CutEditor(cut, new_id, bounds)
    track = edit.get_editable_track(track_id)
    placed = edit.current_layout.find_clip_at(track.id, at) if at >= 0 else None
    if placed is None or placed.clip.source.kind is SourceKind.GAP:
        raise Refused(f"{track.name} shows nothing at that frame", "move over a clip first")
    clip, head = placed.clip, at - placed.start
    still = replace(
        clip,
        id=new_id("clip"),
        frames=frames,
        order=None,
        start=None,
        anchor=None,
        offset=None,
        source_in=get_portion_source_in(clip, head, cut.rate),
        fade_in=0,
        fade_out=0,
        link="",
        effects=replace(freeze_effects(clip.effects, head), speed=Fraction(0)),
    )
    open_gap(edit, [track], at, frames)
    put_clip_at(edit, track, at, still, connected=clip.anchor is not None)
    follow_sync_locks(edit, at, frames, {track.id})
    return edit.finish_edit()


def _set_retimed_start(changed: Clip, clip: Clip, rate: Fraction) -> Clip:
    """Return the clip `changed` with a corrected source start, so that it shows the same part of its source
    as `clip`. `changed` is `clip` with a new speed. A clip that plays backwards starts at the end of that
    part.
    """
    speed = changed.effects.speed
    if not speed or not clip.effects.speed:
        return changed
    low, high = get_source_span(clip, rate)
    begins = low if speed > 0 else high + compute_source_frames(changed.effects, 0, 1) / rate
    return replace(changed, source_in=limit_source_start(clip.source, begins))


def _list_length_limits(edit: CutEditor, clip: PlacedClip, changed: Clip) -> list[int]:
    """Return the limits for the length of a clip at its new speed, in frames. The first limit is the
    available media, if it is limited. On a free track the start of the next clip is another limit.
    """
    rate, speed = edit.cut.rate, changed.effects.speed
    low, high = get_source_span(clip.clip, rate)
    media = get_source_media(changed, edit.bounds)
    out = []
    if media is not None:
        left = media.end - low if speed > 0 else high - media.start
        out.append(count_frames_within(get_speed_ramp(changed.effects), left * rate / abs(speed)))
    if clip.clip.order is None and not edit.is_held_by_link(clip.clip):
        starts = [
            each.start for each in edit.current_layout.get_row(clip.clip.track) if each.start > clip.start
        ]
        out += [min(starts) - clip.start] if starts else []
    return out
