"""Find the points to which a dragged item snaps: edits, the playhead, markers, in and out points, and both
ends of the film.

Pure functions. Both edges of the dragged item can snap, and the nearest point within reach is used. If two
points are equally near, the head takes precedence over the tail, and the earlier point over the later. The
reach is given in frames; a screen converts it from cells.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import Enum

from milimo_tui.cut.layout.layout import Layout
from milimo_tui.cut.values.cut import Clip, Marker


class SnapKind(Enum):
    """The kinds of snap points. If several points are on one frame, the kind listed first here is used."""

    PLAYHEAD = "the playhead"
    IN = "in"
    OUT = "out"
    MARKER = "the marker"
    START = "the start of the film"
    HEAD = "the start of"
    TAIL = "the end of"


_ORDER = {what: index for index, what in enumerate(SnapKind)}


@dataclass(frozen=True, slots=True)
class SnapPoint:
    """A frame to which items snap, with the kind and name of the thing at that frame."""

    frame: int
    what: SnapKind
    clip: Clip | None = None
    marker: Marker | None = None

    def describe_point(self, name_of: Callable[[Clip], str]) -> str:
        """Return a description of the point: “the end of 3A”, “the marker a”. `name_of` returns the name of a
        clip.
        """
        if self.clip is not None:
            return f"{self.what.value} {name_of(self.clip)}"
        if self.marker is not None:
            words = self.marker.name or (f"“{self.marker.text}”" if self.marker.text else "")
            return f"{self.what.value} {words}".rstrip()
        return self.what.value


@dataclass(frozen=True, slots=True)
class Snap:
    """A snap that was found: the point, and the number of frames that an edge must move to reach it. `tail`
    is True if the tail of the item snaps.
    """

    by: int
    point: SnapPoint
    tail: bool = False


@dataclass(frozen=True, slots=True)
class SnapPoints:
    """All snap points of a cut, sorted by frame, with at most one point per frame."""

    all: tuple[SnapPoint, ...]
    frames: tuple[int, ...]

    def find_at(self, frame: int) -> SnapPoint | None:
        """Return the point exactly at a frame."""
        index = bisect_left(self.frames, frame)
        return self.all[index] if index < len(self.frames) and self.frames[index] == frame else None

    def find_beyond(self, frame: int, count: int) -> SnapPoint | None:
        """Return a snap point near a frame. For a positive `count`, return the point that is `count` points
        after the frame; for a negative `count`, return the point that many points before it. If there are
        fewer points on that side, return the outermost; if there are none, return None.
        """
        if count > 0:
            index = bisect_right(self.frames, frame)
            return self.all[min(index + count, len(self.all)) - 1] if index < len(self.all) else None
        index = bisect_left(self.frames, frame)
        return self.all[max(0, index + count)] if index > 0 else None

    def find_nearest(self, frame: int, reach: int) -> SnapPoint | None:
        """Return the point nearest to a frame, at most `reach` frames away, or None. If two are equally near,
        return the earlier point.
        """
        index = bisect_left(self.frames, frame)
        around = self.all[max(0, index - 1) : index + 1]
        best = min(around, key=lambda point: abs(point.frame - frame), default=None)
        return best if best is not None and abs(best.frame - frame) <= reach else None


def collect_snap_points(
    layout: Layout,
    *,
    playhead: int | None = None,
    without: Collection[str] = (),
) -> SnapPoints:
    """Return all snap points of a layout. `without` are the ids of clips whose edges are left out, because
    they are being moved.
    """
    cut = layout.cut
    found = [SnapPoint(0, SnapKind.START)]
    if playhead is not None:
        found.append(SnapPoint(playhead, SnapKind.PLAYHEAD))
    found += [
        SnapPoint(frame, what)
        for frame, what in ((cut.mark_in, SnapKind.IN), (cut.mark_out, SnapKind.OUT))
        if frame is not None
    ]
    for marker in cut.markers:
        frame = layout.get_marker_frame(marker) if marker.clip not in without else None
        if frame is not None:
            found.append(SnapPoint(frame, SnapKind.MARKER, marker=marker))
    for track in layout.tracks:
        for placed in layout.get_row(track.id):
            if placed.clip.id not in without:
                found.append(SnapPoint(placed.start, SnapKind.HEAD, placed.clip))
                found.append(SnapPoint(placed.end, SnapKind.TAIL, placed.clip))
    named: dict[int, SnapPoint] = {}
    for point in sorted(found, key=lambda each: _ORDER[each.what]):
        named.setdefault(point.frame, point)
    ordered = tuple(named[frame] for frame in sorted(named))
    return SnapPoints(ordered, tuple(point.frame for point in ordered))


def find_best_snap(points: SnapPoints, edges: Sequence[int], reach: int) -> Snap | None:
    """Return the snap with the smallest move. None if no point is within `reach` frames.

    `edges` are the frame of the dragged item's head and, if the tail can snap, too, the frame of its tail.
    """
    best: Snap | None = None
    for index, edge in enumerate(edges):
        point = points.find_nearest(edge, reach)
        if point is not None and (best is None or abs(point.frame - edge) < abs(best.by)):
            best = Snap(point.frame - edge, point, tail=index > 0)
    return best
