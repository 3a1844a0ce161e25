"""A list in several columns, each read downwards. If all rows fit in the height of the list, there is only
one column. Otherwise the list has as many columns as it needs, or as its width allows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.geometry import Region, Size
from textual.strip import Strip

from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.widgets.rows import RowLike, Rows

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand

GAP = 3  # Cells between columns.
CONTINUATION = "  "  # Prefix of a row without a key that continues the row above it.
EDGE_CELLS = 3  # Cells in each row in addition to its text: the cursor, a mark and a blank.


class ColumnRows(Rows):
    """A list in columns in which no text is cut. Columns are not broken between a heading and the row after
    it, or between a row and its continuation.
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._columns: list[range] = []
        self.widths: list[int] = []  # Width of each column in cells.
        # The rows for which the present layout was made, and in `_laid_in` the size. The layout is made again
        # if either has changed.
        self._laid: object = None
        self._laid_in = Size(0, 0)

    def _lay_out(self) -> None:
        """Lay out the rows in columns for the present size. Do nothing if rows and size are unchanged."""
        size = self.scrollable_content_region.size
        if self._laid is self.rows and size == self._laid_in:
            return
        for across in range(1, max(1, len(self.rows)) + 1):
            columns = split_into_columns(self.rows, across)
            wides = [max(self._measure_row(index) for index in column) for column in columns]
            spare = size.width - sum(wides) - GAP * (len(wides) - 1)
            if across > 1 and spare < 0:
                break
            self._columns, self.widths = columns, [wide + spare // max(1, len(wides)) for wide in wides]
            if _max_column_height(columns) <= size.height:
                break
        self._laid, self._laid_in = self.rows, size
        self._strips.clear()
        self.virtual_size = Size(0, _max_column_height(self._columns))

    def _measure_row(self, index: int) -> int:
        """Return the number of cells that the row with this index needs."""
        row = self.rows[index]
        right = row.right.cell_len
        return EDGE_CELLS + row.left.cell_len + (right + 2 if right else 0)

    def find_row_position(self, index: int) -> tuple[int, int]:
        """Return the column and the line of the row with this index."""
        for number, column in enumerate(self._columns):
            if index in column:
                return number, index - column.start
        return 0, 0

    def _scroll_to_row(self) -> None:
        if not self.is_attached:
            return
        self._lay_out()
        if self.cursor >= 0:
            number, line = self.find_row_position(self.cursor)
            above = self.rows[self._columns[number].start : self.cursor] if self._columns else ()
            top = line if any(row.key for row in above) else 0
            self.scroll_to_region(Region(0, top, 1, line - top + 1), animate=False, force=True)

    def _paint_row(self, index: int) -> None:
        self.refresh_line(self.find_row_position(index)[1])

    def get_row_at(self, x: int, y: int) -> int:
        line = y + self.scroll_offset.y
        for column, wide in zip(self._columns, self.widths, strict=True):
            if x < wide + GAP:
                return column[line] if line < len(column) else -1
            x -= wide + GAP
        return -1

    def render_line(self, y: int) -> Strip:
        self._lay_out()
        width = self.scrollable_content_region.width
        base, line = self.visual_style.rich_style, y + self.scroll_offset.y
        pieces: list[Strip] = []
        for column, wide in zip(self._columns, self.widths, strict=True):
            if pieces:
                pieces.append(Strip([Segment(" " * GAP, base)], GAP))
            there = 0 <= line < len(column)
            pieces.append(self.get_row_strip(column[line], wide, base) if there else Strip.blank(wide, base))
        return Strip.join(pieces).adjust_cell_length(width, base)

    @action
    def act_right(self, key_command: KeyCommand) -> None:
        self._move_across(key_command.times)

    @action
    def act_left(self, key_command: KeyCommand) -> None:
        self._move_across(-key_command.times)

    def _move_across(self, columns: int) -> None:
        """Move the cursor by `columns` columns to the right (left if negative), to the row on the same line.
        If the new column is shorter, move to its last row.
        """
        if self.cursor < 0 or not self._columns:
            return
        number, line = self.find_row_position(self.cursor)
        column = self._columns[max(0, min(len(self._columns) - 1, number + columns))]
        at = column[min(line, len(column) - 1)]
        keyed = [index for index in column if self.rows[index].key]
        if keyed:
            self.move_to(min(keyed, key=lambda index: abs(index - at)))


def split_into_columns(rows: Sequence[RowLike], across: int) -> list[range]:
    """Divide rows into at most `across` columns, so that the longest column is as short as possible. No
    column begins with an empty row. Return the row indexes of each column.
    """
    height = max(1, -(-len(rows) // across))
    while len(columns := _fill_columns(rows, height)) > across:
        height += 1
    return columns


def _fill_columns(rows: Sequence[RowLike], height: int) -> list[range]:
    out: list[range] = []
    start = 0
    while start < len(rows):
        if not rows[start].key and not rows[start].left.plain.strip():
            start += 1
            continue
        end = whole = min(start + height, len(rows))
        while start < end < len(rows) and (_is_heading(rows[end - 1]) or _is_continuation(rows[end])):
            # End the column earlier, so that a heading and the row after it are in the same column, and a row
            # and its continuation too.
            end -= 1
        end = end if end > start else whole
        out.append(range(start, end))
        start = end
    return out


def _is_continuation(row: RowLike) -> bool:
    return not row.key and row.left.plain.startswith(CONTINUATION)


def _is_heading(row: RowLike) -> bool:
    return not row.key and not _is_continuation(row)


def _max_column_height(columns: Sequence[range]) -> int:
    return max(map(len, columns), default=0)
