"""What gives the film's time while it plays: the machine, the sound device, or the device held against the
machine.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Protocol

from milimo_tui.core.time import sample_at
from milimo_tui.tui.sound.sound import SoundOut

Speed = int | Fraction
Point = tuple[float, int]
STILL = "the sound device stands still"
HELD_SECONDS = 0.5  # a device that is off, or stands still, for so long is left
MOST_OFF = 0.05  # the part of the machine's time that it may be slower or faster


class Clock(Protocol):
    """Gives the film's position in frames, as a whole number, while it runs."""

    def start(self, frame: int, speed: Speed) -> None: ...
    def frame(self) -> int: ...


class MachineClock:
    """Film time from a monotonic clock (seconds)."""

    def __init__(self, rate: Fraction, now: Callable[[], float]) -> None:
        self._rate = rate
        self._now = now
        self._from, self._began = 0, 0.0
        self._speed: Speed = 1

    def start(self, frame: int, speed: Speed) -> None:
        self._from, self._speed, self._began = frame, speed, self._now()

    def frame(self) -> int:
        gone = self._now() - self._began
        slow = min(Fraction(1), abs(Fraction(self._speed)))  # below it frames are held, above it skipped
        # A hundredth of a frame of grace: a timer that wakes a hair early shows the frame it was set for.
        return self._from + int(self._speed / slow) * int(gone * float(self._rate * slow) + 0.01)


class SoundClock:
    """Film time from what the device has played: picture follows sound, and waits where sound waits.

    A picture that is so many seconds on its way to who looks is drawn for the sound that is heard then.
    """

    def __init__(self, rate: Fraction, out: SoundOut, way_there: float = 0.0) -> None:
        self._rate = rate
        self._out = out
        self._from = 0
        self._sooner = int(way_there * out.sample_rate)

    def start(self, frame: int, speed: Speed) -> None:
        self._from = frame
        self._out.cut()

    def frame(self) -> int:
        first = sample_at(self._from, self._rate, self._out.sample_rate)
        heard = self._out.heard()
        at = first + (heard + self._sooner if heard else 0)
        frame = at * self._rate.numerator // (self._rate.denominator * self._out.sample_rate)
        return max(self._from, frame)


class HeldClock:
    """A sound clock for as long as the device keeps time, then the machine's, from the same frame on.

    `left` says why the device was left; empty while it is the clock. A device that has nothing to play is
    not slow: the film waits for its sound.
    """

    def __init__(
        self, rate: Fraction, out: SoundOut, now: Callable[[], float], way_there: float = 0.0
    ) -> None:
        """`now` is a monotonic clock, `way_there` the time of a picture to who looks; both in seconds."""
        self._sound, self._machine = SoundClock(rate, out, way_there), MachineClock(rate, now)
        self.out, self._now = out, now
        self._heard: deque[Point] = deque()  # each time more was heard: when, and how much by then
        self._looked = 0.0
        self._silent_from: float | None = None  # it had something to play from then on, and played nothing
        self.left = ""

    def start(self, frame: int, speed: Speed) -> None:
        self._look_anew()
        (self._machine if self.left else self._sound).start(frame, speed)

    def frame(self) -> int:
        if not self.left:
            frame = self._sound.frame()
            self.left = self._fault()
            if not self.left:
                return frame
            self._machine.start(frame, 1)
        return self._machine.frame()

    def _fault(self) -> str:
        """Say what is wrong with the device's time in the last half second; empty for nothing."""
        now, heard = self._now(), self.out.heard()
        before, self._looked = self._looked, now
        if not self.out.waiting() or now - before > HELD_SECONDS / 2:
            # It has nothing to play, or nobody looked: the studio was stopped, or put aside.
            self._look_anew()
            return ""
        if not heard:  # it may take what it is fed for as long as its way is, before it is heard
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
        pace = self._pace(now)
        while now - self._heard[0][0] >= HELD_SECONDS:
            self._heard.popleft()
        if pace is None or abs(pace - 1) <= MOST_OFF:
            return ""
        return f"the sound device runs {round(abs(pace - 1) * 100)} % {'slow' if pace < 1 else 'fast'}"

    def _pace(self, now: float) -> float | None:
        """Return how fast it was in the last half second; None where both halves do not agree that it was
        off: a single slip is none of its pace.
        """
        early = [point for point in self._heard if now - point[0] >= HELD_SECONDS / 2]
        late = [point for point in self._heard if now - point[0] < HELD_SECONDS / 2]
        if min(len(early), len(late)) < 2:
            return None
        one, other = (slope(points) / self.out.sample_rate - 1 for points in (early, late))
        if min(abs(one), abs(other)) <= MOST_OFF or (one > 0) != (other > 0):
            return None
        return slope(self._heard) / self.out.sample_rate

    def _look_anew(self) -> None:
        self._heard.clear()
        self._silent_from = None


def slope(points: Sequence[Point]) -> float:
    """Return the rise of points by least squares: devices take sound by the block, so two tell little."""
    count = len(points)
    middle = sum(when for when, _ in points) / count
    level = sum(value for _, value in points) / count
    width = sum((when - middle) ** 2 for when, _ in points)
    return sum((when - middle) * (value - level) for when, value in points) / width if width else 0.0
