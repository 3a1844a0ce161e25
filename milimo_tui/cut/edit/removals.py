"""Operations that take clips and ranges out: delete, lift, extract.

Deleting goes the track's way: a magnetic track closes up, a free one leaves the frames empty. Lifting leaves
the time as it was (a gap clip on a magnetic track); extracting takes the time out as well.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from milimo_tui.core.errors import Refused
from milimo_tui.cut.edit.editing import Editing
from milimo_tui.cut.edit.linked_clips import part_pairs
from milimo_tui.cut.edit.shifts import follow_ripple, shift
from milimo_tui.cut.guards import require_range
from milimo_tui.cut.rows import Placed
from milimo_tui.cut.values import GAP, Cut, Mint, Track, new_clip


def delete(cut: Cut, clip_id: str, *, mint: Mint, linked: bool = True) -> Cut:
    """Take a clip out, the track's way, and what is linked to it, unless not `linked`.

    What hung on it keeps its time and hangs on what is there then.
    """
    edit = Editing(cut, mint)
    _take_out(edit, _with_mates(edit, clip_id, linked))
    return edit.done()


def ripple_delete(cut: Cut, clip_id: str, *, mint: Mint, linked: bool = True) -> Cut:
    """Take a clip out and close up, on a free track too: all behind it moves left by its length.

    What is linked to it goes as well, unless not `linked`, and what lies behind that moves as much; so does
    what lies behind on tracks with a sync lock.
    """
    edit = Editing(cut, mint)
    chosen = _with_mates(edit, clip_id, linked)
    if not _take_out(edit, chosen):
        length = chosen[0].start - chosen[0].end
        behind = [
            each.clip.id for gone in chosen for each in edit.now.on(gone.clip.track) if each.start >= gone.end
        ]
        shift(edit, dict.fromkeys(behind, length))
        follow_ripple(edit, chosen[0].end, length, {each.clip.track for each in chosen})
    return edit.done()


def lift(cut: Cut, clip_id: str, *, mint: Mint, linked: bool = True) -> Cut:
    """Take a clip out, and what is linked to it unless not `linked`, and leave their time: nothing moves."""
    edit = Editing(cut, mint)
    chosen = _with_mates(edit, clip_id, linked)
    if chosen[0].clip.source == GAP:
        raise Refused("there is nothing to lift from a gap", "delete it to close it up")
    for each in chosen:
        lift_out(edit, edit.track(each.clip.track), each.start, each.end)
    return edit.done()


def lift_range(cut: Cut, start: int, end: int, *, mint: Mint, tracks: Collection[str] = ()) -> Cut:
    """Take frames [start, end) out of tracks (ids; all unlocked ones by default) and leave their time."""
    edit = Editing(cut, mint)
    chosen = _tracks_with_clips(edit, start, end, tracks)
    part_pairs(edit, (start, end), chosen)
    for track in chosen:
        lift_out(edit, track, start, end)
    return edit.done()


def extract(cut: Cut, start: int, end: int, *, mint: Mint, tracks: Collection[str] = ()) -> Cut:
    """Take frames [start, end) out of tracks (ids; all unlocked ones by default), time included.

    What lies behind on those tracks moves left by as much; the other tracks stay, and what hangs on frames
    that went keeps its time.
    """
    edit = Editing(cut, mint)
    chosen = _tracks_with_clips(edit, start, end, tracks)
    magnetic = [track for track in chosen if track.magnetic]
    free = [track for track in chosen if not track.magnetic]
    _part_links(edit, chosen, start, end)
    # Free tracks first: what hangs on a magnetic one is still where it was then.
    for track in free:
        edit.carve(track, start, end)
    behind = [placed for track in free for placed in edit.now.on(track.id) if placed.start >= end]
    shift(edit, {placed.clip.id: start - end for placed in behind}, {track.id for track in magnetic})
    for track in magnetic:
        edit.carve(track, start, end)
    follow_ripple(edit, end, start - end, {track.id for track in chosen})
    return edit.done()


def _part_links(edit: Editing, chosen: list[Track], start: int, end: int) -> None:
    """Take the range out of linked clips on other tracks as well, and let what is left of a link before
    and behind it be a link each.
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
            for mate in edit.mates(placed.clip):
                here = edit.placed(mate.id)
                if here.clip.track not in ids:
                    edit.exchange(here)


def _with_mates(edit: Editing, clip_id: str, linked: bool) -> list[Placed]:
    """A clip and what is linked to it. Raises Refused where one of them is on a locked track."""
    placed = edit.placed(clip_id)
    return [placed, *(edit.placed(mate.id) for mate in edit.mates(placed.clip) if linked)]


def _take_out(edit: Editing, chosen: list[Placed]) -> bool:
    """Take clips out, each the way of its track; whether one was on a magnetic track, which closed up."""
    for each in chosen:
        edit.exchange(edit.now.placed(each.clip.id))
    held = [each for each in chosen if each.clip.order is not None]
    for each in held:
        follow_ripple(edit, each.end, each.start - each.end, {each.clip.track})
    return bool(held)


def _tracks_with_clips(edit: Editing, start: int, end: int, tracks: Collection[str]) -> list[Track]:
    """The tracks that a range is taken from. Raises Refused when none of them has a clip in it."""
    require_range(start, end)
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
