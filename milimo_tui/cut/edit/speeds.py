"""Operations on a clip's speed: faster, slower, reverse, hold, and a freeze frame inside a clip.

A clip keeps the visible part of its source, so its length changes. Its curves, markers and connected clips
stay with their pictures. Fades keep their frames.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from milimo_tui.core.errors import Refused
from milimo_tui.core.time import half_up
from milimo_tui.cut.layout.rows import Placed
from milimo_tui.cut.values.curves import frozen_at, stretched
from milimo_tui.cut.values.cut import Clip, Cut, MediaLength, NewId, SourceKind, unbounded
from milimo_tui.cut.values.effects import Effects
from milimo_tui.cut.values.portions import fit_fades
from milimo_tui.cut.values.ramps import frames_within, ramp_of
from milimo_tui.cut.values.timing import ENDLESS, begins_at, media_of, moved, not_before, span
from milimo_tui.cut.working.editing import Editing
from milimo_tui.cut.working.fresh_clips import put_at, require_media
from milimo_tui.cut.working.linked_clips import leave
from milimo_tui.cut.working.shifts import follow_ripple, open_up

SLOWEST, FASTEST = Fraction(1, 100), Fraction(100)


def set_speed(
    cut: Cut,
    clip_id: str,
    speed: Fraction,
    *,
    new_id: NewId,
    bounds: MediaLength = unbounded,
    keep_length: bool = False,
    linked: bool = True,
) -> Cut:
    """Play a clip at a speed in source seconds per second. Below 0 plays backwards, 0 holds the first
    picture.

    The clip gets longer or shorter and shows the same part of its source, on a free track as far as the next
    clip allows; on a magnetic track all later clips follow. With `keep_length` the clip keeps its frames and
    shows another part, and is refused if the media is too short. A clip that is held, or was held, keeps its
    length.

    Linked clips of the same speed change, too. A clip that is changed alone, or held, leaves its link.
    """
    edit = Editing(cut, new_id, bounds)
    placed = edit.placed(clip_id)
    clip = placed.clip
    if clip.source.kind in ENDLESS:
        raise Refused("what has no time of its own has no speed", "trim it to another length")
    if speed and not SLOWEST <= abs(speed) <= FASTEST:
        raise Refused("a speed lies between 1/100 and 100", "0 holds the picture, below 0 plays backwards")
    old = clip.effects.speed
    if speed == old:
        return cut
    if clip.link and not (linked and speed and old):
        leave(edit, clip)
        placed = edit.placed(clip_id)
    chosen = [placed, *(each for each in linked_elsewhere(edit, placed) if each.clip.effects.speed == old)]
    if keep_length or not speed or not old:
        for each in chosen:
            changed = _start_of(_at_speed(each.clip, speed), each.clip, cut.rate)
            require_media(changed.source, changed, cut, bounds)
            edit.put(changed)
        return edit.done()
    starts = {each.clip.id: each.start - placed.start for each in chosen}
    ratio = abs(old / speed)

    def to(frame: int) -> int:
        return half_up(frame * ratio)

    for each in sorted(chosen, key=lambda each: each.clip.order is None):
        start, effects = starts[each.clip.id], replace(stretched(each.clip.effects, ratio), speed=speed)
        retime(edit, edit.now.placed(each.clip.id), effects, to, to(start) - start)
    if clip.order is not None:
        longer = edit.clip(clip.id).frames - clip.frames
        follow_ripple(edit, placed.end, longer, {clip.track})
    return edit.done()


def linked_elsewhere(edit: Editing, placed: Placed) -> list[Placed]:
    """Return the clips linked to a clip whose sources have a time of their own."""
    others = [edit.placed(other.id) for other in edit.linked_clips(placed.clip)]
    return [each for each in others if each.clip.source.kind not in ENDLESS]


def _at_speed(clip: Clip, speed: Fraction) -> Clip:
    return replace(clip, effects=replace(clip.effects, speed=speed))


def retime(edit: Editing, placed: Placed, effects: Effects, to: Callable[[int], int], by: int) -> None:
    """Give a clip effects with another speed and the length that results from it.

    The picture at frame n of the clip moves to frame `to(n)`. On a free track the clip moves `by` frames, to
    stay in sync with linked clips. Raises Refused if no frame of media is left.
    """
    clip, rate = placed.clip, edit.cut.rate
    changed = replace(clip, effects=effects)
    wanted = max(1, to(clip.frames))
    frames = min([wanted, *_room(edit, placed, changed)])
    if frames < 1:
        raise Refused("at that speed not one frame of the clip's media is left", "take a lower one")
    changed = _start_of(replace(changed, frames=frames), clip, rate)
    _carry(edit, changed, to)
    edit.put(fit_fades(changed))
    edit.remark(clip.id, to)
    if by and clip.order is None and not edit.is_time_held(clip):
        edit.place(edit.clip(clip.id), max(0, placed.start + by))


def _carry(edit: Editing, clip: Clip, to: Callable[[int], int]) -> None:
    """Keep connected clips with their pictures, which move to the frame that `to` returns.

    Linked clips follow their lead. Clips of the same link as the clip stay connected, even outside of its
    frames.
    """
    moved = {}
    for connected in edit.hanging(clip.id):
        led = connected.link == clip.link != ""
        old = (edit.lead(connected.link) if connected.link and not led else connected).offset or 0
        new = to(old)
        moved[connected.id] = (new if led else min(new, clip.frames - 1)) - old
    for connected in edit.hanging(clip.id):
        edit.put(replace(connected, offset=(connected.offset or 0) + moved[connected.id]))


def reverse(
    cut: Cut, clip_id: str, *, new_id: NewId, bounds: MediaLength = unbounded, linked: bool = True
) -> Cut:
    """Play the same part of a clip's source in the other direction. Keys and fades keep their frames.

    Linked clips are reversed, too, unless `linked` is False.
    """
    clip = Editing(cut, new_id).placed(clip_id).clip
    if not clip.effects.speed:
        raise Refused("a freeze frame has no direction", "give the clip a speed first")
    return set_speed(cut, clip_id, -clip.effects.speed, new_id=new_id, bounds=bounds, linked=linked)


def freeze_frame(
    cut: Cut, track_id: str, at: int, frames: int, *, new_id: NewId, bounds: MediaLength = unbounded
) -> Cut:
    """Hold the picture that a track shows at a frame for a number of frames; then the clip continues.

    The clip is split, and a silent held clip is inserted, with the effects as they are at that frame. All
    later clips of the track move right.
    """
    if frames < 1:
        raise Refused("a freeze frame has at least one frame")
    edit = Editing(cut, new_id, bounds)
    track = edit.track(track_id)
    placed = edit.now.at(track.id, at) if at >= 0 else None
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
        source_in=begins_at(clip, head, cut.rate),
        fade_in=0,
        fade_out=0,
        link="",
        effects=replace(frozen_at(clip.effects, head), speed=Fraction(0)),
    )
    open_up(edit, [track], at, frames)
    put_at(edit, track, at, still, connected=clip.anchor is not None)
    follow_ripple(edit, at, frames, {track.id})
    return edit.done()


def _start_of(changed: Clip, clip: Clip, rate: Fraction) -> Clip:
    """Return the clip at its new speed, with its start at the correct end of the old part of its source."""
    speed = changed.effects.speed
    if not speed or not clip.effects.speed:
        return changed
    low, high = span(clip, rate)
    begins = low if speed > 0 else high + moved(changed.effects, 0, 1) / rate
    return replace(changed, source_in=not_before(clip.source, begins))


def _room(edit: Editing, placed: Placed, changed: Clip) -> list[int]:
    """Return the maximum lengths of a clip at its new speed, by its media and by the next clip."""
    rate, speed = edit.cut.rate, changed.effects.speed
    low, high = span(placed.clip, rate)
    media = media_of(changed, edit.bounds)
    out = []
    if media is not None:
        left = media.end - low if speed > 0 else high - media.start
        out.append(frames_within(ramp_of(changed.effects), left * rate / abs(speed)))
    if placed.clip.order is None and not edit.is_time_held(placed.clip):
        behind = [each.start for each in edit.now.on(placed.clip.track) if each.start > placed.start]
        out += [min(behind) - placed.start] if behind else []
    return out
