"""Waveforms in eighth blocks: the peaks of a sound, drawn with one column per cell.

Pure: takes peaks as numbers in 0…1 at a fixed step of source time and returns columns of text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from milimo_tui.tui.widgets.canvas import UP_EIGHTHS

COARSE_STEP = 64


@dataclass(frozen=True, slots=True)
class Peaks:
    """The loudest sample (0…1) of each hundredth of a second of a file."""

    levels: Sequence[float] = ()
    per_second: int = 100
    coarse: Sequence[float] = field(init=False, repr=False, compare=False, default=())
    """The loudest of every `COARSE` levels, so that an hour on one screen is drawn in a few steps."""

    def __post_init__(self) -> None:
        parts = range(0, len(self.levels), COARSE_STEP)
        object.__setattr__(self, "coarse", [max(self.levels[at : at + COARSE_STEP]) for at in parts])

    def loudest_between(self, start: Fraction | float, end: Fraction | float) -> float:
        """Return the peak over source seconds [start, end); 0 outside the file."""
        first = max(0, int(start * self.per_second))
        last = min(len(self.levels), max(first + 1, int(end * self.per_second)))
        if last - first <= 2 * COARSE_STEP:
            return max(self.levels[first:last], default=0.0)
        whole, over = -(-first // COARSE_STEP), last // COARSE_STEP
        inner = max(self.coarse[whole:over], default=0.0)
        ends = (*self.levels[first : whole * COARSE_STEP], *self.levels[over * COARSE_STEP : last])
        return max(inner, max(ends, default=0.0))


def peak_to_eighths(peak: float) -> int:
    """Return the height of a peak in eighths of a cell, by a square-root curve so that quiet speech is
    visible. Silence is 0.
    """
    if peak <= 0.002:
        return 0
    return max(1, min(8, int(min(1.0, peak) ** 0.5 * 8 + 0.5)))


def compute_wave_levels(
    peaks: Peaks,
    *,
    source_in: Fraction,
    rate: Fraction,
    offset: int,
    zoom: int,
    cells: int,
    gain: float = 1.0,
    speed: Fraction = Fraction(1),
    seconds: Callable[[int], Fraction] | None = None,
) -> list[int]:
    """Return the levels of `cells` columns, in eighths.

    `offset` is the frame of the clip at the first column, `zoom` the frames per column, `rate` the frames per
    second. `speed` is in source seconds per second (below 0 plays backwards; a freeze frame is silent). If
    the speed varies, `seconds` returns the second of the source that a clip shows at a frame.
    """
    if not speed:
        return [0] * cells
    if seconds is not None:
        edges = [float(seconds(offset + cell * zoom)) for cell in range(cells + 1)]
        return [
            peak_to_eighths(peaks.loudest_between(min(pair), max(pair)) * gain) for pair in pairwise(edges)
        ]
    step = float(zoom / rate * speed)  # Floats are exact enough for a wave, and there are many columns.
    at = float(source_in + offset / rate * speed)
    ends = ((at + cell * step, at + (cell + 1) * step) for cell in range(cells))
    return [peak_to_eighths(peaks.loudest_between(min(pair), max(pair)) * gain) for pair in ends]


def draw_wave_rows(levels: Sequence[int], height: int) -> list[str]:
    """Draw levels as `height` rows of text, the top row first; a level is in eighths of a row."""
    out = []
    for row in range(height - 1, -1, -1):
        text = ""
        for value in levels:
            eighths = value * height - row * 8
            text += UP_EIGHTHS[max(0, min(8, eighths))]
        out.append(text)
    return out
