"""The timeline as a value: the clips on each lane, and the frame to which each motion goes.

Pure: no Textual, no studio and no clock. The widget draws this value, and the screen runs commands.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from milimo_tui.core.time import get_timecode_base
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import Cut, Marker, SourceKind, Track, TrackKind, Transition
from milimo_tui.cut.values.effects import NO_EFFECTS


@dataclass(frozen=True, slots=True)
class Lane:
    """A track as the timeline shows it. Its clips are in ascending order and do not overlap."""

    track: Track
    spans: Sequence[PlacedClip] = ()
    # Transitions by the ids of their left and right clip.
    dissolves: Mapping[tuple[str, str], Transition] = field(default_factory=dict)
    keyed: bool = False  # True if a clip on the track has a number that changes over time.

    def clip_at(self, frame: int) -> PlacedClip | None:
        """Return the clip under a frame, or None if there is no clip."""
        index = bisect_right(self.spans, frame, key=lambda span: span.start) - 1
        if index >= 0 and frame < self.spans[index].end:
            return self.spans[index]
        return None

    def index_of_clip(self, span: PlacedClip) -> int:
        """Return the index of a clip in the lane's list of clips."""
        return bisect_left(self.spans, span.start, key=lambda each: each.start)

    def clip_at_or_end(self, frame: int) -> PlacedClip | None:
        """Return the clip under a frame. If the frame is the end of the last clip, return that clip.
        Otherwise return None.
        """
        found = self.clip_at(frame)
        if found is None and self.spans and frame == self.spans[-1].end:
            return self.spans[-1]
        return found

    def clips_between(self, start: int, end: int) -> Sequence[PlacedClip]:
        """Return the clips that overlap [start, end)."""
        first = bisect_right(self.spans, start, key=lambda span: span.end)
        last = bisect_left(self.spans, end, key=lambda span: span.start)
        return self.spans[first:last]

    def find_next_edit(self, frame: int) -> int | None:
        """Return the nearest clip edge after a frame, or None."""
        index = bisect_right(self.spans, frame, key=lambda span: span.end)
        if index == len(self.spans):
            return None
        span = self.spans[index]
        return span.start if span.start > frame else span.end

    def find_previous_edit(self, frame: int) -> int | None:
        """Return the nearest clip edge before a frame, or None."""
        index = bisect_left(self.spans, frame, key=lambda span: span.start) - 1
        if index < 0:
            return None
        span = self.spans[index]
        return span.end if span.end < frame else span.start

    def find_gap(self, frame: int) -> tuple[int, int] | None:
        """Return the gap under a frame as [start, end). A gap is an empty stretch or a gap clip. Return None
        if the frame is on another clip or after the last clip.
        """
        span = self.clip_at(frame)
        if span is not None:
            return (span.start, span.end) if span.clip.source.kind is SourceKind.GAP else None
        index = bisect_right(self.spans, frame, key=lambda span: span.start)
        if index == len(self.spans):
            return None
        return (self.spans[index - 1].end if index else 0, self.spans[index].start)


@dataclass(frozen=True, slots=True)
class TimelineFilm:
    """A cut as the timeline shows it. Lanes are in the order of the screen, from the top down. `frames` is
    the length of the cut.
    """

    rate: Fraction = Fraction(25)
    frames: int = 0
    lanes: tuple[Lane, ...] = ()
    scenes: tuple[int, ...] = ()  # The frames at which scenes begin, ascending.
    markers: tuple[Marker, ...] = ()  # Markers in ascending order, at frames of the cut.
    mark_in: int | None = None
    mark_out: int | None = None
    is_connected: bool = False  # True if any clip is connected to a clip on V1.

    @property
    def marked(self) -> tuple[int, int] | None:
        """The range between the in and out marks as [start, end). Without an in mark, the range begins at the
        start of the film. Without an out mark, it ends at the end of the film. None if there are no marks.
        """
        if self.mark_in is None and self.mark_out is None:
            return None
        start = self.mark_in or 0
        end = self.frames if self.mark_out is None else self.mark_out
        return (start, end) if start < end else None

    def main_lane_index(self) -> int:
        """Return the index of the lane V1: the magnetic track, or the lowest picture track if none is
        magnetic.
        """
        for index, lane in enumerate(self.lanes):
            if lane.track.magnetic:
                return index
        video = [i for i, lane in enumerate(self.lanes) if lane.track.kind is TrackKind.VIDEO]
        return video[-1] if video else 0

    def get_lane(self, index: int) -> Lane | None:
        """Return the lane with this index, or None if there is no such lane."""
        return self.lanes[index] if 0 <= index < len(self.lanes) else None


