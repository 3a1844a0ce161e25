"""The timeline as a value: what lies on which lane, the view onto it, and where every motion goes.

Pure: frames in, frames out. No Textual, no studio, no clock; the widget draws it and the screen acts on it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Protocol

from milimo_tui.core.time import half_up, nominal
from milimo_tui.cut.values import Clip, Cut, Marker, SourceKind, Track, TrackKind


class Span(Protocol):
    """A clip where it lies: `cut.layout.Placed` is one. `end` is exclusive."""

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
    dissolves: frozenset[tuple[str, str]] = frozenset()  # (left clip, right clip) of each transition

    def at(self, frame: int) -> Span | None:
        """The clip under a frame, or None over nothing."""
        index = bisect_right(self.spans, frame, key=lambda span: span.start) - 1
        if index >= 0 and frame < self.spans[index].end:
            return self.spans[index]
        return None

    def near(self, frame: int) -> Span | None:
        """The clip under a frame; at the very end of the last one, that one."""
        found = self.at(frame)
        if found is None and self.spans and frame == self.spans[-1].end:
            return self.spans[-1]
        return found

    def between(self, start: int, end: int) -> Sequence[Span]:
        """The clips that show in [start, end)."""
        first = bisect_right(self.spans, start, key=lambda span: span.end)
        last = bisect_left(self.spans, end, key=lambda span: span.start)
        return self.spans[first:last]

    def next_edit(self, frame: int) -> int | None:
        """The nearest edge of a clip after a frame."""
        index = bisect_right(self.spans, frame, key=lambda span: span.end)
        if index == len(self.spans):
            return None
        span = self.spans[index]
        return span.start if span.start > frame else span.end

    def previous_edit(self, frame: int) -> int | None:
        """The nearest edge of a clip before a frame."""
        index = bisect_left(self.spans, frame, key=lambda span: span.start) - 1
        if index < 0:
            return None
        span = self.spans[index]
        return span.end if span.end < frame else span.start

    def gap_at(self, frame: int) -> tuple[int, int] | None:
        """The hole, or gap clip, under a frame; None where a clip shows or after the last one."""
        span = self.at(frame)
        if span is not None:
            return (span.start, span.end) if span.clip.source.kind is SourceKind.GAP else None
        index = bisect_right(self.spans, frame, key=lambda span: span.start)
        if index == len(self.spans):
            return None
        return (self.spans[index - 1].end if index else 0, self.spans[index].start)


@dataclass(frozen=True, slots=True)
class Film:
    """A cut as the timeline shows it. Lanes run from the top of the screen down; `frames` is its length."""

    rate: Fraction = Fraction(25)
    frames: int = 0
    lanes: tuple[Lane, ...] = ()
    scenes: tuple[int, ...] = ()  # where a scene begins, ascending
    markers: tuple[Marker, ...] = ()  # on the cut's time, ascending
    mark_in: int | None = None
    mark_out: int | None = None

    @property
    def marked(self) -> tuple[int, int] | None:
        """The in–out range as [start, end); an open side reaches to the film's own. None without marks."""
        if self.mark_in is None and self.mark_out is None:
            return None
        start = self.mark_in or 0
        end = self.frames if self.mark_out is None else self.mark_out
        return (start, end) if start < end else None

    def main_lane(self) -> int:
        """The index of V1: the magnetic lane, else the lowest picture lane."""
        for index, lane in enumerate(self.lanes):
            if lane.track.magnetic:
                return index
        video = [i for i, lane in enumerate(self.lanes) if lane.track.kind is TrackKind.VIDEO]
        return video[-1] if video else 0

    def lane(self, index: int) -> Lane | None:
        return self.lanes[index] if 0 <= index < len(self.lanes) else None


def lanes_of(cut: Cut, spans: dict[str, Sequence[Span]]) -> tuple[Lane, ...]:
    """Tracks as lanes from the top down: the highest picture track first, then sound from A1 on."""
    by_order = sorted(cut.tracks, key=lambda track: track.order)
    video = [track for track in by_order if track.kind is TrackKind.VIDEO]
    audio = [track for track in by_order if track.kind is TrackKind.AUDIO]
    dissolves = frozenset((transition.left, transition.right) for transition in cut.transitions)
    return tuple(Lane(track, spans.get(track.id, ()), dissolves) for track in [*reversed(video), *audio])


