"""Operations that remove clips, ranges and gaps: delete, lift, extract and close.

Deleting depends on the track: a magnetic track closes the gap, a free track leaves the frames empty. Lifting
keeps the time (with a gap clip on a magnetic track). Extracting removes the time as well.

A gap is a gap clip on a magnetic track, and the empty time between two clips on a free track. The empty time
before a free track's first clip is that clip's position and stays.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from itertools import pairwise

from milimo_tui.core.errors import Refused
from milimo_tui.cut.layout.rows import Placed
from milimo_tui.cut.values.cut import GAP, Cut, NewId, Track, new_clip
from milimo_tui.cut.values.guards import require_range
from milimo_tui.cut.working.editing import Editing
from milimo_tui.cut.working.shifts import follow_ripple, pull, shift


def delete(cut: Cut, clip_id: str, *, new_id: NewId, linked: bool = True) -> Cut:
    """Remove a clip and, unless `linked` is False, the clips linked to it. A magnetic track closes the gap.

    Clips connected to it keep their time and are connected to the clip that is then below them.
    """
    edit = Editing(cut, new_id)
    _take_out(edit, _with_linked(edit, clip_id, linked))
    return edit.done()


def ripple_delete(cut: Cut, clip_id: str, *, new_id: NewId, linked: bool = True) -> Cut:
    """Remove a clip and close the gap, on a free track as well: all later clips move left by its length.

    Unless `linked` is False, linked clips are removed, too, and the clips after them move by the same length.
    Later clips on tracks with a sync lock also move.
    """
    edit = Editing(cut, new_id)
    chosen = _with_linked(edit, clip_id, linked)
    if not _take_out(edit, chosen):
        length = chosen[0].start - chosen[0].end
        behind = [
            each.clip.id for gone in chosen for each in edit.now.on(gone.clip.track) if each.start >= gone.end
        ]
        shift(edit, dict.fromkeys(behind, length))
        follow_ripple(edit, chosen[0].end, length, {each.clip.track for each in chosen})
    return edit.done()


def lift(cut: Cut, clip_id: str, *, new_id: NewId, linked: bool = True) -> Cut:
    """Remove a clip and, unless `linked` is False, the clips linked to it, and keep their time. Nothing
    moves.
    """
    edit = Editing(cut, new_id)
    chosen = _with_linked(edit, clip_id, linked)
    if chosen[0].clip.source == GAP:
        raise Refused("there is nothing to lift from a gap", "delete it to close it up")
    for each in chosen:
        lift_out(edit, edit.track(each.clip.track), each.start, each.end)
    return edit.done()


def lift_range(cut: Cut, start: int, end: int, *, new_id: NewId, tracks: Collection[str] = ()) -> Cut:
    """Remove frames [start, end) from tracks (ids; all unlocked tracks by default) and keep their time."""
    edit = Editing(cut, new_id)
    chosen = _tracks_with_clips(edit, start, end, tracks)
    edit.part_pairs((start, end), chosen)
    for track in chosen:
        lift_out(edit, track, start, end)
    return edit.done()


def extract(cut: Cut, start: int, end: int, *, new_id: NewId, tracks: Collection[str] = ()) -> Cut:
    """Remove frames [start, end) from tracks (ids; all unlocked tracks by default), including their time.

    Later clips on those tracks move left by the length of the range. Other tracks stay, and clips connected
    to removed frames keep their time.
    """
    edit = Editing(cut, new_id)
    chosen = _tracks_with_clips(edit, start, end, tracks)
    magnetic = [track for track in chosen if track.magnetic]
    free = [track for track in chosen if not track.magnetic]
    _part_links(edit, chosen, start, end)
    # Free tracks come first, while the clips connected to a magnetic track are still in their old positions.
    for track in free:
        edit.clear_range(track, start, end)
    behind = [placed for track in free for placed in edit.now.on(track.id) if placed.start >= end]
    shift(edit, {placed.clip.id: start - end for placed in behind}, {track.id for track in magnetic})
    for track in magnetic:
        edit.clear_range(track, start, end)
    follow_ripple(edit, end, start - end, {track.id for track in chosen})
    return edit.done()


def _part_links(edit: Editing, chosen: list[Track], start: int, end: int) -> None:
    """Remove the range from linked clips on other tracks, too. The parts of a link before and after it get a
    link each.
    """
    for frame in (start, end):
        for track in chosen:
            placed = edit.now.at(track.id, frame)
            if placed is not None and placed.clip.link:
                edit.split_at(track, frame)
    ids = {track.id for track in chosen}
    for track in chosen:
        for placed in edit.now.on(track.id):
            if not placed.clip.link or placed.start >= end or placed.end <= start:
                continue
            for other in edit.linked_clips(placed.clip):
                here = edit.placed(other.id)
                if here.clip.track not in ids:
                    edit.exchange(here)


def _with_linked(edit: Editing, clip_id: str, linked: bool) -> list[Placed]:
    """Return a clip and the clips linked to it. Raises Refused if one of them is on a locked track."""
    placed = edit.placed(clip_id)
    return [placed, *(edit.placed(other.id) for other in edit.linked_clips(placed.clip) if linked)]


def _take_out(edit: Editing, chosen: list[Placed]) -> bool:
    """Remove clips as their tracks require. Return True if a clip was on a magnetic track, which closed the
    gap.
    """
    for each in chosen:
        edit.exchange(edit.now.placed(each.clip.id))
    held = [each for each in chosen if each.clip.order is not None]
    for each in held:
        follow_ripple(edit, each.end, each.start - each.end, {each.clip.track})
    return bool(held)


def _tracks_with_clips(edit: Editing, start: int, end: int, tracks: Collection[str]) -> list[Track]:
    """Return the tracks that a range is removed from. Raises Refused if none of them has a clip in the
    range.
    """
    require_range(start, end)
    chosen = [edit.track(each) for each in tracks] or [each for each in edit.now.tracks if not each.locked]
    if not any(
        placed.start < end and placed.end > start for track in chosen for placed in edit.now.on(track.id)
    ):
        raise Refused("no clip lies in that range on those tracks", "widen the range or choose other tracks")
    return chosen


def lift_out(edit: Editing, track: Track, start: int, end: int) -> None:
    """Remove frames [start, end) from a track and keep their time."""
    row = edit.now.on(track.id)
    edit.clear_range(track, start, end)
    covered = min(end, row[-1].end) - start if row else 0
    if track.magnetic and covered > 0:
        gap = replace(new_clip(GAP, covered), id=edit.new_id("clip"), cut=edit.cut.id, track=track.id)
        edit.put(replace(gap, order=edit.key_at(track, start)))


def close_gap(cut: Cut, track_id: str, at: int, *, new_id: NewId) -> Cut:
    """Close the gap that a track has at a frame: all later clips of the track move left."""
    edit = Editing(cut, new_id)
    track = edit.track(track_id)
    if track.magnetic:
        placed = edit.now.at(track.id, at)
        if placed is None or placed.clip.source != GAP:
            raise Refused(f"{track.name} has no gap at that frame", "move over one first")
        edit.exchange(placed)
        follow_ripple(edit, placed.end, placed.start - placed.end, {track.id})
        return edit.done()
    hole = next((each for each in holes(edit, track) if each[0] <= at < each[1]), None)
    behind = [each.start for each in edit.now.on(track.id) if each.start > at]
    if hole is None and edit.now.at(track.id, at) is None and behind:
        hole = (0, behind[0])  # The time before the first clip is closed only if the frame is inside it.
    if hole is None:
        raise Refused(f"{track.name} has no gap at that frame", "move between two of its clips")
    pull(edit, track, hole[1], hole[0] - hole[1])
    follow_ripple(edit, hole[1], hole[0] - hole[1], {track.id})
    return edit.done()


def close_gaps(cut: Cut, track_id: str, *, new_id: NewId) -> Cut:
    """Close all gaps of a track, so that its clips touch from the first clip on.

    If tracks with a sync lock follow, the gaps are closed one by one from the last to the first.
    """
    edit = Editing(cut, new_id)
    track = edit.track(track_id)
    if any(each.sync_lock and each.id != track_id for each in cut.tracks):
        return _one_by_one(edit, track)
    if track.magnetic:
        gaps = [each for each in edit.now.on(track.id) if each.clip.source == GAP]
        for placed in gaps:
            edit.exchange(placed)
        found = len(gaps)
    else:
        moves = _closing(edit, track)
        shift(edit, moves)
        found = len(moves)
    if not found:
        raise Refused(f"{track.name} has no gap", "milimo cut show tells where some are")
    return edit.done()


def _one_by_one(edit: Editing, track: Track) -> Cut:
    if track.magnetic:
        starts = [each.start for each in edit.now.on(track.id) if each.clip.source == GAP]
    else:
        starts = [start for start, _ in holes(edit, track)]
    if not starts:
        raise Refused(f"{track.name} has no gap", "milimo cut show tells where some are")
    cut = edit.cut
    for start in reversed(starts):
        cut = close_gap(cut, track.id, start, new_id=edit.new_id)
    return cut


def _closing(edit: Editing, track: Track) -> dict[str, int]:
    """Return the frames that each clip (id) of a free track moves when all gaps close; negative means
    left.
    """
    moves: dict[str, int] = {}
    linked: dict[str, int] = {}
    by = end = 0
    for index, placed in enumerate(edit.now.on(track.id)):
        by += max(0, placed.start - end) if index else 0
        end = placed.end
        if by:
            moves[placed.clip.id] = -by
        link = placed.clip.link
        if link and linked.setdefault(link, by) != by:
            raise Refused(
                f"clips of {track.name} on both sides of a gap are linked with each other",
                "unlink them first",
            )
    return moves


def holes(edit: Editing, track: Track) -> list[tuple[int, int]]:
    """Return the empty frames [start, end) between the clips of a free track."""
    row = edit.now.on(track.id)
    return [(left.end, right.start) for left, right in pairwise(row) if right.start > left.end]
