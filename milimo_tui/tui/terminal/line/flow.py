"""What the terminal has taken in: behind each part that is sent a question, answered once the part was read.

The question is DSR 5 (ECMA-48 8.3.35), which every terminal answers with `CSI 0 n`. From the answers follow
the round trip and the rate, and from these how much may be under way: what the line itself holds and a little
more, so that a key never waits behind more than that (as BBR does it for TCP:
draft-ietf-ccwg-bbr). While the rate is not known one part is unanswered at a time. A terminal that never
answers is taken to have read what the kernel took.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

ASK = "\x1b[5n"
PART = 16_000  # bytes of a picture sent at once, at most
WORDS_AHEAD = 8_000  # bytes of words that may be unanswered beside what the line holds
FIRST_WORDS = 64_000  # the same, while nothing is known of the line
FIRST_PART = 6_000
KEY_SHARE = 0.02  # seconds that pictures may keep the line busy while keys come
KEY_BURST = 0.04  # the same for what is sent in one go then: the next key waits behind all of it
REST_SHARE = 0.12  # the same, when they rest
LEAST = 1_500  # bytes of a part, however slow the line; smaller ones tell no rate
LATE = 0.12  # seconds that an answer may be late before less is sent
SHORTEST = 0.004  # seconds: what took less is as fast as can be told
RATE_SECONDS = 10.0  # the rate is the best of so long a time: what was not full tells too little
TRIP_SECONDS = 60.0  # the same for the round trip
PATIENCE = 1.0  # seconds after which a terminal that has never answered is taken for mute
LOST = 3.0  # seconds, and four round trips, after which an answer is taken for lost


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured: the shortest round trip (s), bytes a second, bytes unanswered; mute: no answers."""

    round_trip: float | None
    rate: float | None
    unanswered: int
    mute: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """Bytes that went out: when, how many, and what had been taken in by then, when."""

    at: float
    count: int
    taken: int
    taken_at: float
    alone: bool  # nothing else was under way
    full: bool  # the line had as much as it may have: what it carries then is what it can
    ahead: int  # bytes under way then, these among them: so many the line carries before the answer


