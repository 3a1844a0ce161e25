"""The meaning of motion and object names in the timeline's key bindings: the frame that a motion goes to, and
the range that an operator acts on.

Pure. The names are the values of `to` and `of` in keymap.toml.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from milimo_tui.tui.timeline.values import model
from milimo_tui.tui.timeline.values.model import MotionTarget, TimelineFilm
from milimo_tui.tui.timeline.values.view import TimelineViewport

# The type of a motion function. Its arguments are the film, the view and the key's count; its result is the
# target frame.
MotionFunction = Callable[[TimelineFilm, TimelineViewport, int], MotionTarget]

MOTIONS: dict[str, MotionFunction] = {
    "frame_back": lambda film, view, count: model.move_by_frames(film, view.playhead, -count),
    "frame_on": lambda film, view, count: model.move_by_frames(film, view.playhead, count),
    "second_back": lambda film, view, count: model.move_by_seconds(film, view.playhead, -count),
    "second_on": lambda film, view, count: model.move_by_seconds(film, view.playhead, count),
    "half_back": lambda film, view, count: _move_by_screens(film, view, -count, 2),
    "half_on": lambda film, view, count: _move_by_screens(film, view, count, 2),
    "page_back": lambda film, view, count: _move_by_screens(film, view, -count, 1),
    "page_on": lambda film, view, count: _move_by_screens(film, view, count, 1),
    "next_edit": lambda film, view, count: model.move_to_next_edit(film, view.lane, view.playhead, count),
    "previous_edit": lambda film, view, count: model.move_to_previous_edit(
        film, view.lane, view.playhead, count
    ),
    "clip_end": lambda film, view, count: model.move_to_clip_end(film, view.lane, view.playhead, count),
    "next_scene": lambda film, view, count: model.move_to_next_scene(film, view.playhead, count),
    "previous_scene": lambda film, view, count: model.move_to_previous_scene(film, view.playhead, count),
    "start": lambda film, view, count: MotionTarget(0),
    "end": lambda film, view, count: MotionTarget(film.frames),
    "next_marker": lambda film, view, count: model.move_to_next_marker(film, view.playhead, count),
    "previous_marker": lambda film, view, count: model.move_to_previous_marker(film, view.playhead, count),
}
# Motions whose target frame belongs to the operator's range. The range of other motions ends before the
# target frame.
INCLUSIVE = frozenset({"clip_end"})
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


def _move_by_screens(film: TimelineFilm, view: TimelineViewport, count: int, part: int) -> MotionTarget:
    return model.move_by_frames(film, view.playhead, count * max(1, view.width // part) * view.zoom)


@dataclass(frozen=True, slots=True)
class TimelineRange:
    """The range that an operator acts on: frames [start, end) of the lanes with the indexes `lanes`. Empty
    `lanes` means every unlocked lane.
    """

    start: int
    end: int
    lanes: tuple[int, ...] = ()


def find_range_by_motion(
    film: TimelineFilm, view: TimelineViewport, to: str, count: int
) -> TimelineRange | None:
    """Return the range between the playhead and the frame to which the motion named `to` goes. Return None if
    the motion goes nowhere.
    """
    motion = MOTIONS[to](film, view, count)
    return _make_motion_range(view, motion, inclusive=to in INCLUSIVE)


def find_range_by_mark(film: TimelineFilm, view: TimelineViewport, name: str) -> TimelineRange | None:
    """Return the range between the playhead and the mark with this name. Return None if there is no such
    mark.
    """
    return _make_motion_range(view, model.move_to_named_mark(film, view.playhead, name), inclusive=False)


def _make_motion_range(
    view: TimelineViewport, motion: MotionTarget, *, inclusive: bool
) -> TimelineRange | None:
    start, end = sorted((view.playhead, motion.frame))
    end += inclusive and motion.found
    return TimelineRange(start, end, (view.lane,)) if end > start else None


def find_range_by_object(
    film: TimelineFilm, view: TimelineViewport, of: str, count: int = 1
) -> TimelineRange | None:
    """Return the range of the object under the playhead. `of` names the kind of object: clip, scene, track,
    marked range or gap. Return None if there is no such object.
    """
    lane = film.get_lane(view.lane)
    if of == "clip":
        return find_clips_range(film, view, count)
    if of == "scene":
        found = model.find_scene_range(film, view.playhead)
        return TimelineRange(*found) if found else None
    if of == "range":
        return TimelineRange(*film.marked) if film.marked else None
    if lane is None or not lane.spans:
        return None
    if of == "track":
        return TimelineRange(lane.spans[0].start, lane.spans[-1].end, (view.lane,))
    found = lane.find_gap(view.playhead)
    return TimelineRange(*found, (view.lane,)) if found else None


def find_clips_range(film: TimelineFilm, view: TimelineViewport, count: int = 1) -> TimelineRange | None:
    """Return the range of `count` clips on the current track, starting with the clip under the playhead.
    Return None if there is no clip.
    """
    lane = film.get_lane(view.lane)
    span = lane.clip_at_or_end(view.playhead) if lane else None
    if lane is None or span is None:
        return None
    first = next(index for index, each in enumerate(lane.spans) if each is span)
    last = lane.spans[min(first + max(1, count), len(lane.spans)) - 1]
    return TimelineRange(span.start, last.end, (view.lane,))


@dataclass(frozen=True, slots=True)
class VisualSelection:
    """A visual selection from frame `anchor` to the playhead. It is made of frames, or of entire clips if
    `clips` is True.

    `lane` is the index of the lane on which the selection began. All lanes from there to the current lane are
    selected. None means every unlocked lane.
    """

    anchor: int
    lane: int | None
    clips: bool = False


def find_selected_range(film: TimelineFilm, view: TimelineViewport, visual: VisualSelection) -> TimelineRange:
    """Return the range of a visual selection. If it is a selection of clips, the range is extended to the
    edges of all clips that it touches.
    """
    start, end = min(visual.anchor, view.playhead), max(visual.anchor, view.playhead) + 1
    lanes: tuple[int, ...] = ()
    if visual.lane is not None:
        lanes = tuple(range(min(visual.lane, view.lane), max(visual.lane, view.lane) + 1))
    if visual.clips:
        start, end, lanes = _grow_to_clips(film, start, end, lanes or (view.lane,))
        lanes = lanes if visual.lane is not None else ()
    return TimelineRange(start, min(end, max(film.frames, start + 1)), lanes)


def _grow_to_clips(
    film: TimelineFilm, start: int, end: int, lanes: tuple[int, ...]
) -> tuple[int, int, tuple[int, ...]]:
    """Extend a range and its lanes until they contain every clip that they touch, and the other clips of
    these clips' groups. Return the start, the end and the lane indexes.
    """
    rows = {index: lane for index in lanes if (lane := film.get_lane(index)) is not None}
    spans = [span for lane in rows.values() for span in lane.clips_between(start, end)]
    groups = {span.clip.group for span in spans} - {""}
    on = list(lanes)
    for index, lane in enumerate(film.lanes if groups else ()):
        members = [span for span in lane.spans if span.clip.group in groups]
        spans += members
        on += [index] * bool(members)
    start = min([start, *(span.start for span in spans)])
    end = max([end, *(span.end for span in spans)])
    return start, end, tuple(range(min(on), max(on) + 1))


def repeat_range_here(view: TimelineViewport, reach: TimelineRange) -> TimelineRange:
    """Return a range of the same length as `reach` that begins at the playhead, to repeat an edit with `.`.
    If `reach` covers a single track, the new range is on the current track.
    """
    lanes = (view.lane,) if len(reach.lanes) == 1 else reach.lanes
    return TimelineRange(view.playhead, view.playhead + reach.end - reach.start, lanes)
