"""Positions and maximum lengths of the transitions of a cut: pure arithmetic on a layout.

A transition is centred on its edit: `frames // 2` are before the edit. The left clip needs media for the part
after the edit, and the right clip for the part before the edit. A dip shows neither of these and needs no
extra media. Two transitions of one clip never overlap.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from milimo_tui.cut.layout.layout import Layout
from milimo_tui.cut.layout.rows import Placed
from milimo_tui.cut.values.cut import MediaLength, SourceKind, Transition, unbounded
from milimo_tui.cut.values.timing import room

DIP = "dip"

Limit = tuple[int, str]
"""Frames a transition can have, and the sentence that says what allows no more."""


class Join(NamedTuple):
    """A transition over frames [start, end) of its cut, and the two clips that meet in it."""

    start: int
    end: int
    transition: Transition
    left: Placed
    right: Placed


@dataclass(frozen=True, slots=True)
class Joins:
    """All transitions of a cut, by the id of the clip that begins there and of the clip that ends there."""

    head: Mapping[str, Join]
    tail: Mapping[str, Join]


def before(frames: int) -> int:
    """Return the frames of a transition that are before its edit."""
    return frames // 2


def after(frames: int) -> int:
    """Return the frames of a transition that are after its edit."""
    return frames - frames // 2


def joins(placed: Layout) -> Joins:
    """Return every valid transition with its position, shortened to fit into its clips."""
    found = [
        _join(each, pair)
        for each in fitted(placed.cut.transitions, placed, unbounded)
        if (pair := neighbours(placed, each.left, each.right)) is not None
    ]
    return Joins(
        head={each.transition.right: each for each in found},
        tail={each.transition.left: each for each in found},
    )


def neighbours(placed: Layout, left: str, right: str) -> tuple[Placed, Placed] | None:
    """Return two clips (ids) if the second begins where the first ends on the same track, else None."""
    first, second = placed.find(left), placed.find(right)
    if first is None or second is None:
        return None
    meet = first.clip.track == second.clip.track and first.end == second.start
    only_gaps = first.clip.source.kind is second.clip.source.kind is SourceKind.GAP
    return (first, second) if meet and not only_gaps else None


def fitted(transitions: Iterable[Transition], placed: Layout, bounds: MediaLength) -> tuple[Transition, ...]:
    """Return the transitions that are between two neighbours, in order, none longer than its clips allow.

    Transitions are processed in order of time. A transition without space for a single frame is removed, and
    so is a second transition on the same edit.
    """
    transitions = tuple(transitions)
    pairs = [
        (pair[0].end, index, pair)
        for index, each in enumerate(transitions)
        if (pair := neighbours(placed, each.left, each.right)) is not None
    ]
    kept: dict[int, Transition] = {}
    taken: dict[str, int] = {}  # frames of each clip that the transition at its head covers
    for _, index, (left, right) in sorted(pairs, key=lambda each: each[:2]):
        each = transitions[index]
        most, _ = min(limits(left, right, each.kind, placed.cut.rate, bounds, taken.get(left.clip.id, 0)))
        if most < each.frames:
            each = replace(each, frames=most)
        if each.frames < 1 or right.clip.id in taken:
            continue
        taken[right.clip.id] = after(each.frames)
        kept[index] = each
    return tuple(kept[index] for index in sorted(kept))


def limits(
    left: Placed,
    right: Placed,
    kind: str,
    rate: Fraction,
    bounds: MediaLength,
    taken: int = 0,
    kept: int = 0,
) -> list[Limit]:
    """Return the maximum lengths of a transition between two neighbours, each with the reason for the limit.

    `taken` frames of the left clip are covered by the transition at its head, and `kept` frames of the right
    clip by the transition at its tail.
    """
    out = [
        _heads(left.clip.frames - taken, "the left clip has {} for it"),
        _tails(right.clip.frames - kept, "the right clip has {} for it"),
    ]
    if kind == DIP:
        return out
    behind, ahead = room(left.clip, rate, bounds)[1], room(right.clip, rate, bounds)[0]
    if behind is not None:
        out.append(_tails(behind, "the left clip has {} of media behind its last one"))
    if ahead is not None:
        out.append(_heads(ahead, "the right clip has {} of media before its first one"))
    return out


def _heads(frames: int, reason: str) -> Limit:
    """Return the maximum length that a number of frames before the edit allows."""
    return 2 * frames + 1, reason.format(_count(frames))


def _tails(frames: int, reason: str) -> Limit:
    """Return the maximum length that a number of frames after the edit allows."""
    return 2 * frames, reason.format(_count(frames))


def _count(frames: int) -> str:
    return "no frame" if frames < 1 else "1 frame" if frames == 1 else f"{frames} frames"


def _join(transition: Transition, pair: tuple[Placed, Placed]) -> Join:
    left, right = pair
    start = left.end - before(transition.frames)
    return Join(start, start + transition.frames, transition, left, right)
