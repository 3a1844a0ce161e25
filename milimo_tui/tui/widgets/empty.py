"""Widgets shown instead of a screen's content: a short guide on an empty screen, and a notice if the terminal
is too small.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.widget import Widget

from milimo_tui.tui.keys.keymap import InKeys
from milimo_tui.tui.widgets.terminal_app import get_terminal_app
from milimo_tui.tui.widgets.text import join_line, wrap_words

KEYS = 8  # Width in cells of the column of keys.
# Minimum columns and rows of the terminal. In a smaller one, `TooSmall` covers the screen.
MIN_TERMINAL_SIZE = (80, 24)
NO_FILM = "No film is open."
TO_HOME = ("{ui.mode home}", "Home: open a film or start one")
TO_COMMIT = ("{ui.mode script}", "the script; {script:ui.commit} there commits it")


class Empty(Widget):
    """A widget with a few muted lines that is shown instead of a screen's content while there is nothing to
    show.
    """

    DEFAULT_CSS = """
    Empty { width: 1fr; height: 1fr; padding: 2 4; display: none; background: $background; }
    """
    can_focus = False

    def __init__(self, in_keys: InKeys, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._in_keys = in_keys
        self._title = ""
        self.is_bare = False
        self._lines: Sequence[tuple[str, str]] = ()

    def show_guide(self, title: str, lines: Sequence[tuple[str, str]], *, bare: bool = False) -> None:
        """Show a sentence about the screen, and under it lines with keys and their effects. A line without
        keys is plain text.

        Action ids in the texts are replaced by keys (`Keymap.with_keys`). `bare` is True if the screen has
        nothing on which the keys of the status line could act.
        """
        self._title, self._lines, self.is_bare = title, tuple(lines), bare
        self.refresh()

    @property
    def guide_rows(self) -> tuple[tuple[str, str], ...]:
        """The keys of the guide and their descriptions, with action ids replaced by keys."""
        return tuple((keys, words) for keys, words in self._fill_guide_keys() if keys)

    def _fill_guide_keys(self) -> list[tuple[str, str]]:
        return [(self._in_keys(keys), self._in_keys(words)) for keys, words in self._lines]

    def render(self) -> Text:
        ink, width = get_terminal_app(self).ink, self.content_size.width
        out = [*(join_line((part, ink.strong)) for part in wrap_words(self._title, width)), Text()]
        for keys, words in self._fill_guide_keys():
            style, room = (ink.text, width - KEYS) if keys else (ink.muted, width)
            rows = wrap_words(words, room) or [""]
            for place, part in enumerate(rows):
                prefix = f"{keys if place == 0 else '':<{KEYS}}" if keys else ""
                out.append(join_line((prefix, ink.accent), (part, style)))
        return Text("\n").join(out)


class TooSmall(Widget):
    """A notice that covers the screen in terminals smaller than 80 × 24. The style sheet of all screens shows
    and hides it.
    """

    DEFAULT_CSS = """
    TooSmall { layer: cover; width: 100%; height: 100%; display: none; background: $background;
               content-align: center middle; }
    """
    can_focus = False

    def render(self) -> Text:
        size = self.app.size
        return Text(
            f"Milimo needs {MIN_TERMINAL_SIZE[0]} × {MIN_TERMINAL_SIZE[1]}\nbut has {size.width} "
            f"× {size.height}\n"
            "make the window larger or the font smaller",
            justify="center",
        )
