"""The alarm: wakes the supervisor when the next delayed job may start. One timer; nothing polls without need.

Timers run on the monotonic clock and delays on the one people read, which may jump: while something is
delayed it is looked at again at least every `LOOK_SECONDS`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from milimo_tui.core.host import HOST

LOOK_SECONDS = 20.0


class Alarm:
    """`next_start(now)` tells when the next delayed job may start; `ring` is called when one may."""

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

    def set(self) -> None:
        """Look at what is delayed, anew after every change of it."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        now = HOST.now()
        when = self._next_start(now)
        if when is not None:
            wait = min(when - now, self._look_seconds)
            self._timer = asyncio.get_running_loop().call_later(wait, self._rings)

    def stop(self) -> None:
        """Wake nobody any more."""
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _rings(self) -> None:
        self._timer = None
        self._ring()
        self.set()
