"""The timeline on the screen: the Line API over `timeline_draw`, rows cached by all they are made from.

Takes values, posts messages; never asks a studio for anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rich.color import Color
from rich.segment import Segment
from textual import events
from textual.cache import LRUCache
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from milimo_tui.tui.timeline_view import View, column_frame
from milimo_tui.tui.widgets.canvas import Palette, overlay
from milimo_tui.tui.widgets.timeline_draw import HEAD, Kind, Line, Sight, draw, lines_of

CACHED_ROWS = 256


class Timeline(Widget):
    """Ruler, lanes and minimap. `sight` is what is shown; set it with `look`."""

    DEFAULT_CSS = "Timeline { height: 1fr; min-height: 4; }"

    class Sought(Message):
        """The mouse asked for a frame (and a lane, where it hit one)."""

        def __init__(self, frame: int, lane: int | None) -> None:
            super().__init__()
            self.frame = frame
            self.lane = lane

    class Scrolled(Message):
        """The wheel asked for other frames (`cells`) or another zoom (`zoom`, +1 is nearer)."""

        def __init__(self, cells: int = 0, zoom: int = 0) -> None:
            super().__init__()
            self.cells = cells
            self.zoom = zoom

    class Resized(Message):
        """The widget has room for another number of cells."""

        def __init__(self, cells: int) -> None:
            super().__init__()
            self.cells = cells

    def __init__(self, *, id: str | None = None, palette: Palette | None = None) -> None:
        super().__init__(id=id)
        self.sight = Sight()
        self.palette: Mapping[str, Color] = palette or {}
        self._lines: tuple[Line, ...] = ()
        self._turn = 0  # counts what is not cheap to compare: film, faces, peaks, palette
        self._cache: LRUCache[tuple[object, ...], Strip] = LRUCache(CACHED_ROWS)

    @property
    def cells(self) -> int:
        """Columns of time."""
        return max(1, self.size.width - HEAD)

    def paint(self, palette: Palette) -> None:
        """Other colours (the theme changed)."""
        self.palette = palette
        self._turn += 1
        self.refresh()

    def look(self, sight: Sight) -> None:
        """Show another sight; only what differs is drawn again."""
        before, self.sight = self.sight, sight
        same_things = (
            before.film is sight.film
            and before.faces is sight.faces
            and before.peaks is sight.peaks
            and before.picked == sight.picked
            and before.trim == sight.trim
        )
        if not same_things:
            self._turn += 1
        still = replace(before.view, playhead=0) == replace(sight.view, playhead=0)
        self._lay_out()
        if same_things and still and self._same_clips_under(before):
            self._refresh_columns(before.view.playhead, sight.view.playhead)
        else:
            self.refresh()

    def _same_clips_under(self, before: Sight) -> bool:
        """Whether the clip that is lit as current stays the same one."""
        lane = self.sight.film.lane(self.sight.view.lane)
        return lane is None or lane.at(before.view.playhead) is lane.at(self.sight.view.playhead)

    def _refresh_columns(self, old: int, new: int) -> None:
        """Draw two playhead columns again: one region, as a partial update re-sends its row from the left."""
        if old == new:
            return
        view = self.sight.view
        columns = [HEAD + view.cell(frame) for frame in (old, new) if view.shows(frame)]
        height = self.size.height
        if columns:
            left, right = min(columns), max(columns)
            self.refresh(Region(left, 0, right - left + 1, height))
        for y, line in enumerate(self._lines):
            if line.kind is Kind.MAP:
                self.refresh(Region(0, y, self.size.width, 1))

    def _lay_out(self) -> None:
        self._lines = lines_of(self.sight.film, self.size.height, self.sight.view.lane)

    def on_resize(self) -> None:
        self._lay_out()
        self.post_message(self.Resized(self.cells))

    # -- drawing ---------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y >= len(self._lines) or width <= HEAD:
            return Strip([Segment(" " * width)], width)
        line = self._lines[y]
        strip = self._row(line, width)
        view = self.sight.view
        if not view.shows(view.playhead):
            return strip.apply_style(self.rich_style)
        column = HEAD + view.cell(view.playhead)
        accent = self.palette.get("accent")
        if line.kind is Kind.FLAGS:
            trim = self.sight.trim
            sign = (
                trim.sign if trim is not None and view.cell(trim.frame) == view.cell(view.playhead) else "▼"
            )
            strip = overlay(strip, column, sign, accent)
        elif line.kind in (Kind.LANE, Kind.SPACE) and y < self._floor:
            strip = overlay(strip, column, "│", accent)
        return strip.apply_style(self.rich_style)

    @property
    def _floor(self) -> int:
        """The row below the last lane: the playhead's line ends there."""
        rows = [y for y, line in enumerate(self._lines) if line.kind is Kind.LANE]
        return rows[-1] + 1 if rows else 0

    def _row(self, line: Line, width: int) -> Strip:
        view = self.sight.view
        lit = self._lit(line, view)
        moving = view.playhead if line.kind is Kind.MAP else 0
        key = (
            line,
            width,
            self._turn,
            view.zoom,
            view.origin,
            view.width,
            lit,
            moving,
            view.lane == line.lane,
        )
        strip = self._cache.get(key)
        if strip is None:
            strip = draw(self.sight, line, width).strip(self.palette)
            self._cache[key] = strip
        return strip

    def _lit(self, line: Line, view: View) -> str:
        """The id of the clip this row shows as current."""
        if line.kind is not Kind.LANE or line.lane != view.lane:
            return ""
        span = self.sight.film.lanes[line.lane].at(view.playhead)
        return span.clip.id if span else ""

    def text(self) -> list[str]:
        """The rows as plain text, for tests and the log."""
        return [self.render_line(y).text for y in range(self.size.height)]

    # -- the mouse, welcome but never needed --------------------------------------------------------

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self._seek_at(event.x, event.y)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if event.button == 1:
            self._seek_at(event.x, event.y)

    def _seek_at(self, x: int, y: int) -> None:
        if not 0 <= y < len(self._lines) or x < HEAD:
            return
        line, film = self._lines[y], self.sight.film
        if line.kind is Kind.MAP:
            frame = film.frames * (x - HEAD) // max(1, self.cells - 1)
        else:
            frame = column_frame(self.sight.view, x - HEAD)
        lane = line.lane if line.kind is Kind.LANE else None
        self.post_message(self.Sought(min(frame, film.frames), lane))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._scroll(event.ctrl, 1)
        event.stop()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._scroll(event.ctrl, -1)
        event.stop()

    def _scroll(self, ctrl: bool, direction: int) -> None:
        message = (
            self.Scrolled(zoom=-direction)
            if ctrl
            else self.Scrolled(cells=direction * max(1, self.cells // 8))
        )
        self.post_message(message)
