"""Operations on edit points and on the clip between two: roll, slide, extend and slip. The film keeps its
length.

A clip gains the frames that its neighbour loses. Edges of linked clips at the same frame move together.
"""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

from milimo_tui.core.errors import Refused
from milimo_tui.cut.edit.trims import trim_clip_in, trim_clip_out
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.curves import shift_curves
from milimo_tui.cut.values.cut import Clip, Cut, MediaLength, NewId, return_no_media_limit
from milimo_tui.cut.values.timing import ENDLESS, count_spare_frames, get_portion_source_in, get_source_media
from milimo_tui.cut.working.edges import (
    Edge,
    Limit,
    clamp_edge_move,
    find_aligned_clips,
    limit_by_last_frame,
    limit_by_media,
    limit_by_neighbour,
    measure_edge_distance,
    move_clip_edges,
)
from milimo_tui.cut.working.editing import CutEditor
from milimo_tui.cut.working.linked_clips import remove_from_link
from milimo_tui.cut.working.shifts import shift_clips


def roll_edit(
    cut: Cut,
    clip_id: str,
    edge: Edge,
    by: int,
    *,
    new_id: NewId,
    bounds: MediaLength = return_no_media_limit,
    linked: bool = True,
) -> Cut:
    """Move the edit at a clip's head or tail by `by` frames, to the right if positive. One clip gets longer,
    the other gets shorter.
    """
    edit = CutEditor(cut, new_id, bounds)
    clip = edit.get_editable_clip(clip_id)
    other = find_neighbour(edit, clip, edge)
    if other is None:
        raise Refused(f"no other clip touches this one at its {edge}", "trim or extend it there")
    left, right = (other, clip) if edge == "head" else (clip, other)
    tails, heads = _complete_edit_sides(
        edit,
        find_aligned_clips(edit, left, "tail", linked),
        find_aligned_clips(edit, right, "head", linked),
        linked=linked,
    )
    _move_edit_sides(edit, tails, heads, clamp_edge_move(by, *_list_edit_limits(edit, tails, heads)))
    return edit.finish_edit()


def slide_clip(
    cut: Cut,
    clip_id: str,
    by: int,
    *,
    new_id: NewId,
    bounds: MediaLength = return_no_media_limit,
    linked: bool = True,
) -> Cut:
    """Move a clip by `by` frames between its neighbours, to the right if positive. The clip shows the same
    part of its source. The neighbour on one side gets longer and the neighbour on the other side gets
    shorter.

    On a free track, if no clip touches one side, the empty time on that side gets longer or shorter instead.
    """
    edit = CutEditor(cut, new_id, bounds)
    clip = edit.get_editable_clip(clip_id)
    left, right = (find_neighbour(edit, clip, edge) for edge in ("head", "tail"))
    magnetic = clip.clip.order is not None
    if magnetic and (left is None or right is None):
        raise Refused(
            f"the clip is the {'first' if left is None else 'last'} on its track, but a slide "
            "needs a neighbour on both sides",
            "move the clip, or slip its source",
        )
    tails = find_aligned_clips(edit, left, "tail", linked) if left else []
    heads = find_aligned_clips(edit, right, "head", linked) if right else []
    tails, heads = _complete_edit_sides(
        edit, tails, heads, _get_clip_with_linked_ids(edit, clip), linked=linked
    )
    to_left, to_right = _list_edit_limits(edit, tails, heads, between=clip)
    if left is None:
        to_left += limit_by_neighbour(edit, clip, "head")
    if right is None:
        to_right += limit_by_neighbour(edit, clip, "tail")
    others = [] if magnetic else edit.get_linked_clips(clip.clip)
    to_left += [
        (
            edit.current_layout.get_start(other.id),
            "a clip linked to it is already at the first frame",
            "slide it later, or alone",
        )
        for other in others
    ]
    by = clamp_edge_move(by, to_left, to_right)
    if not magnetic:
        shift_clips(edit, {clip.clip.id: by}, whole=True)
    _move_edit_sides(edit, tails, heads, by)
    return edit.finish_edit()


