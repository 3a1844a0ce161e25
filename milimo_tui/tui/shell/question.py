"""A yes-or-no question on the message line, and the code that waits for the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from rich.text import Text

from milimo_tui.tui.keys.keymap import InKeys
from milimo_tui.tui.terminal.theme import TextStyles
from milimo_tui.tui.widgets.text import join_line, wrap_words


class YesNoQuestion:
    """The yes-or-no question of a screen, and the task that waits for the user's answer. At most one question
    is open at a time.
    """

    def __init__(self) -> None:
        self._words = ""
        self._answer: asyncio.Future[bool] | None = None

    @property
    def is_open(self) -> bool:
        return self._answer is not None

    async def ask_question(self, words: str, show: Callable[[], None]) -> bool:
        """Open a question with the text `words`, call `show` to draw it, and return the user's answer. If the
        waiting task is cancelled, the question is closed too.
        """
        self._words, self._answer = words, asyncio.get_running_loop().create_future()
        try:
            show()
            return await self._answer
        finally:
            self._answer = None

    async def wait_until_closed(self) -> None:
        """Wait until no question is open."""
        while self._answer is not None:
            await asyncio.wait([self._answer])
            await asyncio.sleep(0)  # Let the task that asked the question receive the answer first.

    def set_answer(self, yes: bool) -> None:
        """Answer the open question. Do nothing if no question is open or it is answered already."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(yes)

    def format_question(self, ink: TextStyles, in_keys: InKeys) -> Text:
        """Format the question with the keys that answer it."""
        return join_line((self._words, ink.strong), "   ", _format_answer_keys(ink, in_keys))

    def wrap_question(self, ink: TextStyles, in_keys: InKeys, width: int) -> list[Text]:
        """Wrap the question to `width` cells, with the answering keys in a separate row."""
        return [join_line((words, ink.strong)) for words in wrap_words(self._words, width)] + [
            _format_answer_keys(ink, in_keys)
        ]


def _format_answer_keys(ink: TextStyles, in_keys: InKeys) -> Text:
    yes, no = (in_keys(act) for act in ("{ui.yes}", "{ui.no}"))
    return join_line((yes, ink.key), (" yes   ", ink.muted), (no, ink.key), (" no", ink.muted))
