"""The limits for pictures over SSH, in bytes and cells, according to the rate of the connection.

A picture made of cells has no smaller form, so over a slow connection it gets fewer cells.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

REST_BYTES = 30_000  # Bytes sent for a picture in real pixels over a slow connection.
KEY_BYTES = 16_000  # The same limit while keys arrive or a film plays.
STEP_BYTES = 9_000  # Limit for a large picture in cells that follows each cursor step, over any connection.
LEAST_BYTES = 6_000  # Minimum: a smaller picture is useless, however slow the connection is.
REST_SECONDS, KEY_SECONDS = 0.17, 0.08  # Seconds of the connection that such a picture may use.
CELL_BYTES = 20  # Bytes sent per cell: two colours and a glyph; fewer if a cell is unchanged.
CELLS_SECONDS = 0.2  # Seconds of the connection that a picture in cells may use.
SIXELS_SECONDS = 0.16  # The same limit if sixels follow after the cells.
SIXELS_REST_SECONDS = 0.2  # Seconds of the connection that those sixels may use.
LEAST_CELLS = 600
# A smaller change of the rate is ignored, so that picture sizes don't change with each answer.
RATE_CHANGE_FACTOR = 1.25


class LineBudget:
    """Follows the rate of the connection and limits the size of pictures."""

    def __init__(self, rate: Callable[[], float | None]) -> None:
        """Create a budget. `rate` returns the measured bytes per second of the connection; None before it is
        measured.
        """
        self._measured = rate
        self._rate: float | None = None

    @property
    def rate(self) -> float | None:
        """The bytes per second used for the limits."""
        now, before = self._measured(), self._rate
        if now is not None and (
            before is None or not before / RATE_CHANGE_FACTOR < now < before * RATE_CHANGE_FACTOR
        ):
            self._rate = now
        return self._rate

    def max_picture_bytes(self, *, light: bool, sixels: bool = False) -> int:
        """Return the maximum bytes of a picture in real pixels. `light`: keys arrive or a film plays."""
        rest = SIXELS_REST_SECONDS if sixels else REST_SECONDS
        most, seconds = (KEY_BYTES, KEY_SECONDS) if light else (REST_BYTES, rest)
        return most if self.rate is None else max(LEAST_BYTES, min(most, int(self.rate * seconds)))

    def shrink_to_rate(self, columns: int, rows: int, seconds: float = CELLS_SECONDS) -> tuple[int, int]:
        """Return columns and rows of the same shape, with no more cells than the connection carries in
        `seconds`.
        """
        rate = self.rate
        most = max(LEAST_CELLS, rate * seconds / CELL_BYTES) if rate is not None else columns * rows
        by = min(1.0, sqrt(most / (columns * rows)))
        return max(1, round(columns * by)), max(1, round(rows * by))
