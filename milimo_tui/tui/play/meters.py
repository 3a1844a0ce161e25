"""Peak meters for two channels with the momentary loudness, moving with the sound in a few cells.

The bars are upright if there are enough rows, otherwise horizontal in one row. Only rows that have changed
are repainted, so meters at rest cost nothing.
"""

from __future__ import annotations

import time

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from milimo_tui.tui.sound.levels import LOWEST, SILENT, Level, Needle
from milimo_tui.tui.widgets.canvas import UP_EIGHTHS
from milimo_tui.tui.widgets.terminal_app import get_terminal_app

# Levels in dBFS above which a bar changes its colour: near full scale, and so high that samples may clip.
LOUD, OVER = -9.0, -1.0
TICK_SECONDS = 1 / 12  # Seconds between two steps of the falling bars after playback has stopped.
MARK = "─"


class Meters(Widget):
    """The widget with the meters of the left and the right channel. `show_level` moves the bars to a level.
    `start_falling` lets the bars fall to zero.

    The widget is hidden until there is sound.
    """

    DEFAULT_CSS = "Meters { width: 3; height: 1fr; display: none; } Meters.-heard { display: block; }"
    can_focus = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._needles = (Needle(), Needle())
        self._loudness = LOWEST
        self._moved = 0.0
        self._falling: Timer | None = None
        self._drawn: list[Strip] = []

    @property
    def needles(self) -> tuple[Needle, Needle]:
        return self._needles

    @property
    def is_at_rest(self) -> bool:
        """True if both meters are at zero and draw nothing."""
        return self._falling is None and all(needle.is_at_rest for needle in self._needles)

    @property
    def loudness(self) -> float:
        """The momentary loudness that is shown, in LUFS; `LOWEST` for none."""
        return self._loudness

    def show_level(self, level: Level) -> None:
        """Move the meters to the present level."""
        if self._falling is not None:
            self._falling.stop()
            self._falling = None
        self.add_class("-heard")
        self._move_needles(level)

    def start_falling(self) -> None:
        """Let the bars fall to zero step by step, because playback has stopped."""
        self._loudness = LOWEST
        if get_terminal_app(self).is_still:
            self._needles = (Needle(), Needle())
            self._move_needles(SILENT)
        elif self._falling is None and not all(needle.is_at_rest for needle in self._needles):
            self._falling = self.set_interval(TICK_SECONDS, self._fall_one_step)

    def _fall_one_step(self) -> None:
        self._move_needles(SILENT)
        if self._falling is not None and all(needle.is_at_rest for needle in self._needles):
            self._falling.stop()
            self._falling = None

    def _move_needles(self, level: Level) -> None:
        now = time.monotonic()
        seconds, self._moved = min(0.5, now - self._moved), now
        left, right = self._needles
        self._needles = left.move_needle(level[0], seconds), right.move_needle(level[1], seconds)
        self._loudness = level[2]
        before, self._drawn = self._drawn, self._draw_meters()
        if len(before) != len(self._drawn):
            self.refresh()
            return
        regions = [
            Region(cells.start, y, len(cells), 1)
            for y, (old, new) in enumerate(zip(before, self._drawn, strict=True))
            if (cells := find_differing_cells(old.text, new.text))
        ]
        if regions:
            self.refresh(*regions)

    def render_line(self, y: int) -> Strip:
        if len(self._drawn) != self.size.height or any(s.cell_length != self.size.width for s in self._drawn):
            self._drawn = self._draw_meters()
        return self._drawn[y] if y < len(self._drawn) else Strip.blank(self.size.width)

    def _draw_meters(self) -> list[Strip]:
        width, height = self.size.width, self.size.height
        if width < 1 or height < 1:
            return []
        return self._draw_upright(width, height) if height > 2 else [self._draw_horizontal(width)] * height

    def _format_loudness(self) -> str:
        return "" if self._loudness <= LOWEST else f"{self._loudness:.0f}"

    def _draw_upright(self, width: int, height: int) -> list[Strip]:
        """Draw two bars side by side, with the loudness as a number below them."""
        base, ink, rows = self.visual_style.rich_style, get_terminal_app(self).ink, height - 1
        out = []
        for y in range(rows):
            foot = rows - 1 - y
            cells = [self._draw_meter_cell(needle, foot, rows, base) for needle in self._needles]
            out.append(Strip([*cells, Segment(" " * (width - 2), base)]).adjust_cell_length(width, base))
        words = self._format_loudness()[:width].rjust(width)
        return [*out, Strip([Segment(words, base + ink.muted)])]

    def _draw_meter_cell(self, needle: Needle, foot: int, rows: int, base: Style) -> Segment:
        """Draw one cell of an upright bar. `foot` is the index of the cell, counted from the bottom."""
        full = level_to_share(needle.at) * rows - foot
        style = base + self._choose_level_style(LOWEST + (foot + 0.5) / rows * -LOWEST)
        if full > 0:
            return Segment(UP_EIGHTHS[min(8, max(1, round(full * 8)))], style)
        if needle.peak > LOWEST and foot == min(rows - 1, int(level_to_share(needle.peak) * rows)):
            return Segment(MARK, style)
        return Segment(" ", base)

    def _draw_horizontal(self, width: int) -> Strip:
        """Draw both bars in one row, left channel above right channel, then the loudness as a number."""
        base, ink = self.visual_style.rich_style, get_terminal_app(self).ink
        cells = max(1, width - 4)
        left, right = (round(level_to_share(needle.at) * cells) for needle in self._needles)
        marks = {int(level_to_share(needle.peak) * cells) for needle in self._needles if needle.peak > LOWEST}
        out: list[Segment] = []
        for x in range(cells):
            sign = {(True, True): "█", (True, False): "▀", (False, True): "▄"}.get((x < left, x < right), " ")
            if sign == " " and x in marks:
                sign = MARK
            out.append(Segment(sign, base + self._choose_level_style(LOWEST + (x + 0.5) / cells * -LOWEST)))
        number = Segment(self._format_loudness().rjust(width - cells), base + ink.muted)
        return Strip([*Segment.simplify(out), number])

    def _choose_level_style(self, level: float) -> Style:
        ink = get_terminal_app(self).ink
        return ink.failed if level > OVER else ink.stale if level > LOUD else ink.picked


def find_differing_cells(old: str, new: str) -> range:
    """Return the range from the first to the last cell in which two rows differ. Comparing the characters is
    enough, because a cell's colour never changes.
    """
    if len(old) != len(new):
        return range(len(new))
    places = [x for x, (one, other) in enumerate(zip(old, new, strict=True)) if one != other]
    return range(places[0], places[-1] + 1) if places else range(0)


def level_to_share(level: float) -> float:
    """Return the filled share of a bar, 0…1, for a level in dB."""
    return min(1.0, max(0.0, 1 - level / LOWEST))
