"""Operations on holes: close the gap at a frame of a track, or all of a track's.

A hole is a gap clip on a magnetic track, and on a free one the empty time between two clips. The empty time
before a free track's first clip is its place, and stays.
"""

from __future__ import annotations

from itertools import pairwise

from milimo_tui.core.errors import Refused
from milimo_tui.cut.editing import Editing
from milimo_tui.cut.shifting import follow_ripple, pull
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
    """Close all holes of a track, so that its clips meet from the first one on."""
    edit = Editing(cut, mint)
    track = edit.track(track_id)
    if track.magnetic:
        gaps = [each for each in edit.now.on(track.id) if each.clip.source == GAP]
        for placed in gaps:
            edit.exchange(placed)
        found = len(gaps)
    else:
        empty = holes(edit, track)
        for start, end in reversed(empty):
            pull(edit, track, end, start - end)
        found = len(empty)
    if not found:
        raise Refused(f"{track.name} has no gap")
    return edit.done()


def holes(edit: Editing, track: Track) -> list[tuple[int, int]]:
    """The empty frames [start, end) between the clips of a free track."""
    row = edit.now.on(track.id)
    return [(left.end, right.start) for left, right in pairwise(row) if right.start > left.end]
