"""The app's side of the terminal: styles, the line to the terminal, and the pictures on the terminal."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, cast

from textual.app import App

from milimo_tui.core.terminal_environment import read_terminal_environment
from milimo_tui.tui.terminal.images.draw import PICTURE_IDS, Drawing
from milimo_tui.tui.terminal.line import kitty
from milimo_tui.tui.terminal.line.terminal_line import TerminalLine
from milimo_tui.tui.terminal.theme import TextStyles, get_text_styles

if TYPE_CHECKING:
    from textual.dom import DOMNode

    from milimo_tui.tui.terminal.capabilities import Terminal

IN_STEP_SECONDS = 0.08  # Two frames of a film.


class TerminalApp(App[int]):
    """An app that writes to the terminal through a line that it measures."""

    terminal: Terminal
    is_still: bool  # True if nothing but playback may move on the screen.

    def __init__(self) -> None:
        self.colours = read_terminal_environment(os.environ).colours
        self.line = TerminalLine(self.colours, self.release_picture_id)
        super().__init__(ansi_color=True if self.colours in ("16", "none") else None)

    @property
    def ink(self) -> TextStyles:
        return get_text_styles(self.theme, self.colours == "none")

    @property
    def line_rate(self) -> int | None:
        """The measured speed of the line to the terminal in bytes a second; None before the measurement."""
        rate = self.line.measured.rate
        return int(rate) if rate else None

    def write_to_terminal(self, words: str) -> None:
        """Write control sequences that change no cell, in order with all other output."""
        self.line.write(words)

    async def wait_until_sent(self) -> None:
        """Wait until the terminal line has sent the pending output, but at most for two frames of a film.

        After that time a picture would be out of step with the sound.
        """
        await self.line.wait_for_output(IN_STEP_SECONDS)

    def send_drawing(self, drawing: Drawing) -> None:
        """Send a drawing's picture to the terminal once cells on the screen show it."""
        if drawing.pixels is not None:
            self.line.offer_picture(drawing.id, drawing.pixels)

    def replace_drawing(self, before: Drawing, drawing: Drawing) -> Drawing | None:
        """Replace a drawing by another one of equal size, with as few bytes as the terminal allows.

        Returns the drawing that is shown then. Returns None if kind or size differ: the drawing must be sent
        completely.
        """
        old, new = before.pixels, drawing.pixels
        if not isinstance(old, kitty.Pixels) or not isinstance(new, kitty.Pixels) or old.shape != new.shape:
            return None
        PICTURE_IDS.release_id(drawing.id)
        self.line.replace_picture(before.id, new)
        return Drawing(before.strips, new, before.id)

    def release_picture_id(self, id: int) -> None:
        """Release the id of a picture that the terminal no longer has, so that the id can be used again."""
        PICTURE_IDS.release_id(id)

    def forget_drawing(self, drawing: Drawing, heir: Drawing | None = None) -> None:
        """Free a drawing's picture in the terminal once no cell shows it; `heir` is the drawing that replaces
        it.
        """
        if drawing.id:
            words = kitty.make_free_command(drawing.id, wrap=self.terminal.wrap)
            self.line.withdraw_picture(drawing.id, words, heir.id if heir else 0)


def get_terminal_app(node: DOMNode) -> TerminalApp:
    """Return the app of a widget. Textual's own type for it does not know the studio's app."""
    return cast("TerminalApp", node.app)
