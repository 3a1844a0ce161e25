"""The timeline as a value: the clips on each lane, and the target of every motion.

Pure: frames in, frames out. No Textual, no studio, no clock; the widget draws the value and the screen acts
on it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Protocol

from milimo_tui.core.time import nominal
from milimo_tui.cut.values.cut import Clip, Cut, Marker, SourceKind, Track, TrackKind, Transition
from milimo_tui.cut.values.effects import NO_EFFECTS


class Span(Protocol):
    """A clip at its place on a track: `cut.layout.layout.Placed` is one. `end` is exclusive."""

    @property
    def clip(self) -> Clip: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Lane:
    """A track and its clips, ascending and without overlap."""

    track: Track
    spans: Sequence[Span] = ()
    dissolves: Mapping[tuple[str, str], Transition] = field(default_factory=dict)  # By left and right clip.
    keyed: bool = False  # True if a clip has a value that changes over time.

    def at(self, frame: int) -> Span | None:
        """Return the clip under a frame, or None where there is no clip."""
        index = bisect_right(self.spans, frame, key=lambda span: span.start) - 1
        if index >= 0 and frame < self.spans[index].end:
            return self.spans[index]
        return None

    def index(self, span: Span) -> int:
        """Return the position of a clip among the clips of this lane."""
        return bisect_left(self.spans, span.start, key=lambda each: each.start)

    def near(self, frame: int) -> Span | None:
        """Return the clip under a frame; at the very end of the last clip, return the last clip."""
        found = self.at(frame)
        if found is None and self.spans and frame == self.spans[-1].end:
            return self.spans[-1]
        return found

    def between(self, start: int, end: int) -> Sequence[Span]:
        """Return the clips that overlap [start, end)."""
        first = bisect_right(self.spans, start, key=lambda span: span.end)
        last = bisect_left(self.spans, end, key=lambda span: span.start)
        return self.spans[first:last]

    def next_edit(self, frame: int) -> int | None:
        """Return the nearest clip edge after a frame, or None."""
        index = bisect_right(self.spans, frame, key=lambda span: span.end)
        if index == len(self.spans):
            return None
        span = self.spans[index]
        return span.start if span.start > frame else span.end

    def previous_edit(self, frame: int) -> int | None:
        """Return the nearest clip edge before a frame, or None."""
        index = bisect_left(self.spans, frame, key=lambda span: span.start) - 1
        if index < 0:
            return None
        span = self.spans[index]
        return span.end if span.end < frame else span.start

    def gap_at(self, frame: int) -> tuple[int, int] | None:
        """Return the empty range or gap clip under a frame; None on any other clip and after the last
        clip.
        """
        span = self.at(frame)
        if span is not None:
            return (span.start, span.end) if span.clip.source.kind is SourceKind.GAP else None
        index = bisect_right(self.spans, frame, key=lambda span: span.start)
        if index == len(self.spans):
            return None
        return (self.spans[index - 1].end if index else 0, self.spans[index].start)


@dataclass(frozen=True, slots=True)
class Film:
    """A cut as the timeline shows it. Lanes run from the top of the screen down; `frames` is the cut's
    length.
    """

    rate: Fraction = Fraction(25)
    frames: int = 0
    lanes: tuple[Lane, ...] = ()
    scenes: tuple[int, ...] = ()  # First frames of scenes, ascending.
    markers: tuple[Marker, ...] = ()  # In cut time, ascending.
    mark_in: int | None = None
    mark_out: int | None = None
    is_connected: bool = False  # True if a clip is connected to another one.

    @property
    def marked(self) -> tuple[int, int] | None:
        """The in–out range as [start, end), or None without marks; a missing mark means that end of the
        film.
        """
        if self.mark_in is None and self.mark_out is None:
            return None
        start = self.mark_in or 0
        end = self.frames if self.mark_out is None else self.mark_out
        return (start, end) if start < end else None

    def main_lane(self) -> int:
        """Return the index of V1: the magnetic lane, else the lowest picture lane."""
        for index, lane in enumerate(self.lanes):
            if lane.track.magnetic:
                return index
        video = [i for i, lane in enumerate(self.lanes) if lane.track.kind is TrackKind.VIDEO]
        return video[-1] if video else 0

    def lane(self, index: int) -> Lane | None:
        """Return the lane at an index, or None if there is no such lane."""
        return self.lanes[index] if 0 <= index < len(self.lanes) else None


def lanes_of(cut: Cut, spans: dict[str, Sequence[Span]]) -> tuple[Lane, ...]:
    """Order tracks as lanes from the top down: the highest picture track first, then sound tracks from A1
    on.
    """
    by_order = sorted(cut.tracks, key=lambda track: track.order)
    video = [track for track in by_order if track.kind is TrackKind.VIDEO]
    audio = [track for track in by_order if track.kind is TrackKind.AUDIO]
    dissolves = {(transition.left, transition.right): transition for transition in cut.transitions}
    return tuple(
        Lane(track, on := spans.get(track.id, ()), dissolves, any(map(is_keyed, on)))
        for track in [*reversed(video), *audio]
    )


def is_keyed(span: Span) -> bool:
    """Return True if a value of the clip changes over time; a single keyframe is a constant."""
    effects = span.clip.effects
    return effects is not NO_EFFECTS and any(len(curve) > 1 for _, curve in effects.curves)


def scene_starts(spans: Iterable[Span], scene_of: dict[str, str]) -> tuple[int, ...]:
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


# -- motions ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Motion:
    """The target frame of a motion. `found` is False if there was nowhere to go: `frame` is then the old
    one.
    """

    frame: int
    found: bool = True


def clamp(film: Film, frame: int) -> int:
    """Return the nearest frame that the playhead can be on: any frame of the film, or its end."""
    return max(0, min(frame, film.frames))


def by_frames(film: Film, frame: int, count: int) -> Motion:
    """Move by `count` frames, within the film."""
    target = clamp(film, frame + count)
    return Motion(target, target != frame)


def by_seconds(film: Film, frame: int, count: int) -> Motion:
    """Move by `count` seconds, within the film."""
    return by_frames(film, frame, count * nominal(film.rate))


def _repeat(frame: int, count: int, step: Callable[[int], int | None]) -> Motion:
    moved = False
    for _ in range(max(1, count)):
        target = step(frame)
        if target is None:
            break
        frame, moved = target, True
    return Motion(frame, moved)


def _edits_lane(film: Film, index: int) -> Lane | None:
    """Return the lane whose edits motions follow: the current lane, or V1 if the current lane is empty."""
    lane = film.lane(index)
    return lane if lane and lane.spans else film.lane(film.main_lane())


def next_edit(film: Film, lane: int, frame: int, count: int = 1) -> Motion:
    """Move to the next edge of a clip on the lane (`w`)."""
    found = _edits_lane(film, lane)
    return _repeat(frame, count, found.next_edit) if found else Motion(frame, False)


def previous_edit(film: Film, lane: int, frame: int, count: int = 1) -> Motion:
    """Move to the previous edge of a clip on the lane (`b`)."""
    found = _edits_lane(film, lane)
    return _repeat(frame, count, found.previous_edit) if found else Motion(frame, False)


def clip_end(film: Film, lane: int, frame: int, count: int = 1) -> Motion:
    """Move to the last frame of this clip, or of the next clip if already there (`e`)."""
    found = _edits_lane(film, lane)
    if found is None:
        return Motion(frame, False)

    def step(at: int) -> int | None:
        index = bisect_right(found.spans, at + 1, key=lambda span: span.end)
        return found.spans[index].end - 1 if index < len(found.spans) else None

    return _repeat(frame, count, step)


def _next_in(points: Sequence[int], frame: int) -> int | None:
    index = bisect_right(points, frame)
    return points[index] if index < len(points) else None


def _previous_in(points: Sequence[int], frame: int) -> int | None:
    index = bisect_left(points, frame) - 1
    return points[index] if index >= 0 else None


def next_scene(film: Film, frame: int, count: int = 1) -> Motion:
    """Move to the next scene start, or to the end of the film."""
    return _repeat(frame, count, lambda at: _next_in((*film.scenes, film.frames), at))


def previous_scene(film: Film, frame: int, count: int = 1) -> Motion:
    """Move to the previous scene start, or to the start of the film."""
    return _repeat(frame, count, lambda at: _previous_in((0, *film.scenes), at))


def _marker_frames(film: Film) -> tuple[int, ...]:
    return tuple(marker.frame for marker in film.markers)


def next_marker(film: Film, frame: int, count: int = 1) -> Motion:
    """Move to the next marker."""
    return _repeat(frame, count, lambda at: _next_in(_marker_frames(film), at))


def previous_marker(film: Film, frame: int, count: int = 1) -> Motion:
    """Move to the previous marker."""
    return _repeat(frame, count, lambda at: _previous_in(_marker_frames(film), at))


def named_mark(film: Film, frame: int, name: str) -> Motion:
    """Move to the marker with a name; stay at `frame` if there is none."""
    for marker in film.markers:
        if marker.name == name:
            return Motion(clamp(film, marker.frame))
    return Motion(frame, False)


# -- the objects an operator takes -----------------------------------------------------------------


def scene_range(film: Film, frame: int) -> tuple[int, int] | None:
    """Return the scene around a frame as [start, end), or None if the film has no scenes."""
    if not film.scenes:
        return None
    index = max(0, bisect_right(film.scenes, frame) - 1)
    end = film.scenes[index + 1] if index + 1 < len(film.scenes) else film.frames
    return (film.scenes[index], end)


def nearest_edit(film: Film, lane: int, frame: int) -> int | None:
    """Return the clip edge nearest to a frame on a lane; the earlier one if two are equally near."""
    found = film.lane(lane)
    if found is None or not found.spans:
        return None
    index = bisect_right(found.spans, frame, key=lambda span: span.start)
    around = found.spans[max(0, index - 1) : index + 1]
    edges = [edge for span in around for edge in (span.start, span.end)]
    return min(edges, key=lambda edge: (abs(edge - frame), edge))


def nearest_cut(lane: Lane, frame: int) -> tuple[Span, Span] | None:
    """Return the two adjacent clips whose common edge is nearest to a frame; the earlier pair if two are
    equally near.

    Gaps do not count.
    """
    index = bisect_right(lane.spans, frame, key=lambda span: span.start)
    before = _first_meeting(lane, range(index - 1, 0, -1))
    behind = _first_meeting(lane, range(max(1, index), len(lane.spans)))
    found = [pair for pair in (before, behind) if pair is not None]
    return min(found, key=lambda pair: abs(pair[1].start - frame), default=None)


def _first_meeting(lane: Lane, places: Iterable[int]) -> tuple[Span, Span] | None:
    """Return the first pair of adjacent clips without a gap, among the positions in `places`."""
    for place in places:
        left, right = lane.spans[place - 1], lane.spans[place]
        gap = SourceKind.GAP in (left.clip.source.kind, right.clip.source.kind)
        if left.end == right.start and not gap:
            return left, right
    return None
