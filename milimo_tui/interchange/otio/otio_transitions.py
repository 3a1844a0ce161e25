"""Read transitions of an OpenTimelineIO track, and move edit points so that each transition is centred."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from milimo_tui.core.time import frames_to_seconds, round_half_up
from milimo_tui.cut.values.cut import GAP, Clip, Cut, Transition
from milimo_tui.cut.values.transition_kinds import TRANSITIONS, Direction, TransitionKind
from milimo_tui.interchange.otio.otio_facts import (
    convert_to_seconds,
    read_number_field,
    read_own_metadata,
    read_text_field,
)
from milimo_tui.interchange.otio.otio_items import ImportFindings
from milimo_tui.interchange.values.bundle import EdgeTransition

# Names of dissolves of pictures and of sounds.
_DISSOLVES = re.compile("dissolve|cross ?fade|constant|exponential", re.IGNORECASE)


@dataclass(slots=True)
class TrackPiece:
    """An item of a track that is being read. It covers the frames from `start` to `end` (exclusive). `join`
    is the transition between the previous item and this item, or None.
    """

    clip: Clip
    item: Any
    start: int
    end: int
    join: Any = None


def is_empty_space(piece: TrackPiece) -> bool:
    """Return True if an item is a gap that only leaves space between clips. A gap that this program exported
    as a clip becomes a clip again, so the result for it is False.
    """
    return piece.clip.source == GAP and "source" not in read_own_metadata(piece.item)


def make_edge_transition(join: Any, rate: Fraction) -> EdgeTransition:
    """Convert an OTIO transition at the start or end of a track, which has a clip on one side only. The
    lengths in the result are in frames at `rate`.
    """
    before, after = (
        round_half_up(convert_to_seconds(time) * rate) for time in (join.in_offset, join.out_offset)
    )
    return EdgeTransition(max(0, before), max(0, after), str(join.name), str(join.transition_type))


def centre_transitions(
    pieces: list[TrackPiece], rate: Fraction, found: ImportFindings
) -> list[tuple[TrackPiece, TrackPiece, int]]:
    """Move edit points so that each transition has half of its frames (`frames // 2`) before the edit point,
    as cuts here require.

    Return for each transition the two items and its length in frames. A transition next to a gap becomes a
    fade.
    """
    out = []
    for index, right in enumerate(pieces):
        if right.join is None:
            continue
        left = pieces[index - 1] if index else None
        edge = make_edge_transition(right.join, rate)
        frames = edge.before + edge.after
        if frames < 1:
            continue
        if left is None or left.end != right.start:
            found.leave_out("a transition with nothing before it is left out")
        elif left.clip.source == GAP and "source" not in read_own_metadata(left.item):
            _roll_edit_point(left, right, -edge.before, rate)
            right.clip = replace(right.clip, fade_in=frames)
            found.leave_out("a transition out of a gap is a fade here")
        elif right.clip.source == GAP and "source" not in read_own_metadata(right.item):
            _roll_edit_point(left, right, edge.after, rate)
            left.clip = replace(left.clip, fade_out=frames)
            found.leave_out("a transition into a gap is a fade here")
        else:
            _note_replaced_kind(right.join, found)
            _roll_edit_point(left, right, frames // 2 - edge.before, rate)
            frames = min(frames, 2 * (left.end - left.start), 2 * (right.end - right.start))
            out.append((left, right, frames))
    return out


def choose_transition_type(name: str) -> str:
    """Return the OTIO type for the name of a transition of Final Cut. A dissolve of pictures or sounds has
    the type of a dissolve.
    """
    return "SMPTE_Dissolve" if not name or _DISSOLVES.search(name) else "Custom_Transition"


def _note_replaced_kind(join: Any, found: ImportFindings) -> None:
    """Record that a transition of another program becomes a dissolve."""
    named = _get_kind_text(join)
    if not read_own_metadata(join) and not any(kind in named for kind in TRANSITIONS):
        found.leave_out(f"the transition “{join.name or join.transition_type}” becomes a dissolve")


def _get_kind_text(join: Any) -> str:
    """Return the text in which the kind of a transition of another program is found."""
    return f"{join.transition_type} {join.name}".lower()


def _roll_edit_point(left: TrackPiece, right: TrackPiece, by: int, rate: Fraction) -> None:
    """Move the edit point between two items by `by` frames, but leave at least one frame of each."""
    by = max(left.start + 1 - left.end, min(by, right.end - right.start - 1))
    left.end += by
    right.start += by
    moved = right.clip.source_in + frames_to_seconds(by, rate) * right.clip.effects.speed
    right.clip = replace(right.clip, source_in=max(Fraction(0), moved))


def make_transition_from_otio(id: str, cut: Cut, left: str, right: str, frames: int, join: Any) -> Transition:
    """Return the transition between the clips with the ids `left` and `right`. Its kind is read from this
    program's metadata, or else from its OTIO type. `frames` is its length.
    """
    metadata = read_own_metadata(join)
    named = _get_kind_text(join)
    direction = read_text_field(metadata, "direction")
    return Transition(
        id=id,
        cut=cut.id,
        left=left,
        right=right,
        frames=frames,
        kind=_find_transition_kind(read_text_field(metadata, "kind"), named),
        direction=Direction(direction) if direction in list(Direction) else Direction.RIGHT,
        colour=read_text_field(metadata, "colour", "#000000"),
        softness=read_number_field(metadata, "softness", 0.0, 1.0, 0.0),
    )


def _find_transition_kind(name: str, named: str) -> TransitionKind:
    """Return the kind with a name from this program's metadata, which may be a kind of a newer version. If
    the name is empty, return the kind whose name is in `named`, the type and name of the transition in
    another program. If there is no such kind, the transition becomes a dissolve.
    """
    # Names such as “Dip to Color Dissolve” contain the word for a dissolve and that for a special kind.
    special = (kind for kind in TRANSITIONS if kind is not TransitionKind.DISSOLVE and kind in named)
    found = name or next(special, "")
    if found in TRANSITIONS:
        return TransitionKind(found)
    try:
        return TransitionKind.make_unknown(name)
    except ValueError:
        return TransitionKind.DISSOLVE
