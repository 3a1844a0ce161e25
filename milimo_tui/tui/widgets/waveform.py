"""Draw waveforms of sound with block characters that fill eighths of a cell, one column for each cell.

Pure. The input is a list of peaks from 0 to 1 at a fixed interval of source time; the output is rows of text.
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
    """The peaks of a sound file: for each interval of 1/`per_second` seconds, the loudest sample from 0 to
    1.
    """

    levels: Sequence[float] = ()
    per_second: int = 100
    coarse: Sequence[float] = field(init=False, repr=False, compare=False, default=())
    """The loudest of every `COARSE` levels, so that an hour on one screen is drawn in a few steps."""

    def __post_init__(self) -> None:
        parts = range(0, len(self.levels), COARSE_STEP)
        object.__setattr__(self, "coarse", [max(self.levels[at : at + COARSE_STEP]) for at in parts])

    def loudest_between(self, start: Fraction | float, end: Fraction | float) -> float:
        """Return the loudest peak (0 to 1) between two times in the file, given in seconds as [start, end).
        Return 0 outside the file.
        """
        first = max(0, int(start * self.per_second))
        last = min(len(self.levels), max(first + 1, int(end * self.per_second)))
        if last - first <= 2 * COARSE_STEP:
            return max(self.levels[first:last], default=0.0)
        whole, over = -(-first // COARSE_STEP), last // COARSE_STEP
        inner = max(self.coarse[whole:over], default=0.0)
        ends = (*self.levels[first : whole * COARSE_STEP], *self.levels[over * COARSE_STEP : last])
        return max(inner, max(ends, default=0.0))


def peak_to_eighths(peak: float) -> int:
    """Convert a peak from 0 to 1 to a height in eighths of a cell. The height follows the square root of the
    peak, so that quiet speech is visible. Silence gives 0.
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
    """Return the heights of `cells` columns of a clip's waveform, in eighths of a cell.

    - `source_in` is the time in the source, in seconds, at which the clip begins.
    - `rate` is the frame rate. `offset` is the frame of the clip at the first column, and `zoom` the number
      of frames per column.
    - `gain` is the factor applied to the peaks.
    - `speed` is the playback speed: 2 is twice as fast, negative values play backwards, and 0 (a freeze
      frame) is silent.
    - `seconds` is given if the speed varies: it converts a frame of the clip to a time in the source, in
      seconds.
    """
    if not speed:
        return [0] * cells
    if seconds is not None:
        edges = [float(seconds(offset + cell * zoom)) for cell in range(cells + 1)]
        return [
            peak_to_eighths(peaks.loudest_between(min(pair), max(pair)) * gain) for pair in pairwise(edges)
        ]
    # Floats are exact enough for drawing, and faster than fractions for many columns.
    step = float(zoom / rate * speed)
    at = float(source_in + offset / rate * speed)
    ends = ((at + cell * step, at + (cell + 1) * step) for cell in range(cells))
    return [peak_to_eighths(peaks.loudest_between(min(pair), max(pair)) * gain) for pair in ends]


def draw_wave_rows(levels: Sequence[int], height: int) -> list[str]:
    """Draw a waveform as `height` rows of text, the top row first. `levels` are the heights of the columns,
    in eighths of the drawing's full height.
    """
    out = []
    for row in range(height - 1, -1, -1):
        text = ""
        for value in levels:
            eighths = value * height - row * 8
            text += UP_EIGHTHS[max(0, min(8, eighths))]
        out.append(text)
    return out
