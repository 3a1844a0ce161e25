"""Playback statistics: frames shown, frames dropped, pictures a second."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

OVER_SECONDS = 1.0  # The period over which pictures a second are counted.


@dataclass(frozen=True, slots=True)
class Pace:
    """Playback statistics: `fps` of the last second; `shown` and `dropped` since playback began."""

    fps: float = 0.0
    shown: int = 0
    dropped: int = 0


class PaceCount:
    """Counts frames as they are shown."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._times: deque[float] = deque()
        self._began = now()
        self._gaps: deque[int] = deque(maxlen=3)  # Distances between the last frames, in steps of the speed.
        self._last: int | None = None
        self.shown = self.dropped = 0

    def count_frame(self, frame: int, unit: int) -> None:
        """Count a frame that was shown; `unit` is the distance between two frames at this speed."""
        self.shown += 1
        if self._last is not None:
            gap = max(1, round((frame - self._last) / unit))
            self.dropped += gap - 1
            self._gaps.append(gap)
        self._last = frame
        self._times.append(self._now())

    def note_jump(self) -> None:
        """Continue counting from another position, because the loop restarted."""
        self._last = None

    def estimate_step(self, unit: int) -> int:
        """Return the expected distance to the next frame: the least of the last gaps, so that few are made in
        vain.
        """
        return unit * min(self._gaps, default=1)

    @property
    def pace(self) -> Pace:
        now = self._now()
        while self._times and now - self._times[0] > OVER_SECONDS:
            self._times.popleft()
        over = min(OVER_SECONDS, now - self._began)
        return Pace(len(self._times) / over if over > 0 else 0.0, self.shown, self.dropped)
