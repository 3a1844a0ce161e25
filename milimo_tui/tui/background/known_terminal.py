"""Detect the terminal's capabilities: from the environment, from tmux, and from the terminal's own answers.

Detection is repeated when another terminal attaches to the tmux session. The answers arrive later; the app
draws without them first, and adapts when they arrive.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from milimo_tui.tui.terminal import capabilities
from milimo_tui.tui.terminal.line.client_line import open_client_line

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import Studio
    from milimo_tui.tui.background.work_threads import WorkThread
    from milimo_tui.tui.terminal.capabilities import Terminal
    from milimo_tui.tui.terminal.line.questions import TerminalAnswers
    from milimo_tui.tui.terminal.line.terminal_line import TerminalLine

CLIENT_SECONDS = 0.5  # Seconds between two queries to tmux for its current client.


class KnownTerminal:
    """A detector of the terminal's capabilities. It calls `use` with the capabilities found so far."""

    def __init__(
        self,
        studio: Studio,
        line: TerminalLine,
        reading: WorkThread,
        images: str,
        *,
        run_in_background: Callable[[Callable[[], Coroutine[Any, Any, None]], str], None],
        use: Callable[[Terminal], None],
    ) -> None:
        self._studio, self._line, self._reading, self._images = studio, line, reading, images
        self._run_in_background, self._use = run_in_background, use
        self.answers: TerminalAnswers | None = (
            None  # The terminal's answers to the queries; None until they have arrived.
        )
        self._cell: tuple[int, int] | None = None  # The size of a cell that the kernel reported last.
        self._reached_by: object = None  # The connection for which the speed was last measured.

    def query_terminal(self, *, is_another: bool = False) -> None:
        """Query the terminal for its capabilities, and also tmux if the studio runs in tmux.

        `is_another` means that a different terminal is attached now. That terminal shows nothing of the
        studio yet. It may need another picture protocol, or be unable to show pictures.
        """
        self._run_in_background(partial(self._ask_terminal, is_another), "terminal")

    def note_resize(self) -> None:
        """Query the terminal again if its cells have another size in pixels than before, because the user has
        changed the font.
        """
        before, self._cell = self._cell, self._line.cell
        if before not in (None, self._cell):
            self.query_terminal()

    async def follow_tmux(self) -> None:
        """Detect the terminal again whenever another tmux client is attached, because the previous client's
        answers no longer apply.
        """
        client = await capabilities.identify_tmux_client()
        while True:
            await asyncio.sleep(CLIENT_SECONDS)
            now = await capabilities.identify_tmux_client()
            if now and now != client:
                client = now
                self.query_terminal(is_another=True)

    async def _ask_terminal(self, is_another: bool) -> None:
        is_first, self.answers = self.answers is None, None
        images, cells = self._images, self._studio.settings.cells
        before = capabilities.detect_terminal(os.environ, images, cells)
        found = await self._reading.run(lambda: capabilities.ask_tmux(before, images))
        self._line.wrap = found.wrap
        self._restart_line_measurement(found, is_another)
        if is_another or is_first:
            self._use(found)
        if is_another:
            self._line.resend_screen()

        def answered(answers: TerminalAnswers) -> None:
            if not all(answers.cell):
                # The kernel knows the size even if the terminal does not answer the question, as xterm by
                # default.
                answers = replace(answers, cell=self._line.cell or (0, 0))
            self.answers = answers
            self._use(capabilities.apply_answers(found, images, answers, cells))

        plain = found.plain or (found.inside == "tmux" and not found.wrap)
        self._line.ask_terminal(answered, plain=plain, is_local=not found.remote and not found.inside)

    def _restart_line_measurement(self, found: Terminal, is_another: bool) -> None:
        """Restart the measurement of the connection's speed if the terminal or the connection to it has
        changed.
        """
        reached_by = found.inside, found.wrap, found.connection
        if reached_by == self._reached_by and not is_another:
            return
        is_first, self._reached_by = self._reached_by is None, reached_by
        if found.inside == "tmux" and not found.wrap and found.remote:
            self._line.restart_measurement(open_client_line(found.connection, time.monotonic))
        elif not is_first:
            self._line.restart_measurement(None)
