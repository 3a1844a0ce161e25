"""A timer that wakes the supervisor when the next delayed job may start, so that no polling is needed.

Timers run on the monotonic clock, but delays refer to the wall clock, which may be changed. While a job is
delayed, the timer therefore fires at least every `LOOK_SECONDS`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from milimo_tui.core.host import HOST

LOOK_SECONDS = 20.0


class Alarm:
    """A timer for delayed jobs.

    `next_start(now)` returns the time at which the next delayed job may start. `ring` is called at that time.
    """

    def __init__(
        self,
        next_start: Callable[[float], float | None],
        ring: Callable[[], None],
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._next_start = next_start
        self._ring = ring
        self._look_seconds = look_seconds
        self._timer: asyncio.TimerHandle | None = None

    def set_alarm(self) -> None:
        """Set the timer for the next delayed job. Call this after every change of the delayed jobs."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        now = HOST.now()
        next_start = self._next_start(now)
        if next_start is not None:
            wait = min(next_start - now, self._look_seconds)
            self._timer = asyncio.get_running_loop().call_later(wait, self._ring_and_reset)

    def cancel_alarm(self) -> None:
        """Cancel the timer."""
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _ring_and_reset(self) -> None:
        self._timer = None
        self._ring()
        self.set_alarm()
