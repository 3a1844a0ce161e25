"""The edges of clips: how far one can move, what stops it, and moving those that lie together.

An edge moves as far as media, neighbours and the clip's last frame allow; when it can't move at all, the
sentence says why. Edges of linked clips that lie at one frame move as one.
"""

from __future__ import annotations

from typing import Literal

from milimo_tui.core.errors import Refused
from milimo_tui.cut.layout.rows import Placed
from milimo_tui.cut.values.portions import Part, trimmed
from milimo_tui.cut.values.timing import room
from milimo_tui.cut.working.editing import Editing

Edge = Literal["head", "tail"]

Limit = tuple[int, str, str]
"""Frames an edge can move, the sentence that says what stops it, and what to do about it."""
ALL_SHOWN = "take another take, slow it down, or hold a frame of it: milimo cut freeze-frame"


def frame_of(placed: Placed, edge: Edge) -> int:
    return placed.start if edge == "head" else placed.end


def distance(placed: Placed, edge: Edge, to: int) -> int:
    """Frames from a clip's edge to a frame of the cut. Raises Refused where it lies there already."""
    by = to - frame_of(placed, edge)
    if by == 0:
        raise Refused(f"the clip's {edge} is at that frame already", "go to another frame")
    return by


def together(edit: Editing, placed: Placed, edge: Edge, linked: bool) -> list[Placed]:
    """A clip and those linked to it whose edge lies at the same frame; what holds the others comes first.

    Raises Refused where one lies on a locked track.
    """
    others = [edit.placed(other.id) for other in edit.linked_clips(placed.clip)] if linked else []
    found = [placed, *(other for other in others if frame_of(other, edge) == frame_of(placed, edge))]
    return sorted(found, key=lambda each: each.clip.order is None)


def last_frame(placed: Placed) -> Limit:
    return placed.clip.frames - 1, "a clip keeps at least one frame", "milimo cut remove takes it out"


def more_media(edit: Editing, placed: Placed, edge: Edge) -> list[Limit]:
    """How many frames more of its media a clip can show at an edge; nothing where it lasts as one asks."""
    most = room(placed.clip, edit.cut.rate, edit.bounds)[edge == "tail"]
    if most is None:
        return []
    backwards = placed.clip.effects.speed < 0
    which = ("first", "last")[(edge == "tail") != backwards]
    way = f"from the {which} frame on" if edge == "head" else f"to the {which} frame"
    return [(most, f"the clip shows its media {way} already", ALL_SHOWN)]


def to_neighbour(edit: Editing, placed: Placed, edge: Edge) -> list[Limit]:
    """How many empty frames a free track has at an edge of a clip."""
    row = edit.now.on(placed.clip.track)
    if edge == "head":
        before = [each.end for each in row if each.start < placed.start]
        wall = (
            ("the clip before it is in the way", "roll the edit, or trim that clip first")
            if before
            else ("nothing can lie before the first frame", "move the clip to a later frame first")
        )
        return [(placed.start - max(before, default=0), *wall)]
    behind = [each.start for each in row if each.start > placed.start]
    if not behind:
        return []
    return [(min(behind) - placed.end, "the clip behind it is in the way", "roll or ripple the edit")]


def allowed(by: int, left: list[Limit], right: list[Limit]) -> int:
    """A move of an edge, cut down to the room it has on that side; raises Refused when there is none."""
    if by == 0:
        raise Refused("a trim of 0 frames changes nothing", "give frames: 5 is later, -5 earlier")
    most, reason, way = min(left if by < 0 else right, default=(abs(by), "", ""))
    if most <= 0:
        raise Refused(reason, way)
    return max(by, -most) if by < 0 else min(by, most)


def limits(
    edit: Editing, chosen: list[Placed], edge: Edge, *, walls: bool
) -> tuple[list[Limit], list[Limit]]:
    """What stops edges that move as one, to the left and to the right. `walls`: neighbours do."""
    out: list[Limit] = []
    inwards: list[Limit] = []
    for placed in chosen:
        out += more_media(edit, placed, edge)
        if walls and placed.clip.order is None and not edit.is_time_held(placed.clip):
            out += to_neighbour(edit, placed, edge)
        inwards.append(last_frame(placed))
    return (out, inwards) if edge == "head" else (inwards, out)


def move_edges(edit: Editing, chosen: list[Placed], edge: Edge, by: int, *, stays: bool = False) -> None:
    """Move an edge of clips by frames. A head on a free track takes its clip's start along, unless it
    `stays`: then the clip begins where it began, with another picture.
    """
    for each in chosen:
        placed = edit.now.placed(each.clip.id)
        clip = placed.clip
        head, tail = (by, clip.frames) if edge == "head" else (0, clip.frames + by)
        part = trimmed(clip, head, tail, edit.cut.rate)
        edit.exchange(placed, Part(part, head))
        if head and part.order is None and not (stays and not edit.is_time_held(clip)):
            edit.place(part, placed.start + head)
