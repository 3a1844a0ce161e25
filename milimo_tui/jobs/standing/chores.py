"""Chores, which are jobs that come due by the clock: the Protocol that `studio` implements, and their
timer.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.host import HOST
from milimo_tui.core.paths import Home
from milimo_tui.engines.registry import engine_registry
from milimo_tui.jobs.queue.orders import CheckedOrder
from milimo_tui.jobs.queue.queue import JobQueue
from milimo_tui.jobs.standing.alarm import Alarm
from milimo_tui.jobs.values.messages import JobOrder
from milimo_tui.jobs.values.spec_texts import check_job_spec

LOOK_SECONDS = 300.0  # between two checks of the clock and the settings
log = logging.getLogger(__name__)


class Chores(Protocol):
    """The source of jobs that come due by the clock. Called on the loop, so the methods must be quick."""

    def next_chore_time(self, home: Home, now: float) -> float:
        """Return when to ask for due chores again, in seconds since 1970."""
        ...

    def list_due_chores(self, home: Home, now: float) -> Sequence[JobOrder]:
        """Return the jobs to queue now. A job's id identifies its occasion: the same id is queued only once,
        ever.
        """
        ...


class NoChores:
    """A source without chores."""

    def next_chore_time(self, home: Home, now: float) -> float:
        return now + 86_400.0

    def list_due_chores(self, home: Home, now: float) -> Sequence[JobOrder]:
        return ()


class ChoreTimer:
    """A timer that queues due chores. `do` runs an action in the next turn of changes."""

    def __init__(
        self, chores: Chores, home: Home, queue: JobQueue, do: Callable[[Callable[[], None]], None]
    ) -> None:
        self._chores = chores
        self._home = home
        self._queue = queue
        self._do = do
        self._alarm = Alarm(self._find_next_chore_time, self._queue_due_chores, LOOK_SECONDS)

    def start(self) -> None:
        """Queue the chores that are due already, and set the timer for the next ones."""
        self._queue_due_chores()
        self._alarm.set_alarm()

    def stop_timer(self) -> None:
        """Cancel the timer."""
        self._alarm.cancel_alarm()

    def _find_next_chore_time(self, now: float) -> float:
        try:
            return self._chores.next_chore_time(self._home, now)
        except MilimoError:  # the same error is logged when the alarm rings
            return now + LOOK_SECONDS

    def _queue_due_chores(self) -> None:
        try:
            orders = [
                CheckedOrder(
                    order, check_job_spec(order.spec), engine_registry.row(str(order.spec["engine"])).lane
                )
                for order in self._chores.list_due_chores(self._home, HOST.now())
            ]
        except MilimoError as error:  # mostly an error in the settings, which the studio reports too
            log.warning("what is due by the clock can't be told: %s", error.message)
            return
        if orders:
            self._do(lambda: self._submit_chores(orders))

    def _submit_chores(self, orders: Sequence[CheckedOrder]) -> None:
        self._queue.submit_orders(orders)
