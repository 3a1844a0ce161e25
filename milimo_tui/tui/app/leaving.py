"""Leave the studio: ask about unsaved text, print lines in the shell afterwards, and handle a lost
connection.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from contextvars import copy_context
from typing import TYPE_CHECKING

from milimo_tui.core.format import format_count

if TYPE_CHECKING:
    from milimo_tui.tui.app.app import MilimoApp

SIGNAL_CODE = 128  # A shell reports this number plus a signal's number as the exit code.


class Leaving:
    """The part of the application that ends the studio, when the user leaves, the connection is lost or the
    machine shuts down.

    `farewell` has the lines that are printed in the shell afterwards. `hung_up` is True if the connection is
    lost, so that the user can't be asked about unsaved text.
    """

    def __init__(self, app: MilimoApp) -> None:
        self._app = app
        self.farewell: list[str] = []
        self.hung_up = False

    def describe_remaining_jobs(self) -> str:
        """Return a sentence about the jobs that continue after the studio ends; empty if there are no open
        jobs.
        """
        count = len(self._app.queue.active) + len(self._app.queue.waiting)
        if not count:
            return ""
        return f"{format_count(count, 'job')} {'goes' if count == 1 else 'go'} on without you"

    def describe_leaving(self) -> str:
        """Return a sentence with the keys for leaving the studio. It also names the jobs that would continue
        afterwards.
        """
        return "; ".join(
            filter(None, (":q or {ui.leave} leaves, everything is saved", self.describe_remaining_jobs()))
        )

    async def end_studio(self) -> None:
        """End the studio. If there is unsaved text, ask first.

        The farewell names the jobs that continue and the command to come back.
        """
        app = self._app
        unsaved = [
            sentence for screen in app.open_screens() if (sentence := screen.describe_unsaved_changes())
        ]
        if unsaved:
            await self._close_panels()
            if app.studio_screen is not None:
                app.studio_screen.prompt.leave_unanswered()
        for sentence in unsaved:
            here = app.studio_screen
            if here is not None and not await here.confirm(f"{sentence} Leave without saving?"):
                return
        for screen in app.open_screens():
            screen.discard_unsaved_changes()
        if work_left := self.describe_remaining_jobs():
            self.farewell.append(f"{work_left}.")
        self.farewell.append("Type milimo to come back to where you were.")
        app.follower.stop_following()
        app.exit(0)

    async def _close_panels(self) -> None:
        """Close the panels over the studio's screen, and cancel the questions that the screen is asking. The
        question about unsaved text can then be asked there.
        """
        app = self._app
        for _ in app.screen_stack[1:]:
            if app.studio_screen is None:
                await app.screen.dismiss()
        here = app.studio_screen
        while here is not None and here.question.is_open:
            here.question.set_answer(False)
            await asyncio.sleep(0)

    def make_interrupt_handler(self, loop: asyncio.AbstractEventLoop) -> Callable[..., None]:
        """Return a handler that calls `hang_up` on the event loop, unless the app is already ending. It
        handles SIGINT and the end of the terminal's input.

        The key ctrl+c sends no signal while the studio runs, so a SIGINT comes from another process. The
        input ends if the connection is lost, even if no SIGHUP arrives: a parent process that ignores SIGHUP
        is the only one to get it.
        """
        context = copy_context()

        def interrupt(number: int = signal.SIGHUP, *_: object) -> None:
            if not self._app.is_ending:
                loop.call_soon_threadsafe(self.hang_up, number, context=context)

        return interrupt

    def hang_up(self, number: int = signal.SIGHUP) -> None:
        """Save unsaved text and end the studio without asking. Called if the connection is lost or the
        machine shuts down. A lost connection may be reported twice: by a signal and by the end of the input.

        The exit code names the signal `number`, as for a program without a handler.
        """
        if self.hung_up:
            return
        for screen in self._app.open_screens():
            screen.save_unsaved_changes()
        self.hung_up = True
        self._app.follower.stop_following()
        self._app.exit(return_code=SIGNAL_CODE + number)