def order_lanes(cut: Cut, spans: dict[str, Sequence[PlacedClip]]) -> tuple[Lane, ...]:
    """Return the tracks of a cut as lanes in the order of the screen: picture tracks from the highest to V1,
    then sound tracks from A1. `spans` holds the placed clips by track id.
    """
    by_order = sorted(cut.tracks, key=lambda track: track.order)
    video = [track for track in by_order if track.kind is TrackKind.VIDEO]
    audio = [track for track in by_order if track.kind is TrackKind.AUDIO]
    dissolves = {(transition.left, transition.right): transition for transition in cut.transitions}
    return tuple(
        Lane(track, on := spans.get(track.id, ()), dissolves, any(map(has_keyframes, on)))
        for track in [*reversed(video), *audio]
    )


def has_keyframes(span: PlacedClip) -> bool:
    """Return True if a number of the clip changes over time. A number with a single keyframe is constant."""
    effects = span.clip.effects
    return effects is not NO_EFFECTS and any(len(curve) > 1 for _, curve in effects.curves)


def find_scene_starts(spans: Iterable[PlacedClip], scene_of: dict[str, str]) -> tuple[int, ...]:
    """Return the frames where the scene changes along a lane; `scene_of` maps shot ids to scene ids.

    A clip without a scene (an asset, a gap) belongs to the scene before it.
    """
    out: list[int] = []
    before = ""
    for span in spans:
        scene = scene_of.get(span.clip.source.ref, "") if span.clip.source.kind is SourceKind.SHOT else ""
        if scene and scene != before:
            out.append(span.start)
            before = scene
    return tuple(out)


@dataclass(frozen=True, slots=True)
class MotionTarget:
    """The frame to which a motion goes. If there is no such frame, `found` is False and `frame` is the frame
    where the motion began.
    """

    frame: int
    found: bool = True


def clamp_frame(film: TimelineFilm, frame: int) -> int:
    """Return `frame`, limited to the positions that the playhead can have: from the first frame of the film
    to the position after its last frame.
    """
    return max(0, min(frame, film.frames))


def move_by_frames(film: TimelineFilm, frame: int, count: int) -> MotionTarget:
    """Return the frame `count` frames later, or earlier for a negative count, within the film."""
    target = clamp_frame(film, frame + count)
    return MotionTarget(target, target != frame)


def move_by_seconds(film: TimelineFilm, frame: int, count: int) -> MotionTarget:
    """Return the frame `count` seconds later, or earlier for a negative count, within the film."""
    return move_by_frames(film, frame, count * get_timecode_base(film.rate))


def _repeat_step(frame: int, count: int, step: Callable[[int], int | None]) -> MotionTarget:
    moved = False
    for _ in range(max(1, count)):
        target = step(frame)
        if target is None:
            break
        frame, moved = target, True
    return MotionTarget(frame, moved)


def _find_edits_lane(film: TimelineFilm, index: int) -> Lane | None:
    """Return the lane whose clip edges are the targets of a motion: the lane at `index`, or V1 if that lane
    has no clips.
    """
    lane = film.get_lane(index)
    return lane if lane and lane.spans else film.get_lane(film.main_lane_index())


def move_to_next_edit(film: TimelineFilm, lane: int, frame: int, count: int = 1) -> MotionTarget:
    """Return the `count`-th clip edge after a frame on a lane (`w`)."""
    found = _find_edits_lane(film, lane)
    return _repeat_step(frame, count, found.find_next_edit) if found else MotionTarget(frame, False)


def move_to_previous_edit(film: TimelineFilm, lane: int, frame: int, count: int = 1) -> MotionTarget:
    """Return the `count`-th clip edge before a frame on a lane (`b`)."""
    found = _find_edits_lane(film, lane)
    return _repeat_step(frame, count, found.find_previous_edit) if found else MotionTarget(frame, False)


def move_to_clip_end(film: TimelineFilm, lane: int, frame: int, count: int = 1) -> MotionTarget:
    """Return the last frame of the clip under `frame` (`e`). If `frame` is that last frame already, return
    the last frame of the next clip.
    """
    found = _find_edits_lane(film, lane)
    if found is None:
        return MotionTarget(frame, False)

    def find_later_end(at: int) -> int | None:
        index = bisect_right(found.spans, at + 1, key=lambda span: span.end)
        return found.spans[index].end - 1 if index < len(found.spans) else None

    return _repeat_step(frame, count, find_later_end)


