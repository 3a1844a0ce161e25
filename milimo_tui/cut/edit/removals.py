"""Operations that remove clips, ranges and gaps: delete, lift, extract and close.

- Delete: a magnetic track closes the gap, a free track leaves the frames empty.
- Lift: the frames stay empty. On a magnetic track a gap clip fills them.
- Extract: the gap is closed.

A gap is a gap clip on a magnetic track, and the empty time between two clips on a free track. The empty time
before the first clip of a free track does not count as a gap, because it only expresses the position of that
clip. It is closed only on request, if the frame given to `close_gap` is in it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from itertools import pairwise

from milimo_tui.core.errors import Refused
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import GAP, Cut, NewId, Track, create_trackless_clip
from milimo_tui.cut.values.guards import require_frame_range
from milimo_tui.cut.working.editing import CutEditor
from milimo_tui.cut.working.shifts import follow_sync_locks, shift_clips, shift_clips_after


def delete_clip(cut: Cut, clip_id: str, *, new_id: NewId, linked: bool = True) -> Cut:
    """Remove a clip and, unless `linked` is False, the clips linked to it. A magnetic track closes the gap.

    Clips that were connected to the removed clip keep their position, and are connected to the clip that is
    then below them.
    """
    edit = CutEditor(cut, new_id)
    _remove_clips(edit, _get_clip_with_linked(edit, clip_id, linked))
    return edit.finish_edit()


def ripple_delete_clip(cut: Cut, clip_id: str, *, new_id: NewId, linked: bool = True) -> Cut:
    """Remove a clip and close the gap, on a free track as well: all later clips move left by the clip's
    length.

    Unless `linked` is False, linked clips are removed, too, and the clips after them move by the same length.
    Later clips on tracks with a sync lock also move.
    """
    edit = CutEditor(cut, new_id)
    chosen = _get_clip_with_linked(edit, clip_id, linked)
    if not _remove_clips(edit, chosen):
        length = chosen[0].start - chosen[0].end
        later_ids = [
            each.clip.id
            for removed in chosen
            for each in edit.current_layout.get_row(removed.clip.track)
            if each.start >= removed.end
        ]
        shift_clips(edit, dict.fromkeys(later_ids, length))
        follow_sync_locks(edit, chosen[0].end, length, {each.clip.track for each in chosen})
    return edit.finish_edit()


def lift_clip(cut: Cut, clip_id: str, *, new_id: NewId, linked: bool = True) -> Cut:
    """Remove a clip and leave a gap. Also remove the clips linked to it, unless `linked` is False. No clip
    moves.
    """
    edit = CutEditor(cut, new_id)
    chosen = _get_clip_with_linked(edit, clip_id, linked)
    if chosen[0].clip.source == GAP:
        raise Refused("there is nothing to lift from a gap", "delete the gap to close it")
    for each in chosen:
        lift_track_range(edit, edit.get_editable_track(each.clip.track), each.start, each.end)
    return edit.finish_edit()


def lift_range(cut: Cut, start: int, end: int, *, new_id: NewId, tracks: Collection[str] = ()) -> Cut:
    """Remove frames [start, end) from tracks and leave a gap. `tracks` are ids; by default all unlocked
    tracks are used.
    """
    edit = CutEditor(cut, new_id)
    chosen = _choose_tracks_with_clips(edit, start, end, tracks)
    edit.split_linked_pairs((start, end), chosen)
    for track in chosen:
        lift_track_range(edit, track, start, end)
    return edit.finish_edit()


def extract_range(cut: Cut, start: int, end: int, *, new_id: NewId, tracks: Collection[str] = ()) -> Cut:
    """Remove frames [start, end) from tracks and close the gap. `tracks` are ids; by default all unlocked
    tracks are used.

    Later clips on these tracks move left by the length of the range. Clips on other tracks stay. Clips that
    are connected to removed frames keep their time.
    """
    edit = CutEditor(cut, new_id)
    chosen = _choose_tracks_with_clips(edit, start, end, tracks)
    magnetic = [track for track in chosen if track.magnetic]
    free = [track for track in chosen if not track.magnetic]
    _clear_linked_range(edit, chosen, start, end)
    # A magnetic track closes its gap and moves the clips connected to it. So free tracks are edited first,
    # while these clips are still in their old positions.
    for track in free:
        edit.clear_range(track, start, end)
    later = [
        placed for track in free for placed in edit.current_layout.get_row(track.id) if placed.start >= end
    ]
    shift_clips(edit, {placed.clip.id: start - end for placed in later}, {track.id for track in magnetic})
    for track in magnetic:
        edit.clear_range(track, start, end)
    follow_sync_locks(edit, end, start - end, {track.id for track in chosen})
    return edit.finish_edit()


def _clear_linked_range(edit: CutEditor, chosen: list[Track], start: int, end: int) -> None:
    """Remove the range also from clips on other tracks that are linked to clips on the chosen tracks.

    Linked clips that extend beyond the range are split. The parts before the range get a link of their own,
    and so do the parts after it.
    """
    for frame in (start, end):
        for track in chosen:
            clip = edit.current_layout.find_clip_at(track.id, frame)
            if clip is not None and clip.clip.link:
                edit.split_track_at(track, frame)
    ids = {track.id for track in chosen}
    for track in chosen:
        for clip in edit.current_layout.get_row(track.id):
            if not clip.clip.link or clip.start >= end or clip.end <= start:
                continue
            for other in edit.get_linked_clips(clip.clip):
                here = edit.get_editable_clip(other.id)
                if here.clip.track not in ids:
                    edit.replace_with_portions(here)


def _get_clip_with_linked(edit: CutEditor, clip_id: str, linked: bool) -> list[PlacedClip]:
    """Return a clip and, if `linked`, the clips linked to it. Raises Refused if one of them is on a locked
    track.
    """
    clip = edit.get_editable_clip(clip_id)
    return [
        clip,
        *(edit.get_editable_clip(other.id) for other in edit.get_linked_clips(clip.clip) if linked),
    ]


def _remove_clips(edit: CutEditor, chosen: list[PlacedClip]) -> bool:
    """Remove clips. A magnetic track closes the gap, a free track leaves the frames empty. Return True if at
    least one clip was on a magnetic track.
    """
    for each in chosen:
        edit.replace_with_portions(edit.current_layout.get_placed(each.clip.id))
    magnetic = [each for each in chosen if each.clip.order is not None]
    for each in magnetic:
        follow_sync_locks(edit, each.end, each.start - each.end, {each.clip.track})
    return bool(magnetic)


def _choose_tracks_with_clips(edit: CutEditor, start: int, end: int, tracks: Collection[str]) -> list[Track]:
    """Return the tracks with ids `tracks`, or all unlocked tracks. Raises Refused if none of them has a clip
    in frames [start, end).
    """
    require_frame_range(start, end)
    chosen = [edit.get_editable_track(each) for each in tracks] or [
        each for each in edit.current_layout.tracks if not each.locked
    ]
    if not any(
        placed.start < end and placed.end > start
        for track in chosen
        for placed in edit.current_layout.get_row(track.id)
    ):
        raise Refused(
            "there is no clip in that range on those tracks", "widen the range or choose other tracks"
        )
    return chosen


def lift_track_range(edit: CutEditor, track: Track, start: int, end: int) -> None:
    """Remove frames [start, end) from a track and leave a gap. On a magnetic track the gap is a gap clip."""
    row = edit.current_layout.get_row(track.id)
    edit.clear_range(track, start, end)
    covered = min(end, row[-1].end) - start if row else 0
    if track.magnetic and covered > 0:
        gap = replace(
            create_trackless_clip(GAP, covered), id=edit.new_id("clip"), cut=edit.cut.id, track=track.id
        )
        edit.put(replace(gap, order=edit.key_at(track, start)))


def close_gap(cut: Cut, track_id: str, at: int, *, new_id: NewId) -> Cut:
    """Close the gap that a track has at a frame: all later clips of the track move left."""
    edit = CutEditor(cut, new_id)
    track = edit.get_editable_track(track_id)
    if track.magnetic:
        clip = edit.current_layout.find_clip_at(track.id, at)
        if clip is None or clip.clip.source != GAP:
            raise Refused(f"{track.name} has no gap at that frame", "move to a gap first")
        edit.replace_with_portions(clip)
        follow_sync_locks(edit, clip.end, clip.start - clip.end, {track.id})
        return edit.finish_edit()
    hole = next((each for each in list_track_gaps(edit, track) if each[0] <= at < each[1]), None)
    starts = [each.start for each in edit.current_layout.get_row(track.id) if each.start > at]
    if hole is None and edit.current_layout.find_clip_at(track.id, at) is None and starts:
        # The empty time before the first clip is the position of that clip. It is closed only if `at` is in
        # it.
        hole = (0, starts[0])
    if hole is None:
        raise Refused(f"{track.name} has no gap at that frame", "move to a gap between two of its clips")
    shift_clips_after(edit, track, hole[1], hole[0] - hole[1])
    follow_sync_locks(edit, hole[1], hole[0] - hole[1], {track.id})
    return edit.finish_edit()


def close_all_gaps(cut: Cut, track_id: str, *, new_id: NewId) -> Cut:
    """Close all gaps of a track, so that its clips touch each other. The first clip of a free track stays
    where it is.

    If another track has a sync lock, the gaps are closed one by one from the last to the first, so that the
    clips of that track follow each of them.
    """
    edit = CutEditor(cut, new_id)
    track = edit.get_editable_track(track_id)
    if any(each.sync_lock and each.id != track_id for each in cut.tracks):
        return _close_gaps_one_by_one(edit, track)
    if track.magnetic:
        gaps = [each for each in edit.current_layout.get_row(track.id) if each.clip.source == GAP]
        for gap in gaps:
            edit.replace_with_portions(gap)
        found = len(gaps)
    else:
        moves = _compute_closing_moves(edit, track)
        shift_clips(edit, moves)
        found = len(moves)
    if not found:
        raise Refused(f"{track.name} has no gap", "milimo cut show lists the gaps")
    return edit.finish_edit()


def _close_gaps_one_by_one(edit: CutEditor, track: Track) -> Cut:
    if track.magnetic:
        starts = [each.start for each in edit.current_layout.get_row(track.id) if each.clip.source == GAP]
    else:
        starts = [start for start, _ in list_track_gaps(edit, track)]
    if not starts:
        raise Refused(f"{track.name} has no gap", "milimo cut show lists the gaps")
    cut = edit.cut
    for start in reversed(starts):
        cut = close_gap(cut, track.id, start, new_id=edit.new_id)
    return cut


def _compute_closing_moves(edit: CutEditor, track: Track) -> dict[str, int]:
    """Return the number of frames by which each clip of a free track moves when all gaps are closed, by clip
    id. Negative numbers are moves to the left.

    Raises Refused if linked clips on the track would move by different amounts.
    """
    moves: dict[str, int] = {}
    linked: dict[str, int] = {}
    by = end = 0
    for index, placed in enumerate(edit.current_layout.get_row(track.id)):
        by += max(0, placed.start - end) if index else 0
        end = placed.end
        if by:
            moves[placed.clip.id] = -by
        link = placed.clip.link
        if link and linked.setdefault(link, by) != by:
            raise Refused(
                f"linked clips of {track.name} are on both sides of a gap",
                "unlink them first",
            )
    return moves


def list_track_gaps(edit: CutEditor, track: Track) -> list[tuple[int, int]]:
    """Return the empty frames [start, end) between the clips of a free track."""
    row = edit.current_layout.get_row(track.id)
    return [(left.end, right.start) for left, right in pairwise(row) if right.start > left.end]
