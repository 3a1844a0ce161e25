"""Detection of the terminal's capabilities: from the environment, from tmux and from the terminal's own
answers.

Detection is repeated when tmux shows the studio on another terminal. Answers change how the app draws when
they arrive; nothing waits for them.
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

CLIENT_SECONDS = 0.5  # How often tmux is asked for its current client.


class KnownTerminal:
    """Asks the terminal about itself; `use` is called with the capabilities found so far."""

    def __init__(self, app: BaseApp, use: Callable[[Terminal], None]) -> None:
        self._app, self._use = app, use
        self.answers: Answers | None = None  # The terminal's answers about itself, once they have arrived.
        self._reached_by: object = None  # The connection of the last line measurement.

    def ask(self, *, is_another: bool = False) -> None:
        """Ask the terminal, and tmux around it, for their capabilities.

        `is_another`: this is another terminal than before. It shows nothing of the studio, and may draw
        pictures by another method or not at all.
        """
        self._app.background(partial(self._ask, is_another), "terminal")

    async def follow_tmux(self) -> None:
        """Detect the terminal again whenever tmux has another client: the answers of the last client no
        longer apply.
        """
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
        """Measure the line's speed again if another terminal is at its end, or if the connection to it is
        another one.
        """
        reached_by = found.inside, found.wrap, found.connection
        if reached_by == self._reached_by and not is_another:
            return
        is_first, self._reached_by = self._reached_by is None, reached_by
        if found.inside == "tmux" and not found.wrap and found.remote:
            self._app.line.is_now(client_line(found.connection, time.monotonic))
        elif not is_first:
            self._app.line.is_now(None)
