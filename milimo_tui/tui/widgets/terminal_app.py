"""The base class of the studio's app: text styles, the connection to the terminal with its measured speed,
and the pictures in the terminal.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, cast

from textual.app import App

from milimo_tui.core.terminal_environment import read_terminal_environment
from milimo_tui.tui.terminal.images.draw import PICTURE_IDS
from milimo_tui.tui.terminal.images.drawing import Drawing
from milimo_tui.tui.terminal.line import kitty
from milimo_tui.tui.terminal.line.terminal_line import TerminalLine
from milimo_tui.tui.terminal.theme import TextStyles, get_text_styles

if TYPE_CHECKING:
    from textual.dom import DOMNode

    from milimo_tui.tui.terminal.capabilities import Terminal

# Maximum seconds to wait until a picture is sent during playback: about two frames at 24 or 25 frames per
# second. A later picture would not match the sound.
IN_STEP_SECONDS = 0.08


class TerminalApp(App[int]):
    """An app that sends all its output through `line`, which measures the speed of the connection to the
    terminal.
    """

    terminal: Terminal
    is_still: bool  # True if nothing on the screen may move by itself, except during playback.

    def __init__(self) -> None:
        self.colours = read_terminal_environment(os.environ).colours
        self.line = TerminalLine(self.colours, self.release_picture_id)
        # With None, Textual styles panels for 16 colours as long as the theme has 16. An answer of the
        # terminal may report more colours later, but it never overrides NO_COLOR.
        super().__init__(ansi_color=True if self.colours == "none" else None)

    @property
    def ink(self) -> TextStyles:
        return get_text_styles(self.theme, self.colours == "none")

    @property
    def line_rate(self) -> int | None:
        """The measured speed of the connection to the terminal, in bytes per second. None before the first
        measurement.
        """
        rate = self.line.measured.rate
        return int(rate) if rate else None

    def write_to_terminal(self, words: str) -> None:
        """Write control sequences that do not change cells, such as the window title. All output reaches the
        terminal in the order in which it was written.
        """
        self.line.write(words)

    async def wait_until_sent(self) -> None:
        """Wait until the pending output has been sent to the terminal, but at most `IN_STEP_SECONDS`. During
        playback, a longer wait would make the picture late for its sound.
        """
        await self.line.wait_for_output(IN_STEP_SECONDS)

    def send_drawing(self, drawing: Drawing) -> None:
        """Send the picture of a drawing to the terminal, as soon as cells on the screen show it. If the
        drawing consists of cells only, there is no picture to send.
        """
        if drawing.pixels is not None:
            self.line.offer_picture(drawing.id, drawing.pixels)

    def replace_drawing(self, before: Drawing, drawing: Drawing) -> Drawing | None:
        """Replace the picture of the drawing `before` in the terminal by the picture of `drawing`, with as
        few bytes as possible. Both must have the same size.

        Return the drawing that the terminal then shows. Return None if the size or the picture protocol does
        not allow a replacement; the new drawing must then be sent completely.
        """
        old, new = before.pixels, drawing.pixels
        if not isinstance(old, kitty.Pixels) or not isinstance(new, kitty.Pixels) or old.shape != new.shape:
            return None
        PICTURE_IDS.release_id(drawing.id)
        self.line.replace_picture(before.id, new)
        return Drawing(before.strips, new, before.id)

    def release_picture_id(self, id: int) -> None:
        """Make the id of a picture that the terminal has deleted available for another picture."""
        PICTURE_IDS.release_id(id)

    def forget_drawing(self, drawing: Drawing, replacement: Drawing | None = None) -> None:
        """Delete the picture of a drawing in the terminal, as soon as no cell shows it. `replacement` is the
        drawing that replaces it.
        """
        if drawing.id:
            words = kitty.make_free_command(drawing.id, wrap=self.terminal.wrap)
            self.line.withdraw_picture(drawing.id, words, replacement.id if replacement else 0)


def get_terminal_app(node: DOMNode) -> TerminalApp:
    """Return the app of a widget as a `TerminalApp`. Textual's attribute `app` has a more general type."""
    return cast("TerminalApp", node.app)
