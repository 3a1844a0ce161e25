"""The title of the terminal's window: the film and the screen. Put back when the terminal is given back."""

from __future__ import annotations

from collections.abc import Callable

from milimo_tui.core.safe_text import one_line
from milimo_tui.tui.terminal.reset import END, POP_TITLE, PUSH_TITLE

LONGEST = 100  # characters


class WindowTitle:
    """`show` sets it, and writes only what is new; `give_back` puts back what was there before."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._shown = ""

    def show(self, text: str) -> None:
        """Set the title; the first time the terminal is asked to keep its own."""
        text = one_line(text, LONGEST)
        if text == self._shown:
            return
        self._write(f"{'' if self._shown else PUSH_TITLE}\x1b]2;{text}{END}")
        self._shown = text

    def give_back(self) -> str:
        """Put back the title that was there before; return the one that was shown."""
        shown, self._shown = self._shown, ""
        if shown:
            self._write(POP_TITLE)
        return shown
