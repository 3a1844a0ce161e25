"""Run a command of the user once, after the queue has been empty for a while. Users set it, for example, to
turn the machine off.

The queue counts as empty if no job is running, waiting, delayed or being moved into a film. Jobs that a
person holds or has paused do not count. The time is measured on the monotonic clock, and starts again when
the supervisor is restarted.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from milimo_tui.core.host import HOST
from milimo_tui.core.secrets import Redactor
from milimo_tui.jobs.notify.command_hook import split_command
from milimo_tui.jobs.notify.outbox import report_task_failure
from milimo_tui.jobs.queue.queue import JobQueue
from milimo_tui.jobs.values.queue_views import OffWhenDoneView
from milimo_tui.jobs.values.states import FILLS_QUEUE
from milimo_tui.store.jobs.studio_values import WhenDoneCommand

log = logging.getLogger(__name__)


class OffWhenDone:
    """The command to run when all jobs are done, and its timer.

    - `run` runs a program. It returns the reason of a failure (empty on success) and the end of the program's
      output.
    - `tell` is called with a message for the user.
    - `on_change` is called when the command has ended.
    """

    def __init__(
        self,
        queue: JobQueue,
        run: Callable[[list[str]], tuple[str, str]],
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
        # The time at which the command runs, in seconds since 1970; valid while the timer runs.
        self._due = 0.0
        self._task: asyncio.Task[None] | None = None

    def set_off_command(self, off: WhenDoneCommand | None) -> None:
        """Set the command to run once all jobs are done. The new command replaces an earlier one; None
        removes it.
        """
        with self._queue.begin_change():
            self._queue.file.set_when_done_command(off)
            self._queue.record_event(
                "off", state="asked" if off else "taken back", **self._build_off_event(off)
            )
        self._cancel_off_timer()
        self.check_queue_empty()

    def check_queue_empty(self) -> None:
        """Start the timer if the queue is empty, otherwise stop it. Called after each change of the queue."""
        off = self._queue.file.select_when_done_command()
        if off is None or self._queue.file.notices.has_working_job(FILLS_QUEUE, ""):
            self._cancel_off_timer()
        elif self._timer is None:
            self._due = HOST.now() + off.seconds
            self._timer = asyncio.get_running_loop().call_later(off.seconds, self._start_off_command, off)

    def build_off_view(self) -> OffWhenDoneView | None:
        """Return the command and the time at which it will run, as the view that clients get; None if no
        command is set. The time is None while there is work.
        """
        off = self._queue.file.select_when_done_command()
        if off is None:
            return None
        due = self._due if self._timer else None
        return OffWhenDoneView(command=self._clean(off.command), seconds=off.seconds, due=due)

    @property
    def has_work(self) -> bool:
        """True if a command is set or running."""
        return self._task is not None or self._queue.file.select_when_done_command() is not None

    def close(self) -> None:
        """Cancel the timer and the task. The command stays in the database for the next supervisor."""
        self._cancel_off_timer()
        if self._task:
            self._task.cancel()

    def _build_off_event(self, off: WhenDoneCommand | None) -> dict[str, Any]:
        return {"command": self._clean(off.command), "seconds": off.seconds} if off else {}

    def _cancel_off_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _start_off_command(self, off: WhenDoneCommand) -> None:
        self._timer = None
        if self._queue.file.select_when_done_command() != off or self._queue.file.notices.has_working_job(
            FILLS_QUEUE, ""
        ):
            self.check_queue_empty()
            return
        with (
            self._queue.begin_change()
            # The command is deleted from the database before it starts, so that a restarted supervisor does
            # not
            # run it again.
        ):
            self._queue.file.set_when_done_command(None)
            self._queue.record_event("off", state="begun", **self._build_off_event(off))
        log.info("the queue has been empty for %g s: %s", off.seconds, self._clean(off.command))
        self._task = asyncio.create_task(self._run_off_command(off), name="off when done")
        self._task.add_done_callback(report_task_failure)

    async def _run_off_command(self, off: WhenDoneCommand) -> None:
        try:
            problem, written = await asyncio.to_thread(self._run, split_command(off.command, "off-when-done"))
        except OSError as error:
            problem, written = f"it can't be started: {error.strerror}", ""
        if written:
            log.info("off-when-done wrote: %s", self._clean(written))
        if problem:
            log.error("off-when-done: %s", problem)
            self._tell(f"off when done: {self._clean(off.command)} failed: {problem}")
        self._queue.record_event(
            "off", state="failed" if problem else "done", error=problem, **self._build_off_event(off)
        )
        self._task = None
        self._on_change()
