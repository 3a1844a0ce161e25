"""The list of completions next to the editor's cursor, drawn over the text. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rich.cells import cell_len
from textual.geometry import Offset, Region, Size

from milimo_tui.tui.terminal.theme import CURSOR
from milimo_tui.tui.widgets.text import fit_to_cells

MAX_OFFER_ROWS = 6  # Maximum number of rows of the list.
SIDES = 3  # Cells of a row in addition to its words: the glyph of the selected row, and a blank at each side.


@dataclass(frozen=True, slots=True)
class OfferList:
    """The list of completions that the editor offers for a line.

    `lines` are complete lines, and `at` is the index of the selected line. Only the text from column `begins`
    on is shown. `is_walked` is True if the user opened the list or moved in it with a key.
    """

    lines: tuple[str, ...] = ()
    begins: int = 0
    at: int = 0
    is_walked: bool = False

    @property
    def is_open(self) -> bool:
        """True if there are at least two lines to choose from. A single completion is shown after the cursor
        instead.
        """
        return len(self.lines) > 1

    @property
    def chosen(self) -> str:
        """The selected line; empty if nothing is offered."""
        return self.lines[self.at] if self.lines else ""

    def with_next_chosen(self, step: int) -> OfferList:
        """Return the list with another line selected, `step` rows further. After the last line comes the
        first.
        """
        return replace(self, at=(self.at + step) % len(self.lines), is_walked=True) if self.lines else self

    def get_visible_range(self) -> range:
        """Return the indexes of the lines that are shown as rows. The selected line is always shown."""
        rows = min(MAX_OFFER_ROWS, len(self.lines))
        top = max(0, min(self.at - rows // 2, len(self.lines) - rows))
        return range(top, top + rows)

    def compute_list_region(self, cursor: Offset, written: str, window: Size, left: int) -> Region:
        """Return the region of the list in a window: below the cursor, or above if there is no space below.

        The rows begin under the part of the line that they complete. `written` is the line up to the cursor,
        `left` the width of the gutter in cells.
        """
        rows = len(self.get_visible_range())
        width = SIDES + max(cell_len(line[self.begins :]) for line in self.lines)
        width = max(0, min(width, window.width - left))
        x = cursor.x - cell_len(written[self.begins :]) - SIDES + 1
        x = max(left, min(x, window.width - width))
        is_below = cursor.y + rows < window.height or cursor.y < rows
        return Region(x, cursor.y + 1 if is_below else cursor.y - rows, width, rows)

    def format_offer_row(self, place: int, width: int) -> str:
        """Return the text of the row for the line with index `place`, `width` cells wide."""
        sign = CURSOR if place == self.at else " "
        return f"{sign} {fit_to_cells(self.lines[place][self.begins :], max(1, width - SIDES))} "
