"""The layout of screenplay lines in the editor: how far each kind of line is indented, and where lines are
wrapped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual._wrap import compute_wrap_offsets
from textual.document._document import DocumentBase, Location
from textual.document._wrapped_document import WrappedDocument
from textual.expand_tabs import get_tab_widths
from textual.geometry import Offset

from milimo_tui.story.screenplay.screenplay import ScriptElementKind

NARROW = 30  # Page width in cells below which all kinds of lines begin in the same column.
TRANSITION_WIDTH = 20


def find_line_column(kind: str | None, width: int, line: str = "") -> tuple[int, int]:
    """Return the indent of a line and the maximum width of its text, both in cells. `kind` is the kind of the
    line and `width` the width of the page.
    """
    if width < NARROW or kind is None:
        return 0, width
    if kind in (ScriptElementKind.DIALOGUE, ScriptElementKind.LYRIC):
        return width // 6, width - 2 * (width // 6)
    if kind == ScriptElementKind.PARENTHETICAL:
        return width // 4, width - 2 * (width // 4)
    if kind == ScriptElementKind.CUE:
        return width // 3, width - width // 3
    if kind == ScriptElementKind.TRANSITION:
        before = max(0, width - max(TRANSITION_WIDTH, len(line)))
        return before, width - before
    return 0, width


class MeasuredDocument(WrappedDocument):
    """A document wrapped to the page width, in which the indent of a line depends on its kind, such as cue or
    dialogue.

    It also caches its height, because painting needs the height several times for each row. `kind_at` returns
    the kind of a line by its row.
    """

    def __init__(
        self, document: DocumentBase, tab_width: int, kind_at: Callable[[int], str | None] = lambda _row: None
    ) -> None:
        self.kind_at = kind_at
        # Set to True before a change in several places, so that all lines are wrapped again.
        self.wraps_whole = False
        super().__init__(document, tab_width=tab_width)

    @property
    def height(self) -> int:
        """The height of the wrapped document in screen rows."""
        return len(self._offset_to_line_info)

    def find_line_at(self, offset: int) -> tuple[int, int]:
        """Return the line of the text that is shown at the screen row `offset`. Also return the index of this
        screen row among the rows into which the line is wrapped.
        """
        return self._offset_to_line_info[offset]

    def count_rows_above(self, row: int) -> int:
        """Return the number of screen rows above a line."""
        return self._line_index_to_offsets[row][0]

    def count_line_rows(self, row: int) -> int:
        """Return the number of screen rows of a line."""
        return len(self._line_index_to_offsets[row])

    def get_line_breaks(self, row: int) -> tuple[int, ...]:
        """Return the columns at which a line is broken now."""
        return tuple(self._wrap_offsets[row])

    def get_line_indent(self, row: int) -> int:
        """Return the indent of a line in cells."""
        if not self._width or row >= self.document.line_count:
            return 0
        return find_line_column(self.kind_at(row), self._width, self.document.get_line(row))[0]

    def wrap(self, width: int, tab_width: int | None = None) -> None:
        self._width = width
        self._tab_width = tab_width or self._tab_width
        wrapped = [self._wrap_line(row, line) for row, line in enumerate(self.document.lines)]
        self._wrap_offsets = [offsets for offsets, _ in wrapped]
        self._tab_width_cache = [tabs for _, tabs in wrapped]
        self._line_index_to_offsets, self._offset_to_line_info = [], []
        self._renumber_rows(0)

    def wrap_range(self, start: Location, old_end: Location, new_end: Location) -> None:
        top, old, new = min(start[0], old_end[0]), max(start[0], old_end[0]), max(start[0], new_end[0])
        count = self.document.line_count
        if self.wraps_whole or len(self._wrap_offsets) - (old - top) + (new - top) != count:
            self.wraps_whole = False
            self.wrap(self._width)
            return
        lines = self.document.lines[top : new + 1]
        wrapped = [self._wrap_line(row, line) for row, line in enumerate(lines, top)]
        self._set_wraps(top, old, wrapped)

    def wrap_rows(self, changed: Iterable[int]) -> bool:
        """Wrap again the lines in `changed`, whose kind has changed. Return True if the number of their
        screen rows changed, so that the lines below have moved.
        """
        first = -1
        for row in changed:
            offsets, self._tab_width_cache[row] = self._wrap_line(row, self.document.get_line(row))
            if len(offsets) != len(self._wrap_offsets[row]) and first < 0:
                first = row
            self._wrap_offsets[row] = offsets
        if first >= 0:
            self._renumber_rows(first)
        return first >= 0

    def _wrap_line(self, row: int, line: str) -> tuple[list[int], list[int]]:
        """Return the columns at which a line is broken, and the widths of its tabs."""
        room = find_line_column(self.kind_at(row), self._width, line)[1]
        if not room:
            return [], [width for _, width in get_tab_widths(line, self._tab_width)]
        if len(line) <= room and line.isascii() and "\t" not in line:
            return [], [0]
        tabs = get_tab_widths(line, self._tab_width)
        offsets = compute_wrap_offsets(line, room, self._tab_width, precomputed_tab_sections=tabs)
        return offsets, [width for _, width in tabs]

    def _set_wraps(self, top: int, old: int, wrapped: list[tuple[list[int], list[int]]]) -> None:
        heights = [len(offsets) for offsets in self._wrap_offsets[top : old + 1]]
        self._wrap_offsets[top : old + 1] = [offsets for offsets, _ in wrapped]
        self._tab_width_cache[top : old + 1] = [tabs for _, tabs in wrapped]
        if heights != [len(offsets) for offsets, _ in wrapped]:
            self._renumber_rows(top)

    def _renumber_rows(self, top: int) -> None:
        """Compute again at which screen rows the lines begin, for all lines from the line `top` on."""
        places, lines = self._line_index_to_offsets, self._offset_to_line_info
        at = places[top][0] if top < len(places) else len(lines)
        del places[top:], lines[at:]
        for row in range(top, len(self._wrap_offsets)):
            size = len(self._wrap_offsets[row]) + 1
            places.append(list(range(at, at + size)))
            lines.extend([(row, section) for section in range(size)])
            at += size

    def location_to_offset(self, location: Location) -> Offset:
        # After a redo that removes lines, Textual asks for the offset of a cursor that is still after the
        # last line.
        row = min(location[0], len(self._wrap_offsets) - 1)
        x, y = super().location_to_offset((row, min(location[1], len(self.document.get_line(row)))))
        return Offset(x + self.get_line_indent(row), y)

    def get_target_document_column(self, line_index: int, x_offset: int, y_offset: int) -> int:
        x_offset = max(0, x_offset - self.get_line_indent(line_index))
        return super().get_target_document_column(line_index, x_offset, y_offset)
