"""The target of a cut command that is run on the timeline by a key or by its name after `:`. Pure.

Tables group the commands by the kind of target that they need. The target itself depends on the playhead, the
track and the selection.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import SourceKind
from milimo_tui.tui.timeline.values import grammar
from milimo_tui.tui.timeline.values.grammar import TimelineRange, VisualSelection
from milimo_tui.tui.timeline.values.model import TimelineFilm
from milimo_tui.tui.timeline.values.view import TimelineViewport

# Commands on the clip under the playhead, on the current track.
CLIP = frozenset(
    f"cut.{name}"
    for name in (
        "remove", "lift", "ripple_delete", "duplicate", "connect", "disconnect", "set", "join", "unlink",
        "ungroup", "detach_sound", "open", "un_nest", "effects", "effect", "keyframe", "clear_effects",
        "speed", "ramp", "keys", "put_on", "louder", "duck", "ripple", "roll", "slip", "slide", "extend",
        "trim_to", "trim_in", "trim_out", "move",
        "take", "replace", "transition", "transition_remove",
    )
)  # fmt: skip
PLACE = frozenset({"cut.freeze_frame", "cut.gap", "cut.close_gap"})  # A track and a frame of that track.
TRACK = frozenset({"cut.close_gaps"})
CLIPS = frozenset({"cut.link", "cut.group"})  # The selected clips, else all clips under the playhead.
# The selected clips, else the clip under the playhead.
PARTS = {"cut.unlink": "link", "cut.ungroup": "group"}
RANGE = frozenset({"cut.nest"})  # The selection, else the range from in to out.

# All commands that change the cut at the playhead: `.` can repeat them.
EDITS = (CLIP | PLACE | TRACK | CLIPS | RANGE) - {"cut.open"} | frozenset(
    f"cut.{name}"
    for name in (
        "swap", "split", "append", "insert", "overwrite", "lift_range", "extract", "three_point",
        "fit_to_fill", "paste", "cut", "paste_attributes", "title", "marker",
    )
)  # fmt: skip

# Reasons for a missing target, with the keys that help. For any other reason the
# hint is to go to the next clip.
ONE_CLIP, NO_RANGE = "one clip alone is here", "no range is marked"
TARGET_HINTS = {
    ONE_CLIP: "{ui.visual_clip} selects several",
    NO_RANGE: "{ui.mark_in} and {ui.mark_out} mark it, {ui.visual_clip} selects clips",
}

# Commands that use the current track if no other track is named.
ON_TRACK = frozenset(
    f"cut.{name}"
    for name in ("gap", "freeze_frame", "close_gap", "close_gaps", "append", "insert", "overwrite")
)
# Acts that write, or that ask for a place: key commands typed after them wait until they are done.
WRITES = frozenset(
    {"extract", "lift", "yank", "remake", "insert", "overwrite", "replace", "earlier", "later", "again",
     "mark_in", "mark_out", "clear_marks", "marker", "mark_set", "take_previous", "take_next", "rate",
     "match_frame", "track_flag", "track_new", "undo", "redo", "macro_record", "macro_run",
     "compare", "edit_spec", "dissolve", "title", "effects", "speed", "level",
     "louder", "track_louder", "track_duck", "head", "tail", "extend", "command_line", "search",
     "swap_viewer", "yank_source"}
)  # fmt: skip


def choose_assumed_args(here: dict[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments that a typed command need not name; if it has values of its own, the clip
    alone.
    """
    return {key: value for key, value in here.items() if key == "clip"} if values else here


def describe_missing_clip(film: TimelineFilm, view: TimelineViewport) -> str:
    """Return the sentence that says that the current track has no clip under the playhead."""
    lane = film.get_lane(view.lane)
    return f"{lane.track.name} has no clip under the playhead" if lane is not None else "there is no track"


def find_target_hint(why: str) -> str:
    """Return the hint with the keys that help if there is nothing to act on."""
    return TARGET_HINTS.get(why, "{ui.move next_edit} goes to the next clip")


def explain_missing_target(command: str, film: TimelineFilm, view: TimelineViewport) -> str:
    """Explain why a command has no target here; empty if the command itself gives the reason."""
    if command == "cut.swap":
        return (
            "no clip follows this one to swap with"
            if list_clips_from_playhead(film, view, 1)
            else describe_missing_clip(film, view)
        )
    if command in CLIP:
        return "" if list_clips_from_playhead(film, view, 1) else describe_missing_clip(film, view)
    if command in CLIPS:
        return ONE_CLIP
    return NO_RANGE if command in RANGE else ""


def list_clips_from_playhead(film: TimelineFilm, view: TimelineViewport, count: int) -> list[PlacedClip]:
    """Return up to `count` clips of the current track, starting with the one under the playhead; gaps are
    skipped.
    """
    reach = grammar.find_clips_range(film, view, 1)
    lane = film.get_lane(view.lane)
    if reach is None or lane is None:
        return []
    spans = [span for span in lane.clips_between(reach.start, film.frames) if not _is_gap_span(span)]
    return spans[: max(1, count)]


def find_command_arguments(
    command: str, film: TimelineFilm, view: TimelineViewport, visual: VisualSelection | None
) -> dict[str, Any] | None:
    """Return the arguments of a command at the playhead, or None if the command has no target there."""
    lane = film.get_lane(view.lane)
    span = lane.clip_at_or_end(view.playhead) if lane else None
    if command == "cut.swap":
        behind = lane.clip_at(span.end) if lane and span else None
        return {"clip": span.clip.id, "other": behind.clip.id} if span and behind else None
    if command in PARTS and visual is not None:
        chosen = list_clips_in_range(film, grammar.find_selected_range(film, view, visual))
        tied = [each.clip.id for each in chosen if getattr(each.clip, PARTS[command])]
        return {"clip": tied[0], "also": tied[1:]} if tied else None
    if command in CLIP:
        return {"clip": span.clip.id} if span else None
    if command in CLIPS:
        chosen = list_clips_in_range(
            film, grammar.find_selected_range(film, view, visual) if visual else range_at_playhead(view)
        )
        return {"clips": [each.clip.id for each in chosen]} if len(chosen) > 1 else None
    if command in RANGE:
        if visual is None:
            return {} if film.marked else None
        reach = grammar.find_selected_range(film, view, visual)
        rows = (film.get_lane(index) for index in reach.lanes)
        tracks = [row.track.id for row in rows if row is not None]
        return {"start": str(reach.start), "end": str(reach.end), "tracks": tracks}
    if lane is not None and command in PLACE:
        return {"track": lane.track.id, "at": str(view.playhead)}
    if lane is not None and command in TRACK:
        return {"track": lane.track.id}
    return {"at": str(view.playhead)} if command == "cut.marker" else {}


def range_at_playhead(view: TimelineViewport) -> TimelineRange:
    """Return the frame under the playhead as a range on every track."""
    return TimelineRange(view.playhead, view.playhead + 1)


def list_clips_in_range(film: TimelineFilm, reach: TimelineRange) -> list[PlacedClip]:
    """Return the clips that overlap a range, without gaps."""
    lanes = [film.get_lane(index) for index in reach.lanes] or film.lanes
    spans = (span for lane in lanes if lane for span in lane.clips_between(reach.start, reach.end))
    return [span for span in spans if not _is_gap_span(span)]


def _is_gap_span(span: PlacedClip) -> bool:
    return span.clip.source.kind is SourceKind.GAP
