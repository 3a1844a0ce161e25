"""Ask the questions of a running command on the screen in front. The command's thread waits for the answer;
the event loop does not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from milimo_tui.tui.shell.ports import StudioApp
    from milimo_tui.tui.shell.screen import StudioScreen

LOOK_SECONDS = 0.02  # Seconds between two checks of whether the screen in front is mounted.


class ScreenQuestions:
    """The questions of a running command, asked on the screen in front. This class implements the interface
    `studio.session.prompts.Asks`. Its methods are called from a work thread.

    If the screen is closed before the user has answered, a question for text returns an empty text, and a
    yes-or-no question returns no.
    """

    def __init__(self, app: StudioApp) -> None:
        self._app = app

    def ask_for_secret(self, question: str, hint: str = "") -> str:
        ask: Callable[[str], str | Awaitable[str]] = self._ask_secret
        return self._app.call_from_thread(ask, question)

    def ask_for_consent(self, question: str) -> bool:
        ask: Callable[[str], bool | Awaitable[bool]] = self._ask_yes_or_no
        return self._app.call_from_thread(ask, question)

    async def _ask_secret(self, question: str) -> str:
        screen = await self._wait_for_front_screen()
        if screen is not None:
            with screen.guard_screen_work():
                return await screen.ask_text(f"{question}:", name="SECRET", secret=True) or ""
        return ""

    async def _ask_yes_or_no(self, question: str) -> bool:
        screen = await self._wait_for_front_screen()
        if screen is not None:
            with screen.guard_screen_work():
                # Only the last line is the question. The lines before it are meant for a terminal.
                return await screen.confirm(question.splitlines()[-1])
        return False

    async def _wait_for_front_screen(self) -> StudioScreen | None:
        """Wait until the screen in front is mounted, and return it. The wait is needed because a command may
        ask a question while one screen replaces another. Return None if no studio screen is in front.
        """
        while (screen := self._app.studio_screen) is not None and not screen.is_mounted:
            await asyncio.sleep(LOOK_SECONDS)
        return screen
