"""Test replies of a terminal that arrive after the wait for them ended, or never."""

from __future__ import annotations

import asyncio
import selectors
from typing import Any, cast

from milimo_tui.tui.terminal.line.questions import TerminalAnswers
from milimo_tui.tui.terminal.line.replies import Reply
from milimo_tui.tui.terminal.line.terminal_line import ANSWER_SECONDS, TerminalLine


class SkippingSelector(selectors.SelectSelector):
    """A selector that does not wait. It moves its clock to the end of the wait instead."""

    now = 0.0

    def select(self, timeout: float | None = None) -> Any:
        self.now += timeout or 0.0
        return super().select(0)


class SkippingLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock advances only by its waits, so that a busy machine does not change the
    test.
    """

    def __init__(self) -> None:
        self.clock = SkippingSelector()
        super().__init__(self.clock)

    def time(self) -> float:
        return self.clock.now


class Driver:
    """A driver that stores what is written to the terminal. The test supplies the replies."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.hear: Any = None

    def write(self, words: str) -> None:
        self.words.append(words)


async def asked(wait: float) -> tuple[list[TerminalAnswers], int]:
    """Ask a terminal that replies after `wait` seconds. Return the received answers, and how often the
    question was sent.
    """
    driver, found = Driver(), list[TerminalAnswers]()
    line = TerminalLine("256", lambda id: None)
    line.open(cast("Any", driver))
    line.ask_terminal(found.append, plain=False)
    await asyncio.sleep(wait)
    times = sum("\x1b[>0q" in words for words in driver.words)
    assert not found
    driver.hear(Reply("version", "kitty(0.42.1)"), 0.0)
    driver.hear(Reply("attributes", "62"), 0.0)
    return found, times


def test_late_answers_count() -> None:
    for wait, times in ((0.1, 1), (1.5 * ANSWER_SECONDS, 2), (20 * ANSWER_SECONDS, 2)):
        with asyncio.Runner(loop_factory=SkippingLoop) as runner:
            found, asked_times = runner.run(asked(wait))
        assert asked_times == times, "once more, and then it is left in peace"
        assert [answers.name for answers in found] == ["kitty"]
