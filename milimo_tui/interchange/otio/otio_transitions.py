"""Transitions between clips of an OpenTimelineIO track, moved so that they are centred on their edit
points.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from milimo_tui.core.time import half_up, seconds_of
from milimo_tui.cut.values.cut import GAP, Clip, Cut, Transition
from milimo_tui.interchange.otio.otio_facts import number, ours, seconds, text
from milimo_tui.interchange.otio.otio_items import Found
from milimo_tui.interchange.values.bundle import Edge


@dataclass(slots=True)
class Piece:
    """An item of a track that is being read: [start, end) in frames. `join` is the transition before it."""

    clip: Clip
    item: Any
    start: int
    end: int
    join: Any = None


def is_space(piece: Piece) -> bool:
    """Return True if a piece is empty space, and not a gap that is a clip of its own."""
    return piece.clip.source == GAP and "source" not in ours(piece.item)


def edge_of(join: Any, rate: Fraction) -> Edge:
    """Return a transition with one clip, with its offsets in frames."""
    before, after = (half_up(seconds(time) * rate) for time in (join.in_offset, join.out_offset))
    return Edge(max(0, before), max(0, after), str(join.name), str(join.transition_type))


def centred(pieces: list[Piece], rate: Fraction, found: Found) -> list[tuple[Piece, Piece, int]]:
    """Move edit points so that half of each transition (`frames // 2`) is before its edit point, as
    transitions here require.

    Returns the joined pieces and the lengths of their transitions in frames. A transition next to a gap
    becomes a fade.
    """
    out = []
    for index, right in enumerate(pieces):
        if right.join is None:
            continue
        left = pieces[index - 1] if index else None
        edge = edge_of(right.join, rate)
        frames = edge.before + edge.after
        if frames < 1:
            continue
        if left is None or left.end != right.start:
            found.leave_out("a transition with nothing before it is left out")
        elif left.clip.source == GAP and "source" not in ours(left.item):
            _roll(left, right, -edge.before, rate)
            right.clip = replace(right.clip, fade_in=frames)
            found.leave_out("a transition out of a gap is a fade here")
        elif right.clip.source == GAP and "source" not in ours(right.item):
            _roll(left, right, edge.after, rate)
            left.clip = replace(left.clip, fade_out=frames)
            found.leave_out("a transition into a gap is a fade here")
        else:
            _roll(left, right, frames // 2 - edge.before, rate)
            frames = min(frames, 2 * (left.end - left.start), 2 * (right.end - right.start))
            out.append((left, right, frames))
    return out


def _roll(left: Piece, right: Piece, by: int, rate: Fraction) -> None:
    """Move the edit point between two pieces by some frames, as far as both keep at least one frame."""
    by = max(left.start + 1 - left.end, min(by, right.end - right.start - 1))
    left.end += by
    right.start += by
    moved = right.clip.source_in + seconds_of(by, rate) * right.clip.effects.speed
    right.clip = replace(right.clip, source_in=max(Fraction(0), moved))


def transition_of(id: str, cut: Cut, left: str, right: str, frames: int, join: Any) -> Transition:
    """Return a transition between two clips (ids), as this program's metadata describes it, or else by its
    OTIO type.
    """
    metadata = ours(join)
    kind = text(metadata, "kind") or ("wipe" if "wipe" in str(join.transition_type).lower() else "dissolve")
    direction = text(metadata, "direction", "right")
    return Transition(
        id=id,
        cut=cut.id,
        left=left,
        right=right,
        frames=frames,
        kind=kind if kind in ("dissolve", "dip", "wipe", "push") else "dissolve",
        direction=direction if direction in ("left", "right", "up", "down") else "right",
        colour=text(metadata, "colour", "#000000"),
        softness=number(metadata, "softness", 0.0, 1.0, 0.0),
    )
