"""Operations on edit points and on the clip between two: roll, slide, extend and slip. The film keeps its
length.

A clip gains the frames that its neighbour loses. Edges of linked clips at the same frame move together.
"""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

from milimo_tui.core.errors import Refused
from milimo_tui.cut.edit.trims import trim_in, trim_out
from milimo_tui.cut.layout.rows import Placed
from milimo_tui.cut.values.curves import shifted
from milimo_tui.cut.values.cut import Clip, Cut, MediaLength, NewId, unbounded
from milimo_tui.cut.values.timing import ENDLESS, begins_at, media_of, room
from milimo_tui.cut.working.edges import (
    Edge,
    Limit,
    allowed,
    distance,
    last_frame,
    more_media,
    move_edges,
    to_neighbour,
    together,
)
from milimo_tui.cut.working.editing import Editing
from milimo_tui.cut.working.linked_clips import leave
from milimo_tui.cut.working.shifts import shift


def roll(
    cut: Cut,
    clip_id: str,
    edge: Edge,
    by: int,
    *,
    new_id: NewId,
    bounds: MediaLength = unbounded,
    linked: bool = True,
) -> Cut:
    """Move the edit point at a clip's head or tail by frames. One clip gets longer, the other shorter."""
    edit = Editing(cut, new_id, bounds)
    placed = edit.placed(clip_id)
    other = neighbour(edit, placed, edge)
    if other is None:
        raise Refused(f"no clip meets this one at its {edge}", "trim or extend it there")
    left, right = (other, placed) if edge == "head" else (placed, other)
    tails, heads = _both_sides(
        edit, together(edit, left, "tail", linked), together(edit, right, "head", linked), linked=linked
    )
    _move_edit(edit, tails, heads, allowed(by, *_room(edit, tails, heads)))
    return edit.done()


def slide(
    cut: Cut, clip_id: str, by: int, *, new_id: NewId, bounds: MediaLength = unbounded, linked: bool = True
) -> Cut:
    """Move a clip between its neighbours, whose lengths change. The clip shows the same part of its source.

    On a free track without neighbouring clips, the empty frames next to the clip change.
    """
    edit = Editing(cut, new_id, bounds)
    placed = edit.placed(clip_id)
    left, right = (neighbour(edit, placed, edge) for edge in ("head", "tail"))
    magnetic = placed.clip.order is not None
    if magnetic and (left is None or right is None):
        raise Refused(
            f"the clip is the {'first' if left is None else 'last'} on its track: it has nothing to slide on",
            "move it, or slip what it shows",
        )
    tails = together(edit, left, "tail", linked) if left else []
    heads = together(edit, right, "head", linked) if right else []
    tails, heads = _both_sides(edit, tails, heads, _slid(edit, placed), linked=linked)
    to_left, to_right = _room(edit, tails, heads, between=placed)
    if left is None:
        to_left += to_neighbour(edit, placed, "head")
    if right is None:
        to_right += to_neighbour(edit, placed, "tail")
    others = [] if magnetic else edit.linked_clips(placed.clip)
    to_left += [
        (
            edit.now.start_of(other.id),
            "a clip linked to it lies at the first frame already",
            "slide it later, or alone",
        )
        for other in others
    ]
    by = allowed(by, to_left, to_right)
    if not magnetic:
        shift(edit, {placed.clip.id: by}, whole=True)
    _move_edit(edit, tails, heads, by)
    return edit.done()


def extend(
    cut: Cut,
    clip_id: str,
    edge: Edge,
    to: int,
    *,
    new_id: NewId,
    bounds: MediaLength = unbounded,
    linked: bool = True,
) -> Cut:
    """Move a clip's head or tail to a frame of the cut as far as media allows.

    If a clip meets the edge, the edit is rolled; otherwise the edge is trimmed.
    """
    if to < 0:
        raise Refused("nothing can lie before the first frame", "give a frame of 0 or more")
    edit = Editing(cut, new_id, bounds)
    placed = edit.placed(clip_id)
    by = distance(placed, edge, to)
    if neighbour(edit, placed, edge) is not None:
        return roll(cut, clip_id, edge, by, new_id=new_id, bounds=bounds, linked=linked)
    trim = trim_in if edge == "head" else trim_out
    return trim(cut, clip_id, by, new_id=new_id, bounds=bounds, linked=linked)


def neighbour(edit: Editing, placed: Placed, edge: Edge) -> Placed | None:
    """Return the clip of the same track that meets a clip at an edge, or None."""
    beside = placed.start - 1 if edge == "head" else placed.end
    return edit.now.at(placed.clip.track, beside) if beside >= 0 else None


