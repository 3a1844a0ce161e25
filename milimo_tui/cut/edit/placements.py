"""Operations that put clips on tracks: append, insert, overwrite, duplicate and connect.

On a magnetic track a clip takes a position in the order of the clips, and later clips make space. On a free
track a clip takes a range of frames and overwrites the clips there, as is usual in professional editing,
unless the operation is described otherwise.
"""

from __future__ import annotations

from dataclasses import replace

from milimo_tui.core.errors import Refused
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import (
    GAP,
    Clip,
    Cut,
    MediaLength,
    NewId,
    create_trackless_clip,
    return_no_media_limit,
)
from milimo_tui.cut.working.editing import CutEditor
from milimo_tui.cut.working.fresh_clips import create_track_clip, find_magnetic_clip_at, put_clip_at
from milimo_tui.cut.working.shifts import follow_sync_locks, open_gap


def append_clip(
    cut: Cut, track_id: str, clip: Clip, *, new_id: NewId, bounds: MediaLength = return_no_media_limit
) -> Cut:
    """Put a clip after the last clip of a track."""
    edit = CutEditor(cut, new_id)
    track = edit.get_editable_track(track_id)
    fresh = create_track_clip(edit, track, clip, bounds)
    row = edit.current_layout.get_row(track.id)
    put_clip_at(edit, track, row[-1].end if row else 0, fresh)
    return edit.finish_edit()


def insert_clip(
    cut: Cut,
    track_id: str,
    at: int,
    clip: Clip,
    *,
    new_id: NewId,
    bounds: MediaLength = return_no_media_limit,
    connected: bool = False,
) -> Cut:
    """Insert a clip at a frame of a track. A clip that is there is split, and all later clips move right.

    A frame after the end of a magnetic track means its end. On a free track, `connected` connects the new
    clip to the clip of the magnetic track at that frame. On other tracks, only clips of tracks with a sync
    lock move.
    """
    edit = CutEditor(cut, new_id)
    track = edit.get_editable_track(track_id)
    at, fresh = _require_frame(at), create_track_clip(edit, track, clip, bounds)
    if track.magnetic:
        at = min(at, edit.get_track_end(track))
    open_gap(edit, [track], at, clip.frames)
    put_clip_at(edit, track, at, fresh, connected=connected)
    follow_sync_locks(edit, at, clip.frames, {track.id})
    return edit.finish_edit()


def overwrite_clip(
    cut: Cut,
    track_id: str,
    at: int,
    clip: Clip,
    *,
    new_id: NewId,
    bounds: MediaLength = return_no_media_limit,
    connected: bool = False,
) -> Cut:
    """Put a clip at a frame of a track and replace the frames that are there. No other clip moves.

    A frame after the end of a magnetic track means its end. On a free track, `connected` connects the new
    clip to the clip of the magnetic track at that frame.
    """
    edit = CutEditor(cut, new_id)
    track = edit.get_editable_track(track_id)
    at, fresh = _require_frame(at), create_track_clip(edit, track, clip, bounds)
    edit.clear_range(track, at, at + clip.frames)
    put_clip_at(edit, track, at, fresh, connected=connected)
    return edit.finish_edit()


def insert_gap(cut: Cut, track_id: str, at: int, frames: int, *, new_id: NewId) -> Cut:
    """Insert empty time of `frames` frames at a frame of a track. On a magnetic track the empty time is a gap
    clip. All later clips of the track move right.
    """
    if frames < 1:
        raise Refused("a gap has at least one frame")
    edit = CutEditor(cut, new_id)
    track = edit.get_editable_track(track_id)
    at = _require_frame(at)
    if track.magnetic:
        at = min(at, edit.get_track_end(track))
    elif edit.get_track_end(track) <= at:
        raise Refused(f"{track.name} has no clip after that frame", "it is already empty there")
    open_gap(edit, [track], at, frames)
    if track.magnetic:
        put_clip_at(
            edit,
            track,
            at,
            create_track_clip(edit, track, create_trackless_clip(GAP, frames), return_no_media_limit),
        )
    follow_sync_locks(edit, at, frames, {track.id})
    return edit.finish_edit()