def extend_clip(
    cut: Cut,
    clip_id: str,
    edge: Edge,
    to: int,
    *,
    new_id: NewId,
    bounds: MediaLength = return_no_media_limit,
    linked: bool = True,
) -> Cut:
    """Move a clip's head or tail to frame `to` of the cut, as far as there is media.

    If another clip touches that edge, the edit between the two is rolled. Otherwise the edge is trimmed.
    """
    if to < 0:
        raise Refused("nothing can be placed before the first frame", "give a frame of 0 or more")
    edit = CutEditor(cut, new_id, bounds)
    clip = edit.get_editable_clip(clip_id)
    by = measure_edge_distance(clip, edge, to)
    if find_neighbour(edit, clip, edge) is not None:
        return roll_edit(cut, clip_id, edge, by, new_id=new_id, bounds=bounds, linked=linked)
    trim = trim_clip_in if edge == "head" else trim_clip_out
    return trim(cut, clip_id, by, new_id=new_id, bounds=bounds, linked=linked)


def find_neighbour(edit: CutEditor, clip: PlacedClip, edge: Edge) -> PlacedClip | None:
    """Return the clip that touches a clip at an edge on the same track, or None."""
    adjacent_frame = clip.start - 1 if edge == "head" else clip.end
    return edit.current_layout.find_clip_at(clip.clip.track, adjacent_frame) if adjacent_frame >= 0 else None


def _complete_edit_sides(
    edit: CutEditor,
    tails: list[PlacedClip],
    heads: list[PlacedClip],
    slid: frozenset[str] = frozenset(),
    *,
    linked: bool,
) -> tuple[list[PlacedClip], list[PlacedClip]]:
    """Return all clips that must change when an edit point moves: first the clips whose tails move, then the
    clips whose heads move. `tails` and `heads` are the clips found so far.

    On a magnetic track, a clip needs its neighbour on the other side of the edit, so that nothing after the
    edit moves. Missing neighbours are added, and a clip without a neighbour is left out. `slid` are the ids
    of clips between the two sides, which move as a unit.
    """
    sides: dict[Edge, list[PlacedClip]] = {"tail": list(tails), "head": list(heads)}
    edge_pairs: tuple[tuple[Edge, Edge], ...] = (("tail", "head"), ("head", "tail"))
    for edge, facing in edge_pairs:
        for each in [one for one in sides[edge] if one.clip.order is not None]:
            neighbour = find_neighbour(edit, each, edge)
            if neighbour is None:
                sides[edge].remove(each)
            elif neighbour.clip.id not in {*slid, *(one.clip.id for one in sides[facing])}:
                known = {one.clip.id for one in sides[facing]}
                new = find_aligned_clips(edit, neighbour, facing, linked)
                sides[facing] += [one for one in new if one.clip.id not in known]
    held_first = [sorted(side, key=lambda each: each.clip.order is None) for side in sides.values()]
    return held_first[0], held_first[1]


def _get_clip_with_linked_ids(edit: CutEditor, clip: PlacedClip) -> frozenset[str]:
    """Return the ids of a clip and of the clips linked to it."""
    return frozenset({clip.clip.id, *(other.id for other in edit.get_linked_clips(clip.clip))})


def _list_edit_limits(
    edit: CutEditor, tails: list[PlacedClip], heads: list[PlacedClip], between: PlacedClip | None = None
) -> tuple[list[Limit], list[Limit]]:
    """Return the limits for moving an edit point, first for a move to the left, then for a move to the right.
    `tails` are the clips whose tails move, and `heads` the clips whose heads move. `between` is a clip
    between the two sides that moves with them.
    """
    moving = {each.clip.id for each in (*tails, *heads)}
    if between is not None:
        moving |= _get_clip_with_linked_ids(edit, between)
    to_left = [limit_by_last_frame(each) for each in tails]
    to_right = [limit_by_last_frame(each) for each in heads]
    for each in heads:
        to_left += _list_outward_limits(edit, each, "head", moving)
    for each in tails:
        to_right += _list_outward_limits(edit, each, "tail", moving)
    return to_left, to_right


