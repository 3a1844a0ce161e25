"""Every row of the screen on its way out: no text in a cell commands the terminal, whoever drew it."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from milimo_tui.core.safe_text import in_cells


class HarmlessCells(LineFilter):
    """Takes from each row what a terminal may take for a command; styles and widths stay."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the row without commands; the very same where it had none."""
        texts = [in_cells(segment.text) for segment in segments]
        return [
            segment if segment.text is text else Segment(text, *segment[1:])
            for segment, text in zip(segments, texts, strict=True)
        ]
