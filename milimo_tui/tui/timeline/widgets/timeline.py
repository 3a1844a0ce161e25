"""The widget of the timeline. It draws single rows (Textual's line API) with the functions of `drawing`, and
caches each row. The cache key contains all values from which the row was drawn.

The widget receives values and posts messages. It never calls a studio.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from rich.segment import Segment
from textual import events
from textual.cache import LRUCache
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from milimo_tui.cut.values.cut import SourceKind
from milimo_tui.tui.timeline.values.view import TimelineViewport, column_to_frame
from milimo_tui.tui.timeline.widgets.clip_rows import find_flag_at
from milimo_tui.tui.timeline.widgets.curve_rows import KEY
from milimo_tui.tui.timeline.widgets.drawing import draw_timeline_row
from milimo_tui.tui.timeline.widgets.minimap import find_map_playhead
from milimo_tui.tui.timeline.widgets.row_layout import (
    LanePart,
    RowKind,
    TimelineRow,
    find_head_width,
    lay_out_rows,
)
from milimo_tui.tui.timeline.widgets.timeline_content import TimelineContent
from milimo_tui.tui.widgets.canvas import Palette, draw_line_through, make_cell_style, overlay_character

CACHED_ROWS = 256
# Minimum distance in cells between the two ends of a clip at which the mouse can drag its edges. In a
# narrower clip, the mouse drags the entire clip.
LEAST_GRIP = 2
_PLAYHEAD_ROWS = (RowKind.CURVE, RowKind.SPOKEN)  # Rows whose colours depend on the playhead.


@dataclass(frozen=True, slots=True)
class Grip:
    """The item that the mouse drags, and the position at which the button was pressed. If `edge` is set, the
    item is an edge of a clip. If only `clip` is set, it is an entire clip. Otherwise it is the playhead.
    """

    clip: str = ""
    edge: Literal["", "head", "tail"] = ""
    lane: int = -1
    column: int = 0
    row: int = 0
    frame: int = 0
    moved: bool = False


def find_difference(was: Strip, now: Strip) -> tuple[int, int]:
    """Return the cells [first, last) in which two rows differ; all cells if their widths differ."""
    if was is now:
        return 0, 0
    if was.cell_length != now.cell_length:
        return 0, now.cell_length
    old, new = list(was), list(now)
    first = last = 0
    count = min(len(old), len(new))
    at = 0
    while at < count and old[at] == new[at]:
        first += old[at].cell_length
        at += 1
    if at == len(old) == len(new):
        return 0, 0
    back = 1
    while back <= count - at and old[-back] == new[-back]:
        last += old[-back].cell_length
        back += 1
    return first, now.cell_length - last


class Timeline(Widget):
    """The widget with ruler, tracks and minimap. `content` is the value that it draws; use `show_content` to
    replace it.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = "Timeline { height: 1fr; min-height: 4; }"

    class Sought(Message):
        """The user clicked a frame. The message also names the lane if a track was clicked."""

        def __init__(self, frame: int, lane: int | None) -> None:
            super().__init__()
            self.frame = frame
            self.lane = lane

    class Scrolled(Message):
        """The user turned the wheel: to scroll by `cells` cells, or to zoom around a frame (`zoom` is +1 to
        zoom in, −1 to zoom out).
        """

        def __init__(self, cells: int = 0, zoom: int = 0, frame: int = 0) -> None:
            super().__init__()
            self.cells = cells
            self.zoom = zoom
            self.frame = frame

    class Dragged(Message):
        """The user is dragging a clip or its edge. `by` is the distance in frames from the position where the
        drag began. The message also names the lane under the mouse.
        """

        def __init__(self, grip: Grip, by: int, lane: int | None) -> None:
            super().__init__()
            self.grip = grip
            self.by = by
            self.lane = lane

    class HeadPressed(Message):
        """The user clicked the header of a track. If the click was on the letter of a flag, `flag` is that
        flag; otherwise it is empty.
        """

        def __init__(self, lane: int, flag: str) -> None:
            super().__init__()
            self.lane = lane
            self.flag = flag

    class HeadWheeled(Message):
        """The user turned the mouse wheel over the header of the track at `lane`. `by` is +1 for up and −1
        for down.
        """

        def __init__(self, lane: int, by: int) -> None:
            super().__init__()
            self.lane = lane
            self.by = by

    class Dropped(Message):
        """The mouse button was released after a drag."""

    class Resized(Message):
        """The widget was resized, so another number of cells is available for frames. `cells` is the new
        number.
        """

        def __init__(self, cells: int) -> None:
            super().__init__()
            self.cells = cells

    def __init__(
        self, *, id: str | None = None, palette: Palette | None = None, pictures: bool = False
    ) -> None:
        super().__init__(id=id)
        self.content = TimelineContent()
        self.palette: Palette = palette or {}
        self.shows_pictures = pictures
        # A number that is part of the cache key. It is increased when film, clip styles, peaks, pictures or
        # palette change, because comparing these values would be slow.
        self._turn = 0
        self._cache: LRUCache[tuple[object, ...], Strip] = LRUCache(CACHED_ROWS)
        # A cache of rows with the playhead drawn into them. The key has the `id()` of the row without the
        # playhead, and the column. The value includes the row without the playhead too: while it is
        # referenced, Python gives its `id()` to no other object.
        self._marked: LRUCache[tuple[int, int, bool], tuple[Strip, Strip]] = LRUCache(CACHED_ROWS)
        self._shown: list[Strip] = []  # The rows as they were painted last, without the playhead.
        self._grip: Grip | None = None  # The item that the mouse drags; None without a drag.
        self._floor = 0  # The index of the row after the last track. The playhead's line ends above it.

    @property
    def lines(self) -> tuple[TimelineRow, ...]:
        """The layout of the rows: one `TimelineRow` for each row of the widget."""
        return self.content.lines

    @property
    def head_width(self) -> int:
        """The width in cells of the track headers, which are left of the clips."""
        return find_head_width(self.size.width)

    @property
    def time_columns(self) -> int:
        """The number of columns for frames, which is the widget's width without the track headers."""
        return max(1, self.size.width - self.head_width)

    def set_palette(self, palette: Palette) -> None:
        """Set the colours after a change of theme, and redraw everything."""
        self.palette = palette
        self._turn += 1
        self.refresh()

    def show_content(self, content: TimelineContent) -> None:
        """Replace the value that the widget draws. Only cells that change are painted."""
        before, self.content = self.content, content
        self._update_row_layout(before)
        same_things = (
            before.film is content.film
            and before.clip_styles is content.clip_styles
            and before.peaks is content.peaks
            and before.pictures is content.pictures
            and before.picked == content.picked
            and before.picked_lanes == content.picked_lanes
            and before.trim == content.trim
            and before.curve == content.curve
            and before.words is content.words
            and before.lines == self.content.lines
        )
        if not same_things:
            self._turn += 1
        was, now = before.view, content.view
        if (was.origin, was.zoom) != (now.origin, now.zoom):
            # Almost every cell changes; a search for unchanged cells would take longer than painting them.
            self.refresh()
            return
        if not (same_things and replace(was, playhead=0) == replace(now, playhead=0)):
            self._repaint_changes()
        self._paint_playhead_step(before)

    def _repaint_changes(self) -> None:
        """Draw all rows again, but paint only the cells that differ, which are often few."""
        width = self.size.width
        if len(self._shown) != len(self.lines) or width <= find_head_width(width):
            self.refresh()
            return
        for y, line in enumerate(self.lines):
            self._paint_changed_cells(y, self._get_cached_row(line, width))

    def _paint_changed_cells(self, y: int, strip: Strip) -> None:
        """Paint the cells of row `y` in which `strip` differs from the row that is on the screen."""
        first, last = find_difference(self._shown[y], strip)
        if first < last:
            self._shown[y] = strip
            self.refresh(Region(first, y, last - first, 1))

    def _paint_playhead_step(self, before: TimelineContent) -> None:
        """Paint the cells that change when only the playhead has moved: its old and new column, two cells of
        the minimap, and the clips that are or were highlighted. `before` is the content before the move.
        """
        now, width = self.content, self.size.width
        if len(self._shown) != len(self.lines) or width <= find_head_width(width):
            return
        columns = {
            self.head_width + content.view.frame_to_cell(content.view.playhead)
            for content in (before, now)
            if content.view.shows_frame(content.view.playhead)
        }
        if len(columns) > 1 or not before.view.shows_frame(before.view.playhead):
            for column in columns:
                # Paint three columns, because a character next to or under the playhead may be two cells
                # wide.
                self.refresh(Region(column - 1, 0, 3, self._floor))
        on_map = {find_map_playhead(content.film, content.view, width) for content in (before, now)}
        for y, line in enumerate(self.lines):
            if line.kind is RowKind.MAP and len(on_map) > 1:
                for cell in on_map:
                    self.refresh(Region(cell, y, 1, 1))
            elif (line.kind is RowKind.LANE and line.lane == now.view.lane) or line.kind in _PLAYHEAD_ROWS:
                self._paint_changed_cells(y, self._get_cached_row(line, width))

    def _update_row_layout(self, before: TimelineContent) -> None:
        """Compute the layout of the rows for the present content. `before` is the content before the change.
        If both agree in everything that the layout depends on, keep the present layout.
        """
        content, height = self.content, self.size.height
        if (
            before.film is content.film
            and len(before.lines) == height
            and before.view.lane == content.view.lane
            and (before.curve is None) is (content.curve is None)
            and (before.words is None) is (content.words is None)
        ):
            lines = before.lines
        else:
            lines = lay_out_rows(
                content.film,
                height,
                content.view.lane,
                pictures=self.shows_pictures,
                curve=content.curve.lane if content.curve is not None else -1,
                words=content.words is not None,
            )
        self.content = replace(content, lines=lines)
        lanes = [y for y, line in enumerate(lines) if line.kind in (RowKind.LANE, *_PLAYHEAD_ROWS)]
        self._floor = lanes[-1] + 1 if lanes else 0

    def on_resize(self) -> None:
        self._update_row_layout(TimelineContent())
        self._shown = []
        self.refresh()
        self.post_message(self.Resized(self.time_columns))

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the rows of the region `crop`. This method replaces Textual's own for speed, which is
        possible because the widget has no border and no blended colours.

        Textual's method draws the widget's box around each row and creates a new row each time, which takes a
        third of the painting time. This method returns the same object again for a row that was drawn before.
        """
        filters, (_, ground) = self.get_line_filters(), self.background_colors
        strips = [self.render_line(y) for y in crop.line_range]
        for line_filter in filters:
            strips = [strip.apply_filter(line_filter, ground) for strip in strips]
        if crop.column_span != (0, self.size.width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y >= len(self.lines) or width <= find_head_width(width):
            return Strip([Segment(" " * width, make_cell_style(None, self.palette.get(""), False))], width)
        line = self.lines[y]
        strip = self._get_cached_row(line, width)
        if len(self._shown) != len(self.lines):
            self._shown = [Strip.blank(0)] * len(self.lines)
        self._shown[y] = strip
        view = self.content.view
        if line.kind is RowKind.MAP:
            column = find_map_playhead(self.content.film, view, width)
        elif not view.shows_frame(view.playhead):
            return strip
        else:
            column = find_head_width(width) + view.frame_to_cell(view.playhead)
        key = id(strip), column, self._draws_playhead(line, y)
        marked = self._marked.get(key)
        if marked is None or marked[0] is not strip:
            marked = strip, self._add_playhead(strip, line, column) if key[-1] else strip
            self._marked[key] = marked
        return marked[1]

    def _draws_playhead(self, line: TimelineRow, y: int) -> bool:
        """Return True if the playhead is drawn in row `y`. In the row of marks it is not drawn over the sign
        of a trim.
        """
        if line.kind is RowKind.FLAGS:
            view, trim = self.content.view, self.content.trim
            return trim is None or view.frame_to_cell(trim.frame) != view.frame_to_cell(view.playhead)
        return line.kind is RowKind.MAP or (y < self._floor and line.kind is not RowKind.RULER)

    def _add_playhead(self, strip: Strip, line: TimelineRow, column: int) -> Strip:
        """Return the row `strip` with the playhead drawn in a column."""
        accent = self.palette.get("accent")
        if line.kind is RowKind.MAP:
            strip = overlay_character(strip, column, "┃", accent)
        elif line.kind is RowKind.FLAGS:
            strip = overlay_character(strip, column, "▼", accent)
        elif line.part in (LanePart.TITLE, LanePart.WORDS) and line.kind is not RowKind.CURVE:
            strip = draw_line_through(strip, column, "┃", accent, self.palette.get(""))
        elif line.kind is not RowKind.CURVE or strip.crop(column, column + 1).text != KEY:
            # The playhead does not cover a keyframe of a curve, because keys act on the keyframe at the
            # playhead.
            beneath = self.palette.get("clip") if line.part is LanePart.PICTURE else None
            strip = overlay_character(strip, column, "┃", accent, beneath)
        return strip

    def _get_cached_row(self, line: TimelineRow, width: int) -> Strip:
        view = self.content.view
        lit = self._find_highlight(line, view)
        here = view.lane == line.lane
        key = (line, width, self._turn, view.zoom, view.origin, view.width, lit, here)
        strip = self._cache.get(key)
        if strip is None:
            strip = draw_timeline_row(self.content, line, width).to_strip(self.palette)
            self._cache[key] = strip
        return strip

    def _find_highlight(self, line: TimelineRow, view: TimelineViewport) -> str:
        """Return a text that changes when the highlight of a row changes; it is a part of the key under which
        the row is cached. For the current track it is the id of the clip under the playhead, and for the rows
        of a curve and of words the playhead's frame. For all other rows it is empty.
        """
        if line.kind in _PLAYHEAD_ROWS:
            # A keyframe or a word at the playhead has another colour, so the row depends on the playhead.
            return str(view.playhead)
        if line.kind is not RowKind.LANE or line.lane != view.lane:
            return ""
        span = self.content.film.lanes[line.lane].clip_at(view.playhead)
        return span.clip.id if span else ""

    def to_plain_rows(self) -> list[str]:
        """Return the rows as plain text, for tests and the log."""
        return [self.render_line(y).text for y in range(self.size.height)]

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin to drag the thing under the mouse: an edge, a clip, else the playhead."""
        lane = self._find_head_lane(event.x, event.y)
        if lane is not None:
            track = self.content.film.lanes[lane].track
            on_flags = event.button == 1 and self.lines[event.y].part is LanePart.TITLE
            flag = find_flag_at(track, self.size.width, event.x) if on_flags else ""
            self.post_message(self.HeadPressed(lane, flag))
            return
        self._grip = self._find_grip(event.x, event.y) if event.button == 1 else None
        self._post_seek(event.x, event.y)
        if self._grip is not None:
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        grip = self._grip
        if grip is None:
            return
        if not grip.clip:
            self._post_seek(max(self.head_width, event.x), grip.row)
            return
        self._grip = grip = replace(grip, moved=grip.moved or (event.x, event.y) != (grip.column, grip.row))
        if grip.moved:
            frame = max(0, column_to_frame(self.content.view, event.x - self.head_width))
            self.post_message(self.Dragged(grip, frame - grip.frame, self._find_lane_at(event.y)))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        grip, self._grip = self._grip, None
        if grip is not None:
            self.release_mouse()
            if grip.moved:
                self.post_message(self.Dropped())

    def _find_grip(self, x: int, y: int) -> Grip | None:
        """Return the edge or clip at column `x` and row `y` that the mouse can drag, or None."""
        if not 0 <= y < len(self.lines) or x < self.head_width:
            return None
        line, view = self.lines[y], self.content.view
        frame = column_to_frame(view, x - self.head_width)
        if line.kind is not RowKind.LANE:
            return Grip(column=x, row=y, frame=frame)
        span = self.content.film.lanes[line.lane].clip_at(frame)
        if span is None or span.clip.source.kind is SourceKind.GAP:
            return Grip(column=x, row=y, frame=frame)
        first, last = view.frames_to_cells(span.start, span.end)
        edge: Literal["", "head", "tail"] = ""
        # If the ends of the clip are closer together, a user cannot aim at an edge, so the mouse drags the
        # entire clip.
        if last - first >= LEAST_GRIP:
            edge = "head" if x - self.head_width == first else "tail" if x - self.head_width == last else ""
        return Grip(span.clip.id, edge, line.lane, x, y, frame)

    def _find_head_lane(self, x: int, y: int) -> int | None:
        """Return the index of the lane whose header is at column `x` and row `y`, or None."""
        return self._find_lane_at(y) if x < self.head_width else None

    def _find_lane_at(self, y: int) -> int | None:
        line = self.lines[y] if 0 <= y < len(self.lines) else None
        return line.lane if line is not None and line.kind is RowKind.LANE else None

    def _post_seek(self, x: int, y: int) -> None:
        if not 0 <= y < len(self.lines) or x < self.head_width:
            return
        line, film = self.lines[y], self.content.film
        if line.kind is RowKind.MAP:
            frame = film.frames * (x - self.head_width) // max(1, self.time_columns - 1)
        else:
            frame = column_to_frame(self.content.view, x - self.head_width)
        self.post_message(self.Sought(max(0, min(frame, film.frames)), self._find_lane_at(y)))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._handle_wheel(event, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._handle_wheel(event, -1)

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        self._post_scroll(1)
        event.stop()

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        self._post_scroll(-1)
        event.stop()

    def _handle_wheel(self, event: events.MouseEvent, direction: int) -> None:
        """Handle a turn of the wheel. Over a track's header, change the track's level. With ctrl, or over the
        ruler, zoom around the mouse. Elsewhere, scroll.

        The ruler zooms without ctrl because some terminals use ctrl with the wheel themselves.
        """
        event.stop()
        if (lane := self._find_head_lane(event.x, event.y)) is not None:
            self.post_message(self.HeadWheeled(lane, -direction))
            return
        ruler = 0 <= event.y < len(self.lines) and self.lines[event.y].kind in (RowKind.RULER, RowKind.FLAGS)
        if event.ctrl or ruler:
            frame = max(0, column_to_frame(self.content.view, max(0, event.x - self.head_width)))
            self.post_message(self.Scrolled(zoom=-direction, frame=frame))
        else:
            self._post_scroll(direction)

    def _post_scroll(self, direction: int) -> None:
        self.post_message(self.Scrolled(cells=direction * max(1, self.time_columns // 8)))
