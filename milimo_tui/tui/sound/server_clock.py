"""What is heard when, by the words of a sound server at the end of a line.

A word tells what was heard at a time that lies somewhere between a question and its answer: the quicker the
answer came, the less it can be wrong (clocks are filtered so: RFC 5905, section 10). Between two words sound
goes on as time does. PulseAudio's own client reckons a pace from its first words instead: where one is wrong
it parts by a quarter second, for as long as it remembers them (pulse/stream.c, pulsecore/time-smoother.c).
"""

from __future__ import annotations

from dataclasses import dataclass

AGING = 0.02  # seconds a second by which a word grows less sure: two clocks go on differently


@dataclass(frozen=True, slots=True)
class Word:
    """At a time (monotonic, s), wrong by at most `spread` seconds, what had been written was to be heard in
    `behind` seconds; the server has played for `since` seconds without a gap.
    """

    at: float
    spread: float
    behind: float
    since: float


class ServerClock:
    """Tells what is heard, in sample frames since sound began."""

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self.forget()

    def forget(self) -> None:
        """Begin anew: what the server told was of other sound."""
        self._word: Word | None = None
        self._began = 0.0  # when the first sample was heard, if sound went on as it does now

    def take(self, word: Word, written: int) -> None:
        """Take a word, said when so many sample frames were written, where it is worth more than the last.

        That is so where the server began anew, where it can be less wrong, or where both cannot be right.
        """
        began = word.at + word.behind - written / self._rate
        if self._word is not None and word.since >= self._word.since:
            spread = self._word.spread + AGING * (word.at - self._word.at)
            if word.spread > spread and abs(began - self._began) <= word.spread + spread:
                self._word = Word(self._word.at, self._word.spread, self._word.behind, word.since)
                return
        self._word, self._began = word, began

    def heard(self, now: float) -> int:
        """Return the sample frames heard at a time (monotonic, s); 0 before the first word."""
        return 0 if self._word is None else max(0, int((now - self._began) * self._rate))
