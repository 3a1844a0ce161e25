"""Drive the studio in a test: run the app on a real film, press keys, and wait for their results."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from textual import events
from textual.pilot import Pilot

from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.app.app import MilimoApp
from milimo_tui.tui.fields.form_field import FieldKind
from tests.tui.keyboard import calm, press
from tests.tui.studio_setup import PATIENCE

# Groups of workers that run as long as their screen or film is open.
ENDLESS = ("play", "telling", "wake", "tmux", "machine", "inbox")


class Stage:
    """A running app with its pilot and the screen that it shows."""

    def __init__(self, app: MilimoApp, pilot: Pilot[int]) -> None:
        self.app = app
        self.pilot = pilot
        self._pressed = 0.0

    @property
    def screen(self) -> Any:
        return self.app.screen

    @property
    def said(self) -> str:
        """The messages since the last keys, with their hints, or the last message before them if there was
        none.

        All messages are included, because a job that ends in the meantime adds a message of its own. A test
        of the last message alone would be a race.
        """
        since = [
            message for message in self.app.messages if message.at >= self._pressed
        ] or self.app.messages[-1:]
        return "\n".join(f"{said.text}  {said.hint}".strip() for said in since)

    async def press(self, *keys: str) -> None:
        """Press keys as a user would, and wait until everything that they started has finished."""
        self._pressed = time.time()
        await press(self.pilot, *keys)
        await self.settle()

    async def type(self, words: str) -> None:
        await press(self.pilot, *[{" ": "space"}.get(char, char) for char in words])

    async def fill(self, answers: Mapping[str, str]) -> None:
        """Fill in fields of the open form by keys, and save the form."""
        await self.until(lambda: self.screen.MODE == "form", "no form is open")
        await self.settle()
        for key, words in answers.items():
            form = self.screen
            field = form.form.get_field(key)
            if form.prompt.is_open and form.prompt.opened.field.key != key:
                await self.press("escape")
            if field.kind is FieldKind.SWITCH and form.form.get_field_text(field) == words:
                continue
            if not form.prompt.is_open:
                rows = form.list
                rows.move_to(next(place for place, row in enumerate(rows.rows) if row.key == key))
                await self.press("enter")
            if field.kind is FieldKind.SWITCH:
                continue
            await self.press("ctrl+u")
            if words:
                await self.paste(words)
            await self.press("enter")
        if self.screen.MODE == "form" and not self.screen.prompt.is_open:
            await self.press("enter")

    async def paste(self, words: str) -> None:
        """Paste text into the focused field."""
        assert self.app.focused is not None
        self.app.focused.post_message(events.Paste(words))
        await calm(self.pilot)

    async def settle(self) -> None:
        """Wait until no action or command runs and the screen shows the current film."""

        def at_rest() -> bool:
            running = [worker for worker in self.app.workers if worker.is_running]
            busy = [worker for worker in running if worker.group not in ENDLESS]
            # A panel on top of a screen also waits for an answer.
            asking = getattr(self.screen, "is_asking", True)
            return (not busy or asking) and not self.app.editing.is_busy

        for _ in range(2):  # Wait twice, because work that ended may have started more work.
            await self.until(at_rest)
            await calm(self.pilot)

    async def until(self, condition: Callable[[], object], why: str = "") -> None:
        """Wait for a condition. After the time limit, fail with `why` as the text."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, why or f"waited in vain; last said: {self.said}"
            await asyncio.sleep(0.005)

    @property
    def text(self) -> str:
        """The screen as plain text."""
        return "\n".join(self.lines())

    def lines(self) -> list[str]:
        """Return the rows of the screen as plain text."""
        return [strip.text for strip in self.app.screen._compositor.render_strips()]


@asynccontextmanager
async def on(studio: Studio, mode: str, size: tuple[int, int] = (110, 30)) -> AsyncIterator[Stage]:
    """Open the studio on a screen and yield its stage."""
    app = MilimoApp(studio, mode=mode)
    async with app.run_test(size=size) as pilot:
        stage = Stage(app, pilot)
        await stage.until(lambda: app.film_known and app.current_mode == mode and app.screen.is_mounted)
        await stage.settle()
        yield stage
