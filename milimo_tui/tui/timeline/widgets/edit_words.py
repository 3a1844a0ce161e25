"""Widgets for the text about the pictures at a trimmed edit. The text is below the pictures, or on both sides
of them.

They only draw values.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.text import Text
from textual.widget import Widget

from milimo_tui.tui.timeline.values.edit_sides import EditSide
from milimo_tui.tui.widgets.terminal_app import get_terminal_app
from milimo_tui.tui.widgets.text import truncate_line


class SidesWidget(Widget):
    """A widget for the text about the frames at a trimmed edge. It is hidden if there are no such frames."""

    can_focus = False

    def __init__(self) -> None:
        super().__init__()
        self.sides: tuple[EditSide, ...] = ()
        self.has_room = False

    def show_sides(self, sides: Sequence[EditSide]) -> None:
        """Show the text about two or four frames. An empty sequence hides the widget."""
        display = bool(sides) and self.has_room
        if tuple(sides) == self.sides and self.display == display:
            return
        self.sides, self.display = tuple(sides), display
        self.refresh(layout=True)


class EditWords(SidesWidget):
    """The text below the pictures of a trimmed edit: one row for two pictures, two rows for four."""

    DEFAULT_CSS = "EditWords { height: auto; width: 1fr; display: none; }"

    def show_sides(self, sides: Sequence[EditSide]) -> None:
        """Show the text about two or four frames, two in each row. An empty sequence hides the widget."""
        super().show_sides(sides)
        self.styles.height = (len(sides) + 1) // 2

    def render(self) -> Text:
        ink, half = get_terminal_app(self).ink, self.size.width // 2
        rows = []
        for at in range(0, len(self.sides), 2):
            row = Text(no_wrap=True, end="")
            for side in self.sides[at : at + 2]:
                words = side.words.replace("  00:", "  ") if cell_len(side.words) >= half else side.words
                shown = truncate_line(Text(words), max(0, half - 1)).plain
                row.append(set_cell_size(shown, half), ink.text if side.left != 0 else ink.stale)
            rows.append(row)
        return Text("\n").join(rows)


class SideWords(SidesWidget):
    """The texts next to four pictures that are shown in two rows. One widget is on the left and one on the
    right; each has the texts for the two pictures on its side. Each text is at the middle of its picture's
    height.

    `at` is 0 for the left side and 1 for the right side.
    """

    DEFAULT_CSS = "SideWords { height: 1fr; display: none; }"

    def __init__(self, at: int) -> None:
        super().__init__()
        self._at = at
        self.styles.dock = "right" if at else "left"

    def render(self) -> Text:
        ink, width, height = get_terminal_app(self).ink, self.size.width, self.size.height
        rows = [Text(no_wrap=True, end="") for _ in range(height)]
        sides = self.sides[self._at :: 2]
        for place, side in enumerate(sides):
            words = side.parts
            first = (2 * place + 1) * height // (2 * len(sides)) - len(words) // 2
            for offset, word in enumerate(words):
                look = ink.strong if not offset else ink.stale if side.left == 0 else ink.muted
                shown = truncate_line(Text(word), width - 2).plain
                padded = f"  {shown}" if self._at else f"{shown:>{width - 2}}  "
                if 0 <= first + offset < height:
                    rows[first + offset] = Text(padded, look, no_wrap=True, end="")
        return Text("\n").join(rows)
