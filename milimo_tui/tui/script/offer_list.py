"""The list of what can stand where one writes: rows that the editor draws over those by its cursor. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rich.cells import cell_len
from textual.geometry import Offset, Region, Size

from milimo_tui.tui.terminal.theme import CURSOR
from milimo_tui.tui.widgets.text import fit

MOST = 6  # rows
SIDES = 3  # cells beside the words: the sign of the chosen one, a blank at each side


@dataclass(frozen=True, slots=True)
class OfferList:
    """Whole lines that are offered, and which of them is chosen.

    `begins`: the letter from which on they are shown. `is_walked`: the person asked for them, or went through
    them, by a key.
    """

    lines: tuple[str, ...] = ()
    begins: int = 0
    at: int = 0
    is_walked: bool = False

    @property
    def is_open(self) -> bool:
        """Return whether there is something to choose: one alone is shown behind the cursor."""
        return len(self.lines) > 1

    @property
    def chosen(self) -> str:
        return self.lines[self.at] if self.lines else ""

    def walked(self, step: int) -> OfferList:
        """Return it with the next one chosen, or the one before, round the end."""
        return replace(self, at=(self.at + step) % len(self.lines), is_walked=True) if self.lines else self

    def seen(self) -> range:
        """Return which of them have a row: the chosen one is among them."""
        rows = min(MOST, len(self.lines))
        top = max(0, min(self.at - rows // 2, len(self.lines) - rows))
        return range(top, top + rows)

    def region(self, cursor: Offset, written: str, window: Size, left: int) -> Region:
        """Return where its rows lie in a window: below the cursor, above where there is no room.

        They begin below the part of the line that they complete; `written` is the line up to the cursor,
        `left` the cells of the gutter.
        """
        rows = len(self.seen())
        width = SIDES + max(cell_len(line[self.begins :]) for line in self.lines)
        width = max(0, min(width, window.width - left))
        x = cursor.x - cell_len(written[self.begins :]) - SIDES + 1
        x = max(left, min(x, window.width - width))
        is_below = cursor.y + rows < window.height or cursor.y < rows
        return Region(x, cursor.y + 1 if is_below else cursor.y - rows, width, rows)

    def row(self, place: int, width: int) -> str:
        """Return the words of a row, as wide as it is."""
        sign = CURSOR if place == self.at else " "
        return f"{sign} {fit(self.lines[place][self.begins :], max(1, width - SIDES))} "
