"""The rate of a download and its remaining time in readable form. Pure: the clock is a parameter."""

from __future__ import annotations

from collections import deque

from milimo_tui.core.format import UNITS, format_bytes, format_duration

WINDOW = 20.0  # seconds over which the rate is averaged
LEAST = 2.0  # seconds before a rate is reported


class DownloadRate:
    """Received bytes over time. `total` is the size of all wanted files, `done` the bytes already present."""

    def __init__(self, total: int, done: int, now: float) -> None:
        self.total = total
        self.done = done
        self._seen: deque[tuple[float, int]] = deque([(now, done)])

    def add(self, count: int, now: float) -> None:
        """Count received bytes (negative: discarded bytes)."""
        self.done += count
        if now - self._seen[-1][0] >= 0.25:
            self._seen.append((now, self.done))
        while len(self._seen) > 2 and now - self._seen[1][0] > WINDOW:
            self._seen.popleft()

    def rate(self, now: float) -> float | None:
        """Return the bytes per second over the last seconds. None while it is not known."""
        began, had = self._seen[0]
        return max(0.0, (self.done - had) / (now - began)) if now - began >= LEAST else None

    def left(self, now: float) -> float | None:
        """Return the seconds until the end. None while they are not known, or while nothing arrives."""
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
