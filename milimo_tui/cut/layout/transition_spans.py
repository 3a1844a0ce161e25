"""Compute positions and maximum lengths of the transitions of a cut from its layout. Pure functions.

A transition is centred on its edit: `frames // 2` frames are before the edit. The left clip needs media for
the frames after the edit, and the right clip for those before it. A dip shows only one clip at a time and
needs no extra media. The two transitions of a clip never overlap.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from milimo_tui.cut.layout.layout import Layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import MediaLength, SourceKind, Transition, return_no_media_limit
from milimo_tui.cut.values.timing import count_spare_frames
from milimo_tui.cut.values.transition_kinds import TransitionKind, get_transition_facts

Limit = tuple[int, str]
"""The maximum length of a transition in frames, and a sentence that says what limits it."""


class PlacedTransition(NamedTuple):
    """A transition with the frames [start, end) of the cut that it covers, and the two clips that it
    joins.
    """

    start: int
    end: int
    transition: Transition
    left: PlacedClip
    right: PlacedClip


@dataclass(frozen=True, slots=True)
class PlacedTransitions:
    """All transitions of a cut with their positions. `head` maps the id of a clip to the transition at its
    head, and `tail` to the transition at its tail.
    """

    head: Mapping[str, PlacedTransition]
    tail: Mapping[str, PlacedTransition]


def count_frames_before_edit(frames: int) -> int:
    """Return how many of a transition's `frames` frames are before its edit."""
    return frames // 2


def count_frames_after_edit(frames: int) -> int:
    """Return how many of a transition's `frames` frames are after its edit."""
    return frames - frames // 2


def place_transitions(layout: Layout) -> PlacedTransitions:
    """Return all transitions between neighbouring clips with their positions. A transition that is too long
    for its clips is shortened.
    """
    found = [
        _place_transition(each, pair)
        for each in fit_transitions(layout.cut.transitions, layout, return_no_media_limit)
        if (pair := find_neighbours(layout, each.left, each.right)) is not None
    ]
    return PlacedTransitions(
        head={each.transition.right: each for each in found},
        tail={each.transition.left: each for each in found},
    )


def find_neighbours(layout: Layout, left: str, right: str) -> tuple[PlacedClip, PlacedClip] | None:
    """Return the clips with ids `left` and `right` if the second begins where the first ends on the same
    track. Otherwise None.
    """
    first, second = layout.find_placed(left), layout.find_placed(right)
    if first is None or second is None:
        return None
    meet = first.clip.track == second.clip.track and first.end == second.start
    only_gaps = first.clip.source.kind is second.clip.source.kind is SourceKind.GAP
    return (first, second) if meet and not only_gaps else None


def fit_transitions(
    transitions: Iterable[Transition], layout: Layout, bounds: MediaLength
) -> tuple[Transition, ...]:
    """Return the transitions that are between neighbouring clips, in order of time. A transition that is too
    long for its clips or their media is shortened.

    A transition that would have no frame left is removed. If there are several on one edit, only the first
    stays.
    """
    transitions = tuple(transitions)
    pairs = [
        (pair[0].end, index, pair)
        for index, each in enumerate(transitions)
        if (pair := find_neighbours(layout, each.left, each.right)) is not None
    ]
    kept: dict[int, Transition] = {}
    # For each clip id, the number of frames covered by the transition at the clip's head.
    taken: dict[str, int] = {}
    for _, index, (left, right) in sorted(pairs, key=lambda each: each[:2]):
        each = transitions[index]
        most, _ = min(
            list_transition_limits(
                left, right, each.kind, layout.cut.rate, bounds, taken.get(left.clip.id, 0)
            )
        )
        if most < each.frames:
            each = replace(each, frames=most)
        if each.frames < 1 or right.clip.id in taken:
            continue
        taken[right.clip.id] = count_frames_after_edit(each.frames)
        kept[index] = each
    return tuple(kept[index] for index in sorted(kept))


def list_transition_limits(
    left: PlacedClip,
    right: PlacedClip,
    kind: TransitionKind,
    rate: Fraction,
    bounds: MediaLength,
    taken: int = 0,
    kept: int = 0,
) -> list[Limit]:
    """Return the limits for the length of a transition between two neighbours. Each limit is a number of
    frames and its reason.

    Other transitions may already cover frames of the two clips. `taken` is the number of frames of the left
    clip covered by a transition at its head. `kept` is the number of frames of the right clip covered by a
    transition at its tail.
    """
    out = [
        _limit_by_frames_before(left.clip.frames - taken, "the left clip has {} for it"),
        _limit_by_frames_after(right.clip.frames - kept, "the right clip has {} for it"),
    ]
    if get_transition_facts(kind).shows_one_clip:
        return out
    spare_after, spare_before = (
        count_spare_frames(left.clip, rate, bounds)[1],
        count_spare_frames(right.clip, rate, bounds)[0],
    )
    if spare_after is not None:
        out.append(_limit_by_frames_after(spare_after, "the left clip has {} of media after its last frame"))
    if spare_before is not None:
        out.append(
            _limit_by_frames_before(spare_before, "the right clip has {} of media before its first frame")
        )
    return out


def _limit_by_frames_before(frames: int, reason: str) -> Limit:
    """Return the maximum length of a transition that has at most `frames` frames before its edit, and the
    reason.
    """
    return 2 * frames + 1, reason.format(_format_frame_count(frames))


def _limit_by_frames_after(frames: int, reason: str) -> Limit:
    """Return the maximum length of a transition that has at most `frames` frames after its edit, and the
    reason.
    """
    return 2 * frames, reason.format(_format_frame_count(frames))


def _format_frame_count(frames: int) -> str:
    return "no frame" if frames < 1 else "1 frame" if frames == 1 else f"{frames} frames"


def _place_transition(transition: Transition, pair: tuple[PlacedClip, PlacedClip]) -> PlacedTransition:
    left, right = pair
    start = left.end - count_frames_before_edit(transition.frames)
    return PlacedTransition(start, start + transition.frames, transition, left, right)
