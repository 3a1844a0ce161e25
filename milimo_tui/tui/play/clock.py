"""Clocks that give the film's time while it plays.

The source is the machine's clock, the sound device, or the device checked against the machine's clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Protocol

from milimo_tui.core.time import frame_to_sample
from milimo_tui.tui.sound.sound import SoundOut

Speed = int | Fraction
Point = tuple[float, int]
STILL = "the sound device stands still"
# A device that is too slow or too fast, or does not move, for this long is replaced by the machine's clock.
HELD_SECONDS = 0.5
MOST_OFF = 0.05  # The tolerated deviation from the machine's clock, as a fraction.


class FilmClock(Protocol):
    """Gives the film's position as a frame number while it runs."""

    def start(self, frame: int, speed: Speed) -> None:
        """Start at a frame, with a speed relative to normal."""

    def compute_frame(self) -> int:
        """Return the present frame of the film."""


class MachineClock:
    """Film time from a monotonic clock (seconds)."""

    def __init__(self, rate: Fraction, now: Callable[[], float]) -> None:
        self._rate = rate
        self._now = now
        self._from, self._began = 0, 0.0
        self._speed: Speed = 1

    def start(self, frame: int, speed: Speed) -> None:
        self._from, self._speed, self._began = frame, speed, self._now()

    def compute_frame(self) -> int:
        gone = self._now() - self._began
        # Below normal speed frames are held, above it they are skipped.
        slow = min(Fraction(1), abs(Fraction(self._speed)))
        # The tolerance of a hundredth of a frame lets a timer that fires slightly early
        # show the frame it was set for.
        return self._from + int(self._speed / slow) * int(gone * float(self._rate * slow) + 0.01)


class SoundClock:
    """Film time from the sound that the device has played: the picture follows the sound, and waits when it
    waits.

    `way_there` is the time in seconds until a picture reaches the viewer. The picture is drawn that much
    earlier, so that it arrives with its sound.
    """

    def __init__(self, rate: Fraction, out: SoundOut, way_there: float = 0.0) -> None:
        self._rate = rate
        self._out = out
        self._from = 0
        self._sooner = int(way_there * out.sample_rate)

    def start(self, frame: int, speed: Speed) -> None:
        self._from = frame
        self._out.drop_waiting()

    def compute_frame(self) -> int:
        first = frame_to_sample(self._from, self._rate, self._out.sample_rate)
        heard = self._out.count_heard()
        at = first + (heard + self._sooner if heard else 0)
        frame = at * self._rate.numerator // (self._rate.denominator * self._out.sample_rate)
        return max(self._from, frame)


class CheckedSoundClock:
    """A sound clock while the device keeps time; from the same frame on the machine's clock if it does not.

    `left` is the reason why the device was abandoned; empty while the device is the clock. A device without
    sound to play is not slow: the film waits for its sound.
    """

    def __init__(
        self, rate: Fraction, out: SoundOut, now: Callable[[], float], way_there: float = 0.0
    ) -> None:
        """Create a checked clock.

        `now` is a monotonic clock; `way_there` is the time until a picture reaches the viewer. Both are in
        seconds.
        """
        self._sound, self._machine = SoundClock(rate, out, way_there), MachineClock(rate, now)
        self.out, self._now = out, now
        # Points (time, samples heard), one for each time that more was heard.
        self._heard: deque[Point] = deque()
        self._looked = 0.0
        # The time since which the device had sound to play but played nothing.
        self._silent_from: float | None = None
        self.left = ""

    def start(self, frame: int, speed: Speed) -> None:
        self._restart_check()
        (self._machine if self.left else self._sound).start(frame, speed)

    def compute_frame(self) -> int:
        if not self.left:
            frame = self._sound.compute_frame()
            self.left = self._find_device_fault()
            if not self.left:
                return frame
            self._machine.start(frame, 1)
        return self._machine.compute_frame()

    def _find_device_fault(self) -> str:
        """Describe the fault of the device's time in the last half second; empty if there is none."""
        now, heard = self._now(), self.out.count_heard()
        before, self._looked = self._looked, now
        if not self.out.count_waiting() or now - before > HELD_SECONDS / 2:
            # There is nothing to play, or the last check was long ago because the studio was suspended.
            self._restart_check()
            return ""
        if not heard:  # Nothing is heard during the device's latency.
            if self._silent_from is None:
                self._silent_from = now
            late = now - self._silent_from >= HELD_SECONDS + self.out.latency
            return STILL if late else ""
        if not self._heard or heard != self._heard[-1][1]:
            self._heard.append((now, heard))
        if now - self._heard[-1][0] >= HELD_SECONDS:
            return STILL
        if now - self._heard[0][0] < HELD_SECONDS:
            return ""
        pace = self._measure_device_pace(now)
        while now - self._heard[0][0] >= HELD_SECONDS:
            self._heard.popleft()
        if pace is None or abs(pace - 1) <= MOST_OFF:
            return ""
        return f"the sound device runs {round(abs(pace - 1) * 100)} % {'slow' if pace < 1 else 'fast'}"

    def _measure_device_pace(self, now: float) -> float | None:
        """Return the device's speed in the last half second, relative to the machine's clock.

        Returns None if the two halves do not agree that the device is off: a single slip is not a wrong pace.
        """
        early = [point for point in self._heard if now - point[0] >= HELD_SECONDS / 2]
        late = [point for point in self._heard if now - point[0] < HELD_SECONDS / 2]
        if min(len(early), len(late)) < 2:
            return None
        one, other = (fit_slope(points) / self.out.sample_rate - 1 for points in (early, late))
        if min(abs(one), abs(other)) <= MOST_OFF or (one > 0) != (other > 0):
            return None
        return fit_slope(self._heard) / self.out.sample_rate

    def _restart_check(self) -> None:
        self._heard.clear()
        self._silent_from = None


def fit_slope(points: Sequence[Point]) -> float:
    """Return the slope of points by least squares: devices take sound in blocks, so two points say little."""
    count = len(points)
    middle = sum(when for when, _ in points) / count
    level = sum(value for _, value in points) / count
    width = sum((when - middle) ** 2 for when, _ in points)
    return sum((when - middle) * (value - level) for when, value in points) / width if width else 0.0
