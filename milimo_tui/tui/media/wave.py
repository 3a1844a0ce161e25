"""A widget that shows the waveform of an entire file, equally high above and below a middle line. The widget
is shown below the file's picture, or alone if the file has no picture.
"""

from __future__ import annotations

from fractions import Fraction

from rich.text import Text
from textual.widget import Widget

from milimo_tui.tui.widgets.terminal_app import get_terminal_app
from milimo_tui.tui.widgets.waveform import Peaks, peak_to_eighths


class Wave(Widget):
    """A waveform of a media file. `show_peaks` sets its levels. A text is shown instead while the file is
    being measured, or if the file has no sound.
    """

    DEFAULT_CSS = "Wave { width: 1fr; height: 1fr; background: $surface; display: none; }"
    can_focus = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.peaks: Peaks | None = None
        self.seconds = Fraction(0)
        self.measured = False

    def show_peaks(self, peaks: Peaks | None, seconds: Fraction | None, *, measured: bool) -> None:
        """Show the peak levels of a file that is `seconds` long. If `measured` is False, show that the file
        is still being measured.
        """
        if peaks is self.peaks and seconds == self.seconds and measured is self.measured:
            return
        self.peaks, self.seconds, self.measured = peaks, seconds or Fraction(0), measured
        self.refresh()

    def render(self) -> Text:
        ink = get_terminal_app(self).ink
        width, height = self.content_size.width, self.content_size.height
        if self.peaks is None or not self.seconds:
            words = "no sound available" if self.measured else "…"
            return Text("\n" * (height // 2) + words.center(width), ink.muted)
        step = self.seconds / max(1, width)
        heights = [
            peak_to_eighths(self.peaks.loudest_between(cell * step, (cell + 1) * step))
            for cell in range(width)
        ]
        return Text("\n".join(draw_mirrored_levels(heights, height)), ink.working)


def draw_mirrored_levels(levels: list[int], height: int) -> list[str]:
    """Draw levels as `height` rows of full and half blocks, equally high above and below the middle. A level
    is in eighths, from 0 to 8. Pure.
    """
    halves = max(2, height * 2)  # Height of the widget, counted in half rows.
    out = []
    for row in range(height):
        text = ""
        for value in levels:
            # Number of half rows that the level fills above the middle, and below it.
            reach = max(1, round(value * halves / 16)) if value else 0
            top, bottom = halves // 2 - reach, halves // 2 + reach
            upper, lower = top <= row * 2 < bottom, top <= row * 2 + 1 < bottom
            text += "█" if upper and lower else "▀" if upper else "▄" if lower else " "
        out.append(text)
    return out
