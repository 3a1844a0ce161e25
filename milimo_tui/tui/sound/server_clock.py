"""Compute which sample is heard at a given time, from the timing reports of a remote sound server.

A report says which sample was heard at some time between a question and its answer, so a quicker answer has a
smaller possible error (RFC 5905, section 10, filters clocks by this rule). Between two reports the sound is
assumed to advance in real time. PulseAudio's own client computes a rate from its first reports instead; if
one of them is wrong, the client is wrong by a quarter second as long as it remembers them (pulse/stream.c,
pulsecore/time-smoother.c).
"""

from __future__ import annotations

from dataclasses import dataclass

# Growth of a report's possible error, in seconds per second, because the clocks of two machines drift apart.
AGING = 0.02


@dataclass(frozen=True, slots=True)
class TimingReport:
    """A timing report of the sound server.

    - `at`: the time of the report in seconds (monotonic clock).
    - `spread`: the maximum error of `at` in seconds.
    - `behind`: seconds from `at` until all sound written so far has been heard.
    - `since`: seconds for which the server has played without a gap.
    """

    at: float
    spread: float
    behind: float
    since: float


class ServerClock:
    """A clock that computes the number of sample frames heard since the sound began."""

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self.reset_clock()

    def reset_clock(self) -> None:
        """Forget all reports. Called when new sound begins."""
        self._word: TimingReport | None = None
        # The time (monotonic, s) at which the first sample was heard, if the sound has no gaps so far.
        self._began = 0.0

    def take_report(self, word: TimingReport, written: int) -> None:
        """Store the timing report `word` if it is better than the stored report. `written` is the number of
        sample frames written when the report was made.

        The new report is better in each of three cases: the server has started to play again after a gap, the
        possible error is smaller, or the two reports contradict each other.
        """
        began = word.at + word.behind - written / self._rate
        if self._word is not None and word.since >= self._word.since:
            spread = self._word.spread + AGING * (word.at - self._word.at)
            if word.spread > spread and abs(began - self._began) <= word.spread + spread:
                self._word = TimingReport(self._word.at, self._word.spread, self._word.behind, word.since)
                return
        self._word, self._began = word, began

    def count_heard_frames(self, now: float) -> int:
        """Return the number of sample frames heard at the time `now` (monotonic, s); 0 before the first
        report.
        """
        return 0 if self._word is None else max(0, int((now - self._began) * self._rate))
