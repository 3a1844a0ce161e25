"""The view onto the timeline: what of the film is on the screen, paging, zoom, the ruler's steps.

Pure: a film and a view in, a view out. The playhead is always on the screen and inside the film.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from fractions import Fraction

from milimo_tui.core.time import half_up, nominal
from milimo_tui.tui.timeline.values.model import Film, clamp

# Frames per cell: each step about 1.4 times the last, so that two steps double.
ZOOMS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072,
         4096, 6144, 8192, 12288, 16384, 24576, 32768, 49152, 65536)  # fmt: skip

READ_CELLS = 6  # a clip's edge, a name as `12A`, a blank, its sign


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
        """Return the first frame right of the screen."""
        return self.origin + self.width * self.zoom

    def cell(self, frame: int) -> int:
        """Return the cell a frame falls into; it may lie outside the screen."""
        return (frame - self.origin) // self.zoom

    def eighth(self, frame: int) -> int:
        """Return the place of a frame's leading edge in eighths of a cell, from the left of the screen."""
        return (frame - self.origin) * 8 // self.zoom

    def cells_of(self, start: int, end: int) -> tuple[int, int]:
        """Return the first and the last cell that frames [start, end) fall into."""
        first = self.cell(start)
        return first, max(first, self.cell(end - 1))

    def shows(self, frame: int) -> bool:
        return self.origin <= frame < self.end


def _origin(film: Film, zoom: int, width: int, origin: int) -> int:
    """Move an origin onto the grid of cells, inside the film."""
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
    """Change the frames a cell; the playhead keeps its column where the film allows."""
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


def about(view: View, film: Film, frame: int, zoomed: View) -> View:
    """Give a view that was zoomed the origin by which a frame stays in its column, where the film allows."""
    origin = (frame // zoomed.zoom - view.cell(frame)) * zoomed.zoom
    return replace(zoomed, origin=_origin(film, zoomed.zoom, zoomed.width, origin))


def fit_zoom(frames: int, width: int) -> int:
    """Return the smallest whole number of frames a cell at which that many frames fit in."""
    return max(1, -(-max(1, frames + 1) // max(1, width)))


def is_read(film: Film, zoom: int) -> bool:
    """Return whether half of V1's clips have room for their name and sign at that many frames a cell."""
    lane = film.lane(film.main_lane())
    lengths = sorted(span.end - span.start for span in lane.spans) if lane is not None else []
    return not lengths or lengths[len(lengths) // 2] >= READ_CELLS * zoom


def zoom_fit(view: View, film: Film) -> View:
    """Zoom to the whole film."""
    return replace(view, zoom=fit_zoom(film.frames, view.width), origin=0)


def zoom_range(view: View, film: Film, start: int, end: int) -> View:
    """Zoom to a range, whole."""
    zoom = fit_zoom(end - start, view.width)
    return replace(view, zoom=zoom, origin=_origin(film, zoom, view.width, start))


def resize(view: View, film: Film, width: int) -> View:
    """Change the width in cells: the playhead stays on the screen."""
    if width == view.width:
        return view
    wider = replace(view, width=max(1, width))
    wider = replace(wider, origin=_origin(film, wider.zoom, wider.width, wider.origin))
    return seek(wider, film, view.playhead)


def follow(view: View, film: Film) -> View:
    """Fit the view to a film that changed: playhead, lane and origin stay inside it."""
    lane = max(0, min(view.lane, len(film.lanes) - 1))
    kept = replace(view, lane=lane, origin=_origin(film, view.zoom, view.width, view.origin))
    return seek(kept, film, view.playhead)


def move_lane(view: View, film: Film, count: int) -> View:
    return replace(view, lane=max(0, min(view.lane + count, len(film.lanes) - 1)))


# -- the ruler -----------------------------------------------------------------------------------


def ruler_step(rate: Fraction, zoom: int, label_cells: int) -> int:
    """Return the frames between two labels: a round number of frames or seconds, a cell apart at least."""
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
    """Return where `part` of `whole` falls among that many cells (the minimap's column)."""
    if whole <= 0 or cells <= 0:
        return 0
    return max(0, min(cells - 1, half_up(Fraction(part * (cells - 1), whole))))
