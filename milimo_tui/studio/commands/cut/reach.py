"""Save edits that move something by a number of frames or slots, and report the distance that was really
moved.

Missing media or a neighbouring clip may stop an edit before the requested distance. This module saves through
`current_cut` and does not depend on the kind of edit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from milimo_tui.core.time import round_half_up
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import Clip, Cut
from milimo_tui.studio.commands.cut.current_cut import save_cut_edit
from milimo_tui.studio.registry.registry import Outcome
from milimo_tui.studio.session.studio import Studio

MovedPart = Literal["head", "tail", "place", "slot", "picture"]


def save_measured_edit(
    studio: Studio,
    before: Cut,
    after: Cut,
    clip: Clip,
    moving: MovedPart,
    wanted: int | None,
    label: Callable[[int], str],
) -> Outcome:
    """Save a change of a clip as one undoable edit. `label` receives the distance that the clip was really
    moved, and returns the edit's name in the history.

    `data["by"]` of the outcome is that distance. `wanted` is the requested distance, or None if the clip was
    moved to a given position. If the two differ, the message reports this.
    """
    by = _measure_move(before, after, clip.id, moving) if wanted is not None else 0
    done = save_cut_edit(studio, label(by), before, after)
    if wanted is None:
        return done
    unit = "" if moving == "slot" else " f"
    short = f", as far as possible: {wanted:+d}{unit} asked for" if by != wanted else ""
    return replace(done, data={**done.data, "by": by}, message=done.message + short)


def _measure_move(before: Cut, after: Cut, clip_id: str, moving: MovedPart) -> int:
    """Return the distance by which a part of a clip was moved between `before` and `after`. `moving` names
    the part: an edge, the complete clip, its source or its slot (its index on a magnetic track). The distance
    is in slots for `slot`, otherwise in frames.
    """
    old, new = layout(before).get_placed(clip_id), layout(after).get_placed(clip_id)
    if moving == "place":
        return new.start - old.start
    if moving == "slot":
        return _find_slot_index(after, new) - _find_slot_index(before, old)
    if moving == "picture":
        seconds = new.clip.source_in - old.clip.source_in
        return round_half_up(seconds * after.rate / (old.clip.effects.speed or 1))
    longer = new.clip.frames - old.clip.frames
    return longer if moving == "tail" else -longer


def _find_slot_index(cut: Cut, clip: PlacedClip) -> int:
    """Return the index (from 0) of a clip among the clips of its track."""
    return layout(cut).get_row(clip.clip.track).index(clip)
