"""A message or a question whole, where the one row of the message line does not hold it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.widget import Widget

MOST_ROWS = 6  # more of a message is in the log


class Whole(Widget):
    """Grows upwards from the message line over the screen; nothing moves to make room for it."""

    DEFAULT_CSS = """
    Whole { layer: over; dock: bottom; margin-bottom: 1; height: auto; width: 1fr; display: none;
            background: $raised; padding: 0 1; }
    Whole.-above { margin-bottom: 2; }
    Whole:ansi { border-top: solid ansi_bright_black; }
    """
    can_focus = False

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[Text, ...] = ()

    def show(self, rows: Sequence[Text], *, above: bool = False) -> None:
        """Show these rows, the first of them where they are too many; none hides it.

        `above`: the message line below stays free, for what is typed there.
        """
        self.set_class(above, "-above")
        self.display = bool(rows)
        shown = tuple(rows[:MOST_ROWS])
        if shown and shown != self._rows:
            self._rows = shown
            self.refresh(layout=True)

    def render(self) -> Text:
        return Text("\n").join(self._rows)
