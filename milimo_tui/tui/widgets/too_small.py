"""Says that the terminal is too small for the studio, and goes when it has grown."""

from __future__ import annotations

from rich.text import Text
from textual.widget import Widget

LEAST = (80, 24)


class TooSmall(Widget):
    """Covers the screen below 80 × 24; the style sheet that all screens share shows and hides it by size."""

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