def _both_sides(
    edit: Editing,
    tails: list[Placed],
    heads: list[Placed],
    slid: frozenset[str] = frozenset(),
    *,
    linked: bool,
) -> tuple[list[Placed], list[Placed]]:
    """Add the clips that meet linked clips on a magnetic track to both sides of an edit.

    They give and take the frames, so that nothing after them moves. A linked clip without such a neighbour is
    left out. `slid` are the ids of clips between the sides, which move as a unit.
    """
    sides: dict[Edge, list[Placed]] = {"tail": list(tails), "head": list(heads)}
    ways: tuple[tuple[Edge, Edge], ...] = (("tail", "head"), ("head", "tail"))
    for edge, facing in ways:
        for each in [one for one in sides[edge] if one.clip.order is not None]:
            beside = neighbour(edit, each, edge)
            if beside is None:
                sides[edge].remove(each)
            elif beside.clip.id not in {*slid, *(one.clip.id for one in sides[facing])}:
                known = {one.clip.id for one in sides[facing]}
                new = together(edit, beside, facing, linked)
                sides[facing] += [one for one in new if one.clip.id not in known]
    held_first = [sorted(side, key=lambda each: each.clip.order is None) for side in sides.values()]
    return held_first[0], held_first[1]


def _slid(edit: Editing, placed: Placed) -> frozenset[str]:
    """Return the ids of a clip and of the clips linked to it."""
    return frozenset({placed.clip.id, *(other.id for other in edit.linked_clips(placed.clip))})


def _room(
    edit: Editing, tails: list[Placed], heads: list[Placed], between: Placed | None = None
) -> tuple[list[Limit], list[Limit]]:
    """Return the limits of the edges of both sides, moved together to the left and to the right."""
    moving = {each.clip.id for each in (*tails, *heads)}
    if between is not None:
        moving |= _slid(edit, between)
    to_left = [last_frame(each) for each in tails]
    to_right = [last_frame(each) for each in heads]
    for each in heads:
        to_left += _outwards(edit, each, "head", moving)
    for each in tails:
        to_right += _outwards(edit, each, "tail", moving)
    return to_left, to_right


def _outwards(edit: Editing, placed: Placed, edge: Edge, moving: set[str]) -> list[Limit]:
    beside = neighbour(edit, placed, edge)
    free = placed.clip.order is None and (beside is None or beside.clip.id not in moving)
    return more_media(edit, placed, edge) + (to_neighbour(edit, placed, edge) if free else [])


def _move_edit(edit: Editing, tails: list[Placed], heads: list[Placed], by: int) -> None:
    """Move both sides of an edit. The heads come first: on a magnetic track they still have their old start
    then.
    """
    move_edges(edit, heads, "head", by)
    move_edges(edit, tails, "tail", by)


SHORTER = "slip it the other way, or trim it: a shorter clip has more to slip"


def slip(
    cut: Cut, clip_id: str, by: int, *, new_id: NewId, bounds: MediaLength = unbounded, linked: bool = True
) -> Cut:
    """Show another part of a clip's source: `by` frames later if positive, as far as there is media.

    Linked clips slip by the same amount to stay in sync. With `linked=False` the clip leaves its link. Keys
    and markers stay on their pictures; fades and connected clips keep their positions. A freeze frame shows
    another picture.
    """
    edit = Editing(cut, new_id, bounds)
    clip = edit.placed(clip_id).clip
    if clip.source.kind in ENDLESS:
        raise Refused("what has no time of its own has nothing to slip", "move or trim it")
    others = [edit.placed(other.id).clip for other in edit.linked_clips(clip)] if linked else []
    if not linked and clip.link:
        leave(edit, clip)
        clip = edit.placed(clip_id).clip
    chosen = [clip, *(other for other in others if other.source.kind not in ENDLESS)]
    earlier: list[Limit] = []
    later: list[Limit] = []
    for each in chosen:
        for out, most, words in zip(
            (earlier, later), _media(each, cut.rate, bounds), ("from its start", "to its end"), strict=True
        ):
            out += [(most, f"the clip shows its media {words} already", SHORTER)] if most is not None else []
    by = allowed(by, earlier, later)
    for each in chosen:
        edit.put(_slipped(each, by, cut.rate))
        edit.remark(each.id, lambda frame: frame - by)
    return edit.done()


def _slipped(clip: Clip, by: int, rate: Fraction) -> Clip:
    if not clip.effects.speed:
        return replace(clip, source_in=clip.source_in + by / rate)
    return replace(clip, source_in=begins_at(clip, by, rate), effects=shifted(clip.effects, -by))


def _media(clip: Clip, rate: Fraction, bounds: MediaLength) -> tuple[int | None, int | None]:
    """Return the frames of media before and after the visible part of a clip, in its direction of play."""
    speed, media = clip.effects.speed, media_of(clip, bounds)
    begins = Fraction(0) if media is None else media.start
    if not speed:
        after = None if media is None else math.ceil((media.end - clip.source_in) * rate) - 1
        return math.floor((clip.source_in - begins) * rate), after
    before, after = room(clip, rate, bounds)
    # A clip can't begin before its source.
    start = max(0, math.floor((clip.source_in - begins) * rate / abs(speed)))
    if speed > 0:
        return start if before is None else before, after
    return before, start if after is None else after
