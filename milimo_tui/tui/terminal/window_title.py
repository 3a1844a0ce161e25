"""The title of the terminal's window, which names the film and the screen. The previous title is restored
when the studio releases the terminal.
"""

from __future__ import annotations

from collections.abc import Callable

from milimo_tui.core.safe_text import clean_one_line
from milimo_tui.tui.terminal.reset import POP_TITLE, PUSH_TITLE, STRING_END

LONGEST = 100  # Maximum length of the title in characters. A longer title is cut off.


class WindowTitle:
    """The title of the terminal's window. `write` is called whenever the title changes, with the control
    sequences that set it.
    """

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._shown = ""

    def set_window_title(self, text: str) -> None:
        """Set the title; the first call asks the terminal to save its own title."""
        text = clean_one_line(text, LONGEST)
        if text == self._shown:
            return
        self._write(f"{'' if self._shown else PUSH_TITLE}\x1b]2;{text}{STRING_END}")
        self._shown = text

    def restore_title(self) -> str:
        """Restore the title that the window had before the studio. Return the title that was shown until now;
        empty if none was set.
        """
        shown, self._shown = self._shown, ""
        if shown:
            self._write(POP_TITLE)
        return shown
