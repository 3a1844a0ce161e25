"""The bar above the message line that shows the present step of a guided tour: the keys to press, their
effect, and the progress.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.widget import Widget


class TourBar(Widget):
    """The bar with the present instruction of a tour. It is hidden if no tour is running."""

    DEFAULT_CSS = """
    TourBar { height: 2; width: 1fr; display: none; padding: 0 1; background: $raised; }
    TourBar:ansi { height: 3; border-top: solid ansi_cyan; }
    """
    can_focus = False

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[Text, ...] = ()

    def show_tour_lines(self, rows: Sequence[Text]) -> None:
        """Show these rows, and repaint only if they have changed. An empty sequence hides the bar."""
        if tuple(rows) != self._rows:
            self._rows = tuple(rows)
            self.display = bool(rows)
            self.refresh(layout=True)

    def render(self) -> Text:
        return Text("\n").join(self._rows)
