"""The words under the pictures of an edit in hand: each below its picture, two a row. Takes values alone."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.text import Text
from textual.widget import Widget

from milimo_tui.tui.timeline.values.edit_sides import EditSide
from milimo_tui.tui.widgets.host import host_of
from milimo_tui.tui.widgets.text import cut


class EditWords(Widget):
    """One row for two pictures, two for four; hidden without any."""

    DEFAULT_CSS = "EditWords { height: auto; width: 1fr; display: none; }"
    can_focus = False

    def __init__(self) -> None:
        super().__init__()
        self.sides: tuple[EditSide, ...] = ()

    def show(self, sides: Sequence[EditSide]) -> None:
        """Show the words of 2 or 4 sides, or of none."""
        if tuple(sides) == self.sides:
            return
        self.sides = tuple(sides)
        self.display = bool(sides)
        self.styles.height = (len(sides) + 1) // 2
        self.refresh()

    def render(self) -> Text:
        ink, half = host_of(self).ink, self.size.width // 2
        rows = []
        for at in range(0, len(self.sides), 2):
            row = Text(no_wrap=True, end="")
            for side in self.sides[at : at + 2]:
                words = side.words.replace("  00:", "  ") if cell_len(side.words) >= half else side.words
                shown = cut(Text(words), max(0, half - 1)).plain
                row.append(set_cell_size(shown, half), ink.text if side.left != 0 else ink.stale)
            rows.append(row)
        return Text("\n").join(rows)
