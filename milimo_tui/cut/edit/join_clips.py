"""Operations on two clips: join them into one clip, or swap their positions."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from milimo_tui.core.errors import Refused
from milimo_tui.cut.edit.rolls import find_neighbour
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.curves import shift_curves
from milimo_tui.cut.values.cut import Clip, Cut, MediaLength, NewId, SourceKind, return_no_media_limit
from milimo_tui.cut.values.portions import ClipPortion
from milimo_tui.cut.values.timing import get_portion_source_in
from milimo_tui.cut.working.editing import CutEditor
from milimo_tui.cut.working.linked_clips import change_clip_link
from milimo_tui.cut.working.shifts import follow_sync_locks, shift_clips


def join_with_next_clip(
    cut: Cut, clip_id: str, *, new_id: NewId, bounds: MediaLength = return_no_media_limit, linked: bool = True
) -> Cut:
    """Join a clip with the next clip. The two must be continuous, as the halves of a split clip are.

    Markers and connected clips stay. Linked clips that meet at the same frame and are continuous are joined,
    too. If the clips are not continuous, raises Refused with the difference between them.
    """
    edit = CutEditor(cut, new_id, bounds)
    left = edit.get_editable_clip(clip_id)
    right = find_neighbour(edit, left, "tail")
    if right is None:
        raise Refused("no clip begins where this one ends", "only neighbours can be joined")
    edit.get_editable_clip(right.clip.id)
    if any((each.left, each.right) == (left.clip.id, right.clip.id) for each in cut.transitions):
        raise Refused("there is a transition between the two clips", "remove it first")
    apart = _describe_discontinuity(left.clip, right.clip, cut.rate)
    if apart:
        raise Refused(
            f"the two clips can't be joined: {apart}", "milimo cut nest makes a compound clip of any two"
        )
    left_linked = (
        [edit.current_layout.get_placed(other.id) for other in edit.get_linked_clips(left.clip)]
        if linked
        else []
    )
    right_linked = {other.id for other in edit.get_linked_clips(right.clip)}
    _join_clip_pair(edit, left, right)
    for other in left_linked:
        neighbour = find_neighbour(edit, other, "tail")
        if (
            neighbour is None
            or neighbour.clip.id not in right_linked
            or _describe_discontinuity(other.clip, neighbour.clip, cut.rate)
        ):
            continue
        if not edit.tracks[other.clip.track].locked:
            _join_clip_pair(
                edit,
                edit.current_layout.get_placed(other.clip.id),
                edit.current_layout.get_placed(neighbour.clip.id),
            )
    return edit.finish_edit()


def swap_clips(cut: Cut, clip_id: str, other_id: str, *, new_id: NewId) -> Cut:
    """Swap the positions of two clips.

    On one track, the clips between them move by the difference in length. On two tracks, each clip begins at
    the old start of the other, if there is space. Linked clips stay on their tracks and move by the same
    distance as their clip, to stay in sync.
    """
    edit = CutEditor(cut, new_id)
    first, second = sorted(
        (edit.get_editable_clip(clip_id), edit.get_editable_clip(other_id)),
        key=lambda each: (each.start, each.clip.id),
    )
    if first.clip.id == second.clip.id:
        raise Refused("a clip can't be swapped with itself", "name two clips")
    if first.clip.link and first.clip.link == second.clip.link:
        raise Refused("linked clips can't swap places: they stay in sync", "unlink them first")
    on, other = edit.tracks[first.clip.track], edit.tracks[second.clip.track]
    if on.id != other.id:
        _swap_across_tracks(edit, first, second)
    elif on.magnetic:
        edit.put(replace(first.clip, order=second.clip.order))
        edit.put(replace(second.clip, order=first.clip.order))
    else:
        grown = second.clip.frames - first.clip.frames
        row = edit.current_layout.get_row(on.id)
        between = [each for each in row if first.start < each.start < second.start]
        shift_clips(
            edit,
            {
                second.clip.id: first.start - second.start,
                **{each.clip.id: grown for each in between},
                first.clip.id: second.end - first.end,
            },
        )
    return edit.finish_edit()


def _join_clip_pair(edit: CutEditor, left: PlacedClip, right: PlacedClip) -> None:
    frames = left.clip.frames
    whole = replace(
        left.clip,
        frames=frames + right.clip.frames,
        fade_out=right.clip.fade_out,
        link=left.clip.link or right.clip.link,
    )
    edit.replace_with_portions(right, ClipPortion(whole, -frames))
    if left.clip.link and right.clip.link not in ("", left.clip.link):
        for other in edit.get_clips_of_link(right.clip.link):
            change_clip_link(edit, other, left.clip.link)


def _describe_discontinuity(left: Clip, right: Clip, rate: Fraction) -> str:
    """Return the reason why two neighbouring clips can't be joined, as a clause for a message. Empty if they
    are continuous.
    """
    if left.source != right.source:
        return "they show different sources"
    if left.effects.speed != right.effects.speed:
        return "they play at different speeds"
    if get_portion_source_in(left, left.frames, rate) != right.source_in:
        return "the second does not go on where the first one ends"
    if left.fade_out or right.fade_in:
        return "there is a fade between them"
    settings = ("gain_db", "opacity", "muted", "stream", "channels")
    different = [name for name in settings if getattr(left, name) != getattr(right, name)]
    if different:
        words = {
            "gain_db": "levels",
            "opacity": "opacities",
            "muted": "mute settings",
            "stream": "sound streams",
            "channels": "sound channels",
        }
        return f"they have different {words[different[0]]}"
    if shift_curves(right.effects, left.frames) != left.effects:
        return "they have different effects"
    return ""


def _swap_across_tracks(edit: CutEditor, first: PlacedClip, second: PlacedClip) -> None:
    """Swap two clips that are on different tracks. At most one of the tracks may be magnetic."""
    both = ((first, second), (second, first))
    moved_along = _place_linked_clips(edit, first, second)
    _require_swappable(edit, first, second, moved_along)
    for here, _ in both:
        edit.replace_with_portions(edit.current_layout.get_placed(here.clip.id))
    for here, there in both:
        _put_in_position_of(edit, here, there)
    for other in moved_along:
        edit.put(replace(other.clip, start=other.start, anchor=None, offset=None))
    edit.shifted |= {other.clip.id for other in moved_along}
    for here, there in both:
        if there.clip.order is not None:
            follow_sync_locks(edit, there.end, here.clip.frames - there.clip.frames, {there.clip.track})


def _place_linked_clips(edit: CutEditor, first: PlacedClip, second: PlacedClip) -> list[PlacedClip]:
    """Return the clips that are linked to the two swapped clips, with their new positions. Raises Refused if
    such a clip can't move.
    """
    out = []
    for here, there in ((first, second), (second, first)):
        for other in edit.get_linked_clips(here.clip):
            clip = edit.get_editable_clip(other.id)
            track, start = edit.tracks[other.track], clip.start + there.start - here.start
            if track.magnetic:
                raise Refused(
                    f"one of the clips is linked to a clip of the magnetic track {track.name}",
                    "swap the linked clips there, or unlink them first",
                )
            if start < 0:
                raise Refused("a linked clip would begin before the first frame", "unlink it first")
            out.append(PlacedClip(other, start, start + other.frames))
    return out


def _require_swappable(
    edit: CutEditor, first: PlacedClip, second: PlacedClip, moved_along: list[PlacedClip]
) -> None:
    """Raise Refused if one of the two clips, or one of the linked clips `moved_along`, has no space at its
    new position.
    """
    pair = (first, second)
    tracks = [edit.tracks[each.clip.track] for each in pair]
    if tracks[0].kind is not tracks[1].kind:
        raise Refused("a picture and a sound can't swap places", "swap clips of one kind")
    if any(each.clip.source.kind is SourceKind.GAP for each in pair):
        raise Refused("a gap can't be swapped with a clip on another track", "move the clip there instead")
    coming = [
        (track, PlacedClip(here.clip, there.start, there.start + here.clip.frames))
        for here, there, track in ((first, second, tracks[1]), (second, first, tracks[0]))
    ]
    coming += [(edit.tracks[other.clip.track], other) for other in moved_along]
    moved_ids = {each.clip.id for _, each in coming}
    for track, new in coming:
        if track.magnetic:
            continue
        staying = [each for each in edit.current_layout.get_row(track.id) if each.clip.id not in moved_ids]
        others = [each for on, each in coming if on.id == track.id and each is not new]
        if any(each.start < new.end and each.end > new.start for each in (*staying, *others)):
            linked = any(new is other for other in moved_along)
            what = "the clips linked to them" if linked else "the longer clip"
            raise Refused(f"{track.name} has no room for {what}", "trim it first, or move what is in the way")


def _put_in_position_of(edit: CutEditor, clip: PlacedClip, there: PlacedClip) -> None:
    """Put the clip `clip` into the position that the clip `there` had: the same order key, a connection at
    the same frame, or the same start.
    """
    place = there.clip
    bare = replace(clip.clip, track=place.track, order=None, start=None, anchor=None, offset=None)
    if place.order is not None:
        edit.put(replace(bare, order=place.order))
    elif place.anchor is not None:
        edit.connect_at(bare, there.start, edit.before.get_placed(place.anchor).clip.track)
    else:
        edit.put(replace(bare, start=there.start))