def _list_outward_limits(edit: CutEditor, clip: PlacedClip, edge: Edge, moving: set[str]) -> list[Limit]:
    neighbour = find_neighbour(edit, clip, edge)
    free = clip.clip.order is None and (neighbour is None or neighbour.clip.id not in moving)
    return limit_by_media(edit, clip, edge) + (limit_by_neighbour(edit, clip, edge) if free else [])


def _move_edit_sides(edit: CutEditor, tails: list[PlacedClip], heads: list[PlacedClip], by: int) -> None:
    """Move both sides of an edit by `by` frames.

    The heads are moved first. On a magnetic track, moving the tails would change the starts from which the
    heads are moved.
    """
    move_clip_edges(edit, heads, "head", by)
    move_clip_edges(edit, tails, "tail", by)


SLIP_HINT = "slip it the other way, or trim it: a shorter clip has more to slip"


def slip_clip(
    cut: Cut,
    clip_id: str,
    by: int,
    *,
    new_id: NewId,
    bounds: MediaLength = return_no_media_limit,
    linked: bool = True,
) -> Cut:
    """Show another part of a clip's source: later by `by` frames, or earlier if negative, as far as there is
    media.

    Linked clips slip by the same amount to stay in sync. With `linked=False` the clip leaves its link. Keys
    and markers stay on their pictures. Fades and connected clips keep their frames. A freeze frame shows
    another picture.
    """
    edit = CutEditor(cut, new_id, bounds)
    clip = edit.get_editable_clip(clip_id).clip
    if clip.source.kind in ENDLESS:
        raise Refused("a gap or a title can't be slipped", "move or trim it")
    others = (
        [edit.get_editable_clip(other.id).clip for other in edit.get_linked_clips(clip)] if linked else []
    )
    if not linked and clip.link:
        remove_from_link(edit, clip)
        clip = edit.get_editable_clip(clip_id).clip
    chosen = [clip, *(other for other in others if other.source.kind not in ENDLESS)]
    earlier: list[Limit] = []
    later: list[Limit] = []
    for each in chosen:
        for out, most, words in zip(
            (earlier, later),
            _count_media_around(each, cut.rate, bounds),
            ("from its start", "to its end"),
            strict=True,
        ):
            out += (
                [(most, f"the clip shows its media {words} already", SLIP_HINT)] if most is not None else []
            )
    by = clamp_edge_move(by, earlier, later)
    for each in chosen:
        edit.put(_slip_source(each, by, cut.rate))
        edit.move_clip_markers(each.id, lambda frame: frame - by)
    return edit.finish_edit()


def _slip_source(clip: Clip, by: int, rate: Fraction) -> Clip:
    if not clip.effects.speed:
        return replace(clip, source_in=clip.source_in + by / rate)
    return replace(
        clip, source_in=get_portion_source_in(clip, by, rate), effects=shift_curves(clip.effects, -by)
    )


def _count_media_around(clip: Clip, rate: Fraction, bounds: MediaLength) -> tuple[int | None, int | None]:
    """Return the number of unused frames of media before and after the part that a clip shows, in its
    direction of play. None means no limit.
    """
    speed, media = clip.effects.speed, get_source_media(clip, bounds)
    begins = Fraction(0) if media is None else media.start
    if not speed:
        after = None if media is None else math.ceil((media.end - clip.source_in) * rate) - 1
        return math.floor((clip.source_in - begins) * rate), after
    before, after = count_spare_frames(clip, rate, bounds)
    # A source without a known length has no end, but it does have a start, before which the clip can't begin.
    start = max(0, math.floor((clip.source_in - begins) * rate / abs(speed)))
    if speed > 0:
        return start if before is None else before, after
    return before, start if after is None else after
