"""How fast a download goes and when it will be there, as a person reads it. Pure: the clock is handed in."""

from __future__ import annotations

from collections import deque

from milimo_tui.core.format import UNITS, bytes_text, duration

WINDOW = 20.0  # seconds that the rate looks back
LEAST = 2.0  # seconds before anything is foretold


class DownloadRate:
    """Bytes that came, by when. `total` are all that are wanted, `done` those there already."""

    def __init__(self, total: int, done: int, now: float) -> None:
        self.total = total
        self.done = done
        self._seen: deque[tuple[float, int]] = deque([(now, done)])

    def add(self, count: int, now: float) -> None:
        """So many more came (negative: were thrown away)."""
        self.done += count
        if now - self._seen[-1][0] >= 0.25:
            self._seen.append((now, self.done))
        while len(self._seen) > 2 and now - self._seen[1][0] > WINDOW:
            self._seen.popleft()

    def rate(self, now: float) -> float | None:
        """Bytes a second over the last while; None while that can't be told."""
        began, had = self._seen[0]
        return max(0.0, (self.done - had) / (now - began)) if now - began >= LEAST else None

    def left(self, now: float) -> float | None:
        """Seconds until it is there; None while that can't be told, or nothing comes."""
        rate = self.rate(now)
        return (self.total - self.done) / rate if rate else None

    def note(self, now: float) -> str:
        """`3.1 of 69.0 GB, 85 MB/s, 13 min left`."""
        rate, left = self.rate(now), self.left(now)
        parts = [amount(self.done, self.total)]
        if rate is not None:
            parts.append(f"{bytes_text(int(rate))}/s" if rate else "nothing comes")
        if left is not None:
            parts.append(f"{duration(max(1.0, left))} left")
        return ", ".join(parts)


def amount(done: int, total: int) -> str:
    """`3.1 of 69.0 GB`: both in the unit of the whole."""
    for unit, worth in UNITS:
        if total >= worth:
            places = 1 if unit == "GB" else 0
            return f"{done / worth:.{places}f} of {total / worth:.{places}f} {unit}"
    return f"{done} of {total} B"
