"""Operations that set and remove a transition between two neighbouring clips.

`cut.layout.transition_spans` computes the maximum length. A longer transition is refused with the reason, or
on request the two clips are trimmed to make it possible.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from milimo_tui.core.errors import Refused
from milimo_tui.core.format import add_indefinite_article
from milimo_tui.core.time import round_half_up
from milimo_tui.cut.edit.trims import ripple_trim
from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.layout.transition_spans import (
    Limit,
    count_frames_after_edit,
    count_frames_before_edit,
    find_neighbours,
    list_transition_limits,
    place_transitions,
)
from milimo_tui.cut.values.cut import Cut, MediaLength, NewId, TrackKind, Transition, return_no_media_limit
from milimo_tui.cut.values.guards import find_editable_track, require_unfrozen
from milimo_tui.cut.values.timing import count_spare_frames
from milimo_tui.cut.values.transition_kinds import (
    TRANSITIONS,
    Direction,
    TransitionKind,
    get_transition_facts,
)
from milimo_tui.cut.working.edges import Edge

COLOUR_PATTERN = re.compile(r"#[0-9a-fA-F]{6}")


def set_transition(
    cut: Cut,
    clip_id: str,
    *,
    new_id: NewId,
    edge: Edge = "tail",
    frames: int | None = None,
    kind: TransitionKind | None = None,
    direction: Direction | None = None,
    colour: str | None = None,
    softness: float | None = None,
    overlap: bool = False,
    bounds: MediaLength = return_no_media_limit,
) -> Cut:
    """Put a transition on the edit at a clip's head or tail, or change the transition that is there.
    Arguments of None change nothing.

    A new transition is a dissolve of half a second, or shorter if the media is too short. If a requested
    length does not fit, raises Refused with the reason. With `overlap`, the clips are trimmed instead to get
    the missing media. Later clips then move left, so the film gets shorter. A setting that the kind of
    transition does not have is refused.
    """
    if overlap:
        cut = _overlap_clips(cut, clip_id, edge, frames or round_half_up(cut.rate / 2), new_id, bounds)
    left, right = _find_edit_clips(cut, clip_id, edge)
    placed = layout(cut)
    old = next(
        (each for each in cut.transitions if (each.left, each.right) == _get_pair_ids(left, right)), None
    )
    wanted = old or Transition(
        id=new_id("transition"), cut=cut.id, left=left.clip.id, right=right.clip.id, frames=0
    )
    changed = replace(
        wanted,
        kind=wanted.kind if kind is None else kind,
        direction=wanted.direction if direction is None else direction,
        colour=wanted.colour if colour is None else colour.lower(),
        softness=wanted.softness if softness is None else softness,
    )
    if kind is not None and kind not in TRANSITIONS:
        raise Refused(f"there is no transition “{kind}”", f"choices: {', '.join(TRANSITIONS)}")
    _check_transition_choices(changed, placed.get_track(left.clip.track).kind)
    given = {"direction": direction, "colour": colour, "softness": softness}
    _refuse_unused_settings(changed.kind, [name for name, value in given.items() if value is not None])
    most, reason = _get_transition_limit(placed, left, right, changed.kind, bounds)
    if frames is None:
        frames = changed.frames or min(round_half_up(cut.rate / 2), most)
    if frames < 1 and most:
        raise Refused("a transition has at least one frame", "remove the transition for a hard cut")
    if not 1 <= frames <= most:
        # The key for a dissolve removes a transition that is there already, so it is not named then.
        means = "overlap ({ui.dissolve|--overlap})" if old is None else "overlap (--overlap)"
        name = f"{frames}-frame {changed.kind}" if frames > 0 else changed.kind
        raise Refused(
            f"{add_indefinite_article(name)} does not fit there: {reason}",
            (f"make it {most} frames or shorter, or let" if most else "let")
            + f" the clips {means}; a dip needs no media",
        )
    changed = replace(changed, frames=frames)
    if changed == old:
        return cut
    others = tuple(each for each in cut.transitions if each.id != changed.id)
    return replace(cut, transitions=(*others, changed))


def remove_transition(cut: Cut, clip_id: str, *, edge: Edge = "tail") -> Cut:
    """Remove the transition at an edge of a clip."""
    left, right = _find_edit_clips(cut, clip_id, edge)
    transitions = tuple(
        each for each in cut.transitions if (each.left, each.right) != _get_pair_ids(left, right)
    )
    if len(transitions) == len(cut.transitions):
        raise Refused(f"there is no transition at the clip's {edge}", "milimo cut show lists the transitions")
    return replace(cut, transitions=transitions)


def _overlap_clips(
    cut: Cut, clip_id: str, edge: Edge, frames: int, new_id: NewId, bounds: MediaLength
) -> Cut:
    """Return the cut with the two clips trimmed, so that both have enough media beyond the edit for a
    transition of `frames` frames.
    """
    left, right = _find_edit_clips(cut, clip_id, edge)
    spare_after, spare_before = (
        count_spare_frames(left.clip, cut.rate, bounds)[1],
        count_spare_frames(right.clip, cut.rate, bounds)[0],
    )
    tail = 0 if spare_after is None else max(0, count_frames_after_edit(frames) - spare_after)
    head = 0 if spare_before is None else max(0, count_frames_before_edit(frames) - spare_before)
    if tail:
        cut = ripple_trim(cut, left.clip.id, "tail", -tail, new_id=new_id, bounds=bounds)
    if head:
        cut = ripple_trim(cut, right.clip.id, "head", head, new_id=new_id, bounds=bounds)
    return cut


def _get_pair_ids(left: PlacedClip, right: PlacedClip) -> tuple[str, str]:
    return left.clip.id, right.clip.id


def _find_edit_clips(cut: Cut, clip_id: str, edge: Edge) -> tuple[PlacedClip, PlacedClip]:
    """Return the left and the right clip of the edit at a clip's head or tail. Raises Refused if no clip
    touches that edge.
    """
    require_unfrozen(cut)
    placed = layout(cut)
    here = placed.find_placed(clip_id)
    if here is None:
        raise Refused(f"there is no clip {clip_id} in the cut “{cut.name}”")
    find_editable_track(cut, here.clip.track)
    row = placed.get_row(here.clip.track)
    index = row.index(here) + (1 if edge == "tail" else -1)
    other = row[index] if 0 <= index < len(row) else here
    left, right = (here, other) if edge == "tail" else (other, here)
    if find_neighbours(placed, *_get_pair_ids(left, right)) is None:
        raise Refused(f"no other clip touches this one at its {edge}", "use a fade instead: milimo cut set")
    return left, right


def _check_transition_choices(wanted: Transition, track: TrackKind) -> None:
    """Raise Refused if a setting of a transition is not valid, or if its kind is not possible on such a
    track.
    """
    if track is TrackKind.AUDIO and not get_transition_facts(wanted.kind).joins_sound:
        raise Refused(
            f"a {wanted.kind} is not possible between sounds",
            "use a dissolve to crossfade two sounds, or a dip to fade out and in",
        )
    if wanted.direction not in list(Direction):
        raise Refused(
            f"“{wanted.direction}” is not a direction of a transition", f"choices: {', '.join(Direction)}"
        )
    if not COLOUR_PATTERN.fullmatch(wanted.colour):
        raise Refused(f"“{wanted.colour}” is not a colour", "write one as #rrggbb, for example #000000")
    if not 0 <= wanted.softness <= 1:
        raise Refused("the softness of a wipe must be between 0 and 1")


def _refuse_unused_settings(kind: TransitionKind, given: Sequence[str]) -> None:
    """Raise Refused if one of the given settings, such as the direction, has no effect on this kind of
    transition.
    """
    for name in given:
        if name not in get_transition_facts(kind).settings:
            others = [other for other, facts in TRANSITIONS.items() if name in facts.settings]
            raise Refused(f"a {kind} has no {name}", f"kinds that have one: {', '.join(others)}")


def _get_transition_limit(
    cut_layout: Layout, left: PlacedClip, right: PlacedClip, kind: TransitionKind, bounds: MediaLength
) -> Limit:
    """Return the maximum length in frames of a transition on the edit between two clips, and the reason for
    the limit.
    """
    there = place_transitions(cut_layout)
    at_head, at_tail = there.head.get(left.clip.id), there.tail.get(right.clip.id)
    taken = count_frames_after_edit(at_head.transition.frames) if at_head else 0
    count = count_frames_before_edit(at_tail.transition.frames) if at_tail else 0
    return min(list_transition_limits(left, right, kind, cut_layout.cut.rate, bounds, taken, count))
