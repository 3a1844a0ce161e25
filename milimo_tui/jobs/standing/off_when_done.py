"""Off when done: a person's command, run once the queue has been empty for a while. It is asked for once.

The queue is empty when nothing works, waits its turn, is delayed or is being taken into a film; what a person
holds or has paused does not count. Time is counted on the monotonic clock, anew after a restart.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Protocol

from milimo_tui.core.host import HOST
from milimo_tui.core.secrets import Redactor
from milimo_tui.jobs.notify.command_hook import words
from milimo_tui.jobs.notify.outbox import report_end
from milimo_tui.jobs.queue.queue import Queue
from milimo_tui.jobs.values.queue_views import OffView
from milimo_tui.jobs.values.states import AT_WORK, State
from milimo_tui.store.jobs.studio_values import Off

log = logging.getLogger(__name__)

OPEN = (State.WAITING, State.PUBLISHING, *sorted(AT_WORK))  # what makes a queue not empty


class RunCommand(Protocol):
    """Runs a program; gives why it did not go well (empty: it did) and the end of what it wrote."""

    def __call__(self, command: list[str]) -> tuple[str, str]: ...


class OffWhenDone:
    """`tell` gets a sentence for the person; `on_change` is called when it is over."""

    def __init__(
        self,
        queue: Queue,
        run: RunCommand,
        tell: Callable[[str], None],
        on_change: Callable[[], None],
        clean: Redactor,
    ) -> None:
        self._queue = queue
        self._run = run
        self._tell = tell
        self._on_change = on_change
        self._clean = clean
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0  # seconds since 1970, while the timer runs
        self._task: asyncio.Task[None] | None = None

    def ask(self, off: Off | None) -> None:
        """Run that command once all is done, in place of what was asked before; None: run nothing."""
        with self._queue.change():
            self._queue.file.set_off(off)
            self._queue.event("off", state="asked" if off else "taken back", **self._told(off))
        self._stop()
        self.check()

    def check(self) -> None:
        """The queue changed, or is looked at for the first time."""
        off = self._queue.file.off()
        if off is None or self._queue.file.notices.is_busy(OPEN, ""):
            self._stop()
        elif self._timer is None:
            self._due = HOST.now() + off.seconds
            self._timer = asyncio.get_running_loop().call_later(off.seconds, self._fire, off)

    def view(self) -> OffView | None:
        """What is asked for and when it is run; `due` is None while there is work."""
        off = self._queue.file.off()
        if off is None:
            return None
        due = self._due if self._timer else None
        return OffView(command=self._clean(off.command), seconds=off.seconds, due=due)

    @property
    def has_work(self) -> bool:
        """Whether something is still to be run, or runs."""
        return self._task is not None or self._queue.file.off() is not None

    def close(self) -> None:
        """Run nothing any more; what is asked for stays so for the next supervisor."""
        self._stop()
        if self._task:
            self._task.cancel()

    def _told(self, off: Off | None) -> dict[str, Any]:
        return {"command": self._clean(off.command), "seconds": off.seconds} if off else {}

    def _stop(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _fire(self, off: Off) -> None:
        self._timer = None
        if self._queue.file.off() != off or self._queue.file.notices.is_busy(OPEN, ""):
            self.check()
            return
        with self._queue.change():  # first: a machine that comes up again is not to be turned off once more
            self._queue.file.set_off(None)
            self._queue.event("off", state="begun", **self._told(off))
        log.info("the queue has been empty for %g s: %s", off.seconds, self._clean(off.command))
        self._task = asyncio.create_task(self._begin(off), name="off when done")
        self._task.add_done_callback(report_end)

    async def _begin(self, off: Off) -> None:
        try:
            problem, written = await asyncio.to_thread(self._run, words(off.command, "off-when-done"))
        except OSError as error:
            problem, written = f"it can't be started: {error.strerror}", ""
        if written:
            log.info("off-when-done wrote: %s", self._clean(written))
        if problem:
            log.error("off-when-done: %s", problem)
            self._tell(f"off when done: {self._clean(off.command)} failed: {problem}")
        self._queue.event("off", state="failed" if problem else "done", error=problem, **self._told(off))
        self._task = None
        self._on_change()
