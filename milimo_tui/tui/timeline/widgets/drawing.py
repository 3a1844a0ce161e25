"""Draws the timeline's rows: the ruler and the flags here; lanes and map in other modules.

Pure: values in, a `Row` of cells out; only the visible part is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from milimo_tui.core.time import nominal, timecode
from milimo_tui.cut.values.cut import Marker
from milimo_tui.tui.timeline.values.model import Film
from milimo_tui.tui.timeline.values.view import View, ruler_step
from milimo_tui.tui.timeline.widgets.clip_rows import draw_lane, draw_stems
from milimo_tui.tui.timeline.widgets.curve_rows import draw_curve
from milimo_tui.tui.timeline.widgets.minimap import draw_map
from milimo_tui.tui.timeline.widgets.row_layout import Kind, Line, head_of
from milimo_tui.tui.timeline.widgets.timeline_content import TimelineContent
from milimo_tui.tui.widgets.canvas import Row

# Marker colours by the names that editors use; any other colour is drawn as for a plain marker.
MARKER_INKS = {
    "red": "failed", "green": "picked", "blue": "working",
    "yellow": "stale", "cyan": "accent", "white": "text",
}  # fmt: skip


def draw(content: TimelineContent, line: Line, width: int) -> Row:
    """Draw one row of the widget without the playhead, which is drawn over the cached row."""
    if line.kind is Kind.RULER:
        return _ruler(content, width)
    if line.kind is Kind.FLAGS:
        return _flags(content, width)
    if line.kind is Kind.MAP:
        return draw_map(content.film, content.view, content.clip_styles, width)
    if line.kind is Kind.LANE:
        return draw_lane(content, line, width)
    if line.kind is Kind.CURVE:
        return draw_curve(content, line, width, head_of(width))
    row = Row(width)
    if line.kind is Kind.STEMS:
        draw_stems(content, line, row, width - head_of(width))
    return row


# -- ruler and flags -----------------------------------------------------------------------------------


def short_timecode(frame: int, rate: Fraction, *, frames: bool, hours: bool) -> str:
    """Format a label of the ruler: `MM:SS`, with hours and frames on request."""
    text = timecode(frame, rate)
    head = text if frames else text[: -1 - len(text.replace(";", ":").rpartition(":")[2])]
    return head if hours else head[3:]


@dataclass(frozen=True, slots=True)
class Scale:
    """The scale of the ruler: a label every `step` frames, with hours and frames if they are needed."""

    step: int
    frames: bool
    hours: bool

    def label(self, frame: int, rate: Fraction) -> str:
        return short_timecode(frame, rate, frames=self.frames, hours=self.hours)


def scale_of(film: Film, view: View) -> Scale:
    """Return the scale of the ruler for a film at a zoom."""
    hours = film.frames >= nominal(film.rate) * 3600
    full = len(short_timecode(0, film.rate, frames=True, hours=hours))
    step = ruler_step(film.rate, view.zoom, full)
    if step < nominal(film.rate):
        return Scale(step, True, hours)
    short = len(short_timecode(0, film.rate, frames=False, hours=hours))
    return Scale(max(nominal(film.rate), ruler_step(film.rate, view.zoom, short)), False, hours)


def _ruler(content: TimelineContent, width: int) -> Row:
    row, film, view = Row(width, "muted"), content.film, content.view
    scale = scale_of(film, view)
    for frame in range(-(-view.origin // scale.step) * scale.step, view.end, scale.step):
        label, column = scale.label(frame, film.rate), head_of(row.width) + view.cell(frame)
        if column + len(label) <= width:
            row.put(column, label, "muted")
    return row


def _flags(content: TimelineContent, width: int) -> Row:
    row, film, view = Row(width, "rule"), content.film, content.view
    cells, step = width - head_of(width), scale_of(film, view).step
    for frame in range(-(-view.origin // step) * step, view.end, step):
        row.put(head_of(row.width) + view.cell(frame), "╷", "rule")
    if film.marked:
        _span_sign(row, view, film.marked, "[━]", "text", cells)
    if content.picked:
        _span_sign(row, view, content.picked, "╞═╡", "accent", cells)
    for marker in film.markers:
        if view.shows(marker.frame):
            ink = MARKER_INKS.get(marker.colour, "text" if marker.name else "stale")
            row.put(head_of(row.width) + view.cell(marker.frame), marker_sign(marker), ink, bold=True)
    if content.trim and view.shows(content.trim.frame):
        row.put(head_of(row.width) + view.cell(content.trim.frame), content.trim.sign, "accent", bold=True)
    return row


def marker_sign(marker: Marker) -> str:
    """Return a marker's sign: the letter of a named mark, or a shape for each other kind."""
    if marker.name:
        return marker.name[:1]
    if marker.done:
        return "◇"
    return {"grew": "▲", "note": "■"}.get(marker.kind, "◆")


def _span_sign(row: Row, view: View, span: tuple[int, int], signs: str, ink: str, cells: int) -> None:
    """Draw `[━━━]` over the cells of a range; an end outside the screen has no bracket."""
    first, last = view.cells_of(*span)
    row.fill(head_of(row.width) + max(0, first), head_of(row.width) + min(last + 1, cells), signs[1], ink)
    if 0 <= first < cells:
        row.put(head_of(row.width) + first, signs[0], ink, bold=True)
    if 0 <= last < cells and last != first:
        row.put(head_of(row.width) + last, signs[2], ink, bold=True)
