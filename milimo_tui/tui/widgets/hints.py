"""The panel that lists which keys can follow a half-typed chord. It appears above the message line after a
short delay.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual import events
from textual.widget import Widget

from milimo_tui.tui.keys.keymap import KEYS
from milimo_tui.tui.terminal.theme import TextStyles
from milimo_tui.tui.widgets.clicked import KeysClicked
from milimo_tui.tui.widgets.text import fit_to_cells

DELAY = 0.3  # Seconds before the panel appears. A user who types the chord quickly never sees it.
MOST_LINES = 9
# Texts in the column of keys that stand for several keys. A click on one of them does nothing.
NO_KEYS = ("any key", "…")


class Hints(Widget):
    """A panel at the bottom of the screen with the possible next keys in columns. A click on a key presses
    it.
    """

    DEFAULT_CSS = """
    Hints { layer: over; dock: bottom; margin-bottom: 2; height: auto; width: 1fr; display: none;
            background: $raised; padding: 0 1; }
    """
    can_focus = False

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[Text] = []
        self._rows: Sequence[tuple[str, str]] = ()
        self._cell, self._down = 1, 1

    def show_hints(self, pending: str, rows: Sequence[tuple[str, str]], ink: TextStyles, width: int) -> None:
        """Show the keys that can follow, with their effects, in as many columns as fit in `width` cells.
        `rows` are pairs of a key and its effect. `pending` is the half-typed chord. If `rows` is empty, hide
        the panel.
        """
        self.display = bool(rows)
        if not rows:
            return
        keys_wide = min(10, max(len(keys) for keys, _ in rows))
        cell = keys_wide + 2 + 22
        across = max(1, (width - 2) // cell)
        down = min(MOST_LINES, -(-len(rows) // across))
        if len(rows) > across * down:
            shown = across * down - 1
            rows = [*rows[:shown], ("…", f"{len(rows) - shown} more")]
        self._rows, self._cell, self._down = rows, cell, down
        lines = []
        for y in range(down):
            text = Text(no_wrap=True, end="")
            for x in range(across):
                index = x * down + y
                if index < len(rows):
                    keys, note = rows[index]
                    text.append(fit_to_cells(keys, keys_wide), ink.key)
                    text.append(f"  {fit_to_cells(note, 20)}  ", ink.muted)
            lines.append(text)
        self._lines = lines
        self.refresh(layout=True)

    def render(self) -> Text:
        return Text("\n").join(self._lines)

    def on_click(self, event: events.Click) -> None:
        """Press the key that was clicked."""
        at = event.get_content_offset(self)
        place = at.x // self._cell * self._down + at.y if at is not None else len(self._rows)
        if place < len(self._rows) and self._rows[place][0] not in NO_KEYS:
            chord = tuple(KEYS.get(key, key) for key in self._rows[place][0].split(" "))
            self.post_message(KeysClicked(chord))