def scene_starts(spans: Iterable[Span], scene_of: dict[str, str]) -> tuple[int, ...]:
    """Frames where the scene changes along a lane; `scene_of` maps shot ids to scene ids.

    A clip of no scene (an asset, a gap) belongs to the scene before it.
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
    """Where a motion arrives. `found` is False when there was nowhere to go: the frame is the old one."""

    frame: int
    found: bool = True


def clamp(film: Film, frame: int) -> int:
    """A playhead may stand on every frame and on the end of the film."""
    return max(0, min(frame, film.frames))


def by_frames(film: Film, frame: int, count: int) -> Motion:
    target = clamp(film, frame + count)
    return Motion(target, target != frame)


def by_seconds(film: Film, frame: int, count: int) -> Motion:
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
    """The lane whose edits motions follow: the one in hand, or V1 where that one is empty."""
    lane = film.lane(index)
    return lane if lane and lane.spans else film.lane(film.main_lane())


def next_edit(film: Film, lane: int, frame: int, count: int = 1) -> Motion:
    """`w`: the next edge of a clip on the lane."""
    found = _edits_lane(film, lane)
    return _repeat(frame, count, found.next_edit) if found else Motion(frame, False)


def previous_edit(film: Film, lane: int, frame: int, count: int = 1) -> Motion:
    """`b`: the edge before the playhead on the lane."""
    found = _edits_lane(film, lane)
    return _repeat(frame, count, found.previous_edit) if found else Motion(frame, False)


def clip_end(film: Film, lane: int, frame: int, count: int = 1) -> Motion:
    """`e`: the last frame of this clip, or of the next when already there."""
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
    return _repeat(frame, count, lambda at: _next_in((*film.scenes, film.frames), at))


def previous_scene(film: Film, frame: int, count: int = 1) -> Motion:
    return _repeat(frame, count, lambda at: _previous_in((0, *film.scenes), at))


def _marker_frames(film: Film) -> tuple[int, ...]:
    return tuple(marker.frame for marker in film.markers)


def next_marker(film: Film, frame: int, count: int = 1) -> Motion:
    return _repeat(frame, count, lambda at: _next_in(_marker_frames(film), at))


def previous_marker(film: Film, frame: int, count: int = 1) -> Motion:
    return _repeat(frame, count, lambda at: _previous_in(_marker_frames(film), at))


def named_mark(film: Film, frame: int, name: str) -> Motion:
    for marker in film.markers:
        if marker.name == name:
            return Motion(clamp(film, marker.frame))
    return Motion(frame, False)


# -- the objects an operator takes -----------------------------------------------------------------


def scene_range(film: Film, frame: int) -> tuple[int, int] | None:
    """The scene around a frame as [start, end)."""
    if not film.scenes:
        return None
    index = max(0, bisect_right(film.scenes, frame) - 1)
    end = film.scenes[index + 1] if index + 1 < len(film.scenes) else film.frames
    return (film.scenes[index], end)


def nearest_edit(film: Film, lane: int, frame: int) -> int | None:
    """The edge nearest to a frame on a lane; the earlier one when two are as near."""
    found = film.lane(lane)
    if found is None or not found.spans:
        return None
    index = bisect_right(found.spans, frame, key=lambda span: span.start)
    around = found.spans[max(0, index - 1) : index + 1]
    edges = [edge for span in around for edge in (span.start, span.end)]
    return min(edges, key=lambda edge: (abs(edge - frame), edge))


# -- the view ------------------------------------------------------------------------------------

# Frames per cell: each step about 1.4 times the last, so that two steps double.
ZOOMS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072,
         4096, 6144, 8192, 12288, 16384)  # fmt: skip


@dataclass(frozen=True, slots=True)
class View:
    """What of the film is on screen: `width` cells of `zoom` frames from frame `origin` on."""

    playhead: int = 0
    lane: int = 0
    zoom: int = 8
    origin: int = 0
    width: int = 60

    @property
    def end(self) -> int:
        """The first frame right of the screen."""
        return self.origin + self.width * self.zoom

    def cell(self, frame: int) -> int:
        """The cell a frame falls into; may lie outside the screen."""
        return (frame - self.origin) // self.zoom

    def eighth(self, frame: int) -> int:
        """The place of a frame's leading edge in eighths of a cell, from the left of the screen."""
        return (frame - self.origin) * 8 // self.zoom

    def shows(self, frame: int) -> bool:
        return self.origin <= frame < self.end


