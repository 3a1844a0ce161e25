"""Move clips in time when an edit opens or closes a gap, also on other tracks that must stay in sync.

Linked clips move by the same distance. The move is refused if one of the linked clips is on a magnetic track
that does not move.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from milimo_tui.core.errors import Refused
from milimo_tui.cut.values.cut import Clip, Track
from milimo_tui.cut.values.guards import find_editable_track
from milimo_tui.cut.working.editing import CutEditor
from milimo_tui.cut.working.linked_clips import change_clip_link


def shift_clips_after(edit: CutEditor, track: Track, frame: int, by: int) -> None:
    """Move the clips of a free track that begin at or after `frame` to the right by `by` frames. A free track
    is a track that may have gaps.
    """
    shift_clips(
        edit,
        {placed.clip.id: by for placed in edit.current_layout.get_row(track.id) if placed.start >= frame},
    )


def open_gap(edit: CutEditor, tracks: Iterable[Track], frame: int, frames: int) -> None:
    """Make space for `frames` new frames on the given tracks, beginning at frame `frame`.

    The clips at that frame are split. On free tracks the later clips move right. A magnetic track needs no
    space, because inserting a clip moves the later clips.
    """
    tracks = list(tracks)
    for track in tracks:
        edit.split_track_at(track, frame)
    free = [track for track in tracks if not track.magnetic]
    moving = {
        placed.clip.id: frames
        for each in free
        for placed in edit.current_layout.get_row(each.id)
        if placed.start >= frame
    }
    shift_clips(edit, moving, {track.id for track in tracks if track.magnetic})


def shift_clips(
    edit: CutEditor,
    moves: Mapping[str, int],
    following: Collection[str] = (),
    *,
    staying: Collection[str] = (),
    whole: bool = False,
) -> None:
    """Move clips of free tracks, and the clips linked to them. `moves` maps clip ids to numbers of frames; a
    positive number moves a clip right.

    - Linked clips of a moved clip move by the same number of frames. A linked clip stays in place if its id
      is in `staying`, or if it is on the track of a moved clip but not in `moves`. Its link is then split.
    - With `whole`, linked clips on the tracks of moved clips move, too.
    - `following` are ids of magnetic tracks that the edit moves. Clips linked to a clip of these tracks are
      skipped, because they already move with that clip.

    Raises Refused if a clip is linked to a clip on another magnetic track.
    """
    positions = edit.current_layout
    if following:
        moves = {
            clip_id: by
            for clip_id, by in moves.items()
            if not (
                edit.is_held_by_link(clip := edit.get_current_clip(clip_id))
                and edit.get_current_clip(clip.anchor or "").track in following
            )
        }
    tracks = {edit.get_current_clip(clip_id).track for clip_id in moves if not whole}
    wanted: dict[str, int] = dict(moves)
    parted: set[str] = set()
    for clip_id, by in moves.items():
        clip = edit.get_current_clip(clip_id)
        for other in edit.get_linked_clips(clip) if clip.link else ():
            if other.id in wanted:
                continue
            if other.track in tracks or other.id in staying:
                parted.add(clip.link)
            else:
                wanted[other.id] = by
    for link in sorted(parted):
        fresh = edit.new_id("link")
        for clip in edit.get_clips_of_link(link):
            if clip.id in wanted:
                change_clip_link(edit, clip, fresh)
    for track in dict.fromkeys(edit.get_current_clip(clip_id).track for clip_id in wanted):
        find_editable_track(edit.cut, track)
    for clip_id, by in wanted.items():
        clip = edit.get_current_clip(clip_id)
        require_movable_clip(edit, clip)
        at = (positions.get_start(clip_id) if clip.start is None else clip.start) + by
        if at < 0:
            raise Refused("a linked clip would begin before the first frame", "unlink it first")
        edit.place_free_clip(clip, at)
    edit.shifted |= wanted.keys()


def require_movable_clip(edit: CutEditor, clip: Clip) -> None:
    """Raise Refused for a clip that can't be moved on its own. Such a clip is on a magnetic track or is
    linked to a clip on a magnetic track.
    """
    if edit.tracks[clip.track].magnetic or edit.is_held_by_link(clip):
        name = edit.tracks[clip.track].name
        raise Refused(
            f"a clip on {name} is linked to a clip of a magnetic track and moves with it",
            "move that clip, or unlink them first",
        )


def follow_sync_locks(edit: CutEditor, frame: int, by: int, tracks: Collection[str]) -> None:
    """Move the clips of tracks with a sync lock after a ripple of other tracks, by the same number of frames.

    Clips that began at or after `frame` before this edit move by `by` frames. `tracks` are the ids of the
    tracks that the ripple has moved already. Clips connected to a magnetic track in `tracks` have moved with
    that track and do not move again. A clip that begins before `frame` and ends after it is not split and
    stays in place.
    """
    magnetic = {each for each in tracks if edit.tracks[each].magnetic}
    moves: dict[str, int] = {}
    for track in edit.cut.tracks:
        if not track.sync_lock or track.magnetic or track.id in tracks or not by:
            continue
        for placed in edit.before.get_row(track.id):
            clip = edit.find_current_clip(placed.clip.id)
            if placed.start < frame or clip is None or clip.id in edit.shifted or clip.track != track.id:
                continue
            if not (edit.is_held_by_link(clip) or (magnetic and clip.anchor is not None)):
                moves[clip.id] = by
    shift_clips(edit, moves)
