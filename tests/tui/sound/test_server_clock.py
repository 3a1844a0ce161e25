"""Test the clock of played sound, which is computed from a server's timing reports. Each report is wrong by
the unequal times of its two directions.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.tui.sound.server_clock import AGING, ServerClock, TimingReport

RATE, BEHIND = 48_000, 0.5
MILLISECOND = 0.001
ways = st.lists(
    st.tuples(st.floats(0.05, 2.0), st.floats(0.05, 0.6), st.floats(0.05, 0.6)), min_size=1, max_size=20
)


def word(at: float, there: float, back: float, since: float, behind: float = BEHIND) -> TimingReport:
    """Return the timing report for a question whose answer arrived `back` seconds after the server replied.

    `at` is the time at which the question reached the server, and `there` is the time it took to get there,
    both in seconds. The client assumes that the server answered in the middle of the round trip.
    """
    return TimingReport(at - there + (there + back) / 2, (there + back) / 2, behind, since)


@given(ways)
def test_clock_is_as_accurate_as_the_quickest_answer_and_continues(
    words: list[tuple[float, float, float]],
) -> None:
    clock, now, sure = ServerClock(RATE), 100.0, 9.0
    for later, there, back in words:
        now += later
        clock.take_report(word(now, there, back, now - 100), round((now - 100 + BEHIND) * RATE))
        sure = min(sure + AGING * (later + 2), (there + back) / 2)
        for since in (0.0, 1.0):
            assert (
                abs(clock.count_heard_frames(now + since) / RATE - (now + since - 100)) <= sure + MILLISECOND
            )


def test_slower_answer_is_used_after_a_restart_or_a_contradiction() -> None:
    clock = ServerClock(RATE)
    assert clock.count_heard_frames(100) == 0
    clock.take_report(word(100, 0.1, 0.1, 10), 10 * RATE)
    # This report may be wrong by 0.3 s and is wrong by 0.2 s.
    clock.take_report(word(101, 0.5, 0.1, 11), 11 * RATE)
    assert abs(clock.count_heard_frames(101) / RATE - 10.5) < MILLISECOND
    clock.take_report(word(102, 0.2, 0.2, 0.1), round(11.4 * RATE))  # a gap of 0.6 s in the sound
    assert abs(clock.count_heard_frames(102) / RATE - 10.9) < MILLISECOND
    clock.take_report(word(103, 0.3, 0.3, 1.1), round(11.4 * RATE))  # A second of sound is missing.
    assert abs(clock.count_heard_frames(103) / RATE - 10.9) < MILLISECOND
    clock.reset_clock()
    assert clock.count_heard_frames(104) == 0
