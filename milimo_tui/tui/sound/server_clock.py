"""Compute what is heard at a given time, from the timing reports of a sound server at the other end of a
connection.

A report says what was heard at some time between a question and its answer: the quicker the answer, the
smaller the possible error (clocks are filtered in this manner: RFC 5905, section 10). Between two reports
sound continues at the rate of time. PulseAudio's own client instead computes a rate from its first reports:
if one is wrong, it deviates by a quarter second for as long as it remembers them (pulse/stream.c,
pulsecore/time-smoother.c).
"""

from __future__ import annotations

from dataclasses import dataclass

AGING = 0.02  # Seconds per second by which the error of a report grows, because two clocks drift apart.


@dataclass(frozen=True, slots=True)
class TimingReport:
    """A timing report: at time `at` (monotonic, s), with an error of at most `spread` seconds, the sound
    written so far would be heard in `behind` seconds; the server has played for `since` seconds without a
    gap.
    """

    at: float
    spread: float
    behind: float
    since: float


class ServerClock:
    """Computes what is heard, in sample frames since the sound began."""

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self.reset_clock()

    def reset_clock(self) -> None:
        """Start again: the earlier reports belong to other sound."""
        self._word: TimingReport | None = None
        self._began = 0.0  # When the first sample was heard, if the sound was continuous until now.

    def take_report(self, word: TimingReport, written: int) -> None:
        """Use a report, made when `written` sample frames were written, if it is better than the last one.

        A report is better if the server started again, if its possible error is smaller, or if both reports
        can't be right.
        """
        began = word.at + word.behind - written / self._rate
        if self._word is not None and word.since >= self._word.since:
            spread = self._word.spread + AGING * (word.at - self._word.at)
            if word.spread > spread and abs(began - self._began) <= word.spread + spread:
                self._word = TimingReport(self._word.at, self._word.spread, self._word.behind, word.since)
                return
        self._word, self._began = word, began

    def count_heard_frames(self, now: float) -> int:
        """Return the sample frames heard at a time (monotonic, s); 0 before the first report."""
        return 0 if self._word is None else max(0, int((now - self._began) * self._rate))
