"""Operations on the edges of a clip that don't change its neighbours: trim in, trim out, trim to a frame,
ripple trim, split.

`by` is the distance in frames by which an edge moves, to the right if positive. An edge stops where the media
ends, at a neighbouring clip, or when the clip is one frame long. If it can't move at all, raises Refused with
the reason.
"""

from __future__ import annotations

from milimo_tui.core.errors import Refused
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import Cut, MediaLength, NewId, return_no_media_limit
from milimo_tui.cut.working.edges import (
    Edge,
    clamp_edge_move,
    find_aligned_clips,
    get_edge_frame,
    list_edge_limits,
    measure_edge_distance,
    move_clip_edges,
)
from milimo_tui.cut.working.editing import CutEditor
from milimo_tui.cut.working.shifts import follow_sync_locks, shift_clips


def trim_clip_in(
    cut: Cut,
    clip_id: str,
    by: int,
    *,
    new_id: NewId,
    bounds: MediaLength = return_no_media_limit,
    linked: bool = True,
) -> Cut:
    """Move a clip's head by `by` frames. To the right the clip gets shorter, to the left it shows more of its
    media.

    On a magnetic track all later clips follow. On a free track the pictures keep their time. The heads of
    linked clips at the same frame move, too, unless `linked` is False.
    """
    edit = CutEditor(cut, new_id, bounds)
    return _trim_edge(edit, edit.get_editable_clip(clip_id), "head", by, linked)


def trim_clip_out(
    cut: Cut,
    clip_id: str,
    by: int,
    *,
    new_id: NewId,
    bounds: MediaLength = return_no_media_limit,
    linked: bool = True,
) -> Cut:
    """Move a clip's tail by `by` frames. To the right the clip shows more of its media, to the left it gets
    shorter.

    On a magnetic track all later clips follow. The tails of linked clips at the same frame move, too, unless
    `linked` is False.
    """
    edit = CutEditor(cut, new_id, bounds)
    return _trim_edge(edit, edit.get_editable_clip(clip_id), "tail", by, linked)


def trim_clip_to(
    cut: Cut,
    clip_id: str,
    edge: Edge,
    to: int,
    *,
    new_id: NewId,
    bounds: MediaLength = return_no_media_limit,
    linked: bool = True,
) -> Cut:
    """Trim a clip's head or tail to frame `to` of the cut.

    On a magnetic track all later clips follow. If the head was trimmed, the clip still begins at its old
    frame, with another picture.
    """
    edit = CutEditor(cut, new_id, bounds)
    clip = edit.get_editable_clip(clip_id)
    by = measure_edge_distance(clip, edge, to)
    if to < 0 or (to >= clip.end if edge == "head" else to <= clip.start):
        raise Refused(
            f"a {edge} trimmed to that frame would leave nothing of the clip", "go to a frame inside it"
        )
    return _trim_edge(edit, clip, edge, by, linked)


def ripple_trim(
    cut: Cut,
    clip_id: str,
    edge: Edge,
    by: int,
    *,
    new_id: NewId,
    bounds: MediaLength = return_no_media_limit,
    linked: bool = True,
) -> Cut:
    """Trim a clip's head or tail and move all later clips on its track, on a free track as well.

    The start of the clip stays. Linked clips with the same edge frame are trimmed by the same amount, and
    later clips on their tracks move, too. So do later clips on tracks with a sync lock.
    """
    edit = CutEditor(cut, new_id, bounds)
    clip = edit.get_editable_clip(clip_id)
    chosen = find_aligned_clips(edit, clip, edge, linked)
    if any(each.clip.order is not None or edit.is_held_by_link(each.clip) for each in chosen):
        return _trim_edge(edit, clip, edge, by, linked)
    by = clamp_edge_move(by, *list_edge_limits(edit, chosen, edge, walls=False))
    longer = by if edge == "tail" else -by
    shifts = {
        each.clip.id: longer
        for one in chosen
        for each in edit.current_layout.get_row(one.clip.track)
        if each.start >= one.end
    }
    trimmed = {each.clip.id for each in chosen}
    # After a trim of the head, the pictures are earlier by the trimmed frames. Linked clips that were not
    # trimmed move with them to stay in sync.
    if edge == "head":
        shifts.update(
            (other.id, longer) for other in edit.get_linked_clips(clip.clip) if other.id not in trimmed
        )
        shifts.update(dict.fromkeys(trimmed, 0))
    move_clip_edges(edit, chosen, edge, by, stays=True)
    shift_clips(edit, shifts, staying=trimmed)
    _follow_trim_with_sync_locks(edit, clip, edge, by, {each.clip.track for each in chosen})
    return edit.finish_edit()


def split_clips(cut: Cut, at: int, *, new_id: NewId, track: str | None = None, linked: bool = True) -> Cut:
    """Split the clips at frame `at`, on one track or on all unlocked tracks.

    The left half keeps the clip's id. The cut between the halves is exact in source time. Fades stay at the
    outer edges. Markers and connected clips stay with the half that they are on. Linked clips are split, too,
    unless `linked` is False or their track is locked. The right halves are linked with each other.
    """
    edit = CutEditor(cut, new_id)
    tracks = (
        [edit.get_editable_track(track)]
        if track is not None
        else [t for t in edit.current_layout.tracks if not t.locked]
    )
    split_on = [each for each in tracks if edit.split_track_at(each, at, linked=linked)]
    if not split_on:
        where = f"on {tracks[0].name}" if track is not None else "on any track that is not locked"
        raise Refused(f"there is no clip to split {where} at that frame", "move inside a clip first")
    return edit.finish_edit()


def _trim_edge(edit: CutEditor, clip: PlacedClip, edge: Edge, by: int, linked: bool) -> Cut:
    """Move the head or tail of a clip, and unless `linked` is False of its linked clips, by at most `by`
    frames. On a magnetic track later clips follow.
    """
    chosen = find_aligned_clips(edit, clip, edge, linked)
    ripples = [each for each in chosen if each.clip.order is not None]
    by = clamp_edge_move(by, *list_edge_limits(edit, chosen, edge, walls=not ripples))
    move_clip_edges(edit, chosen, edge, by)
    if ripples:
        _follow_trim_with_sync_locks(edit, ripples[0], edge, by, {each.clip.track for each in ripples})
    return edit.finish_edit()


def _follow_trim_with_sync_locks(
    edit: CutEditor, clip: PlacedClip, edge: Edge, by: int, tracks: set[str]
) -> None:
    """Move later clips on tracks with a sync lock by the number of frames of a ripple trim. `tracks` are the
    ids of the tracks that were trimmed. Clips on these tracks have been moved already and stay.
    """
    longer = by if edge == "tail" else -by
    frame = get_edge_frame(clip, edge)
    if edge == "head":
        frame += max(0, by)
    follow_sync_locks(edit, frame, longer, tracks)
