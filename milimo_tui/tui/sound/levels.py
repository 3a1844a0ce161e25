"""How loud what is heard is: levels by film sample as they were fetched, and how a meter moves after them."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

A_SECOND = 25  # levels, as the viewer measures them
LOWEST = -60.0  # dBFS and LUFS at the foot of a meter
FALL = 20 / 1.7  # dB a second: IEC 60268-18, digital peak meters return by 20 dB in 1.7 s
HOLD_SECONDS = 1.5  # a peak is marked for so long
KEPT = 20 * A_SECOND

Level = tuple[float, float, float]  # peak left and right in dBFS, momentary loudness in LUFS
SILENT: Level = (LOWEST, LOWEST, LOWEST)


class LevelTrack:
    """The levels of sound that was fetched, which is heard later."""

    def __init__(self) -> None:
        self._levels: deque[tuple[int, Level]] = deque(maxlen=KEPT)
        self._at = 0

    def add(self, first: int, sample_rate: int, levels: Sequence[Level]) -> None:
        """Add levels of sound that begins at a film sample; what lies behind it is of another playing."""
        if self._levels and first <= self._levels[-1][0]:
            self._levels.clear()
        hop = sample_rate // A_SECOND
        self._levels.extend((first + number * hop, level) for number, level in enumerate(levels))

    def heard(self, sample: int) -> Level | None:
        """Return the loudest since the last ask up to a film sample; None where nothing was fetched."""
        before, self._at = self._at, sample
        found = [level for at, level in self._levels if (before < at or before > sample) and at <= sample]
        if not found:
            return None
        return max(one[0] for one in found), max(one[1] for one in found), found[-1][2]


@dataclass(frozen=True, slots=True)
class Needle:
    """One bar of a meter: where it stands, and the peak that it marks, for how long by now."""

    at: float = LOWEST
    peak: float = LOWEST
    held: float = 0.0

    def moved(self, level: float, seconds: float) -> Needle:
        """Return it so many seconds later: up at once, down slowly, the mark once it was held."""
        at = max(LOWEST, level, self.at - FALL * seconds)
        if at >= self.peak:
            return Needle(at, at)
        held = self.held + seconds
        return Needle(at, self.peak if held < HOLD_SECONDS else max(at, self.peak - FALL * seconds), held)

    @property
    def is_at_rest(self) -> bool:
        return self.peak <= LOWEST
