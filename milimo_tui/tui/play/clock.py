"""Clocks that give the current frame of the film during playback.

A clock uses the machine's time, the sound device, or the sound device checked against the machine's time.
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
STILL = "the sound device has stopped"
# Seconds after which a sound device that is too slow, too fast or stopped is replaced by the machine's clock.
HELD_SECONDS = 0.5
MOST_OFF = 0.05  # Tolerated deviation of the sound device from the machine's clock: 0.05 is 5 %.


class FilmClock(Protocol):
    """The interface of a clock for playback. While the clock runs, it gives the number of the frame that must
    be shown now.
    """

    def start(self, frame: int, speed: Speed) -> None:
        """Start the clock at `frame`. `speed` is relative to normal speed; negative is backwards."""

    def compute_frame(self) -> int:
        """Return the present frame of the film."""


class MachineClock:
    """A film clock that uses the machine's monotonic clock, read in seconds."""

    def __init__(self, rate: Fraction, now: Callable[[], float]) -> None:
        self._rate = rate
        self._now = now
        self._from, self._began = 0, 0.0
        self._speed: Speed = 1

    def start(self, frame: int, speed: Speed) -> None:
        self._from, self._speed, self._began = frame, speed, self._now()

    def compute_frame(self) -> int:
        elapsed = self._now() - self._began
        # Below normal speed each frame is held longer; above normal speed frames are skipped.
        slow = min(Fraction(1), abs(Fraction(self._speed)))
        # The tolerance of a hundredth of a frame lets a timer that fires slightly early
        # show the frame it was set for.
        return self._from + int(self._speed / slow) * int(elapsed * float(self._rate * slow) + 0.01)


class SoundClock:
    """A film clock that counts the sound which the device has played, so that the picture stays in step with
    the sound.

    `way_there` is the time in seconds that a picture needs to reach the user's screen. The clock runs ahead
    by this time, so that the picture arrives together with its sound.
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
        count = self._out.count_heard()
        at = first + (count + self._sooner if count else 0)
        frame = at * self._rate.numerator // (self._rate.denominator * self._out.sample_rate)
        return max(self._from, frame)


class CheckedSoundClock:
    """A sound clock that watches the pace of the sound device. If the device does not keep time, the clock
    continues from the same frame with the machine's clock.

    `left` is the reason for the change, or empty while the device is used. A device that has no sound to play
    is not considered slow, because the film then waits for its sound.
    """

    def __init__(
        self, rate: Fraction, out: SoundOut, now: Callable[[], float], way_there: float = 0.0
    ) -> None:
        """Create a checked clock.

        `now` returns the time of a monotonic clock. `way_there` is the time that a picture needs to reach the
        user's screen. Both are in seconds.
        """
        self._sound, self._machine = SoundClock(rate, out, way_there), MachineClock(rate, now)
        self.out, self._now = out, now
        # Measured points (time in seconds, samples played). A point is added whenever the number of samples
        # has grown.
        self._heard: deque[Point] = deque()
        self._looked = 0.0
        # Time in seconds since which the device has had sound to play but has not played its first sample;
        # None if no such wait was observed.
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
        """Return a description of what is wrong with the device's pace in the last half second; empty if
        nothing is.
        """
        now, count = self._now(), self.out.count_heard()
        before, self._looked = self._looked, now
        if not self.out.count_waiting() or now - before > HELD_SECONDS / 2:
            # The pace can't be measured: the device has no sound to play, or the studio was suspended since
            # the last check.
            self._restart_check()
            return ""
        if not count:  # No sample counts as played during the device's latency.
            if self._silent_from is None:
                self._silent_from = now
            late = now - self._silent_from >= HELD_SECONDS + self.out.latency
            return STILL if late else ""
        if not self._heard or count != self._heard[-1][1]:
            self._heard.append((now, count))
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
        """Return the device's speed in the last half second, relative to the machine's clock. The value 1.0
        means equal speed.

        Return None unless both halves of that time deviate in the same direction, because a single delay does
        not mean that the speed is wrong.
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
    """Return the slope of a line through points by least squares. Devices take sound in blocks, so two points
    alone would give a wrong pace.
    """
    count = len(points)
    middle = sum(moment for moment, _ in points) / count
    level = sum(value for _, value in points) / count
    width = sum((moment - middle) ** 2 for moment, _ in points)
    return sum((moment - middle) * (value - level) for moment, value in points) / width if width else 0.0
