"""What a command of the cut is about when a key, or its name after `:`, asks for it on the timeline. Pure.

A table: commands by what they need; what that is comes from the playhead, the track and the selection.
"""

from __future__ import annotations

from typing import Any

from milimo_tui.cut.values import SourceKind
from milimo_tui.tui import timeline_grammar as grammar
from milimo_tui.tui.timeline_grammar import Reach, Visual
from milimo_tui.tui.timeline_model import Film, Span
from milimo_tui.tui.timeline_view import View

# The clip under the playhead, on the track in hand.
CLIP = frozenset(
    f"cut.{name}"
    for name in (
        "remove", "lift", "ripple_delete", "duplicate", "connect", "disconnect", "set", "join", "unlink",
        "ungroup", "detach_sound", "open", "un_nest", "effects", "effect", "keyframe", "clear_effects",
        "speed", "ripple", "roll", "slip", "slide", "extend", "trim_to", "trim_in", "trim_out", "move",
        "take", "replace", "transition", "transition_remove",
    )
)  # fmt: skip
PLACE = frozenset({"cut.freeze_frame", "cut.gap", "cut.close_gap"})  # a track and a frame of it
TRACK = frozenset({"cut.close_gaps"})
CLIPS = frozenset({"cut.link", "cut.group"})  # those selected, else all under the playhead
RANGE = frozenset({"cut.nest"})  # what is selected, else from in to out


def arguments(command: str, film: Film, view: View, visual: Visual | None) -> dict[str, Any] | None:
    """The arguments of a command here; None where it has nothing to act on."""
    lane = film.lane(view.lane)
    span = lane.near(view.playhead) if lane else None
    if command == "cut.swap":
        behind = lane.at(span.end) if lane and span else None
        return {"clip": span.clip.id, "other": behind.clip.id} if span and behind else None
    if command in CLIP:
        return {"clip": span.clip.id} if span else None
    if command in CLIPS:
        chosen = clips_in(film, grammar.selected(film, view, visual) if visual else here(view))
        return {"clips": [each.clip.id for each in chosen]} if len(chosen) > 1 else None
    if command in RANGE:
        if visual is None:
            return {} if film.marked else None
        reach = grammar.selected(film, view, visual)
        rows = (film.lane(index) for index in reach.lanes)
        tracks = [row.track.id for row in rows if row is not None]
        return {"start": str(reach.start), "end": str(reach.end), "tracks": tracks}
    if lane is not None and command in PLACE:
        return {"track": lane.track.id, "at": str(view.playhead)}
    if lane is not None and command in TRACK:
        return {"track": lane.track.id}
    return {"at": str(view.playhead)} if command == "cut.marker" else {}


def here(view: View) -> Reach:
    """The frame under the playhead, on every track."""
    return Reach(view.playhead, view.playhead + 1)


def clips_in(film: Film, reach: Reach) -> list[Span]:
    """The clips that show in a reach, gaps aside."""
    lanes = [film.lane(index) for index in reach.lanes] or film.lanes
    spans = (span for lane in lanes if lane for span in lane.between(reach.start, reach.end))
    return [span for span in spans if span.clip.source.kind is not SourceKind.GAP]
