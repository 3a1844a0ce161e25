"""The frames that the timeline's keys refer to: motions by name, and the ranges that operators act on.

Pure: a film and a view in, frames out. The names are those of keymap.toml (`to`, `of`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from milimo_tui.tui.timeline.values import model
from milimo_tui.tui.timeline.values.model import Film, Motion
from milimo_tui.tui.timeline.values.view import View

# A motion function: film, view and count in, the target frame out.
Move = Callable[[Film, View, int], Motion]

MOTIONS: dict[str, Move] = {
    "frame_back": lambda film, view, count: model.by_frames(film, view.playhead, -count),
    "frame_on": lambda film, view, count: model.by_frames(film, view.playhead, count),
    "second_back": lambda film, view, count: model.by_seconds(film, view.playhead, -count),
    "second_on": lambda film, view, count: model.by_seconds(film, view.playhead, count),
    "half_back": lambda film, view, count: _by_screens(film, view, -count, 2),
    "half_on": lambda film, view, count: _by_screens(film, view, count, 2),
    "page_back": lambda film, view, count: _by_screens(film, view, -count, 1),
    "page_on": lambda film, view, count: _by_screens(film, view, count, 1),
    "next_edit": lambda film, view, count: model.next_edit(film, view.lane, view.playhead, count),
    "previous_edit": lambda film, view, count: model.previous_edit(film, view.lane, view.playhead, count),
    "clip_end": lambda film, view, count: model.clip_end(film, view.lane, view.playhead, count),
    "next_scene": lambda film, view, count: model.next_scene(film, view.playhead, count),
    "previous_scene": lambda film, view, count: model.previous_scene(film, view.playhead, count),
    "start": lambda film, view, count: Motion(0),
    "end": lambda film, view, count: Motion(film.frames),
    "next_marker": lambda film, view, count: model.next_marker(film, view.playhead, count),
    "previous_marker": lambda film, view, count: model.previous_marker(film, view.playhead, count),
}
INCLUSIVE = frozenset({"clip_end"})  # An operator includes the frame where these motions arrive.
WHY_NOT = {
    "next_marker": "there is no marker after the playhead",
    "previous_marker": "there is no marker before the playhead",
    "next_edit": "there is no edit after the playhead",
    "previous_edit": "there is no edit before the playhead",
    "clip_end": "there is no clip after the playhead",
    "start": "the playhead is at the start",
    "end": "the playhead is at the end",
    "next_scene": "there is no scene after the playhead",
    "previous_scene": "there is no scene before the playhead",
}


def _by_screens(film: Film, view: View, count: int, part: int) -> Motion:
    return model.by_frames(film, view.playhead, count * max(1, view.width // part) * view.zoom)


@dataclass(frozen=True, slots=True)
class Reach:
    """The range that an operator acts on: frames [start, end) of some lanes, or of every unlocked lane if
    `lanes` is empty.
    """

    start: int
    end: int
    lanes: tuple[int, ...] = ()


def by_motion(film: Film, view: View, to: str, count: int) -> Reach | None:
    """Return the range from the playhead to the target of a motion, or None if the motion goes nowhere."""
    motion = MOTIONS[to](film, view, count)
    return _between(view, motion, inclusive=to in INCLUSIVE)


def by_mark(film: Film, view: View, name: str) -> Reach | None:
    """Return the range from the playhead to a named mark, or None without that mark."""
    return _between(view, model.named_mark(film, view.playhead, name), inclusive=False)


def _between(view: View, motion: Motion, *, inclusive: bool) -> Reach | None:
    start, end = sorted((view.playhead, motion.frame))
    end += inclusive and motion.found
    return Reach(start, end, (view.lane,)) if end > start else None


def by_object(film: Film, view: View, of: str, count: int = 1) -> Reach | None:
    """Return the clip, scene, track, in–out range or gap under the playhead, or None if there is none."""
    lane = film.lane(view.lane)
    if of == "clip":
        return clips_here(film, view, count)
    if of == "scene":
        found = model.scene_range(film, view.playhead)
        return Reach(*found) if found else None
    if of == "range":
        return Reach(*film.marked) if film.marked else None
    if lane is None or not lane.spans:
        return None
    if of == "track":
        return Reach(lane.spans[0].start, lane.spans[-1].end, (view.lane,))
    found = lane.gap_at(view.playhead)
    return Reach(*found, (view.lane,)) if found else None


def clips_here(film: Film, view: View, count: int = 1) -> Reach | None:
    """Return the range of `count` clips, starting with the clip under the playhead."""
    lane = film.lane(view.lane)
    span = lane.near(view.playhead) if lane else None
    if lane is None or span is None:
        return None
    first = next(index for index, each in enumerate(lane.spans) if each is span)
    last = lane.spans[min(first + max(1, count), len(lane.spans)) - 1]
    return Reach(span.start, last.end, (view.lane,))


@dataclass(frozen=True, slots=True)
class Visual:
    """A visual selection from its anchor to the playhead, by frames or by entire clips.

    `lane` is the track where the selection began; all tracks from there to the current one are selected. None
    selects every unlocked track.
    """

    anchor: int
    lane: int | None
    clips: bool = False


def selected(film: Film, view: View, visual: Visual) -> Reach:
    """Return the range of a visual selection; by clips, it grows to all clips that it touches on its
    tracks.
    """
    start, end = min(visual.anchor, view.playhead), max(visual.anchor, view.playhead) + 1
    lanes: tuple[int, ...] = ()
    if visual.lane is not None:
        lanes = tuple(range(min(visual.lane, view.lane), max(visual.lane, view.lane) + 1))
    if visual.clips:
        start, end, lanes = _whole_clips(film, start, end, lanes or (view.lane,))
        lanes = lanes if visual.lane is not None else ()
    return Reach(start, min(end, max(film.frames, start + 1)), lanes)


def _whole_clips(
    film: Film, start: int, end: int, lanes: tuple[int, ...]
) -> tuple[int, int, tuple[int, ...]]:
    """Grow a range and its lanes so that they contain every clip they touch, and the groups of these
    clips.
    """
    rows = {index: lane for index in lanes if (lane := film.lane(index)) is not None}
    spans = [span for lane in rows.values() for span in lane.between(start, end)]
    groups = {span.clip.group for span in spans} - {""}
    on = list(lanes)
    for index, lane in enumerate(film.lanes if groups else ()):
        members = [span for span in lane.spans if span.clip.group in groups]
        spans += members
        on += [index] * bool(members)
    start = min([start, *(span.start for span in spans)])
    end = max([end, *(span.end for span in spans)])
    return start, end, tuple(range(min(on), max(on) + 1))


def same_reach_here(view: View, reach: Reach) -> Reach:
    """Return a range of the same length at the playhead, for `.`. A range on one track moves to the current
    track.
    """
    lanes = (view.lane,) if len(reach.lanes) == 1 else reach.lanes
    return Reach(view.playhead, view.playhead + reach.end - reach.start, lanes)
