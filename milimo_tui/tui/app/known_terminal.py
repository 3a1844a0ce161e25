"""What is known of the terminal: read from the environment, asked of tmux and of itself, followed where tmux
shows the studio on another one. Its answers change how the app draws when they come: nothing waits for them.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from milimo_tui.tui.terminal import capabilities
from milimo_tui.tui.terminal.line.client_line import client_line

if TYPE_CHECKING:
    from milimo_tui.tui.shell.base_app import BaseApp
    from milimo_tui.tui.terminal.capabilities import Terminal
    from milimo_tui.tui.terminal.line.questions import Answers

CLIENT_SECONDS = 0.5  # how often tmux is asked whether somebody else looks on


class KnownTerminal:
    """Asks the terminal about itself; `use` draws for it as it is known then."""

    def __init__(self, app: BaseApp, use: Callable[[Terminal], None]) -> None:
        self._app, self._use = app, use
        self.answers: Answers | None = None  # the terminal's own words on itself, once they came
        self._reached_by: object = None  # how it was measured last

    def ask(self, *, is_another: bool = False) -> None:
        """Ask the terminal, and tmux around us, what they show.

        `is_another`: nothing of ours is on it, and it may draw pictures in another way, or none.
        """
        self._app.background(partial(self._ask, is_another), "terminal")

    async def follow_tmux(self) -> None:
        """Ask anew when tmux has another client: what was told of the last one is gone with it."""
        client = await capabilities.tmux_client()
        while True:
            await asyncio.sleep(CLIENT_SECONDS)
            now = await capabilities.tmux_client()
            if now and now != client:
                client = now
                self.ask(is_another=True)

    async def _ask(self, is_another: bool) -> None:
        app = self._app
        is_first, self.answers = self.answers is None, None
        images, cells = app.images, app.studio.settings.cells
        before = capabilities.from_environment(os.environ, images, cells)
        found = await app.reading.run(lambda: capabilities.ask_tmux(before, images))
        app.line.wrap = found.wrap
        self._measure(found, is_another)
        if is_another or is_first:
            self._use(found)
        if is_another:
            app.line.show_again()

        def answered(answers: Answers) -> None:
            self.answers = answers
            self._use(capabilities.with_answers(found, images, answers, cells))

        plain = found.plain or (found.inside == "tmux" and not found.wrap)
        app.line.ask(answered, plain=plain, is_local=not found.remote and not found.inside)

    def _measure(self, found: Terminal, is_another: bool) -> None:
        """Begin to measure the line anew where another terminal is at its end, or another way leads there."""
        reached_by = found.inside, found.wrap, found.connection
        if reached_by == self._reached_by and not is_another:
            return
        is_first, self._reached_by = self._reached_by is None, reached_by
        if found.inside == "tmux" and not found.wrap and found.remote:
            self._app.line.is_now(client_line(found.connection, time.monotonic))
        elif not is_first:
            self._app.line.is_now(None)
