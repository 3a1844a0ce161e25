"""Waveforms in eighth blocks: peaks of a sound, drawn a cell a column.

Pure: peaks come in as numbers in 0…1 at a fixed step of source time, columns of text go out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from milimo_tui.tui.widgets.canvas import UP_EIGHTHS


@dataclass(frozen=True, slots=True)
class Peaks:
    """Loudest sample (0…1) of each hundredth of a second of a file."""

    levels: Sequence[float] = ()
    per_second: int = 100

    def loudest(self, start: Fraction, end: Fraction) -> float:
        """The peak over source seconds [start, end); 0 outside the file."""
        first = max(0, int(start * self.per_second))
        last = min(len(self.levels), max(first + 1, int(end * self.per_second)))
        return max(self.levels[first:last], default=0.0)


def level(peak: float) -> int:
    """Eighths of a cell for a peak, by a square-root curve: quiet speech still shows. Silence is 0."""
    if peak <= 0.002:
        return 0
    return max(1, min(8, int(min(1.0, peak) ** 0.5 * 8 + 0.5)))


def columns(
    peaks: Peaks,
    *,
    source_in: Fraction,
    rate: Fraction,
    offset: int,
    zoom: int,
    cells: int,
    gain: float = 1.0,
    speed: Fraction = Fraction(1),
) -> list[int]:
    """Levels of `cells` columns, in eighths.

    `offset` is the frame of the clip at the first column, `zoom` frames a column, `rate` frames a second,
    `speed` source seconds a second (see `cut.timing`). A freeze frame is silent.
    """
    if not speed:
        return [0] * cells
    step = speed / rate
    back = -step if speed < 0 else Fraction(0)  # backwards, a frame's own time lies behind its place
    out = []
    for cell in range(cells):
        edges = [source_in + (offset + (cell + side) * zoom) * step + back for side in (0, 1)]
        out.append(level(peaks.loudest(min(edges), max(edges)) * gain))
    return out


def rows(levels: Sequence[int], height: int) -> list[str]:
    """Levels (eighths of a full height of `height` rows are scaled up) as text rows, the top one first."""
    out = []
    for row in range(height - 1, -1, -1):
        text = ""
        for value in levels:
            eighths = value * height - row * 8
            text += UP_EIGHTHS[max(0, min(8, eighths))]
        out.append(text)
    return out
