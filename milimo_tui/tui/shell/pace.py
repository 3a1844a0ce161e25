"""Playback statistics: frames shown, frames dropped, pictures a second."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

OVER_SECONDS = 1.0  # Length in seconds of the period over which the displayed frame rate is averaged.


@dataclass(frozen=True, slots=True)
class Pace:
    """Playback statistics. `fps` is the number of frames shown a second, measured over the last second. The
    other two values are the numbers of frames shown and dropped since playback began.
    """

    fps: float = 0.0
    shown: int = 0
    dropped: int = 0


class PaceCount:
    """Counts the frames shown and dropped during playback."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._times: deque[float] = deque()
        self._began = now()
        # The distances between the last frames that were shown. 1 is the distance at the current playback
        # speed if no frame is dropped.
        self._gaps: deque[int] = deque(maxlen=3)
        self._last: int | None = None
        self.shown = self.dropped = 0

    def count_frame(self, frame: int, unit: int) -> None:
        """Count a frame that was shown. `unit` is the difference between the numbers of two successive frames
        at the current speed, such as 2 at double speed.
        """
        self.shown += 1
        if self._last is not None:
            gap = max(1, round((frame - self._last) / unit))
            self.dropped += gap - 1
            self._gaps.append(gap)
        self._last = frame
        self._times.append(self._now())

    def note_jump(self) -> None:
        """Ignore the gap before the next frame in the count of dropped frames. Called when a loop has
        restarted, because the frames skipped by that jump were not dropped.
        """
        self._last = None

    def estimate_step(self, unit: int) -> int:
        """Estimate how many frames after the frame on the screen the next shown frame will be. `unit` is that
        distance if no frame is dropped.

        The estimate is the smallest recent distance, so that a frame which is prepared in advance is almost
        always shown.
        """
        return unit * min(self._gaps, default=1)

    @property
    def pace(self) -> Pace:
        now = self._now()
        while self._times and now - self._times[0] > OVER_SECONDS:
            self._times.popleft()
        over = min(OVER_SECONDS, now - self._began)
        return Pace(len(self._times) / over if over > 0 else 0.0, self.shown, self.dropped)
