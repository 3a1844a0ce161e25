"""The view of the timeline: the visible part of the film, paging, zoom, and the steps of the ruler.

Pure: a film and a view in, a view out. The playhead is always on the screen and inside the film.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from fractions import Fraction

from milimo_tui.core.time import half_up, nominal
from milimo_tui.tui.timeline.values.model import Film, clamp

# Frames per cell: each step is about 1.4 times the previous one, so that two steps double the zoom.
ZOOMS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072,
         4096, 6144, 8192, 12288, 16384, 24576, 32768, 49152, 65536)  # fmt: skip

READ_CELLS = 6  # A clip's edge, a name such as `12A`, a space and its sign.


@dataclass(frozen=True, slots=True)
class View:
    """The visible part of the film: `width` cells of `zoom` frames each, starting at frame `origin`."""

    playhead: int = 0
    lane: int = 0
    zoom: int = 8
    origin: int = 0
    width: int = 60

    @property
    def end(self) -> int:
        """The first frame to the right of the screen."""
        return self.origin + self.width * self.zoom

    def cell(self, frame: int) -> int:
        """Return the cell that contains a frame; the cell may be outside the screen."""
        return (frame - self.origin) // self.zoom

    def eighth(self, frame: int) -> int:
        """Return the position of a frame's leading edge in eighths of a cell, from the left of the screen."""
        return (frame - self.origin) * 8 // self.zoom

    def cells_of(self, start: int, end: int) -> tuple[int, int]:
        """Return the first and the last cell that contain frames [start, end)."""
        first = self.cell(start)
        return first, max(first, self.cell(end - 1))

    def shows(self, frame: int) -> bool:
        """Return True if a frame is on the screen."""
        return self.origin <= frame < self.end


def _origin(film: Film, zoom: int, width: int, origin: int) -> int:
    """Align an origin to the grid of cells, inside the film."""
    last = max(0, film.frames - (width - 1) * zoom)
    return max(0, min(origin, -(-last // zoom) * zoom)) // zoom * zoom


def seek(view: View, film: Film, frame: int) -> View:
    """Put the playhead on a frame. The screen follows by pages, so that single steps move the playhead by one
    column only.
    """
    frame = clamp(film, frame)
    if view.shows(frame):
        return replace(view, playhead=frame)
    margin = max(1, view.width // 8)
    cell_frame = frame // view.zoom * view.zoom
    ahead = frame >= view.end
    cells_before = margin if ahead else view.width - 1 - margin
    step = abs(frame - (view.end if ahead else view.origin))
    if step > view.width * view.zoom:  # After a jump the playhead is in the middle of the screen.
        cells_before = view.width // 2
    cells_before = max(0, min(cells_before, view.width - 1))
    origin = _origin(film, view.zoom, view.width, cell_frame - cells_before * view.zoom)
    return replace(view, playhead=frame, origin=origin)


def centre(view: View, film: Film) -> View:
    """Scroll so that the playhead is in the middle of the screen."""
    origin = view.playhead // view.zoom * view.zoom - view.width // 2 * view.zoom
    return replace(view, origin=_origin(film, view.zoom, view.width, origin))


def zoom_to(view: View, film: Film, zoom: int) -> View:
    """Change the frames per cell; the playhead keeps its column where the film allows."""
    zoom = max(ZOOMS[0], min(zoom, ZOOMS[-1]))
    column = max(0, min(view.cell(view.playhead), view.width - 1))
    origin = (view.playhead // zoom - column) * zoom
    return replace(view, zoom=zoom, origin=_origin(film, zoom, view.width, origin))


def zoom_in(view: View, film: Film, count: int = 1) -> View:
    """Zoom in by `count` steps."""
    index = bisect_left(ZOOMS, view.zoom)
    return zoom_to(view, film, ZOOMS[max(0, index - count)])


def zoom_out(view: View, film: Film, count: int = 1) -> View:
    """Zoom out by `count` steps, at most until the film fits the screen."""
    index = bisect_right(ZOOMS, view.zoom) - 1
    widest = fit_zoom(film.frames, view.width)
    return zoom_to(view, film, min(ZOOMS[min(len(ZOOMS) - 1, index + count)], max(view.zoom, widest)))


def about(view: View, film: Film, frame: int, zoomed: View) -> View:
    """Scroll a zoomed view so that a frame stays in the column it had before, where the film allows."""
    origin = (frame // zoomed.zoom - view.cell(frame)) * zoomed.zoom
    return replace(zoomed, origin=_origin(film, zoomed.zoom, zoomed.width, origin))


def fit_zoom(frames: int, width: int) -> int:
    """Return the smallest whole number of frames per cell at which `frames` frames fit in `width` cells."""
    return max(1, -(-max(1, frames + 1) // max(1, width)))


def is_read(film: Film, zoom: int) -> bool:
    """Return True if at least half of the clips on V1 have space for their name and sign at this zoom."""
    lane = film.lane(film.main_lane())
    lengths = sorted(span.end - span.start for span in lane.spans) if lane is not None else []
    return not lengths or lengths[len(lengths) // 2] >= READ_CELLS * zoom


def zoom_fit(view: View, film: Film) -> View:
    """Zoom so that the complete film is visible."""
    return replace(view, zoom=fit_zoom(film.frames, view.width), origin=0)


def zoom_range(view: View, film: Film, start: int, end: int) -> View:
    """Zoom so that a complete range is visible."""
    zoom = fit_zoom(end - start, view.width)
    return replace(view, zoom=zoom, origin=_origin(film, zoom, view.width, start))


def resize(view: View, film: Film, width: int) -> View:
    """Change the width in cells; the playhead stays on the screen."""
    if width == view.width:
        return view
    wider = replace(view, width=max(1, width))
    wider = replace(wider, origin=_origin(film, wider.zoom, wider.width, wider.origin))
    return seek(wider, film, view.playhead)


def follow(view: View, film: Film) -> View:
    """Adapt the view to a film that changed: playhead, lane and origin stay inside it."""
    lane = max(0, min(view.lane, len(film.lanes) - 1))
    kept = replace(view, lane=lane, origin=_origin(film, view.zoom, view.width, view.origin))
    return seek(kept, film, view.playhead)


def move_lane(view: View, film: Film, count: int) -> View:
    """Move the current lane by `count` lanes, within the film."""
    return replace(view, lane=max(0, min(view.lane + count, len(film.lanes) - 1)))


# -- the ruler -----------------------------------------------------------------------------------


def ruler_step(rate: Fraction, zoom: int, label_cells: int) -> int:
    """Return the frames between two ruler labels: a round number of frames or seconds, at least two cells
    between labels.
    """
    base = nominal(rate)
    least = (label_cells + 2) * zoom
    in_second = [step for step in (1, 2, 5, 10, base // 2) if step and base % step == 0]
    for step in (*in_second, *(base * s for s in (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600))):
        if step >= least:
            return step
    return -(-least // (base * 3600)) * base * 3600


def column_frame(view: View, column: int) -> int:
    """Return the first frame of a column."""
    return view.origin + column * view.zoom


def share(part: int, whole: int, cells: int) -> int:
    """Return the cell of `part` when `whole` is scaled to `cells` cells (a column of the minimap)."""
    if whole <= 0 or cells <= 0:
        return 0
    return max(0, min(cells - 1, half_up(Fraction(part * (cells - 1), whole))))
