"""Pure functions that find the clips, track or range that a command acts on, if the command is started by a
key or typed after `:`.

The tables group the commands by the kind of target that they need. The target itself depends on the playhead,
the current track and the selection.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import SourceKind
from milimo_tui.cut.words.spoken_clips import CutPlace
from milimo_tui.tui.timeline.values import grammar
from milimo_tui.tui.timeline.values.grammar import TimelineRange, VisualSelection
from milimo_tui.tui.timeline.values.model import TimelineFilm
from milimo_tui.tui.timeline.values.view import TimelineViewport

# Commands that act on the clip under the playhead on the current track.
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
# Commands that act at the playhead on the current track.
PLACE = frozenset({"cut.freeze_frame", "cut.gap", "cut.close_gap"})
TRACK = frozenset({"cut.close_gaps"})
# Commands that act on the selected clips, or without a selection on the clips under the playhead on all
# tracks.
CLIPS = frozenset({"cut.link", "cut.group"})
# Commands that act on some of the selected clips, or without a selection on the clip under the playhead. The
# value is the attribute that is set for these clips: `cut.unlink` acts on linked clips, `cut.ungroup` on
# grouped clips.
PARTS = {"cut.unlink": "link", "cut.ungroup": "group"}
# Commands that act on the selected range, or without a selection on the range between the in and out marks.
RANGE = frozenset({"cut.nest"})

# Commands that `.` can repeat at another position of the playhead.
EDITS = (CLIP | PLACE | TRACK | CLIPS | RANGE) - {"cut.open"} | frozenset(
    f"cut.{name}"
    for name in (
        "swap", "split", "append", "insert", "overwrite", "lift_range", "extract", "three_point",
        "fit_to_fill", "paste", "cut", "paste_attributes", "title", "marker",
    )
)  # fmt: skip

# Two reasons why a command has no target. `TARGET_HINTS` has a hint for each; for all other reasons the hint
# is the key that goes to the next clip.
ONE_CLIP, NO_RANGE = "there is only one clip here", "no range is marked"
TARGET_HINTS = {
    ONE_CLIP: "{ui.visual_clip} selects several",
    NO_RANGE: "{ui.mark_in} and {ui.mark_out} mark it, {ui.visual_clip} selects clips",
}

# Commands that act on the current track unless the user names another one.
ON_TRACK = frozenset(
    f"cut.{name}"
    for name in ("gap", "freeze_frame", "close_gap", "close_gaps", "append", "insert", "overwrite")
)
# Actions that write to the film or ask the user for something. Keys typed after them wait until they are
# done.
WRITES = frozenset(
    {"extract", "lift", "yank", "remake", "insert", "overwrite", "replace", "earlier", "later", "again",
     "mark_in", "mark_out", "clear_marks", "marker", "mark_set", "take_previous", "take_next", "rate",
     "match_frame", "track_flag", "track_new", "undo", "redo", "macro_record", "macro_run",
     "compare", "edit_spec", "dissolve", "title", "effects", "sound_effects", "speed", "level",
     "automation",
     "louder", "track_louder", "track_duck", "sound_stream", "make_sound", "head", "tail", "extend",
     "command_line", "search", "swap_viewer", "yank_source", "tick", "delete", "tidy"}
)  # fmt: skip


def choose_assumed_args(here: dict[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments to add to a typed command. `here` holds the arguments found at the playhead, and
    `values` those that the user typed. If the user typed none, all arguments of `here` are returned.
    Otherwise only the clip is returned, because the rest could conflict with the typed arguments.
    """
    return {key: value for key, value in here.items() if key == "clip"} if values else here


def describe_missing_clip(film: TimelineFilm, view: TimelineViewport) -> str:
    """Return the message that the current track has no clip under the playhead."""
    lane = film.get_lane(view.lane)
    return f"{lane.track.name} has no clip under the playhead" if lane is not None else "there is no track"


def find_target_hint(why: str) -> str:
    """Return the hint that follows the message `why`. The message says why a command has no clip or range to
    act on, and the hint names keys that help.
    """
    return TARGET_HINTS.get(why, "{ui.move next_edit} goes to the next clip")


def explain_missing_target(command: str, film: TimelineFilm, view: TimelineViewport) -> str:
    """Return the reason why a command has no target at the playhead. Return an empty string if the command
    reports the reason itself.
    """
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
    """Return up to `count` clips of the current track, beginning with the clip under the playhead. Gaps are
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
    """Return the arguments that say what a command acts on: the clip, track or range at the playhead or in
    the selection `visual`. Return None if there is nothing for it to act on.
    """
    lane = film.get_lane(view.lane)
    span = lane.clip_at_or_end(view.playhead) if lane else None
    if command == "cut.swap":
        next_clip = lane.clip_at(span.end) if lane and span else None
        return {"clip": span.clip.id, "other": next_clip.clip.id} if span and next_clip else None
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
    """Return a range of one frame, at the playhead, on every track."""
    return TimelineRange(view.playhead, view.playhead + 1)


def list_clips_in_range(film: TimelineFilm, reach: TimelineRange) -> list[PlacedClip]:
    """Return the clips that overlap a range, except gaps."""
    lanes = [film.get_lane(index) for index in reach.lanes] or film.lanes
    spans = (span for lane in lanes if lane for span in lane.clips_between(reach.start, reach.end))
    return [span for span in spans if not _is_gap_span(span)]


def find_cut_place(film: TimelineFilm, view: TimelineViewport, visual: VisualSelection | None) -> CutPlace:
    """Return the place in the cut that the user has chosen: the playhead, the current track, and the clips in
    the selection `visual`.
    """
    lane = film.get_lane(view.lane)
    reach = grammar.find_selected_range(film, view, visual) if visual is not None else None
    chosen = list_clips_in_range(film, reach) if reach is not None else ()
    track = lane.track.id if lane is not None else ""
    return CutPlace(view.playhead, track, tuple(each.clip.id for each in chosen))


def _is_gap_span(span: PlacedClip) -> bool:
    return span.clip.source.kind is SourceKind.GAP
