"""Test flow control on simulated lines: enough is sent to fill the line, and a key waits only briefly."""

from __future__ import annotations

from collections import deque

import pytest

from milimo_tui.tui.terminal.line.flow import FIRST_WORDS, LOST, PART, PATIENCE, Flow


class SimulatedLine:
    """A simulated line with a rate in bytes per second, a delay in each direction, and its own clock."""

    def __init__(self, rate: float, delay: float) -> None:
        self.rate, self.delay = rate, delay
        self.time = 100.0
        self._free = 0.0
        self._answers: deque[float] = deque()
        self.queued = 0.0

    def now(self) -> float:
        return self.time

    def send(self, flow: Flow, count: int) -> None:
        flow.record_sent_part(count)
        self.queued = max(0.0, self._free - self.time)
        self._free = max(self._free, self.time) + count / self.rate
        self._answers.append(self._free + 2 * self.delay)

    def go(self, flow: Flow, seconds: float) -> None:
        self.time += seconds
        while self._answers and self._answers[0] <= self.time:
            flow.record_reply(self._answers.popleft())


@pytest.mark.long("screens")
@pytest.mark.parametrize(
    ("rate", "delay", "most", "full"),
    [(125e3, 0.1, 0.15, 0.5), (12e3, 0.3, 0.5, 0.2), (2e6, 0.02, 0.05, 0.5), (50e6, 0.0005, 0.01, 0.5)],
)
def test_picture_delays_a_key_little_and_fills_the_line(
    rate: float, delay: float, most: float, full: float
) -> None:
    line = SimulatedLine(rate, delay)
    flow = Flow(line.now)
    line.send(flow, 4)
    line.go(flow, 1.0)
    sent, worst = 0, 0.0
    for tick in range(3000):
        line.go(flow, 0.004)
        if tick % 16 == 0:
            line.send(flow, 60)  # the text that answers a key
            if tick > 1000:
                worst = max(worst, line.queued)
        room = flow.max_part_bytes(keys=tick > 300)
        if room:
            line.send(flow, room)
            if tick > 1000:
                sent += room
    assert worst < most
    assert sent > full * min(rate, PART / 0.004) * 2000 * 0.004
    assert flow.round_trip == pytest.approx(2 * delay, abs=0.006 + 60 / rate)


@pytest.mark.parametrize(("rate", "delay"), [(125e3, 0.1), (60e3, 0.15), (1e6, 0.05)])
def test_picture_at_rest_fills_the_line_at_full_speed(rate: float, delay: float) -> None:
    line = SimulatedLine(rate, delay)
    flow = Flow(line.now)
    line.send(flow, 4)
    line.go(flow, 1.0)
    sent = 0
    for tick in range(2500):
        line.go(flow, 0.004)
        if room := flow.max_part_bytes(keys=False):
            line.send(flow, room)
            sent += room if tick > 500 else 0
            assert line.queued < 0.6
    assert sent > 0.9 * rate * 2000 * 0.004


def test_words_and_one_part_are_sent_before_the_first_answer() -> None:
    line = SimulatedLine(1e5, 0.1)
    flow = Flow(line.now)
    assert flow.max_text_bytes() == FIRST_WORDS
    assert flow.max_part_bytes(keys=False) > 0
    line.send(flow, 30_000)
    assert flow.max_text_bytes() == FIRST_WORDS - 30_000
    assert flow.max_part_bytes(keys=False) == 0
    line.go(flow, 1)
    assert flow.max_part_bytes(keys=False) > 0


def test_silent_terminal_is_paced_by_the_kernel() -> None:
    line = SimulatedLine(1e5, 1e9)
    flow = Flow(line.now)
    line.send(flow, 10_000)
    assert flow.seconds_to_timeout is not None
    line.go(flow, PATIENCE + 0.1)
    flow.check_timeouts()
    assert flow.measured.mute
    assert flow.max_part_bytes(keys=True) == PART
    line.send(flow, 10_000)
    assert flow.max_part_bytes(keys=True) == 0
    flow.record_kernel_write()
    assert flow.max_part_bytes(keys=True) == PART
    flow.record_reply(line.now())
    assert not flow.measured.mute


def test_lost_answer_delays_little() -> None:
    line = SimulatedLine(1e6, 0.05)
    flow = Flow(line.now)
    line.send(flow, 100)
    line.go(flow, 1)
    flow.record_sent_part(10_000)  # This part is never answered.
    line.time += LOST + 1
    flow.check_timeouts()
    assert flow.unanswered == 0
    assert not flow.measured.mute
    flow.record_reply(line.now())  # The answer arrives late, when nothing waits for it.
    assert flow.unanswered == 0


def test_answer_to_an_abandoned_part_does_not_count_for_the_next() -> None:
    """The answer arrived in time, but the busy studio read it only after it had given up and sent another
    part.
    """
    line = SimulatedLine(4e6, 0.002)
    flow = Flow(line.now)
    line.send(flow, 4)
    line.go(flow, 1.0)
    line.send(flow, PART)
    line.go(flow, 0.1)
    assert flow.rate
    flow.record_sent_part(PART)
    came = line.time + 0.01
    line.time += 2 * LOST
    flow.check_timeouts()
    flow.record_sent_part(4)
    flow.record_reply(came)
    assert flow.round_trip is not None
    assert flow.round_trip > 0
    assert flow.unanswered == 4
    flow.record_reply(line.time + 0.01)
    assert flow.unanswered == 0
    assert flow.max_text_bytes() > 0
