"""Move a clip: by slots or frames, to a frame, or to another track.

Linked clips move by the same number of frames, each on its own track.
"""

from __future__ import annotations

from dataclasses import replace

from milimo_tui.core.errors import Refused
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import Clip, Cut, NewId, SourceKind, Track
from milimo_tui.cut.working.editing import CutEditor
from milimo_tui.cut.working.linked_clips import remove_from_link
from milimo_tui.cut.working.shifts import follow_sync_locks, shift_clips


def move_clip(
    cut: Cut,
    clip_id: str,
    *,
    new_id: NewId,
    by: int = 0,
    track: str | None = None,
    at: int | None = None,
    ripple: bool = False,
    linked: bool = True,
) -> Cut:
    """Move a clip by `by`, to the frame `at`, or to the track with id `track`. On a magnetic track `by` is a
    number of positions in the order of the clips; on a free track it is a number of frames.

    On a free track the clip overwrites the clips at its new position. It can't move before frame 0. With
    `ripple`, the gap that it leaves is closed, and the clips at its new position make space.

    On a magnetic track, `at` selects a position in the order: the clip goes after all clips whose centre is
    left of its own centre. If a clip leaves a magnetic track, its gap is closed, and it is connected to the
    clip that is below it then.

    With `linked=False` the clip leaves its link and moves alone.
    """
    edit = CutEditor(cut, new_id)
    clip = edit.get_editable_clip(clip_id)
    source = edit.get_editable_track(clip.clip.track)
    target = edit.get_editable_track(track if track is not None else source.id)
    if target.kind is not source.kind:
        raise Refused(
            f"{target.name} is for {target.kind.value}, and the clip is on {source.name}",
            f"move it to another {source.kind.value} track",
        )
    if not linked and clip.clip.link:
        remove_from_link(edit, clip.clip)
        clip = edit.get_editable_clip(clip_id)
    others = [edit.get_editable_clip(other.id) for other in edit.get_linked_clips(clip.clip)]
    if ripple and at is not None and target.id == source.id and at > clip.start:
        # `at` was given while the clip was in its old position. Closing the gap there moves everything after
        # it, and so the target, to the left.
        at = max(clip.start, at - clip.clip.frames)
    if target.magnetic and target.id == source.id and at is None:
        _move_by_slots(edit, target, clip, by)
    elif target.magnetic:
        _move_to_slot(edit, target, clip, others, clip.start + by if at is None else at)
    else:
        _move_to_frame(edit, target, clip, others, max(0, clip.start + by if at is None else at), ripple)
    return edit.finish_edit()


def _move_by_slots(edit: CutEditor, track: Track, clip: PlacedClip, by: int) -> None:
    others = [each.clip for each in edit.current_layout.get_row(track.id) if each.clip.id != clip.clip.id]
    old = [each.clip.id for each in edit.current_layout.get_row(track.id)].index(clip.clip.id)
    _put_in_slot(edit, track, clip, others, old, max(0, min(len(others), old + by)))


def _move_to_slot(
    edit: CutEditor, track: Track, placed: PlacedClip, moved_along: list[PlacedClip], at: int
) -> None:
    row = edit.current_layout.get_row(track.id)
    others = [each for each in row if each.clip.id != placed.clip.id]
    length = placed.end - placed.start
    index = sum(1 for each in others if each.start + each.end < 2 * at + length)
    if placed.clip.track == track.id:
        old = [each.clip.id for each in row].index(placed.clip.id)
        _put_in_slot(edit, track, placed, [each.clip for each in others], old, index)
        return
    if edit.is_held_by_link(placed.clip):
        raise Refused("the clip is linked to a clip of a magnetic track", "unlink them first")
    # A clip of a free track is removed from its old position first. A clip of a magnetic track is only
    # replaced below, because removing it would disconnect the clips that are connected to it.
    if placed.clip.order is None:
        edit.replace_with_portions(placed)
    key = edit.key_before(track, [each.clip for each in others], index)
    clip = replace(placed.clip, track=track.id, order=key, start=None, anchor=None, offset=None)
    edit.put(clip)
    for other in moved_along:
        offset = other.start - placed.start
        edit.put(replace(edit.get_current_clip(other.clip.id), start=None, anchor=clip.id, offset=offset))
    follow_sync_locks(edit, edit.current_layout.get_start(clip.id), clip.frames, {track.id})


