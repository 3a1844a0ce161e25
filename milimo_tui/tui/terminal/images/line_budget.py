"""Limits the size of pictures over SSH, in bytes and in cells, by the measured rate of the connection.

A picture made of cells cannot be compressed further, so over a slow connection it gets fewer cells.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

REST_BYTES = 30_000  # Maximum bytes of a picture in real pixels, while no keys arrive.
KEY_BYTES = 16_000  # Maximum bytes of a picture in real pixels, while keys arrive or a film plays.
# Maximum bytes of the large storyboard picture that is drawn after each cursor step, over any connection.
STEP_BYTES = 9_000
# The limits are never lower than this number of bytes, because a smaller picture is useless.
LEAST_BYTES = 6_000
# Seconds for which one picture in real pixels may occupy the connection: while no keys arrive, and while keys
# arrive.
REST_SECONDS, KEY_SECONDS = 0.17, 0.08
CELL_BYTES = 20  # Approximate bytes sent per cell: two colours and a glyph. An unchanged cell takes fewer.
CELLS_SECONDS = 0.2  # Seconds for which one picture made of cells may occupy the connection.
# Seconds for which a picture made of cells may occupy the connection if the same picture follows as sixels.
SIXELS_SECONDS = 0.16
# Seconds for which one sixel picture may occupy the connection while no keys arrive.
SIXELS_REST_SECONDS = 0.2
LEAST_CELLS = 600
# If the measured rate of the connection has changed by less than this factor, the limits stay, so that
# pictures do not change their size all the time.
RATE_CHANGE_FACTOR = 1.25


class LineBudget:
    """The limits for the size of pictures over SSH. They follow the measured rate of the connection."""

    def __init__(self, rate: Callable[[], float | None]) -> None:
        """Create the limits. `rate` returns the measured bytes per second of the connection; None before the
        first measurement.
        """
        self._measured = rate
        self._rate: float | None = None

    @property
    def rate(self) -> float | None:
        """The rate in bytes per second from which limits are computed; None before the first measurement.
        Small changes of the measured rate are ignored.
        """
        now, before = self._measured(), self._rate
        if now is not None and (
            before is None or not before / RATE_CHANGE_FACTOR < now < before * RATE_CHANGE_FACTOR
        ):
            self._rate = now
        return self._rate

    def max_picture_bytes(self, *, light: bool, sixels: bool = False) -> int:
        """Return the maximum bytes of a picture in real pixels. `light` is True while keys arrive or a film
        plays, when pictures must be small. `sixels` is True for a sixel picture.
        """
        rest = SIXELS_REST_SECONDS if sixels else REST_SECONDS
        most, seconds = (KEY_BYTES, KEY_SECONDS) if light else (REST_BYTES, rest)
        return most if self.rate is None else max(LEAST_BYTES, min(most, int(self.rate * seconds)))

    def shrink_to_rate(self, columns: int, rows: int, seconds: float = CELLS_SECONDS) -> tuple[int, int]:
        """Reduce a picture size of `columns` × `rows` cells so that the connection can carry the picture in
        `seconds`. Return the new columns and rows, in the same proportion.
        """
        rate = self.rate
        most = max(LEAST_CELLS, rate * seconds / CELL_BYTES) if rate is not None else columns * rows
        by = min(1.0, sqrt(most / (columns * rows)))
        return max(1, round(columns * by)), max(1, round(rows * by))