def _origin(film: Film, zoom: int, width: int, origin: int) -> int:
    """An origin on the grid of cells, inside the film."""
    last = max(0, film.frames - (width - 1) * zoom)
    return max(0, min(origin, -(-last // zoom) * zoom)) // zoom * zoom


def seek(view: View, film: Film, frame: int) -> View:
    """Put the playhead on a frame; the screen follows by pages, so that single steps move one column only."""
    frame = clamp(film, frame)
    if view.shows(frame):
        return replace(view, playhead=frame)
    margin = max(1, view.width // 8)
    cell_frame = frame // view.zoom * view.zoom
    ahead = frame >= view.end
    cells_before = margin if ahead else view.width - 1 - margin
    step = abs(frame - (view.end if ahead else view.origin))
    if step > view.width * view.zoom:  # a jump: land in the middle
        cells_before = view.width // 2
    cells_before = max(0, min(cells_before, view.width - 1))
    origin = _origin(film, view.zoom, view.width, cell_frame - cells_before * view.zoom)
    return replace(view, playhead=frame, origin=origin)


def centre(view: View, film: Film) -> View:
    origin = view.playhead // view.zoom * view.zoom - view.width // 2 * view.zoom
    return replace(view, origin=_origin(film, view.zoom, view.width, origin))


def zoom_to(view: View, film: Film, zoom: int) -> View:
    """Another number of frames a cell; the playhead keeps its column where the film allows."""
    zoom = max(ZOOMS[0], min(zoom, ZOOMS[-1]))
    column = max(0, min(view.cell(view.playhead), view.width - 1))
    origin = (view.playhead // zoom - column) * zoom
    return replace(view, zoom=zoom, origin=_origin(film, zoom, view.width, origin))


def zoom_in(view: View, film: Film, count: int = 1) -> View:
    index = bisect_left(ZOOMS, view.zoom)
    return zoom_to(view, film, ZOOMS[max(0, index - count)])


def zoom_out(view: View, film: Film, count: int = 1) -> View:
    index = bisect_right(ZOOMS, view.zoom) - 1
    widest = fit_zoom(film.frames, view.width)
    return zoom_to(view, film, min(ZOOMS[min(len(ZOOMS) - 1, index + count)], max(view.zoom, widest)))


def fit_zoom(frames: int, width: int) -> int:
    """The smallest whole number of frames a cell at which that many frames fit in."""
    return max(1, -(-max(1, frames + 1) // max(1, width)))


def zoom_fit(view: View, film: Film) -> View:
    """The whole film on the screen."""
    return replace(view, zoom=fit_zoom(film.frames, view.width), origin=0)


def zoom_range(view: View, film: Film, start: int, end: int) -> View:
    """A range on the screen, whole."""
    zoom = fit_zoom(end - start, view.width)
    return replace(view, zoom=zoom, origin=_origin(film, zoom, view.width, start))


def resize(view: View, film: Film, width: int) -> View:
    """Another width in cells: the playhead stays on the screen."""
    if width == view.width:
        return view
    wider = replace(view, width=max(1, width))
    wider = replace(wider, origin=_origin(film, wider.zoom, wider.width, wider.origin))
    return seek(wider, film, view.playhead)


def follow(view: View, film: Film) -> View:
    """The same view on a film that changed: playhead, lane and origin stay inside it."""
    lane = max(0, min(view.lane, len(film.lanes) - 1))
    kept = replace(view, lane=lane, origin=_origin(film, view.zoom, view.width, view.origin))
    return seek(kept, film, view.playhead)


def move_lane(view: View, film: Film, count: int) -> View:
    return replace(view, lane=max(0, min(view.lane + count, len(film.lanes) - 1)))


# -- the ruler -----------------------------------------------------------------------------------


def ruler_step(rate: Fraction, zoom: int, label_cells: int) -> int:
    """Frames between two labels: a round number of frames or seconds, labels at least a cell apart."""
    base = nominal(rate)
    least = (label_cells + 2) * zoom
    in_second = [step for step in (1, 2, 5, 10, base // 2) if step and base % step == 0]
    for step in (*in_second, *(base * s for s in (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600))):
        if step >= least:
            return step
    return -(-least // (base * 3600)) * base * 3600


def column_frame(view: View, column: int) -> int:
    """The first frame of a column."""
    return view.origin + column * view.zoom


def share(part: int, whole: int, cells: int) -> int:
    """Where `part` of `whole` falls among that many cells (the minimap's column)."""
    if whole <= 0 or cells <= 0:
        return 0
    return max(0, min(cells - 1, half_up(Fraction(part * (cells - 1), whole))))
