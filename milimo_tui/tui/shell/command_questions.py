"""Questions of a command that runs, asked on the screen in front: its thread waits, the event loop
does not.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from milimo_tui.tui.shell.ports import ShellApp


class ScreenQuestions:
    """Asks the person at this screen (`studio.session.prompts.Asks`); called from a work thread."""

    def __init__(self, app: ShellApp) -> None:
        self._app = app

    def secret(self, question: str, hint: str = "") -> str:
        ask: Callable[[str], str | Awaitable[str]] = self._secret
        return self._app.call_from_thread(ask, question)

    def agree(self, question: str) -> bool:
        ask: Callable[[str], bool | Awaitable[bool]] = self._agree
        return self._app.call_from_thread(ask, question)

    async def _secret(self, question: str) -> str:
        screen = self._app.studio_screen
        return await screen.ask(f"{question}:", name="SECRET", secret=True) or "" if screen else ""

    async def _agree(self, question: str) -> bool:
        screen = self._app.studio_screen
        # The question is the last line; what leads up to it is for a terminal.
        return await screen.confirm(question.splitlines()[-1]) if screen else False
