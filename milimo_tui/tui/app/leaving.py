"""Leaving the studio: what is asked before, what is said in the shell after, and a line that is lost."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from contextvars import copy_context
from typing import TYPE_CHECKING

from milimo_tui.core.format import plural

if TYPE_CHECKING:
    from milimo_tui.tui.app.app import MilimoApp

HUNG_UP = 128 + signal.SIGHUP  # the exit code, as a shell would tell it


class Leaving:
    """How the app ends. `farewell` are the lines for the shell; `hung_up`: nobody is there to be asked."""

    def __init__(self, app: MilimoApp) -> None:
        self._app = app
        self.farewell: list[str] = []
        self.hung_up = False

    def work_left(self) -> str:
        """Return the sentence on jobs that run on after leaving; empty when there are none."""
        count = len(self._app.queue.active) + len(self._app.queue.waiting)
        if not count:
            return ""
        return f"{plural(count, 'job')} {'goes' if count == 1 else 'go'} on without you"

    def how(self) -> str:
        """Return what leaves the studio, and what goes on then."""
        return "; ".join(filter(None, (":q or {ui.leave} leaves, all is kept", self.work_left())))

    async def leave(self) -> None:
        """End the studio after asking about unsaved text; say what runs on and how to come back."""
        app = self._app
        unsaved = [sentence for screen in app.open_screens() if (sentence := screen.unsaved())]
        if unsaved:
            await self._close_panels()
            if app.studio_screen is not None:
                app.studio_screen.prompt.leave()
        for sentence in unsaved:
            here = app.studio_screen
            if here is not None and not await here.confirm(f"{sentence} Leave without saving?"):
                return
        if work_left := self.work_left():
            self.farewell.append(f"{work_left}.")
        self.farewell.append("Type milimo to come back to where you were.")
        app.follower.stop()
        app.exit(0)

    async def _close_panels(self) -> None:
        """Close the panels over the studio's screen, and what it asks: leaving is asked there."""
        app = self._app
        for _ in app.screen_stack[1:]:
            if app.studio_screen is None:
                await app.screen.dismiss()
        here = app.studio_screen
        while here is not None and here.question.is_open:
            here.question.answer(False)
            await asyncio.sleep(0)

    def interrupt_in(self, loop: asyncio.AbstractEventLoop) -> Callable[..., None]:
        """Return what takes SIGINT (the key ctrl+c sends none here) for a hang up; nothing once it ends."""
        context = copy_context()

        def interrupt(*_: object) -> None:
            if not self._app.is_ending:
                loop.call_soon_threadsafe(self.hang_up, context=context)

        return interrupt

    def hang_up(self) -> None:
        """End the studio without asking: the line is lost or the machine ends. Unsaved text is written."""
        for screen in self._app.open_screens():
            screen.rescue()
        self.hung_up = True
        self._app.follower.stop()
        self._app.exit(return_code=HUNG_UP)
