"""Draw the rows of the timeline. The ruler and the row of marks are drawn here, tracks and minimap in other
modules.

Pure: values in, a `CanvasRow` of cells out. Only the visible part is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from milimo_tui.core.time import format_timecode, get_timecode_base
from milimo_tui.cut.notes.marker_colours import MarkerColour
from milimo_tui.cut.values.cut import Marker
from milimo_tui.tui.timeline.values.model import TimelineFilm
from milimo_tui.tui.timeline.values.view import TimelineViewport, choose_ruler_step
from milimo_tui.tui.timeline.widgets.clip_rows import draw_lane, draw_stems
from milimo_tui.tui.timeline.widgets.curve_rows import draw_curve_row
from milimo_tui.tui.timeline.widgets.minimap import draw_minimap
from milimo_tui.tui.timeline.widgets.row_layout import RowKind, TimelineRow, find_head_width
from milimo_tui.tui.timeline.widgets.timeline_content import TimelineContent
from milimo_tui.tui.timeline.widgets.word_row import draw_word_row
from milimo_tui.tui.widgets.canvas import CanvasRow

# The palette colour for each marker colour that editing programs use. Other colours are drawn like a marker
# without a colour.
MARKER_INKS: Mapping[str, str] = {
    MarkerColour.RED: "failed", MarkerColour.GREEN: "picked", MarkerColour.BLUE: "working",
    MarkerColour.YELLOW: "stale", MarkerColour.CYAN: "accent", MarkerColour.WHITE: "text",
}  # fmt: skip


def draw_timeline_row(content: TimelineContent, line: TimelineRow, width: int) -> CanvasRow:
    """Draw one row of the timeline. The playhead is not included, because it is drawn over cached rows."""
    if line.kind is RowKind.RULER:
        return _draw_ruler(content, width)
    if line.kind is RowKind.FLAGS:
        return _draw_flags_row(content, width)
    if line.kind is RowKind.MAP:
        return draw_minimap(content.film, content.view, content.clip_styles, width)
    if line.kind is RowKind.LANE:
        return draw_lane(content, line, width)
    if line.kind is RowKind.CURVE:
        return draw_curve_row(content, line, width, find_head_width(width))
    if line.kind is RowKind.SPOKEN:
        return draw_word_row(content, width, find_head_width(width))
    row = CanvasRow(width)
    if line.kind is RowKind.STEMS:
        draw_stems(content, line, row, width - find_head_width(width))
    return row


def format_ruler_timecode(frame: int, rate: Fraction, *, frames: bool, hours: bool) -> str:
    """Format a frame as a label of the ruler: `MM:SS`. `hours` adds the hours, `frames` the frames."""
    text = format_timecode(frame, rate)
    head = text if frames else text[: -1 - len(text.replace(";", ":").rpartition(":")[2])]
    return head if hours else head[3:]


@dataclass(frozen=True, slots=True)
class RulerScale:
    """The scale of the ruler: a label every `step` frames. If `frames` or `hours` is True, the labels include
    frames or hours.
    """

    step: int
    frames: bool
    hours: bool

    def format_label(self, frame: int, rate: Fraction) -> str:
        return format_ruler_timecode(frame, rate, frames=self.frames, hours=self.hours)


def choose_ruler_scale(film: TimelineFilm, view: TimelineViewport) -> RulerScale:
    """Choose the ruler's label interval for the zoom of the view, and whether labels need hours and
    frames.
    """
    hours = film.frames >= get_timecode_base(film.rate) * 3600
    full = len(format_ruler_timecode(0, film.rate, frames=True, hours=hours))
    step = choose_ruler_step(film.rate, view.zoom, full)
    if step < get_timecode_base(film.rate):
        return RulerScale(step, True, hours)
    short = len(format_ruler_timecode(0, film.rate, frames=False, hours=hours))
    return RulerScale(
        max(get_timecode_base(film.rate), choose_ruler_step(film.rate, view.zoom, short)), False, hours
    )


def _draw_ruler(content: TimelineContent, width: int) -> CanvasRow:
    row, film, view = CanvasRow(width, "muted"), content.film, content.view
    scale = choose_ruler_scale(film, view)
    for frame in range(-(-view.origin // scale.step) * scale.step, view.end, scale.step):
        label, column = (
            scale.format_label(frame, film.rate),
            find_head_width(row.width) + view.frame_to_cell(frame),
        )
        if column + len(label) <= width:
            row.put(column, label, "muted")
    return row


def _draw_flags_row(content: TimelineContent, width: int) -> CanvasRow:
    row, film, view = CanvasRow(width, "rule"), content.film, content.view
    cells, step = width - find_head_width(width), choose_ruler_scale(film, view).step
    for frame in range(-(-view.origin // step) * step, view.end, step):
        row.put(find_head_width(row.width) + view.frame_to_cell(frame), "╷", "rule")
    if film.marked:
        _draw_range_sign(row, view, film.marked, "[━]", "text", cells)
    if content.picked:
        _draw_range_sign(row, view, content.picked, "╞═╡", "accent", cells)
    for marker in film.markers:
        if view.shows_frame(marker.frame):
            ink = MARKER_INKS.get(marker.colour, "text" if marker.name else "stale")
            row.put(
                find_head_width(row.width) + view.frame_to_cell(marker.frame),
                choose_marker_sign(marker),
                ink,
                bold=True,
            )
    if content.trim and view.shows_frame(content.trim.frame):
        row.put(
            find_head_width(row.width) + view.frame_to_cell(content.trim.frame),
            content.trim.sign,
            "accent",
            bold=True,
        )
    return row


def choose_marker_sign(marker: Marker) -> str:
    """Return the character that marks a marker: the letter of a named mark, otherwise a shape for its
    kind.
    """
    if marker.name:
        return marker.name[:1]
    if marker.done:
        return "◇"
    return {"grew": "▲", "note": "■"}.get(marker.kind, "◆")


def _draw_range_sign(
    row: CanvasRow, view: TimelineViewport, span: tuple[int, int], signs: str, ink: str, cells: int
) -> None:
    """Draw a range of frames as `[━━━]` over the cells of these frames. If one end is outside the screen, its
    bracket is left out. `signs` are the characters to use, and `ink` is the colour.
    """
    first, last = view.frames_to_cells(*span)
    row.fill_cells(
        find_head_width(row.width) + max(0, first),
        find_head_width(row.width) + min(last + 1, cells),
        signs[1],
        ink,
    )
    if 0 <= first < cells:
        row.put(find_head_width(row.width) + first, signs[0], ink, bold=True)
    if 0 <= last < cells and last != first:
        row.put(find_head_width(row.width) + last, signs[2], ink, bold=True)
