"""What hinders a lane for a while and goes away by itself: no room on the disk, no worker process to be had.

Lives on the supervisor's loop. A lane that a person paused is the queue's own business.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path

from milimo_tui.core.errors import DiskFull
from milimo_tui.core.host import require_space
from milimo_tui.jobs.queue import Queue

log = logging.getLogger(__name__)

HINDRANCE_SECONDS = 1.0  # how often a hindered lane is looked at again
ROOM_SECONDS = 0.1  # a disk that has room is not asked again for so long


class Hindrances:
    """`reasons` says of each lane that can't run now why; `on_clear` is called when there is none left."""

    def __init__(self, queue: Queue, on_clear: Callable[[], None]) -> None:
        self._queue = queue
        self._on_clear = on_clear
        self.reasons: dict[str, str] = {}
        self._folders: dict[str, Path] = {}  # lane → the folder that has to have room
        self._roomy: dict[str, float] = {}  # project whose disk had room → until when it is not asked again

    def require_room(self, project: str, workspace: Path) -> None:
        """Raises DiskFull where a job of that project can't be started for want of room."""
        now = time.monotonic()
        if now >= self._roomy.get(project, 0.0):
            require_space(workspace, 0, "start a job")
            self._roomy[project] = now + ROOM_SECONDS

    def add(self, lane: str, reason: str, folder: Path) -> None:
        """Stop claims of a lane until there is room in that folder; told once."""
        if not self.reasons:
            self._look_later()
        if lane not in self.reasons:
            log.warning("lane %s waits: %s", lane, reason)
            self._queue.event("lane", lane=lane, paused=True, reason=reason)
        self.reasons[lane], self._folders[lane] = reason, folder

    def _look_later(self) -> None:
        asyncio.get_running_loop().call_later(HINDRANCE_SECONDS, self._look_again)

    def _look_again(self) -> None:
        for lane, folder in list(self._folders.items()):
            try:
                require_space(folder, 0, "start a job")
            except DiskFull as error:
                self.reasons[lane] = error.message
                continue
            del self.reasons[lane], self._folders[lane]
            self._queue.event("lane", lane=lane, paused=False, reason="")
        if self.reasons:
            self._look_later()
        else:
            self._on_clear()
