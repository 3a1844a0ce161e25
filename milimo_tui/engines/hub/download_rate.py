"""The rate of a download and its remaining time, as numbers and in readable form. The module is pure: the
current time is a parameter.
"""

from __future__ import annotations

from collections import deque

from milimo_tui.core.format import UNITS, format_bytes, format_duration

WINDOW = 20.0  # seconds over which the rate is averaged
LEAST = 2.0  # seconds after the start before a rate is reported, because earlier rates are not reliable


class DownloadRate:
    """A measurement of the rate of a download. `total` is the size of all its files and `done` the number of
    bytes that are present. In all methods, `now` is the current time in seconds.
    """

    def __init__(self, total: int, done: int, now: float) -> None:
        self.total = total
        self.done = done
        self._seen: deque[tuple[float, int]] = deque([(now, done)])

    def add(self, count: int, now: float) -> None:
        """Add `count` received bytes (negative for discarded bytes)."""
        self.done += count
        if now - self._seen[-1][0] >= 0.25:
            self._seen.append((now, self.done))
        while len(self._seen) > 2 and now - self._seen[1][0] > WINDOW:
            self._seen.popleft()

    def rate(self, now: float) -> float | None:
        """Return the rate of the last `WINDOW` seconds in bytes per second. None while the download is too
        young for a rate.
        """
        began, done_before = self._seen[0]
        return max(0.0, (self.done - done_before) / (now - began)) if now - began >= LEAST else None

    def left(self, now: float) -> float | None:
        """Return the estimated seconds until the end of the download. None while the rate is unknown or
        zero.
        """
        rate = self.rate(now)
        return (self.total - self.done) / rate if rate else None

    def format_progress(self, now: float) -> str:
        """Return a text such as `3.1 of 69.0 GB, 85 MB/s, 13 min left`."""
        rate, left = self.rate(now), self.left(now)
        parts = [format_done_of_total(self.done, self.total)]
        if rate is not None:
            parts.append(f"{format_bytes(int(rate))}/s" if rate else "nothing comes")
        if left is not None:
            parts.append(f"{format_duration(max(1.0, left))} left")
        return ", ".join(parts)


def format_done_of_total(done: int, total: int) -> str:
    """Return a text such as `3.1 of 69.0 GB`: both numbers in the unit of the total."""
    for unit, worth in UNITS:
        if total >= worth:
            places = 1 if unit == "GB" else 0
            return f"{done / worth:.{places}f} of {total / worth:.{places}f} {unit}"
    return f"{done} of {total} B"
