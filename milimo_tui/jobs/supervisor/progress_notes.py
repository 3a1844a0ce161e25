"""Collects the progress of all running jobs, so that it is written to the queue and reported in one change.

The module runs on the supervisor's loop.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from milimo_tui.jobs.queue.queue import JobQueue
from milimo_tui.jobs.worker.progress import ProgressMeter

PROGRESS_SECONDS = 0.2  # The number of seconds between two writes of the progress of all jobs.


class ProgressNotes:
    """The progress of running jobs that was not written to the database yet. `runs` takes a job id and
    returns True if the job is still running. The progress of ended jobs is dropped.
    """

    def __init__(self, queue: JobQueue, runs: Callable[[str], bool]) -> None:
        self._queue = queue
        self._runs = runs
        self._unwritten: dict[str, ProgressMeter] = {}

    def write_soon(self, job: str, meter: ProgressMeter) -> None:
        """Have the progress in `meter` written at the next write, together with the progress of other
        jobs.
        """
        if not self._unwritten:
            asyncio.get_running_loop().call_later(PROGRESS_SECONDS, self._write_progress)
        self._unwritten[job] = meter

    def _write_progress(self) -> None:
        now = time.monotonic()
        meters, self._unwritten = self._unwritten, {}
        columns = {job: meter.as_columns(now) for job, meter in meters.items() if self._runs(job)}
        if columns:
            self._queue.record_progress(columns)