def duplicate_clip(cut: Cut, clip_id: str, *, new_id: NewId) -> Cut:
    """Copy a clip and its linked clips. If one of them is on a magnetic track, the copies follow directly
    after that clip. Otherwise they go to the next position at which all of them have space.
    """
    edit = CutEditor(cut, new_id)
    clip = edit.get_editable_clip(clip_id)
    chosen = [clip, *(edit.get_editable_clip(other.id) for other in edit.get_linked_clips(clip.clip))]
    magnetic = next((each for each in chosen if each.clip.order is not None), None)
    by = (magnetic or clip).clip.frames
    if magnetic is None:
        by = _find_next_space(edit, chosen, by)
    name = edit.new_id("link") if clip.clip.link else ""
    for each in chosen:
        on = edit.tracks[each.clip.track]
        fresh = replace(create_track_clip(edit, on, each.clip, return_no_media_limit), link=name)
        put_clip_at(edit, on, each.start + by, fresh, connected=each.clip.anchor is not None)
    if magnetic is not None:
        follow_sync_locks(edit, magnetic.end, by, {magnetic.clip.track})
    return edit.finish_edit()


def connect_clip(cut: Cut, clip_id: str, *, new_id: NewId) -> Cut:
    """Connect a clip of a free track to the clip of the magnetic track that is at its first frame.

    If the clip is linked, the oldest clip of the link is connected instead, and the others follow that clip.
    """
    edit = CutEditor(cut, new_id)
    clip = edit.get_editable_clip(clip_id)
    if edit.get_editable_track(clip.clip.track).magnetic:
        raise Refused("a clip of a magnetic track can't be connected", "connect a clip of another track")
    if edit.is_held_by_link(clip.clip):
        raise Refused("the clip already follows the clip that it is linked to", "unlink them first")
    if clip.clip.link:
        clip = edit.get_editable_clip(edit.get_lead_clip(clip.clip.link).id)
    anchor = find_magnetic_clip_at(edit, clip.start)
    if anchor is None:
        raise Refused(
            "there is no clip below the clip's first frame to connect it to",
            "move it over another clip first",
        )
    if clip.clip.anchor == anchor.clip.id:
        raise Refused("the clip is already connected to the clip under it", "move it over another clip first")
    edit.connect_at(clip.clip, clip.start, anchor.clip.track)
    return edit.finish_edit()


def disconnect_clip(cut: Cut, clip_id: str, *, new_id: NewId) -> Cut:
    """Disconnect a clip and the clips linked to it. They become free clips at their current frames."""
    edit = CutEditor(cut, new_id)
    clip = edit.get_editable_clip(clip_id)
    if clip.clip.anchor is None:
        raise Refused(
            "the clip is not connected to another clip", "milimo cut connect connects it to the clip under it"
        )
    if edit.is_held_by_link(clip.clip):
        raise Refused("the clip already follows the clip that it is linked to", "unlink them first")
    for each in [clip, *(edit.get_editable_clip(other.id) for other in edit.get_linked_clips(clip.clip))]:
        edit.put(replace(each.clip, start=each.start, anchor=None, offset=None))
    return edit.finish_edit()


def _find_next_space(edit: CutEditor, chosen: list[PlacedClip], by: int) -> int:
    """Return the smallest number of frames, at least `by`, by which clips of free tracks can move right so
    that all of them have space.
    """
    while True:
        further = by
        for each in chosen:
            for other in edit.current_layout.get_row(each.clip.track):
                if other.end > each.start + further and other.start < each.end + further:
                    further = other.end - each.start
        if further == by:
            return by
        by = further


def _require_frame(at: int) -> int:
    if at < 0:
        raise Refused("nothing can be placed before the first frame", "give a frame of 0 or more")
    return at
