"""What a thing that is moved snaps to: edits, the playhead, markers, in and out, and both ends of the film.

Pure: a layout in, points out. Both edges of what moves are tried; the nearest point within reach wins, at the
head before at the tail, the earlier of two as near. Reach is in frames; a screen asks for its cells' worth.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import Enum

from milimo_tui.cut.layout.layout import Layout
from milimo_tui.cut.values.cut import Clip, Marker


class What(Enum):
    """Kinds of points; where several lie on one frame, the first of this list names it."""

    PLAYHEAD = "the playhead"
    IN = "in"
    OUT = "out"
    MARKER = "the marker"
    START = "the start of the film"
    HEAD = "the start of"
    TAIL = "the end of"


_ORDER = {what: index for index, what in enumerate(What)}


@dataclass(frozen=True, slots=True)
class Point:
    """A frame worth meeting, and what lies there."""

    frame: int
    what: What
    clip: Clip | None = None
    marker: Marker | None = None

    def text(self, name_of: Callable[[Clip], str]) -> str:
        """The point in words: “the end of 3A”, “the marker a”."""
        if self.clip is not None:
            return f"{self.what.value} {name_of(self.clip)}"
        if self.marker is not None:
            words = self.marker.name or (f"“{self.marker.text}”" if self.marker.text else "")
            return f"{self.what.value} {words}".rstrip()
        return self.what.value


@dataclass(frozen=True, slots=True)
class Snap:
    """How far to move so that an edge lies on a point. `tail` tells which edge it is."""

    by: int
    point: Point
    tail: bool = False


@dataclass(frozen=True, slots=True)
class Points:
    """Points in the order of time, one a frame."""

    all: tuple[Point, ...]
    frames: tuple[int, ...]

    def at(self, frame: int) -> Point | None:
        """The point on that very frame."""
        index = bisect_left(self.frames, frame)
        return self.all[index] if index < len(self.frames) and self.frames[index] == frame else None

    def beyond(self, frame: int, count: int) -> Point | None:
        """The `count`-th point behind a frame (before it where negative), or the last there is."""
        if count > 0:
            index = bisect_right(self.frames, frame)
            return self.all[min(index + count, len(self.all)) - 1] if index < len(self.all) else None
        index = bisect_left(self.frames, frame)
        return self.all[max(0, index + count)] if index > 0 else None

    def nearest(self, frame: int, reach: int) -> Point | None:
        """The nearest point at most `reach` frames away; the earlier of two as near."""
        index = bisect_left(self.frames, frame)
        around = self.all[max(0, index - 1) : index + 1]
        best = min(around, key=lambda point: abs(point.frame - frame), default=None)
        return best if best is not None and abs(best.frame - frame) <= reach else None


def points(
    laid: Layout,
    *,
    playhead: int | None = None,
    without: Collection[str] = (),
) -> Points:
    """Everything to snap to. `without` names the clips that move themselves, by id."""
    cut = laid.cut
    found = [Point(0, What.START)]
    if playhead is not None:
        found.append(Point(playhead, What.PLAYHEAD))
    found += [
        Point(frame, what)
        for frame, what in ((cut.mark_in, What.IN), (cut.mark_out, What.OUT))
        if frame is not None
    ]
    for marker in cut.markers:
        frame = laid.marked(marker) if marker.clip not in without else None
        if frame is not None:
            found.append(Point(frame, What.MARKER, marker=marker))
    for track in laid.tracks:
        for placed in laid.on(track.id):
            if placed.clip.id not in without:
                found.append(Point(placed.start, What.HEAD, placed.clip))
                found.append(Point(placed.end, What.TAIL, placed.clip))
    named: dict[int, Point] = {}
    for point in sorted(found, key=lambda each: _ORDER[each.what]):
        named.setdefault(point.frame, point)
    ordered = tuple(named[frame] for frame in sorted(named))
    return Points(ordered, tuple(point.frame for point in ordered))


def snap(there: Points, edges: Sequence[int], reach: int) -> Snap | None:
    """The smallest move that puts an edge of what moves on a point; None where none lies within reach.

    `edges` are the frames of its head and, where it has one to snap, its tail.
    """
    best: Snap | None = None
    for index, edge in enumerate(edges):
        point = there.nearest(edge, reach)
        if point is not None and (best is None or abs(point.frame - edge) < abs(best.by)):
            best = Snap(point.frame - edge, point, tail=index > 0)
    return best
