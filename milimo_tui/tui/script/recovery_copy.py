"""Write the recovery copy of the text in the Script screen while the text is not saved, and delete it
afterwards.

After a change, the copy is written within `WRITE_SECONDS` plus the duration of an unfinished write. Changes
during a write are stored by the next write, so a slow disk never delays the user's typing.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from textual.timer import Timer

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.paths import Home
from milimo_tui.studio.script.unsaved_text import (
    UnsavedText,
    delete_recovery_copy,
    make_recovery_id,
    write_recovery_copy,
)
from milimo_tui.tui.background.work_threads import WorkThread

if TYPE_CHECKING:
    from milimo_tui.tui.shell.screen import StudioScreen

WRITE_SECONDS = 1.0  # Pause after a change, so that several keys cause only one write.
# Given the id of a recovery copy, returns a function that builds the copy from the present text, also in a
# thread. Returns None if the text is saved.
TakeText = Callable[[str], Callable[[], UnsavedText] | None]


class RecoveryCopy:
    """The recovery copy of the text that the Script screen shows.

    The screen calls `schedule_update` after each change of the text or of its saved version.
    """

    def __init__(self, screen: StudioScreen, take: TakeText) -> None:
        """Create the object. `take` provides the unsaved text of the screen."""
        self._screen, self._take = screen, take
        self._id = ""  # Id of the recovery copy; empty while the text is saved.
        self._timer: Timer | None = None
        self._is_ended = False  # True after the last update, because the studio is ending.
        self._thread = WorkThread("recovery")
        # Held during a write or deletion, so that no write ends after the deletion of its copy.
        self._lock = threading.Lock()
        self._trouble = ""  # The last error, so that each error is shown once.

    def schedule_update(self) -> None:
        """Write the copy soon if the text is not saved; otherwise delete the copy soon."""
        if self._timer is None:
            self._timer = self._screen.set_timer(WRITE_SECONDS, self._update_in_background)

    def _update_in_background(self) -> None:
        self._timer = None
        self._screen.run_in_background(self.update_now, "recovery")

    async def update_now(self) -> None:
        """Write the copy if the text is not saved; otherwise delete the copy."""
        if self._is_ended:
            return
        await self._run_and_report(self._prepare_update())

    def update_before_end(self) -> None:
        """Do the same as `update_now` at once, because the studio is ending. Errors are ignored, because
        nobody can read them.
        """
        if not self._is_ended:
            self._is_ended = True
            with suppress(MilimoError):
                self._prepare_update()()

    def discard_copy(self) -> None:
        """Delete the copy at once, because the user leaves the studio without saving."""
        self._is_ended = True
        with suppress(MilimoError):
            self._prepare_deletion()()

    def release_text(self) -> None:
        """Leave a copy of the unsaved text behind, which is offered when its film is opened again. Call this
        before the screen shows another film.
        """
        build, self._id = self._take(self._id or make_recovery_id()), ""
        if build is not None:
            self._screen.run_in_background(
                lambda: self._run_and_report(lambda: write_recovery_copy(self._home, build(), is_open=False)),
                "recovery",
            )

    @property
    def _home(self) -> Home:
        return self._screen.studio_app.studio.home

    def _prepare_update(self) -> Callable[[], None]:
        """Return a function for a thread that writes or deletes the copy."""
        id = self._id or make_recovery_id()
        build = self._take(id)
        if build is None:
            return self._prepare_deletion()
        self._id = id

        def write() -> None:
            with self._lock:
                if self._id == id:  # Otherwise the text was saved or discarded in the meantime.
                    write_recovery_copy(self._home, build(), is_open=True)

        return write

    def _prepare_deletion(self) -> Callable[[], None]:
        id, self._id = self._id, ""

        def delete() -> None:
            with self._lock:
                if id:
                    delete_recovery_copy(self._home, id)

        return delete

    async def _run_and_report(self, work: Callable[[], None]) -> None:
        try:
            await asyncio.shield(self._thread.run(work))
        except MilimoError as error:
            if error.message != self._trouble:
                self._screen.show_message(
                    f"unsaved text is not protected against a crash: {error.message}",
                    "warn",
                    "{ui.save} saves the text",
                )
            self._trouble = error.message
        else:
            self._trouble = ""
