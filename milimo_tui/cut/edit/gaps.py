"""Operations on holes: close the gap at a frame of a track, or all of a track's.

A hole is a gap clip on a magnetic track, and on a free one the empty time between two clips. The empty time
before a free track's first clip is its place, and stays.
"""

from __future__ import annotations

from itertools import pairwise

from milimo_tui.core.errors import Refused
from milimo_tui.cut.edit.editing import Editing
from milimo_tui.cut.edit.shifts import follow_ripple, pull, shift
from milimo_tui.cut.values import GAP, Cut, Mint, Track


def close_gap(cut: Cut, track_id: str, at: int, *, mint: Mint) -> Cut:
    """Close the hole that a track has at a frame: all behind it on the track moves left."""
    edit = Editing(cut, mint)
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
        hole = (0, behind[0])  # before the first clip, where it is asked for by name
    if hole is None:
        raise Refused(f"{track.name} has no gap at that frame", "move between two of its clips")
    pull(edit, track, hole[1], hole[0] - hole[1])
    follow_ripple(edit, hole[1], hole[0] - hole[1], {track.id})
    return edit.done()


def close_gaps(cut: Cut, track_id: str, *, mint: Mint) -> Cut:
    """Close all holes of a track, so that its clips meet from the first one on.

    Where tracks with a sync lock follow, it is done hole by hole, from the last one on.
    """
    edit = Editing(cut, mint)
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
        cut = close_gap(cut, track.id, start, mint=edit.mint)
    return cut


def _closing(edit: Editing, track: Track) -> dict[str, int]:
    """How far each clip (id) of a free track moves when all its holes close, to the left as negative."""
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
    """The empty frames [start, end) between the clips of a free track."""
    row = edit.now.on(track.id)
    return [(left.end, right.start) for left, right in pairwise(row) if right.start > left.end]
