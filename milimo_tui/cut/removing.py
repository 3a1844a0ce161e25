"""Operations that take clips and ranges out: delete, lift, extract.

Deleting goes the track's way: a magnetic track closes up, a free one leaves the frames empty. Lifting leaves
the time as it was (a gap clip on a magnetic track); extracting takes the time out as well.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from milimo_tui.core.errors import Refused
from milimo_tui.cut.editing import Editing
from milimo_tui.cut.values import GAP, Cut, Mint, Track, new_clip


def delete(cut: Cut, clip_id: str, *, mint: Mint) -> Cut:
    """Take a clip out, the track's way. What hung on it keeps its time and hangs on what is there then."""
    edit = Editing(cut, mint)
    edit.exchange(edit.placed(clip_id))
    return edit.done()


def lift(cut: Cut, clip_id: str, *, mint: Mint) -> Cut:
    """Take a clip out and leave its time: nothing else moves."""
    edit = Editing(cut, mint)
    placed = edit.placed(clip_id)
    if placed.clip.source == GAP:
        raise Refused("there is nothing to lift from a gap", "delete it to close it up")
    lift_out(edit, edit.track(placed.clip.track), placed.start, placed.end)
    return edit.done()


def lift_range(cut: Cut, start: int, end: int, *, mint: Mint, tracks: Collection[str] = ()) -> Cut:
    """Take frames [start, end) out of tracks (ids; all unlocked ones by default) and leave their time."""
    edit = Editing(cut, mint)
    for track in _tracks_with_clips(edit, start, end, tracks):
        lift_out(edit, track, start, end)
    return edit.done()


def extract(cut: Cut, start: int, end: int, *, mint: Mint, tracks: Collection[str] = ()) -> Cut:
    """Take frames [start, end) out of tracks (ids; all unlocked ones by default), time included.

    What lies behind on those tracks moves left by as much; the other tracks stay, and what hangs on frames
    that went keeps its time.
    """
    edit = Editing(cut, mint)
    chosen = _tracks_with_clips(edit, start, end, tracks)
    # Free tracks first: what hangs on a magnetic one is still where it was then.
    for track in sorted(chosen, key=lambda track: track.magnetic):
        edit.carve(track, start, end)
        if not track.magnetic:
            edit.pull(track, end, start - end)
    return edit.done()


def _tracks_with_clips(edit: Editing, start: int, end: int, tracks: Collection[str]) -> list[Track]:
    """The tracks that a range is taken from. Raises Refused when none of them has a clip in it."""
    if not 0 <= start < end:
        raise Refused("a range ends behind its start, and neither lies before the first frame")
    chosen = [edit.track(each) for each in tracks] or [each for each in edit.now.tracks if not each.locked]
    if not any(
        placed.start < end and placed.end > start for track in chosen for placed in edit.now.on(track.id)
    ):
        raise Refused("no clip lies in that range on those tracks", "widen the range or choose other tracks")
    return chosen


def lift_out(edit: Editing, track: Track, start: int, end: int) -> None:
    """Take frames [start, end) out of a track and leave their time."""
    row = edit.now.on(track.id)
    edit.carve(track, start, end)
    covered = min(end, row[-1].end) - start if row else 0
    if track.magnetic and covered > 0:
        gap = replace(new_clip(GAP, covered), id=edit.mint("clip"), cut=edit.cut.id, track=track.id)
        edit.put(replace(gap, order=edit.key_at(track, start)))