def _find_next_point(points: Sequence[int], frame: int) -> int | None:
    index = bisect_right(points, frame)
    return points[index] if index < len(points) else None


def _find_previous_point(points: Sequence[int], frame: int) -> int | None:
    index = bisect_left(points, frame) - 1
    return points[index] if index >= 0 else None


def move_to_next_scene(film: TimelineFilm, frame: int, count: int = 1) -> MotionTarget:
    """Return the start of the next scene. After the last scene start, return the end of the film."""
    return _repeat_step(frame, count, lambda at: _find_next_point((*film.scenes, film.frames), at))


def move_to_previous_scene(film: TimelineFilm, frame: int, count: int = 1) -> MotionTarget:
    """Return the start of the previous scene. Before the first scene start, return the start of the film."""
    return _repeat_step(frame, count, lambda at: _find_previous_point((0, *film.scenes), at))


def _list_marker_frames(film: TimelineFilm) -> tuple[int, ...]:
    return tuple(marker.frame for marker in film.markers)


def move_to_next_marker(film: TimelineFilm, frame: int, count: int = 1) -> MotionTarget:
    """Return the frame of the next marker."""
    return _repeat_step(frame, count, lambda at: _find_next_point(_list_marker_frames(film), at))


def move_to_previous_marker(film: TimelineFilm, frame: int, count: int = 1) -> MotionTarget:
    """Return the frame of the previous marker."""
    return _repeat_step(frame, count, lambda at: _find_previous_point(_list_marker_frames(film), at))


def move_to_named_mark(film: TimelineFilm, frame: int, name: str) -> MotionTarget:
    """Return the frame of the marker with this name. If there is none, return `frame`, marked as not
    found.
    """
    for marker in film.markers:
        if marker.name == name:
            return MotionTarget(clamp_frame(film, marker.frame))
    return MotionTarget(frame, False)


def find_scene_range(film: TimelineFilm, frame: int) -> tuple[int, int] | None:
    """Return the frames of the scene that contains `frame`, as [start, end). Return None if the film has no
    scenes.
    """
    if not film.scenes:
        return None
    index = max(0, bisect_right(film.scenes, frame) - 1)
    end = film.scenes[index + 1] if index + 1 < len(film.scenes) else film.frames
    return (film.scenes[index], end)


def find_nearest_edit(film: TimelineFilm, lane: int, frame: int) -> int | None:
    """Return the clip edge nearest to a frame on a lane, or None if the lane has no clips. If two edges are
    equally near, return the earlier one.
    """
    found = film.get_lane(lane)
    if found is None or not found.spans:
        return None
    index = bisect_right(found.spans, frame, key=lambda span: span.start)
    around = found.spans[max(0, index - 1) : index + 1]
    edges = [edge for span in around for edge in (span.start, span.end)]
    return min(edges, key=lambda edge: (abs(edge - frame), edge))


def find_nearest_cut(lane: Lane, frame: int) -> tuple[PlacedClip, PlacedClip] | None:
    """Return the two touching clips whose common edge is nearest to a frame, or None if no clips touch. If
    two such edges are equally near, return the clips at the earlier edge.

    Gap clips are ignored.
    """
    index = bisect_right(lane.spans, frame, key=lambda span: span.start)
    before = _find_first_adjacent_pair(lane, range(index - 1, 0, -1))
    after = _find_first_adjacent_pair(lane, range(max(1, index), len(lane.spans)))
    found = [pair for pair in (before, after) if pair is not None]
    return min(found, key=lambda pair: abs(pair[1].start - frame), default=None)


def _find_first_adjacent_pair(lane: Lane, places: Iterable[int]) -> tuple[PlacedClip, PlacedClip] | None:
    """Return the first pair of touching clips among the pairs to try. `places` are the indexes of the right
    clips of these pairs, in order. A pair with a gap is skipped. Return None if there is no other pair.
    """
    for place in places:
        left, right = lane.spans[place - 1], lane.spans[place]
        gap = SourceKind.GAP in (left.clip.source.kind, right.clip.source.kind)
        if left.end == right.start and not gap:
            return left, right
    return None
