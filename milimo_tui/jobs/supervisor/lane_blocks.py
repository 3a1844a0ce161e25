"""Block lanes temporarily. A lane is the queue of one kind of worker, and a blocked lane starts no jobs. The
reason is a full disk or failing workers. The blocks end by themselves.

The module runs on the supervisor's loop. Blocks are not saved: the next supervisor starts without them. Lanes
that a person paused are recorded in the queue instead.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from milimo_tui.core.errors import DiskFull
from milimo_tui.core.host import HOST, require_free_space
from milimo_tui.jobs.queue.queue import JobQueue

log = logging.getLogger(__name__)

HINDRANCE_SECONDS = 1.0  # The number of seconds between two checks of a lane that waits for disk space.
ROOM_SECONDS = 0.1  # A disk that had free space is not checked again for this many seconds.
REST_SECONDS = (
    2.0,
    10.0,
    60.0,
    300.0,
    900.0,
    # Seconds for which a lane pauses after its first, second and further consecutive failures. The last value
    # is
    # used from then on.
)


@dataclass(frozen=True, slots=True)
class _Rest:
    """The temporary pause of a lane whose workers failed. `until` is the time at which the lane is tried
    again, in seconds since 1970.
    """

    reason: str
    until: float
    timer: asyncio.TimerHandle


class LaneBlocks:
    """The temporary blocks of all lanes.

    `on_clear` is called when the last block ends. `home_problem` returns the reason if the home has reached
    its disk quota, otherwise an empty text.
    """

    def __init__(
        self, queue: JobQueue, on_clear: Callable[[], None], home_problem: Callable[[], str] = lambda: ""
    ) -> None:
        self._queue = queue
        self._home_problem = home_problem
        self._on_clear = on_clear
        # Lane → the reason, and the folder that needs disk space.
        self._full: dict[str, tuple[str, Path]] = {}
        self._resting: dict[str, _Rest] = {}
        self._failed: dict[str, int] = {}  # Lane → the number of consecutive pauses.
        # Project → the monotonic time until which its disk is not checked again, because the last check found
        # free space.
        self._roomy: dict[str, float] = {}

    @property
    def reasons(self) -> Mapping[str, str]:
        """The blocked lanes, each with the reason of its block."""
        resting = {lane: rest.reason for lane, rest in self._resting.items()}
        return {**resting, **{lane: reason for lane, (reason, _) in self._full.items()}}

    def get_next_try(self, lane: str) -> float | None:
        """Return the time at which a lane with failing workers is tried again, in seconds since 1970. Return
        None if the lane is not paused for this reason.
        """
        return self._resting[lane].until if lane in self._resting else None

    def require_job_space(self, project: str, workspace: str) -> None:
        """Raise DiskFull if a job of the project can't start because the home's quota is reached or the disk
        of `workspace` is full.
        """
        now = time.monotonic()
        self._require_quota()
        if now >= self._roomy.get(project, 0.0):
            require_free_space(Path(workspace), 0, "start a job")
            self._roomy[project] = now + ROOM_SECONDS

    def _require_quota(self) -> None:
        if problem := self._home_problem():
            raise DiskFull(problem, "milimo room list lists what can be deleted")

    def block_full_lane(self, lane: str, reason: str, folder: Path) -> None:
        """Block a lane until the disk of `folder` has free space. The block is announced to clients once."""
        if not self._full:
            self._check_later()
        if lane not in self._full:
            self._announce_block(lane, reason)
        self._full[lane] = reason, folder

    def _check_later(self) -> None:
        asyncio.get_running_loop().call_later(HINDRANCE_SECONDS, self._check_full_lanes)

    def _check_full_lanes(self) -> None:
        for lane, (_, folder) in list(self._full.items()):
            try:
                self._require_quota()
                require_free_space(folder, 0, "start a job")
            except DiskFull as error:
                self._full[lane] = error.message, folder
                continue
            del self._full[lane]
            self._announce_unblocked(lane)
        if self._full:
            self._check_later()

    def rest_lane(self, lane: str, reason: str) -> None:
        """Pause a lane whose workers fail, and try it again afterwards. If the workers fail again and again,
        each pause is longer than the one before.
        """
        if lane in self._resting:
            return
        times = self._failed.get(lane, 0)
        self._failed[lane] = times + 1
        seconds = REST_SECONDS[min(times, len(REST_SECONDS) - 1)]
        until = HOST.now() + seconds
        message = f"{reason}; next try at {time.strftime('%H:%M:%S', time.localtime(until))}"
        timer = asyncio.get_running_loop().call_later(seconds, self.end_lane_rest, lane)
        self._resting[lane] = _Rest(message, until, timer)
        self._announce_block(lane, message)

    def end_lane_rest(self, lane: str) -> None:
        """End the pause of a lane, because its time is over or because a person resumed the lane."""
        rest = self._resting.pop(lane, None)
        if rest:
            rest.timer.cancel()
            self._announce_unblocked(lane)

    def mark_lane_working(self, lane: str) -> None:
        """Record that a worker of the lane has accepted a job, so that the next pause is a short one."""
        self._failed.pop(lane, None)

    def _announce_block(self, lane: str, reason: str) -> None:
        log.warning("lane %s waits: %s", lane, reason)
        self._queue.record_event("lane", lane=lane, paused=True, reason=reason)

    def _announce_unblocked(self, lane: str) -> None:
        if lane not in self.reasons:
            self._queue.record_event("lane", lane=lane, paused=False, reason="")
        if not self.reasons:
            self._on_clear()
