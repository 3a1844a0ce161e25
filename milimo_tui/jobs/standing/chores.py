"""Chores: jobs that start at set times. This module has the Protocol that `studio` implements, and the timer
that queues the jobs.
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

# The longest time between two checks, so that changes of the clock and of the settings are noticed.
LOOK_SECONDS = 300.0
log = logging.getLogger(__name__)


class Chores(Protocol):
    """A source of jobs that start at set times. The methods are called on the supervisor's loop, so they must
    be fast.
    """

    def next_chore_time(self, home: Home, now: float) -> float:
        """Return the time at which to call `list_due_chores` again, in seconds since 1970."""
        ...

    def list_due_chores(self, home: Home, now: float) -> Sequence[JobOrder]:
        """Return the jobs to queue now.

        A job's id must identify the scheduled time: an id that was queued before is never queued again.
        """
        ...


class NoChores:
    """An implementation of `Chores` without any jobs, for a supervisor that schedules nothing."""

    def next_chore_time(self, home: Home, now: float) -> float:
        return now + 86_400.0

    def list_due_chores(self, home: Home, now: float) -> Sequence[JobOrder]:
        return ()


class ChoreTimer:
    """A timer that queues chores at their set times. `do` is a function that takes another function and calls
    it in a database transaction, together with other changes of the queue.
    """

    def __init__(
        self, chores: Chores, home: Home, queue: JobQueue, do: Callable[[Callable[[], None]], None]
    ) -> None:
        self._chores = chores
        self._home = home
        self._queue = queue
        self._do = do
        self._alarm = Alarm(self._find_next_chore_time, self._queue_due_chores, LOOK_SECONDS)

    def start(self) -> None:
        """Queue the chores whose time has come already, and set the timer for the next ones."""
        self._queue_due_chores()
        self._alarm.set_alarm()

    def stop_timer(self) -> None:
        """Cancel the timer."""
        self._alarm.cancel_alarm()

    def _find_next_chore_time(self, now: float) -> float:
        try:
            return self._chores.next_chore_time(self._home, now)
        except MilimoError:  # The same error is logged when the timer fires.
            return now + LOOK_SECONDS

    def _queue_due_chores(self) -> None:
        try:
            orders = [
                CheckedOrder(
                    order, check_job_spec(order.spec), engine_registry.row(str(order.spec["engine"])).lane
                )
                for order in self._chores.list_due_chores(self._home, HOST.now())
            ]
        except MilimoError as error:  # Mostly an error in the settings, which the studio reports too.
            log.warning("what is due by the clock can't be told: %s", error.message)
            return
        if orders:
            self._do(lambda: self._submit_chores(orders))

    def _submit_chores(self, orders: Sequence[CheckedOrder]) -> None:
        self._queue.submit_orders(orders)
