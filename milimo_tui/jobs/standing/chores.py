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
from milimo_tui.jobs.queue.orders import Order
from milimo_tui.jobs.queue.queue import Queue
from milimo_tui.jobs.standing.alarm import Alarm
from milimo_tui.jobs.values.messages import JobOrder
from milimo_tui.jobs.values.spec_texts import check

LOOK_SECONDS = 300.0  # between two checks of the clock and the settings
log = logging.getLogger(__name__)


class Chores(Protocol):
    """The source of jobs that come due by the clock. Called on the loop, so the methods must be quick."""

    def next_start(self, home: Home, now: float) -> float:
        """Return when to ask for due chores again, in seconds since 1970."""
        ...

    def due(self, home: Home, now: float) -> Sequence[JobOrder]:
        """Return the jobs to queue now. A job's id identifies its occasion: the same id is queued only once,
        ever.
        """
        ...


class NoChores:
    """A source without chores."""

    def next_start(self, home: Home, now: float) -> float:
        return now + 86_400.0

    def due(self, home: Home, now: float) -> Sequence[JobOrder]:
        return ()


class ChoreTimer:
    """A timer that queues due chores. `do` runs an action in the next turn of changes."""

    def __init__(
        self, chores: Chores, home: Home, queue: Queue, do: Callable[[Callable[[], None]], None]
    ) -> None:
        self._chores = chores
        self._home = home
        self._queue = queue
        self._do = do
        self._alarm = Alarm(self._next_start, self._ring, LOOK_SECONDS)

    def start(self) -> None:
        """Queue the chores that are due already, and set the timer for the next ones."""
        self._ring()
        self._alarm.set()

    def stop(self) -> None:
        """Cancel the timer."""
        self._alarm.stop()

    def _next_start(self, now: float) -> float:
        try:
            return self._chores.next_start(self._home, now)
        except MilimoError:  # the same error is logged when the alarm rings
            return now + LOOK_SECONDS

    def _ring(self) -> None:
        try:
            orders = [
                Order(order, check(order.spec), engine_registry.row(str(order.spec["engine"])).lane)
                for order in self._chores.due(self._home, HOST.now())
            ]
        except MilimoError as error:  # mostly an error in the settings, which the studio reports too
            log.warning("what is due by the clock can't be told: %s", error.message)
            return
        if orders:
            self._do(lambda: self._add(orders))

    def _add(self, orders: Sequence[Order]) -> None:
        self._queue.submit(orders)
