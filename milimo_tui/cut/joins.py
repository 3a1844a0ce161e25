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

from milimo_tui.cut.layout import Layout, Placed
from milimo_tui.cut.timing import room
from milimo_tui.cut.values import Bounds, SourceKind, Transition, unbounded

DIP = "dip"


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


def fitted(transitions: Iterable[Transition], placed: Layout, bounds: Bounds) -> tuple[Transition, ...]:
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
        most = longest(left, right, each.kind, placed.cut.rate, bounds, taken.get(left.clip.id, 0))
        if most < each.frames:
            each = replace(each, frames=most)
        if each.frames < 1 or right.clip.id in taken:
            continue
        taken[right.clip.id] = after(each.frames)
        kept[index] = each
    return tuple(kept[index] for index in sorted(kept))


def longest(left: Placed, right: Placed, kind: str, rate: Fraction, bounds: Bounds, taken: int = 0) -> int:
    """The most frames of a transition between two neighbours. `taken` frames of the left one are under the
    transition at its head.
    """
    heads, tails = [left.clip.frames - taken], [right.clip.frames]
    if kind != DIP:
        heads += _known(room(right.clip, rate, bounds)[0])
        tails += _known(room(left.clip, rate, bounds)[1])
    return max(0, min(2 * min(heads) + 1, 2 * min(tails)))


def _known(frames: int | None) -> list[int]:
    return [] if frames is None else [frames]


def _join(transition: Transition, pair: tuple[Placed, Placed]) -> Join:
    left, right = pair
    start = left.end - before(transition.frames)
    return Join(start, start + transition.frames, transition, left, right)
