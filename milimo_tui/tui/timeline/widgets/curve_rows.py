"""Draw the rows of a curve under its clip: the line, the keyframes, and the scale in the track's header.

Pure: values in, a `CanvasRow` of cells out.
"""

from __future__ import annotations

from rich.cells import cell_len

from milimo_tui.tui.timeline.fields.keyed_number import CurveLane
from milimo_tui.tui.timeline.values.view import column_to_frame
from milimo_tui.tui.timeline.widgets.row_layout import TimelineRow
from milimo_tui.tui.timeline.widgets.timeline_content import TimelineContent
from milimo_tui.tui.widgets.canvas import CanvasRow

KEY = "◆"


def draw_curve_row(content: TimelineContent, line: TimelineRow, width: int, head: int) -> CanvasRow:
    """Draw one row of the curve that is being edited. `head` is the width of the track's header in cells.
    Without a curve the row is empty.
    """
    row, curve = CanvasRow(width), content.curve
    if curve is None:
        return row
    _put_axis_labels(row, curve, line, head)
    cells = width - head
    first, last = content.view.frames_to_cells(curve.start, curve.end)
    begin, end = max(0, first), min(cells, last + 1)
    row.fill_cells(head + begin, head + end, " ", "text", "clip")
    before = _find_curve_row(content, curve, begin - 1, line.rows) if first < begin else None
    for cell in range(begin, end):
        at = _find_curve_row(content, curve, cell, line.rows)
        sign = _choose_stroke(line.row, before, at)
        if sign:
            row.put(head + cell, sign, "wave", "clip")
        before = at
    for key in curve.keys:
        cell = content.view.frame_to_cell(curve.start + key.frame)
        inside = 0 <= key.frame < curve.end - curve.start and begin <= cell < end
        if inside and _value_to_row(curve, key.value, line.rows) == line.row:
            here = curve.start + key.frame == content.view.playhead
            row.put(head + cell, KEY, "accent" if here else "text", "clip", bold=True)
    _put_curve_text(row, curve, line, head, begin, end)
    return row


def _put_axis_labels(row: CanvasRow, curve: CurveLane, line: TimelineRow, head: int) -> None:
    for share, words in curve.labels:
        if round((1 - share) * (line.rows - 1)) == line.row:
            row.put(max(0, head - 1 - cell_len(words)), words, "muted", limit=head)


def _put_curve_text(
    row: CanvasRow, curve: CurveLane, line: TimelineRow, head: int, begin: int, end: int
) -> None:
    """Write this row's text about the curve to the right of the clip. If there is not enough space there,
    write it to the left of the clip. If there is no space either, leave it out.
    """
    words = curve.words[line.row] if line.row < len(curve.words) else ""
    widest = max((cell_len(each) for each in curve.words), default=0)
    if not words:
        return
    if row.width - head - end > widest + 2:
        row.put(row.width - widest - 1, words, "muted")
    elif begin > widest + 2:
        row.put(head + begin - widest - 2, words, "muted")


def _find_curve_row(content: TimelineContent, curve: CurveLane, cell: int, rows: int) -> int:
    """Return the row, out of `rows` rows, in which the curve passes through a cell. The curve's value at the
    middle of the cell decides.
    """
    frame = column_to_frame(content.view, cell) + content.view.zoom // 2 - curve.start
    frame = min(max(0, frame), curve.end - curve.start - 1)
    return _value_to_row(curve, curve.curve_value_at(frame), rows)


def _value_to_row(curve: CurveLane, value: float, rows: int) -> int:
    return round((1 - curve.axis.to_height(value)) * (rows - 1))


def _choose_stroke(row: int, before: int | None, at: int) -> str:
    """Return the line character for one row of a cell. The curve comes from row `before` in the cell to the
    left (None if there is none) and is in row `at` in this cell.
    """
    if before is None or before == at:
        return "─" if row == at else ""
    if row == at:
        return "╭" if before > at else "╰"
    if row == before:
        return "╯" if before > at else "╮"
    return "│" if min(before, at) < row < max(before, at) else ""
