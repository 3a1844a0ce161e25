"""What a picture may cost over SSH: bytes and cells, by what the line carries.

A picture in cells has no smaller form than its cells, so that over a slow line it has fewer of them.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

REST_BYTES = 30_000  # of a picture in full over a slow line, as sent
KEY_BYTES = 16_000  # the same while keys come, and while a film plays
STEP_BYTES = 9_000  # of a large picture in cells that comes with each step of a cursor, over any line
LEAST_BYTES = 6_000  # less is no picture, however slow the line
REST_SECONDS, KEY_SECONDS = 0.17, 0.08  # of the line that such a picture may take
CELL_BYTES = 20  # as sent: two colours and a sign; less where a cell stays
CELLS_SECONDS = 0.2  # of the line that a picture of cells may take
SIXELS_SECONDS = 0.16  # the same where it is drawn as sixels in the end: those come behind the cells
SIXELS_REST_SECONDS = 0.2  # of the line that those sixels may take
LEAST_CELLS = 600
ANOTHER = 1.25  # a rate is another when it differs by so much: sizes don't change with each answer


class LineBudget:
    """Follows the rate of the line; says how large a picture may be."""

    def __init__(self, rate: Callable[[], float | None]) -> None:
        """`rate` gives the bytes a second that the line carries, as measured; None before."""
        self._measured = rate
        self._rate: float | None = None

    @property
    def rate(self) -> float | None:
        """Return the bytes a second that are reckoned with."""
        now, before = self._measured(), self._rate
        if now is not None and (before is None or not before / ANOTHER < now < before * ANOTHER):
            self._rate = now
        return self._rate

    def most_bytes(self, *, light: bool, sixels: bool = False) -> int:
        """Return how many bytes a picture in full may have; `light`: while keys come, or a film plays."""
        rest = SIXELS_REST_SECONDS if sixels else REST_SECONDS
        most, seconds = (KEY_BYTES, KEY_SECONDS) if light else (REST_BYTES, rest)
        return most if self.rate is None else max(LEAST_BYTES, min(most, int(self.rate * seconds)))

    def fitted(self, columns: int, rows: int, seconds: float = CELLS_SECONDS) -> tuple[int, int]:
        """Return columns and rows of the same shape, no more cells than the line carries in so long."""
        rate = self.rate
        most = max(LEAST_CELLS, rate * seconds / CELL_BYTES) if rate is not None else columns * rows
        by = min(1.0, sqrt(most / (columns * rows)))
        return max(1, round(columns * by)), max(1, round(rows * by))
