"""Flow control to the terminal: each part that is sent ends with a question, answered once the terminal has
read the part.

The question is DSR 5 (ECMA-48 8.3.35), which every terminal answers with `CSI 0 n`. The answers give the
round trip and the rate, and these give the number of bytes that may be in transit: what the connection itself
holds and a little more, so that a key never waits for more than that (BBR does the same for TCP:
draft-ietf-ccwg-bbr). While the rate is not known, only one part is unanswered at a time. A terminal that
never answers is assumed to have read everything that the kernel accepted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

STATUS_QUESTION = "\x1b[5n"
PART = 16_000  # Maximum bytes of a picture sent at once.
WORDS_AHEAD = 8_000  # Bytes of text that may be unanswered in addition to what the connection holds.
FIRST_WORDS = 64_000  # The same limit while the connection has not been measured.
FIRST_PART = 6_000
KEY_SHARE = 0.02  # Seconds for which pictures may keep the connection busy while keys arrive.
KEY_BURST = 0.04  # The same limit for one burst, because the next key waits for all of the burst.
REST_SHARE = 0.12  # The same limit while no keys arrive.
LEAST = 1_500  # Minimum bytes of a part, however slow the connection; smaller parts don't show the rate.
LATE = 0.12  # Seconds by which an answer may be late before less is sent.
SHORTEST = 0.004  # Shortest duration (s) that is measured.
# The rate is the best one in this period, because a part-filled connection shows too low a rate.
RATE_SECONDS = 10.0
TRIP_SECONDS = 60.0  # The same period for the shortest round trip.
PATIENCE = 1.0  # Seconds after which a terminal that never answered counts as mute.
LOST = 3.0  # Seconds, plus four round trips, after which an answer counts as lost.


@dataclass(frozen=True, slots=True)
class LineMeasurements:
    """The measured values: shortest round trip (s), bytes per second, unanswered bytes; mute: the terminal
    never answers.
    """

    round_trip: float | None
    rate: float | None
    unanswered: int
    mute: bool


@dataclass(frozen=True, slots=True)
class SentBytes:
    """Bytes that were sent: when, how many, and how many bytes had been received by then, and when."""

    at: float
    count: int
    taken: int
    taken_at: float
    alone: bool  # Nothing else was in transit.
    full: bool  # The connection was full, so the measured rate is its real rate.
    ahead: int  # Bytes in transit at that time, including these; all of them are carried before the answer.


class Flow:
    """Counts bytes sent and answers received; limits how much may be sent now."""

    def __init__(self, now: Callable[[], float]) -> None:
        """Create the flow control. `now` is a monotonic clock in seconds."""
        self._now = now
        self._sent: deque[SentBytes] = deque()
        self._taken, self._taken_at = 0, 0.0
        # (time, seconds) of round trips; each entry is longer than the entries before it.
        self._trips: deque[tuple[float, float]] = deque()
        self._rates: deque[tuple[float, float]] = deque()  # (time, bytes per second).
        self._ease = 1.0
        # When the connection will have carried everything sent, according to its rate.
        self._through_at = 0.0
        self._flat = 0  # Consecutive full parts without a higher rate.
        self.unanswered = 0
        self.mute = False
        self._heard = False
        self._heard_at = 0.0

    def record_sent_part(self, count: int) -> None:
        """Record that `count` bytes, ending with a question, were sent."""
        now = self._now()
        alone = not self._sent
        self.unanswered += count
        if self.rate is not None:
            self._through_at = max(self._through_at, now) + count / self.rate
        if alone:
            self._taken_at = now
        full = self.unanswered > 0.7 * self._window_bytes(KEY_SHARE, 1.0)
        self._sent.append(SentBytes(now, count, self._taken, self._taken_at, alone, full, self.unanswered))

    def record_activity(self) -> None:
        """Record that the terminal is alive, although no part was acknowledged just now."""
        self._heard, self.mute, self._heard_at = True, False, self._now()

    def record_reply(self, now: float) -> None:
        """Record an answer and its arrival time (s): the oldest part was received. There may be no part
        waiting.

        An answer that arrived before that part was sent belongs to an older part, which was given up while
        the studio was too busy to read the answer. A negative round trip would leave no capacity, and the
        screen would freeze.
        """
        self.record_activity()
        if not self._sent or now < self._sent[0].at:
            return
        part = self._sent.popleft()
        trip = now - part.at
        if part.count < LEAST or not self._trips:
            self._record_trip(now, trip)
        self._taken += part.count
        self._taken_at = now
        self.unanswered -= part.count
        # For a single part the duration is a difference of two measurements, so it is overestimated a little.
        took = 1.1 * trip - (self.round_trip or 0.0) if part.alone else now - part.taken_at
        bytes_taken = part.count if part.alone else self._taken - part.taken
        if bytes_taken >= LEAST:
            self._record_rate(now, bytes_taken / max(SHORTEST, took), full=part.full)
        self._adjust_ease(trip, part)

    def _record_rate(self, now: float, rate: float, *, full: bool) -> None:
        """Store the rate of a full connection, or any higher rate; when the rate stops growing, the doubling
        ends.
        """
        before = self.rate or 0.0
        if not full and rate <= before:
            return
        self._rates.append((now, rate))
        while now - self._rates[0][0] > RATE_SECONDS:
            self._rates.popleft()
        if full:
            self._flat = 0 if rate > 1.2 * before else self._flat + 1

    def _record_trip(self, now: float, trip: float) -> None:
        """Store the shortest trips of the last minute; it may take long until a part finds an empty queue."""
        while self._trips and now - self._trips[0][0] > TRIP_SECONDS:
            self._trips.popleft()
        while self._trips and self._trips[-1][1] >= trip:
            self._trips.pop()
        self._trips.append((now, trip))

    def _adjust_ease(self, trip: float, part: SentBytes) -> None:
        """Allow fewer bytes in transit if answers come later than the connection and the bytes in transit
        explain: then something else is queued.
        """
        rate = self.rate
        if rate is None:
            return
        queued = trip - max((self.round_trip or 0.0) + part.count / rate, part.ahead / rate)
        self._ease = max(0.3, self._ease * 0.7) if queued > LATE else min(1.0, self._ease + 0.02)

    def record_kernel_write(self) -> None:
        """Record that the kernel has accepted everything written: a mute terminal gives no other sign."""
        if self.mute:
            self._clear_unanswered()

    def check_timeouts(self) -> None:
        """Check the time: a terminal that never answered is mute, an answer long overdue is lost."""
        if self._sent and self._waited > self._patience:
            self.mute = not self._heard
            self._heard = False  # After another loss the terminal counts as mute.
            self._clear_unanswered()

    def _clear_unanswered(self) -> None:
        self._sent.clear()
        self.unanswered = 0

    @property
    def _waited(self) -> float:
        """Seconds since the last sign of life for the oldest unanswered part."""
        return self._now() - max(self._sent[0].at, self._heard_at)

    @property
    def _patience(self) -> float:
        return LOST + 4 * (self.round_trip or 0.0) if self._heard else PATIENCE

    @property
    def seconds_to_timeout(self) -> float | None:
        """Seconds until the next `check_timeouts`; None if no answer is awaited."""
        if not self._sent:
            return None
        return max(0.0, self._patience - self._waited) + 0.01

    @property
    def round_trip(self) -> float | None:
        """The shortest of the recent round trips of small parts, in seconds; None before the first."""
        return self._trips[0][1] if self._trips else None

    @property
    def rate(self) -> float | None:
        """Bytes per second of the connection; None before a part was large enough to measure."""
        return max((rate for _, rate in self._rates), default=None)

    @property
    def measured(self) -> LineMeasurements:
        """The measured values."""
        return LineMeasurements(self.round_trip, self.rate, self.unanswered, self.mute)

    def max_text_bytes(self) -> int:
        """Return the number of bytes of text that may be sent now."""
        if self.round_trip is None:
            return max(0, FIRST_WORDS - self.unanswered)
        return max(0, int((self.rate or 0.0) * self.round_trip) + WORDS_AHEAD - self.unanswered)

    def max_part_bytes(self, *, keys: bool) -> int:
        """Return the number of bytes of a picture that may be sent now.

        `keys`: keys are arriving, and a picture may delay them only a little, so bytes are sent at the rate
        of the connection and not in one burst per answer.
        """
        if self.mute:
            return 0 if self._sent else PART
        window = self._window_bytes(KEY_SHARE, gain=1.0) if keys else self._window_bytes(REST_SHARE)
        room = int(window) - self.unanswered
        if not self._sent:
            room = max(room, LEAST)
        if keys and self.rate is not None:
            burst = max(LEAST, int(self.rate * KEY_BURST))
            room = min(room, burst - int(self.rate * self._queued))
        return min(room, PART) if room >= LEAST else 0

    @property
    def _queued(self) -> float:
        """Seconds for which the connection is busy with bytes already sent."""
        return max(0.0, self._through_at - self._now())

    @property
    def seconds_to_part(self) -> float | None:
        """Seconds until the connection can take a part while keys arrive; None if an answer will show
        that.
        """
        if (
            self.rate is None
            or not self._queued
            or self._window_bytes(KEY_SHARE, 1.0) - self.unanswered < LEAST
        ):
            return None
        return max(0.001, self._queued - KEY_BURST + LEAST / self.rate)

    def _window_bytes(self, share: float, gain: float | None = None) -> float:
        """Return the number of bytes that may be in transit: what the connection holds, plus `share` seconds
        more.

        Without a `gain` the window is doubled first, as long as the rate grows. After that it is a fifth
        larger now and then, to probe for more, and a fifth smaller right after, so that an excess drains.
        """
        rate, trip = self.rate, self.round_trip
        if rate is None or trip is None:
            return FIRST_PART
        if gain is None and self._flat < 3:
            gain = 2.0
        elif gain is None:
            gain = {0: 1.2, 1: 0.8}.get(int(self._now() / max(trip, 0.05)) % 8, 1.0)
        return self._ease * rate * (gain * trip + share)
