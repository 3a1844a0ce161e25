"""Operations that put clips on tracks: append, insert, overwrite, duplicate and connect.

On a magnetic track a clip takes a slot and other clips make space. On a free track a clip takes frames and
overwrites the clips there (the convention of professional editors), unless the operation says otherwise.
"""

from __future__ import annotations

from dataclasses import replace

from milimo_tui.core.errors import Refused
from milimo_tui.cut.layout.rows import Placed
from milimo_tui.cut.values.cut import GAP, Clip, Cut, MediaLength, NewId, new_clip, unbounded
from milimo_tui.cut.working.editing import Editing
from milimo_tui.cut.working.fresh_clips import fresh_clip, magnetic_under, put_at
from milimo_tui.cut.working.shifts import follow_ripple, open_up


def append(cut: Cut, track_id: str, clip: Clip, *, new_id: NewId, bounds: MediaLength = unbounded) -> Cut:
    """Put a clip after the last clip of a track."""
    edit = Editing(cut, new_id)
    track = edit.track(track_id)
    fresh = fresh_clip(edit, track, clip, bounds)
    row = edit.now.on(track.id)
    put_at(edit, track, row[-1].end if row else 0, fresh)
    return edit.done()


def insert(
    cut: Cut,
    track_id: str,
    at: int,
    clip: Clip,
    *,
    new_id: NewId,
    bounds: MediaLength = unbounded,
    connected: bool = False,
) -> Cut:
    """Put a clip at a frame of a track. A clip there is split, and all later clips move right.

    After the end of a magnetic track the clip is put at its end. On a free track, `connected` connects it to
    the clip that a magnetic track has there. Other tracks move only by sync locks.
    """
    edit = Editing(cut, new_id)
    track = edit.track(track_id)
    at, fresh = _frame(at), fresh_clip(edit, track, clip, bounds)
    if track.magnetic:
        at = min(at, edit.end_of(track))
    open_up(edit, [track], at, clip.frames)
    put_at(edit, track, at, fresh, connected=connected)
    follow_ripple(edit, at, clip.frames, {track.id})
    return edit.done()


def overwrite(
    cut: Cut,
    track_id: str,
    at: int,
    clip: Clip,
    *,
    new_id: NewId,
    bounds: MediaLength = unbounded,
    connected: bool = False,
) -> Cut:
    """Put a clip at a frame of a track and replace whatever is there. Nothing else moves.

    After the end of a magnetic track the clip is put at its end.
    """
    edit = Editing(cut, new_id)
    track = edit.track(track_id)
    at, fresh = _frame(at), fresh_clip(edit, track, clip, bounds)
    edit.clear_range(track, at, at + clip.frames)
    put_at(edit, track, at, fresh, connected=connected)
    return edit.done()


def insert_gap(cut: Cut, track_id: str, at: int, frames: int, *, new_id: NewId) -> Cut:
    """Open a gap at a frame: a gap clip on a magnetic track. On a free track all later clips move right."""
    if frames < 1:
        raise Refused("a gap has at least one frame")
    edit = Editing(cut, new_id)
    track = edit.track(track_id)
    at = _frame(at)
    if track.magnetic:
        at = min(at, edit.end_of(track))
    elif edit.end_of(track) <= at:
        raise Refused(
            f"nothing on {track.name} lies behind that frame", "a free track is empty there already"
        )
    open_up(edit, [track], at, frames)
    if track.magnetic:
        put_at(edit, track, at, fresh_clip(edit, track, new_clip(GAP, frames), unbounded))
    follow_ripple(edit, at, frames, {track.id})
    return edit.done()


def duplicate(cut: Cut, clip_id: str, *, new_id: NewId) -> Cut:
    """Copy a clip and its linked clips: directly after it on a magnetic track, else into the next space for
    all of them.
    """
    edit = Editing(cut, new_id)
    placed = edit.placed(clip_id)
    chosen = [placed, *(edit.placed(other.id) for other in edit.linked_clips(placed.clip))]
    magnetic = next((each for each in chosen if each.clip.order is not None), None)
    by = (magnetic or placed).clip.frames
    if magnetic is None:
        by = _next_room(edit, chosen, by)
    name = edit.new_id("link") if placed.clip.link else ""
    for each in chosen:
        on = edit.tracks[each.clip.track]
        fresh = replace(fresh_clip(edit, on, each.clip, unbounded), link=name)
        put_at(edit, on, each.start + by, fresh, connected=each.clip.anchor is not None)
    if magnetic is not None:
        follow_ripple(edit, magnetic.end, by, {magnetic.clip.track})
    return edit.done()


def connect(cut: Cut, clip_id: str, *, new_id: NewId) -> Cut:
    """Connect a clip of a free track to the magnetic track's clip under its first frame.

    Of linked clips, the oldest is connected and the others follow it.
    """
    edit = Editing(cut, new_id)
    placed = edit.placed(clip_id)
    if edit.track(placed.clip.track).magnetic:
        raise Refused("a clip of a magnetic track holds its place by itself", "connect clips of other tracks")
    if edit.is_time_held(placed.clip):
        raise Refused("it hangs on the clip it is linked to already", "unlink them first")
    if placed.clip.link:
        placed = edit.placed(edit.lead(placed.clip.link).id)
    anchor = magnetic_under(edit, placed.start)
    if anchor is None:
        raise Refused("there is no clip under its first frame to hang it on", "move it over one first")
    if placed.clip.anchor == anchor.clip.id:
        raise Refused("it hangs on the clip under it already", "move it over another one first")
    edit.connect_at(placed.clip, placed.start, anchor.clip.track)
    return edit.done()


def disconnect(cut: Cut, clip_id: str, *, new_id: NewId) -> Cut:
    """Make a connected clip, and the clips linked to it, free clips at their current frames."""
    edit = Editing(cut, new_id)
    placed = edit.placed(clip_id)
    if placed.clip.anchor is None:
        raise Refused("the clip hangs on nothing", "milimo cut connect hangs it on what lies under it")
    if edit.is_time_held(placed.clip):
        raise Refused("the clip hangs on the one it is linked to", "unlink them first")
    for each in [placed, *(edit.placed(other.id) for other in edit.linked_clips(placed.clip))]:
        edit.put(replace(each.clip, start=each.start, anchor=None, offset=None))
    return edit.done()


def _next_room(edit: Editing, chosen: list[Placed], by: int) -> int:
    """Return the frames, at least `by`, that clips of free tracks must move right until all have space."""
    while True:
        further = by
        for each in chosen:
            for other in edit.now.on(each.clip.track):
                if other.end > each.start + further and other.start < each.end + further:
                    further = other.end - each.start
        if further == by:
            return by
        by = further


def _frame(at: int) -> int:
    if at < 0:
        raise Refused("nothing can lie before the first frame", "give a frame of 0 or more")
    return at
