"""Flow control to the terminal. Each part of the output ends with a question, which the terminal answers when
it has read the part.

The question is DSR 5 (ECMA-48 8.3.35), which every terminal answers with `CSI 0 n`. The round trip and the
rate are computed from the times of the answers. They limit the number of bytes in transit to the capacity of
the connection plus a little more, so that a key never waits for longer (BBR does the same for TCP:
draft-ietf-ccwg-bbr). Until the rate is known, only one part is in transit at a time. If a terminal never
answers, everything that the kernel accepted counts as read.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

STATUS_QUESTION = "\x1b[5n"
PART = 16_000  # Maximum bytes of picture data that are sent at once. More data is sent after the next answer.
# Number of bytes of text that may be unanswered in addition to the capacity of the connection.
WORDS_AHEAD = 8_000
FIRST_WORDS = 64_000  # Bytes of text that may be unanswered before the first measurement of the connection.
FIRST_PART = 6_000
# While keys arrive, the picture data in transit may exceed the capacity of the connection by the bytes that
# it carries in this number of seconds.
KEY_SHARE = 0.02
# Seconds for which a single burst of picture data may occupy the connection while keys arrive, because the
# next key waits for the end of the burst.
KEY_BURST = 0.04
REST_SHARE = 0.12  # Number of seconds that is used instead of KEY_SHARE while no keys arrive.
# Minimum bytes of a part, however slow the connection is. The rate can't be measured with smaller parts.
LEAST = 1_500
LATE = 0.12  # If an answer is late by more than this time in seconds, fewer bytes are sent.
# Shorter durations, in seconds, are treated as this one, because they can't be measured exactly.
SHORTEST = 0.004
# The rate of the connection is the highest one measured in this number of seconds. A partly filled connection
# shows too low a rate.
RATE_SECONDS = 10.0
TRIP_SECONDS = 60.0  # The round trip is the shortest one measured in this number of seconds.
PATIENCE = 1.0  # Seconds without an answer after which a terminal that has never answered counts as mute.
LOST = 3.0  # Seconds, plus four round trips, after which an answer counts as lost.


@dataclass(frozen=True, slots=True)
class LineMeasurements:
    """Measured values of the connection: the shortest round trip in seconds, the rate in bytes per second,
    and the number of unanswered bytes. `mute` is True if the terminal does not answer.
    """

    round_trip: float | None
    rate: float | None
    unanswered: int
    mute: bool


@dataclass(frozen=True, slots=True)
class SentBytes:
    """A part of the output that was sent, with `count` bytes, at time `at`. `taken` is the number of bytes
    that the terminal had read by then, and `taken_at` the time when it read the last of them.
    """

    at: float
    count: int
    taken: int
    taken_at: float
    alone: bool  # True if nothing else was in transit when the part was sent.
    # True if the connection was full when the part was sent, so that its real rate could be measured.
    full: bool
    # Bytes in transit when the part was sent, including the part. The connection carries all of them before
    # the answer arrives.
    ahead: int


class Flow:
    """The flow control of one connection. It counts bytes sent and answers received, and limits the number of
    bytes that may be sent now.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        """Create the flow control. `now` is a monotonic clock in seconds."""
        self._now = now
        self._sent: deque[SentBytes] = deque()
        self._taken, self._taken_at = 0, 0.0
        # Recent round trips as (time, duration), in seconds. Each duration is longer than the ones before it.
        self._trips: deque[tuple[float, float]] = deque()
        # Recent rates as (time in seconds, bytes per second).
        self._rates: deque[tuple[float, float]] = deque()
        self._ease = 1.0
        # The time at which the connection will have carried all bytes sent so far, as computed from its
        # measured rate.
        self._through_at = 0.0
        # Number of consecutive measurements with a full connection in which the rate did not grow.
        self._flat = 0
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
        """Record a sign that the terminal is alive and answers questions, although it confirmed no part of
        the output just now.
        """
        self._heard, self.mute, self._heard_at = True, False, self._now()

    def record_reply(self, now: float) -> None:
        """Record an answer that arrived at time `now` (s): the terminal has read the oldest unanswered part,
        if there is one.

        An answer that arrived before that part was sent is ignored. It belongs to an older part that was
        given up while the studio was too busy to read. Such an answer would give a negative round trip,
        nothing could be sent, and the screen would freeze.
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
        # If nothing else was in transit, the transfer took as long as the answer took beyond the shortest
        # round trip. Both are measurements, so the duration is increased a little, and the rate is not
        # overestimated.
        duration = 1.1 * trip - (self.round_trip or 0.0) if part.alone else now - part.taken_at
        bytes_taken = part.count if part.alone else self._taken - part.taken
        if bytes_taken >= LEAST:
            self._record_rate(now, bytes_taken / max(SHORTEST, duration), full=part.full)
        self._adjust_ease(trip, part)

    def _record_rate(self, now: float, rate: float, *, full: bool) -> None:
        """Store a measured rate in bytes per second. `full` is True if the connection was full during the
        measurement; otherwise the rate is stored only if it is higher than the known rate.

        Also count the successive measurements of a full connection in which the rate did not grow. After
        three of them, `_window_bytes` no longer doubles the number of bytes in transit.
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
        """Store a round trip (`trip`, in seconds) in a queue. The first entry of the queue is the shortest
        round trip of the last minute. The period is that long because the connection is rarely empty when a
        part is sent.
        """
        while self._trips and now - self._trips[0][0] > TRIP_SECONDS:
            self._trips.popleft()
        while self._trips and self._trips[-1][1] >= trip:
            self._trips.pop()
        self._trips.append((now, trip))

    def _adjust_ease(self, trip: float, part: SentBytes) -> None:
        """Adjust the factor that reduces the number of bytes in transit. `trip` is the time in seconds until
        the answer to `part`. If the answer came later than the measured rate explains, other data is queued
        in the connection too, so lower the factor. Otherwise raise the factor slowly.
        """
        rate = self.rate
        if rate is None:
            return
        queued = trip - max((self.round_trip or 0.0) + part.count / rate, part.ahead / rate)
        self._ease = max(0.3, self._ease * 0.7) if queued > LATE else min(1.0, self._ease + 0.02)

    def record_kernel_write(self) -> None:
        """Record that the kernel has accepted everything written. If the terminal never answers, all of this
        output then counts as read, because there is no other sign.
        """
        if self.mute:
            self._clear_unanswered()

    def check_timeouts(self) -> None:
        """Check if an awaited answer is overdue. The answer is then lost, and a terminal that has never
        answered counts as mute.
        """
        if self._sent and self._waited > self._patience:
            self.mute = not self._heard
            self._heard = False  # If the next answer is lost too, the terminal counts as mute.
            self._clear_unanswered()

    def _clear_unanswered(self) -> None:
        self._sent.clear()
        self.unanswered = 0

    @property
    def _waited(self) -> float:
        """Seconds of waiting for the present answer: since the oldest unanswered part was sent, or since the
        last answer if that was later.
        """
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
        """The shortest round trip of the last minute in seconds; None before the first answer."""
        return self._trips[0][1] if self._trips else None

    @property
    def rate(self) -> float | None:
        """Bytes per second of the connection; None before a part was large enough to measure."""
        return max((rate for _, rate in self._rates), default=None)

    @property
    def measured(self) -> LineMeasurements:
        """The measured values of the connection."""
        return LineMeasurements(self.round_trip, self.rate, self.unanswered, self.mute)

    def max_text_bytes(self) -> int:
        """Return the number of bytes of text that may be sent now."""
        if self.round_trip is None:
            return max(0, FIRST_WORDS - self.unanswered)
        return max(0, int((self.rate or 0.0) * self.round_trip) + WORDS_AHEAD - self.unanswered)

    def max_part_bytes(self, *, keys: bool) -> int:
        """Return the number of picture bytes that may be sent now; 0 if none.

        `keys` is True while keys arrive. A picture may then delay the screen's reaction to a key only a
        little, so its bytes are sent at the rate of the connection instead of in one burst after each answer.
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
        """Seconds until the connection has carried all bytes sent so far."""
        return max(0.0, self._through_at - self._now())

    @property
    def seconds_to_part(self) -> float | None:
        """Seconds until the connection can take another part while keys arrive; None if nothing can be sent
        before the next answer.
        """
        if (
            self.rate is None
            or not self._queued
            or self._window_bytes(KEY_SHARE, 1.0) - self.unanswered < LEAST
        ):
            return None
        return max(0.001, self._queued - KEY_BURST + LEAST / self.rate)

    def _window_bytes(self, share: float, gain: float | None = None) -> float:
        """Return the number of bytes that may be in transit: `gain` times the capacity of the connection,
        plus the bytes that it carries in `share` seconds.

        If `gain` is None, the method chooses it. The gain is 2 as long as the measured rate grows. After that
        it is usually 1. Now and then it is 1.2, to test for a higher rate, and 0.8 right after, so that the
        connection empties again.
        """
        rate, trip = self.rate, self.round_trip
        if rate is None or trip is None:
            return FIRST_PART
        if gain is None and self._flat < 3:
            gain = 2.0
        elif gain is None:
            gain = {0: 1.2, 1: 0.8}.get(int(self._now() / max(trip, 0.05)) % 8, 1.0)
        return self._ease * rate * (gain * trip + share)
