"""Widgets shown instead of a screen's content: a short guide on an empty screen, and a notice if the terminal
is too small.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.widget import Widget

from milimo_tui.tui.widgets.host import host_of, host_screen_of
from milimo_tui.tui.widgets.text import line, wrapped

KEYS = 8  # Cells for the keys.
LEAST = (80, 24)  # Columns and rows that the studio needs.
NO_FILM = "No film is open."
TO_HOME = ("{ui.mode home}", "Home: open a film or start one")
TO_COMMIT = ("{ui.mode script}", "the script; {script:ui.commit} there commits it")


class Empty(Widget):
    """A few muted lines shown instead of the content; the screen shows them after `show_guide`."""

    DEFAULT_CSS = """
    Empty { width: 1fr; height: 1fr; padding: 2 4; display: none; background: $background; }
    """
    can_focus = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._title = ""
        self.is_bare = False
        self._lines: Sequence[tuple[str, str]] = ()

    def teach(self, title: str, lines: Sequence[tuple[str, str]], *, bare: bool = False) -> None:
        """Show a sentence about the screen, then pairs of (keys, what they do). Lines without keys are plain
        text.

        Both parts of a pair name actions by id (`Keymap.with_keys`).

        `bare`: the screen's other keys have nothing to act on.
        """
        self._title, self._lines, self.is_bare = title, tuple(lines), bare
        self.refresh()

    @property
    def taught(self) -> tuple[tuple[str, str], ...]:
        """The keys of the guide, as they are shown, with their descriptions."""
        return tuple((keys, words) for keys, words in self._in_keys() if keys)

    def _in_keys(self) -> list[tuple[str, str]]:
        fill = host_screen_of(self).with_keys
        return [(fill(keys), fill(words)) for keys, words in self._lines]

    def render(self) -> Text:
        ink, width = host_of(self).ink, self.content_size.width
        out = [*(line((part, ink.strong)) for part in wrapped(self._title, width)), Text()]
        for keys, words in self._in_keys():
            style, room = (ink.text, width - KEYS) if keys else (ink.muted, width)
            rows = wrapped(words, room) or [""]
            for place, part in enumerate(rows):
                lead = f"{keys if place == 0 else '':<{KEYS}}" if keys else ""
                out.append(line((lead, ink.accent), (part, style)))
        return Text("\n").join(out)


class TooSmall(Widget):
    """Covers the screen in terminals below 80 × 24. The style sheet that all screens share shows and hides
    this widget.
    """

    DEFAULT_CSS = """
    TooSmall { layer: cover; width: 100%; height: 100%; display: none; background: $background;
               content-align: center middle; }
    """
    can_focus = False

    def render(self) -> Text:
        size = self.app.size
        return Text(
            f"Milimo needs {LEAST[0]} × {LEAST[1]}\nhere are {size.width} × {size.height}\n"
            "make the window larger or the font smaller",
            justify="center",
        )
