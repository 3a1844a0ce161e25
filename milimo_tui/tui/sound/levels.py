"""Sound levels for the meter: stored when the sound is fetched, and returned when it is heard. The bars of
the meter fall slowly.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

LEVELS_PER_SECOND = 25  # The number of level values per second of sound, as the viewer process measures them.
LOWEST = -60.0  # The lowest level that a meter shows, in dBFS and LUFS.
FALL = 20 / 1.7  # dB per second: IEC 60268-18, digital peak meters fall by 20 dB in 1.7 s.
HOLD_SECONDS = 1.5  # Seconds for which the mark of the last peak stays on a meter before it falls.
MAX_LEVELS = 20 * LEVELS_PER_SECOND

Level = tuple[float, float, float]  # Peak left and right in dBFS, momentary loudness in LUFS.
SILENT: Level = (LOWEST, LOWEST, LOWEST)


class LevelTrack:
    """A queue of sound levels between the time when sound is fetched and the time when it is heard. Each
    level is stored with the number of the film's audio sample at which it begins.
    """

    def __init__(self) -> None:
        self._levels: deque[tuple[int, Level]] = deque(maxlen=MAX_LEVELS)
        self._at = 0

    def add_levels(self, first: int, sample_rate: int, levels: Sequence[Level]) -> None:
        """Store the levels of sound that begins at the film's audio sample `first`. If `first` is not after
        the stored levels, playback was restarted, and the stored levels are dropped.
        """
        if self._levels and first <= self._levels[-1][0]:
            self._levels.clear()
        hop = sample_rate // LEVELS_PER_SECOND
        self._levels.extend((first + number * hop, level) for number, level in enumerate(levels))

    def take_loudest(self, sample: int) -> Level | None:
        """Return the levels of the sound heard since the previous call, up to the film's audio sample
        `sample`: the highest peaks and the latest loudness. None if no levels are stored for that time.
        """
        before, self._at = self._at, sample
        found = [level for at, level in self._levels if (before < at or before > sample) and at <= sample]
        if not found:
            return None
        return max(one[0] for one in found), max(one[1] for one in found), found[-1][2]


@dataclass(frozen=True, slots=True)
class Needle:
    """A bar of a level meter with a mark at the latest peak. `at` is the bar's level and `peak` the mark's
    level, both in dB. `held` is the time in seconds since the mark was set.
    """

    at: float = LOWEST
    peak: float = LOWEST
    held: float = 0.0

    def move_needle(self, level: float, seconds: float) -> Needle:
        """Return the bar as it is `seconds` later, if the sound then has the level `level` (dB). The bar
        rises at once and falls slowly. The peak mark falls after its hold time.
        """
        at = max(LOWEST, level, self.at - FALL * seconds)
        if at >= self.peak:
            return Needle(at, at)
        held_seconds = self.held + seconds
        return Needle(
            at,
            self.peak if held_seconds < HOLD_SECONDS else max(at, self.peak - FALL * seconds),
            held_seconds,
        )

    @property
    def is_at_rest(self) -> bool:
        """True if neither the bar nor the mark is visible."""
        return self.peak <= LOWEST
