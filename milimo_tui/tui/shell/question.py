"""A yes-or-no question on the message line, and the wait for its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from rich.text import Text

from milimo_tui.tui.keys.keymap import InKeys
from milimo_tui.tui.terminal.theme import Ink
from milimo_tui.tui.widgets.text import line, wrapped


class Question:
    """A yes-or-no question; at most one is open at a time."""

    def __init__(self) -> None:
        self._words = ""
        self._answer: asyncio.Future[bool] | None = None

    @property
    def is_open(self) -> bool:
        return self._answer is not None

    async def ask(self, words: str, show: Callable[[], None]) -> bool:
        """Open the question, call `show` and wait for the answer; the question is closed however the wait
        ends.
        """
        self._words, self._answer = words, asyncio.get_running_loop().create_future()
        try:
            show()
            return await self._answer
        finally:
            self._answer = None

    async def closed(self) -> None:
        """Wait until no question is open."""
        while self._answer is not None:
            await asyncio.wait([self._answer])
            await asyncio.sleep(0)  # The task that asked the question must receive the answer first.

    def answer(self, yes: bool) -> None:
        """Answer the open question; without an open question, or after a first answer, this changes
        nothing.
        """
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(yes)

    def text(self, ink: Ink, in_keys: InKeys) -> Text:
        """Format the question with the keys that answer it."""
        return line((self._words, ink.strong), "   ", _answers(ink, in_keys))

    def rows(self, ink: Ink, in_keys: InKeys, width: int) -> list[Text]:
        """Wrap the question to `width` cells, with the keys in a row of their own."""
        return [line((words, ink.strong)) for words in wrapped(self._words, width)] + [_answers(ink, in_keys)]


def _answers(ink: Ink, in_keys: InKeys) -> Text:
    yes, no = (in_keys(act) for act in ("{ui.yes}", "{ui.no}"))
    return line((yes, ink.key), (" yes   ", ink.muted), (no, ink.key), (" no", ink.muted))