class Flow:
    """Bytes out and answers in; says how much may be sent now."""

    def __init__(self, now: Callable[[], float]) -> None:
        """`now` is a monotonic clock in seconds."""
        self._now = now
        self._sent: deque[Sent] = deque()
        self._taken, self._taken_at = 0, 0.0
        self._trips: deque[tuple[float, float]] = deque()  # when, seconds: each shorter than those before it
        self._rates: deque[tuple[float, float]] = deque()  # when, bytes a second
        self._ease = 1.0
        self._through_at = 0.0  # when the line will have carried all that was sent, by its rate
        self._flat = 0  # full parts in a row that brought no greater rate
        self.unanswered = 0
        self.mute = False
        self._heard = False
        self._heard_at = 0.0

    def sent(self, count: int) -> None:
        """Note that so many bytes went out, with a question behind them."""
        now = self._now()
        alone = not self._sent
        self.unanswered += count
        if self.rate is not None:
            self._through_at = max(self._through_at, now) + count / self.rate
        if alone:
            self._taken_at = now
        full = self.unanswered > 0.7 * self._window(KEY_SHARE, 1.0)
        self._sent.append(Sent(now, count, self._taken, self._taken_at, alone, full, self.unanswered))

    def heard(self) -> None:
        """Note that the line is alive, though no part was taken in just now."""
        self._heard, self.mute, self._heard_at = True, False, self._now()

    def answered(self, now: float) -> None:
        """Note an answer and when it came (s): the oldest part was taken in; none may be awaited.

        One that came before that part went out is to an older one, which was given up while the studio was
        too busy to hear it: a round trip below nothing would leave no room, and the screen stood still.
        """
        self.heard()
        if not self._sent or now < self._sent[0].at:
            return
        part = self._sent.popleft()
        trip = now - part.at
        if part.count < LEAST or not self._trips:
            self._note_trip(now, trip)
        self._taken += part.count
        self._taken_at = now
        self.unanswered -= part.count
        # Of a part alone it is a difference of two measures: take it for longer than it was.
        took = 1.1 * trip - (self.round_trip or 0.0) if part.alone else now - part.taken_at
        bytes_taken = part.count if part.alone else self._taken - part.taken
        if bytes_taken >= LEAST:
            self._note_rate(now, bytes_taken / max(SHORTEST, took), full=part.full)
        self._steer(trip, part)

    def _note_rate(self, now: float, rate: float, *, full: bool) -> None:
        """Keep what a full line carried, or any line more; where it grows no more, the doubling ends."""
        before = self.rate or 0.0
        if not full and rate <= before:
            return
        self._rates.append((now, rate))
        while now - self._rates[0][0] > RATE_SECONDS:
            self._rates.popleft()
        if full:
            self._flat = 0 if rate > 1.2 * before else self._flat + 1

    def _note_trip(self, now: float, trip: float) -> None:
        """Keep the shortest trips of the last minute; it may be long until nothing queues before one."""
        while self._trips and now - self._trips[0][0] > TRIP_SECONDS:
            self._trips.popleft()
        while self._trips and self._trips[-1][1] >= trip:
            self._trips.pop()
        self._trips.append((now, trip))

    def _steer(self, trip: float, part: Sent) -> None:
        """Let less be under way when answers come later than the line and what was under way explain:
        something queues that was not reckoned with.
        """
        rate = self.rate
        if rate is None:
            return
        queued = trip - max((self.round_trip or 0.0) + part.count / rate, part.ahead / rate)
        self._ease = max(0.3, self._ease * 0.7) if queued > LATE else min(1.0, self._ease + 0.02)

    def written(self) -> None:
        """Note that the kernel has taken all that was written: all that a mute terminal ever tells."""
        if self.mute:
            self._clear()

    def look(self) -> None:
        """Look at the time: a terminal that never answered is mute, an answer long overdue is lost."""
        if self._sent and self._waited > self._patience:
            self.mute = not self._heard
            self._heard = False  # another loss, and it is mute
            self._clear()

    def _clear(self) -> None:
        self._sent.clear()
        self.unanswered = 0

    @property
    def _waited(self) -> float:
        """Return for how long (s) nothing was heard of what was sent first."""
        return self._now() - max(self._sent[0].at, self._heard_at)

    @property
    def _patience(self) -> float:
        return LOST + 4 * (self.round_trip or 0.0) if self._heard else PATIENCE

    @property
    def next_look(self) -> float | None:
        """Return in how many seconds to `look`; None when nothing is waited for."""
        if not self._sent:
            return None
        return max(0.0, self._patience - self._waited) + 0.01

    @property
    def round_trip(self) -> float | None:
        """Return the shortest of the last round trips of small parts, in seconds; None before the first."""
        return self._trips[0][1] if self._trips else None

    @property
    def rate(self) -> float | None:
        """Return the bytes a second that the line carries; None before a part was large enough to tell."""
        return max((rate for _, rate in self._rates), default=None)

    @property
    def measured(self) -> Measured:
        """Return what was measured."""
        return Measured(self.round_trip, self.rate, self.unanswered, self.mute)

    def words_room(self) -> int:
        """Return how many bytes of words may be sent now."""
        if self.round_trip is None:
            return max(0, FIRST_WORDS - self.unanswered)
        return max(0, int((self.rate or 0.0) * self.round_trip) + WORDS_AHEAD - self.unanswered)

    def part_room(self, *, keys: bool) -> int:
        """Return how many bytes of a picture may be sent now.

        `keys`: they come just now, and a picture may keep them waiting little: so it goes at the line's pace,
        not in one go for each answer.
        """
        if self.mute:
            return 0 if self._sent else PART
        window = self._window(KEY_SHARE, gain=1.0) if keys else self._window(REST_SHARE)
        room = int(window) - self.unanswered
        if not self._sent:
            room = max(room, LEAST)
        if keys and self.rate is not None:
            burst = max(LEAST, int(self.rate * KEY_BURST))
            room = min(room, burst - int(self.rate * self._queued))
        return min(room, PART) if room >= LEAST else 0

    @property
    def _queued(self) -> float:
        """Return for how long (s) the line is busy with what was sent."""
        return max(0.0, self._through_at - self._now())

    @property
    def next_part(self) -> float | None:
        """Return in how many seconds the line may take a part while keys come; None where answers tell it."""
        if self.rate is None or not self._queued or self._window(KEY_SHARE, 1.0) - self.unanswered < LEAST:
            return None
        return max(0.001, self._queued - KEY_BURST + LEAST / self.rate)

    def _window(self, share: float, gain: float | None = None) -> float:
        """Return how many bytes may be under way: what the line holds, and `share` seconds of it more.

        Without a `gain` at first twice that, for as long as the rate grows by it; then a fifth more now and
        then, to find out, and as much less behind it, so that what was too much is gone.
        """
        rate, trip = self.rate, self.round_trip
        if rate is None or trip is None:
            return FIRST_PART
        if gain is None and self._flat < 3:
            gain = 2.0
        elif gain is None:
            gain = {0: 1.2, 1: 0.8}.get(int(self._now() / max(trip, 0.05)) % 8, 1.0)
        return self._ease * rate * (gain * trip + share)
