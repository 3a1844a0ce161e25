"""Move the edges of clips and find the limits of such moves.

An edge moves as far as media, neighbours and the clip's last frame allow. If it can't move at all, the
message says why. Edges of linked clips at the same frame move together.
"""

from __future__ import annotations

from typing import Literal

from milimo_tui.core.errors import Refused
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.portions import ClipPortion, trim_clip
from milimo_tui.cut.values.timing import count_spare_frames
from milimo_tui.cut.working.editing import CutEditor

Edge = Literal["head", "tail"]

Limit = tuple[int, str, str]
"""The number of frames that an edge can move, a sentence that says what limits it, and a hint for the user.
"""
MEDIA_LIMIT_HINT = "use another take, slow it down, or hold a frame of it: milimo cut freeze-frame"


def get_edge_frame(clip: PlacedClip, edge: Edge) -> int:
    """Return the frame of a clip's head or tail in the cut."""
    return clip.start if edge == "head" else clip.end


def measure_edge_distance(clip: PlacedClip, edge: Edge, to: int) -> int:
    """Return by how many frames a clip's edge must move to reach frame `to` of the cut.

    Raises Refused if the edge is at that frame already.
    """
    by = to - get_edge_frame(clip, edge)
    if by == 0:
        raise Refused(f"the clip's {edge} is at that frame already", "go to another frame")
    return by


def find_aligned_clips(edit: CutEditor, clip: PlacedClip, edge: Edge, linked: bool) -> list[PlacedClip]:
    """Return a clip and those of its linked clips whose edge is at the same frame. Clips on a magnetic track
    come first.

    `linked` False returns only the clip itself. Raises Refused if one of the clips is on a locked track.
    """
    others = (
        [edit.get_editable_clip(other.id) for other in edit.get_linked_clips(clip.clip)] if linked else []
    )
    found = [
        clip,
        *(other for other in others if get_edge_frame(other, edge) == get_edge_frame(clip, edge)),
    ]
    return sorted(found, key=lambda each: each.clip.order is None)


def limit_by_last_frame(clip: PlacedClip) -> Limit:
    """Return the limit for trimming a clip: the number of frames that can be removed so that one frame is
    left, and the reason.
    """
    return clip.clip.frames - 1, "a clip keeps at least one frame", "milimo cut remove removes it"


def limit_by_media(edit: CutEditor, clip: PlacedClip, edge: Edge) -> list[Limit]:
    """Return a list with one limit: the number of media frames beyond an edge of a clip. Empty if the media
    is unlimited.
    """
    most = count_spare_frames(clip.clip, edit.cut.rate, edit.bounds)[edge == "tail"]
    if most is None:
        return []
    backwards = clip.clip.effects.speed < 0
    edge_frame = ("first", "last")[(edge == "tail") != backwards]
    shown_part = f"from the {edge_frame} frame on" if edge == "head" else f"to the {edge_frame} frame"
    return [(most, f"the clip shows its media {shown_part} already", MEDIA_LIMIT_HINT)]


def limit_by_neighbour(edit: CutEditor, clip: PlacedClip, edge: Edge) -> list[Limit]:
    """Return a list with one limit: the number of empty frames between an edge of a clip on a free track and
    its neighbour.

    At the head, the first frame of the cut is a limit, too. The list is empty if no clip follows the tail.
    """
    row = edit.current_layout.get_row(clip.clip.track)
    if edge == "head":
        before = [each.end for each in row if each.start < clip.start]
        wall = (
            ("the clip before it is in the way", "roll the edit, or trim that clip first")
            if before
            else ("nothing can be placed before the first frame", "move the clip to a later frame first")
        )
        return [(clip.start - max(before, default=0), *wall)]
    starts = [each.start for each in row if each.start > clip.start]
    if not starts:
        return []
    return [(min(starts) - clip.end, "the clip after it is in the way", "roll or ripple the edit")]


def clamp_edge_move(by: int, left: list[Limit], right: list[Limit]) -> int:
    """Return the move `by` of an edge in frames, reduced to the smallest limit in its direction.

    `left` holds the limits for moves to the left, `right` for moves to the right. Raises Refused if no move
    is possible.
    """
    if by == 0:
        raise Refused("a trim of 0 frames changes nothing", "give frames: 5 is later, -5 earlier")
    most, reason, hint = min(left if by < 0 else right, default=(abs(by), "", ""))
    if most <= 0:
        raise Refused(reason, hint)
    return max(by, -most) if by < 0 else min(by, most)


def list_edge_limits(
    edit: CutEditor, chosen: list[PlacedClip], edge: Edge, *, walls: bool
) -> tuple[list[Limit], list[Limit]]:
    """Return the limits for moving an edge of all `chosen` clips together: first the limits for a move to the
    left, then those for a move to the right.

    With `walls`, the edges can't move into neighbouring clips.
    """
    out: list[Limit] = []
    inwards: list[Limit] = []
    for placed in chosen:
        out += limit_by_media(edit, placed, edge)
        if walls and placed.clip.order is None and not edit.is_held_by_link(placed.clip):
            out += limit_by_neighbour(edit, placed, edge)
        inwards.append(limit_by_last_frame(placed))
    return (out, inwards) if edge == "head" else (inwards, out)


def move_clip_edges(
    edit: CutEditor, chosen: list[PlacedClip], edge: Edge, by: int, *, stays: bool = False
) -> None:
    """Move the head or tail of the `chosen` clips by `by` frames, to the right if positive.

    If the head of a clip on a free track moves, the clip's start in the cut moves, too. With `stays`, the
    clip still starts at its old frame, but with another picture of its source.
    """
    for each in chosen:
        placed = edit.current_layout.get_placed(each.clip.id)
        clip = placed.clip
        head, tail = (by, clip.frames) if edge == "head" else (0, clip.frames + by)
        part = trim_clip(clip, head, tail, edit.cut.rate)
        edit.replace_with_portions(placed, ClipPortion(part, head))
        if head and part.order is None and not (stays and not edit.is_held_by_link(clip)):
            edit.place_free_clip(part, placed.start + head)
