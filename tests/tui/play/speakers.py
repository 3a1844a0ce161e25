"""A sound device for tests in real time: it plays the sound that it was fed as the seconds pass."""

from __future__ import annotations

import time

from milimo_tui.tui.sound.sound import FRAME_BYTES, FoundSound


class Speaker:
    """A sound device that plays at `pace` times real time from the first fed sound on, and counts the fed
    samples.
    """

    latency = 0.0

    def __init__(self, sample_rate: int, pace: float = 1.0) -> None:
        self.sample_rate, self.pace = sample_rate, pace
        self.fed = 0  # Samples fed since the start.
        self.closed = 0
        self._here, self._began = 0, 0.0

    def feed(self, pcm: bytes) -> None:
        if not self._here:
            self._began = time.monotonic()
        self._here += len(pcm) // FRAME_BYTES
        self.fed += len(pcm) // FRAME_BYTES

    def count_heard(self) -> int:
        if not self._here:
            return 0
        return min(self._here, int((time.monotonic() - self._began) * self.sample_rate * self.pace))

    def count_waiting(self) -> int:
        return self._here - self.count_heard()

    def drop_waiting(self) -> None:
        self._here = 0

    def close(self) -> None:
        self.closed += 1


class Shop:
    """The source from which screens get their sound devices."""

    def __init__(self, pace: float = 1.0) -> None:
        self.pace = pace
        self.sold: list[Speaker] = []

    def find(self, sample_rate: int) -> FoundSound:
        self.sold.append(Speaker(sample_rate, self.pace))
        return FoundSound(self.sold[-1])
