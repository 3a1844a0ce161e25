"""What the tour says now: the keys to press, what they do, and how far it is. Above the message line."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.widget import Widget


class TourBar(Widget):
    """Hidden where no tour runs."""

    DEFAULT_CSS = """
    TourBar { height: 2; width: 1fr; display: none; padding: 0 1; background: $raised; }
    TourBar:ansi { height: 3; border-top: solid ansi_cyan; }
    """
    can_focus = False

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[Text, ...] = ()

    def show(self, rows: Sequence[Text]) -> None:
        """Show these rows; none hides it. Repaints only where they differ."""
        if tuple(rows) != self._rows:
            self._rows = tuple(rows)
            self.display = bool(rows)
            self.refresh(layout=True)

    def render(self) -> Text:
        return Text("\n").join(self._rows)