def _put_in_slot(
    edit: CutEditor, track: Track, clip: PlacedClip, others: list[Clip], old: int, index: int
) -> None:
    if index == old:
        where = "first" if old == 0 else "last" if old == len(others) else "there"
        raise Refused(f"the clip is {where} on {track.name} already", "give another position, frame or track")
    key = edit.key_before(track, others, index)
    edit.put(replace(clip.clip, order=key))


def _move_to_frame(
    edit: CutEditor, target: Track, placed: PlacedClip, others: list[PlacedClip], at: int, ripple: bool
) -> None:
    clip, source = placed.clip, edit.tracks[placed.clip.track]
    if clip.source.kind is SourceKind.GAP:
        raise Refused(
            f"a gap of {source.name} can't be moved to {target.name}",
            f"{target.name} needs no gaps: it can be empty",
        )
    if source.id == target.id and at == placed.start:
        raise Refused("the clip is there already", "give a destination: by, at or track")
    if edit.is_held_by_link(clip):
        _move_to_track(edit, target, placed, at - placed.start)
        return
    by = max(at - placed.start, *(-each.start for each in (placed, *others)))
    if source.id == target.id and not by:
        raise Refused(
            "a linked clip is already at the first frame",
            "move the clip without its linked clips, or unlink them",
        )
    connected_to = source.id if source.magnetic else None
    if clip.anchor is not None:
        connected_to = edit.get_current_clip(clip.anchor).track
    moving = [placed, *others] if by else [placed]
    spots = [(target if each is placed else edit.tracks[each.clip.track], each) for each in moving]
    for each in moving:
        edit.replace_with_portions(edit.current_layout.get_placed(each.clip.id))
    if ripple:
        _close_left_gaps(edit, moving)
        _open_gaps_at_targets(edit, spots, by, clip.frames)
    for track, each in spots:
        start = each.start + by
        edit.clear_range(track, start, start + each.clip.frames)
        moved = replace(each.clip, track=track.id, order=None, start=start, anchor=None, offset=None)
        if connected_to is None:
            edit.put(moved)
        else:
            edit.connect_at(moved, start, connected_to)
    if source.magnetic:
        follow_sync_locks(edit, placed.end, -clip.frames, {source.id})


def _move_to_track(edit: CutEditor, target: Track, clip: PlacedClip, by: int) -> None:
    """Put a clip on another track without changing its time. The clip is linked to a clip of a magnetic
    track, which determines its time, so a `by` other than 0 raises Refused.
    """
    if by:
        raise Refused(
            "the clip is linked to a clip of a magnetic track and moves with it",
            "move that clip, or only this clip",
        )
    edit.clear_range(target, clip.start, clip.end)
    edit.put(replace(edit.get_current_clip(clip.clip.id), track=target.id))


def _close_left_gaps(edit: CutEditor, removed: list[PlacedClip]) -> None:
    """Close the gaps that moved clips left on free tracks. `removed` are these clips at their old positions.
    All later clips on these tracks move left by the length of the first clip of `removed`.
    """
    free = [each for each in removed if each.clip.order is None]
    later_ids = [
        other.clip.id
        for each in free
        for other in edit.current_layout.get_row(each.clip.track)
        if other.start >= each.end
    ]
    shift_clips(edit, dict.fromkeys(later_ids, removed[0].start - removed[0].end))


def _open_gaps_at_targets(
    edit: CutEditor, spots: list[tuple[Track, PlacedClip]], by: int, frames: int
) -> None:
    """Make space on free tracks for clips that move by `by` frames: split the clips at each new start, and
    move everything after it right by `frames` frames.
    """
    for track, each in spots:
        edit.split_track_at(track, each.start + by)
    later_ids = [
        other.clip.id
        for track, each in spots
        for other in edit.current_layout.get_row(track.id)
        if other.start >= each.start + by
    ]
    shift_clips(edit, dict.fromkeys(later_ids, frames))
