"""The view of the timeline: its visible part of the film, scrolling, zoom, and the steps of the ruler.

Pure functions take a view and a film and return the changed view. After each of them the playhead is visible
and inside the film.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from fractions import Fraction

from milimo_tui.core.time import get_timecode_base, round_half_up
from milimo_tui.tui.timeline.values.model import TimelineFilm, clamp_frame

# The zoom levels, in frames per cell. Each is about 1.4 times the previous one, so two steps zoom by a factor
# of two.
ZOOMS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072,
         4096, 6144, 8192, 12288, 16384, 24576, 32768, 49152, 65536)  # fmt: skip

# Cells that a readable clip needs: its edge, a name such as `12A`, a blank and the sign of its state.
READABLE_CELLS = 6


@dataclass(frozen=True, slots=True)
class TimelineViewport:
    """The visible part of the film: `width` cells of `zoom` frames each, starting at frame `origin`."""

    playhead: int = 0
    lane: int = 0
    zoom: int = 8
    origin: int = 0
    width: int = 60

    @property
    def end(self) -> int:
        """The first frame after the visible part."""
        return self.origin + self.width * self.zoom

    def frame_to_cell(self, frame: int) -> int:
        """Return the cell that contains a frame, counted from the left of the visible part. The cell may be
        outside the screen.
        """
        return (frame - self.origin) // self.zoom

    def frame_to_eighth(self, frame: int) -> int:
        """Return the position at which a frame begins, in eighths of a cell from the left of the visible
        part.
        """
        return (frame - self.origin) * 8 // self.zoom

    def frames_to_cells(self, start: int, end: int) -> tuple[int, int]:
        """Return the first and the last of the cells that show frames [start, end), counted from the left of
        the visible part.
        """
        first = self.frame_to_cell(start)
        return first, max(first, self.frame_to_cell(end - 1))

    def shows_frame(self, frame: int) -> bool:
        """Return True if a frame is on the screen."""
        return self.origin <= frame < self.end


def _align_origin(film: TimelineFilm, zoom: int, width: int, origin: int) -> int:
    """Return the first visible frame for a view that should begin at about frame `origin`. The result is a
    multiple of `zoom` (the frames per cell), and it does not scroll the view past the end of the film.
    """
    last = max(0, film.frames - (width - 1) * zoom)
    return max(0, min(origin, -(-last // zoom) * zoom)) // zoom * zoom


def seek_frame(view: TimelineViewport, film: TimelineFilm, frame: int) -> TimelineViewport:
    """Return the view with the playhead on a frame. The view scrolls only if the frame is not visible, and
    then by about a page. Most steps of the playhead therefore redraw only the playhead.
    """
    frame = clamp_frame(film, frame)
    if view.shows_frame(frame):
        return replace(view, playhead=frame)
    margin = max(1, view.width // 8)
    cell_frame = frame // view.zoom * view.zoom
    ahead = frame >= view.end
    cells_before = margin if ahead else view.width - 1 - margin
    step = abs(frame - (view.end if ahead else view.origin))
    # After a jump of more than a page, put the playhead in the middle of the screen.
    if step > view.width * view.zoom:
        cells_before = view.width // 2
    cells_before = max(0, min(cells_before, view.width - 1))
    origin = _align_origin(film, view.zoom, view.width, cell_frame - cells_before * view.zoom)
    return replace(view, playhead=frame, origin=origin)


def centre_playhead(view: TimelineViewport, film: TimelineFilm) -> TimelineViewport:
    """Return the view, scrolled so that the playhead is in the middle of the screen."""
    origin = view.playhead // view.zoom * view.zoom - view.width // 2 * view.zoom
    return replace(view, origin=_align_origin(film, view.zoom, view.width, origin))


def set_zoom(view: TimelineViewport, film: TimelineFilm, zoom: int) -> TimelineViewport:
    """Return the view with `zoom` frames per cell. The playhead stays in its column, except near the ends of
    the film.
    """
    zoom = max(ZOOMS[0], min(zoom, ZOOMS[-1]))
    column = max(0, min(view.frame_to_cell(view.playhead), view.width - 1))
    origin = (view.playhead // zoom - column) * zoom
    return replace(view, zoom=zoom, origin=_align_origin(film, zoom, view.width, origin))


def zoom_in_steps(view: TimelineViewport, film: TimelineFilm, count: int = 1) -> TimelineViewport:
    """Return the view, zoomed in by `count` steps."""
    index = bisect_left(ZOOMS, view.zoom)
    return set_zoom(view, film, ZOOMS[max(0, index - count)])


def zoom_out_steps(view: TimelineViewport, film: TimelineFilm, count: int = 1) -> TimelineViewport:
    """Return the view, zoomed out by `count` steps, but not further than needed to show the entire film."""
    index = bisect_right(ZOOMS, view.zoom) - 1
    widest = find_fitting_zoom(film.frames, view.width)
    return set_zoom(view, film, min(ZOOMS[min(len(ZOOMS) - 1, index + count)], max(view.zoom, widest)))


def keep_frame_column(
    view: TimelineViewport, film: TimelineFilm, frame: int, zoomed: TimelineViewport
) -> TimelineViewport:
    """Scroll the view `zoomed` so that `frame` is in the same column as in `view`, the view before zooming.
    Near the ends of the film this may not be possible.
    """
    origin = (frame // zoomed.zoom - view.frame_to_cell(frame)) * zoomed.zoom
    return replace(zoomed, origin=_align_origin(film, zoomed.zoom, zoomed.width, origin))


def find_fitting_zoom(frames: int, width: int) -> int:
    """Return the smallest whole number of frames per cell at which `frames` frames fit in `width` cells."""
    return max(1, -(-max(1, frames + 1) // max(1, width)))


def is_readable_zoom(film: TimelineFilm, zoom: int) -> bool:
    """Return True if at least half of the clips on V1 are wide enough at this zoom for their name and
    state.
    """
    lane = film.get_lane(film.main_lane_index())
    lengths = sorted(span.end - span.start for span in lane.spans) if lane is not None else []
    return not lengths or lengths[len(lengths) // 2] >= READABLE_CELLS * zoom


def zoom_to_film(view: TimelineViewport, film: TimelineFilm) -> TimelineViewport:
    """Return the view, zoomed so that the entire film is visible."""
    return replace(view, zoom=find_fitting_zoom(film.frames, view.width), origin=0)


def zoom_to_range(view: TimelineViewport, film: TimelineFilm, start: int, end: int) -> TimelineViewport:
    """Return the view, zoomed so that frames [start, end) are visible."""
    zoom = find_fitting_zoom(end - start, view.width)
    return replace(view, zoom=zoom, origin=_align_origin(film, zoom, view.width, start))


def resize_view(view: TimelineViewport, film: TimelineFilm, width: int) -> TimelineViewport:
    """Return the view with another width in cells. The playhead stays on the screen."""
    if width == view.width:
        return view
    wider = replace(view, width=max(1, width))
    wider = replace(wider, origin=_align_origin(film, wider.zoom, wider.width, wider.origin))
    return seek_frame(wider, film, view.playhead)


def fit_view_to_film(view: TimelineViewport, film: TimelineFilm) -> TimelineViewport:
    """Adapt the view to a changed film, so that playhead, current lane and first visible frame are inside the
    film.
    """
    lane = max(0, min(view.lane, len(film.lanes) - 1))
    kept = replace(view, lane=lane, origin=_align_origin(film, view.zoom, view.width, view.origin))
    return seek_frame(kept, film, view.playhead)


def move_current_lane(view: TimelineViewport, film: TimelineFilm, count: int) -> TimelineViewport:
    """Return the view with the current lane moved down by `count` lanes, within the film."""
    return replace(view, lane=max(0, min(view.lane + count, len(film.lanes) - 1)))


def choose_ruler_step(rate: Fraction, zoom: int, label_cells: int) -> int:
    """Return the number of frames between two labels of the ruler: a round number of frames or seconds that
    leaves at least two cells between labels of `label_cells` cells.
    """
    base = get_timecode_base(rate)
    least = (label_cells + 2) * zoom
    in_second = [step for step in (1, 2, 5, 10, base // 2) if step and base % step == 0]
    for step in (*in_second, *(base * s for s in (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600))):
        if step >= least:
            return step
    return -(-least // (base * 3600)) * base * 3600


def column_to_frame(view: TimelineViewport, column: int) -> int:
    """Return the first frame of a column."""
    return view.origin + column * view.zoom


def scale_to_cells(part: int, whole: int, cells: int) -> int:
    """Convert a position to a cell of a row that represents a full length. `part` is the position, from 0 to
    `whole`; the row has `cells` cells. The minimap uses this for frames.
    """
    if whole <= 0 or cells <= 0:
        return 0
    return max(0, min(cells - 1, round_half_up(Fraction(part * (cells - 1), whole))))
