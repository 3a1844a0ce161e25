"""Where the transitions of a cut lie, and how long each can be: pure arithmetic on a layout.

A transition is centred on its edit: `frames // 2` of it lie before. The left clip needs media for what lies
behind the edit and the right one for what lies before it; a dip shows neither there and needs none. Two
transitions of one clip never overlap.
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
    """All transitions of a cut by the clip (id) that begins, and by the one that ends there."""

    head: Mapping[str, Join]
    tail: Mapping[str, Join]


def before(frames: int) -> int:
    """How much of a transition lies before its edit."""
    return frames // 2


def after(frames: int) -> int:
    """How much of a transition lies behind its edit."""
    return frames - frames // 2


def joins(placed: Layout) -> Joins:
    """Every transition that holds, as long as it fits into its clips."""
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
    """Two clips (ids) where the second begins as the first ends on one track; None where they do not."""
    first, second = placed.find(left), placed.find(right)
    if first is None or second is None:
        return None
    meet = first.clip.track == second.clip.track and first.end == second.start
    only_gaps = first.clip.source.kind is second.clip.source.kind is SourceKind.GAP
    return (first, second) if meet and not only_gaps else None


def fitted(transitions: Iterable[Transition], placed: Layout, bounds: MediaLength) -> tuple[Transition, ...]:
    """Those that still lie between two neighbours, in their order, none longer than its clips allow.

    From the first in time on: one that has no room for a single frame goes, and so does a second one on
    the same edit.
    """
    transitions = tuple(transitions)
    pairs = [
        (pair[0].end, index, pair)
        for index, each in enumerate(transitions)
        if (pair := neighbours(placed, each.left, each.right)) is not None
    ]
    kept: dict[int, Transition] = {}
    taken: dict[str, int] = {}  # frames of a clip that the transition at its head covers
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
    """How many frames a transition between two neighbours can have at most, by what allows no more.

    `taken` frames of the left clip are under the transition at its head, `kept` of the right one under the
    one at its tail.
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
    """What so many frames before an edit allow."""
    return 2 * frames + 1, reason.format(_count(frames))


def _tails(frames: int, reason: str) -> Limit:
    """What so many frames behind an edit allow."""
    return 2 * frames, reason.format(_count(frames))


def _count(frames: int) -> str:
    return "no frame" if frames < 1 else "1 frame" if frames == 1 else f"{frames} frames"


def _join(transition: Transition, pair: tuple[Placed, Placed]) -> Join:
    left, right = pair
    start = left.end - before(transition.frames)
    return Join(start, start + transition.frames, transition, left, right)
