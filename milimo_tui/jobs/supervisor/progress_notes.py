"""The progress of running jobs, which is written to the queue and reported together for all jobs.

Lives on the supervisor's loop.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from milimo_tui.jobs.queue.queue import JobQueue
from milimo_tui.jobs.worker.progress import ProgressMeter

PROGRESS_SECONDS = 0.2  # how often the progress of all jobs is written and reported


class ProgressNotes:
    """The unwritten progress. `runs` says whether a job is still running; progress of an ended job is
    dropped.
    """

    def __init__(self, queue: JobQueue, runs: Callable[[str], bool]) -> None:
        self._queue = queue
        self._runs = runs
        self._unwritten: dict[str, ProgressMeter] = {}

    def write_soon(self, job: str, meter: ProgressMeter) -> None:
        """Have a job's progress written soon, together with that of the other jobs."""
        if not self._unwritten:
            asyncio.get_running_loop().call_later(PROGRESS_SECONDS, self._write_progress)
        self._unwritten[job] = meter

    def _write_progress(self) -> None:
        now = time.monotonic()
        meters, self._unwritten = self._unwritten, {}
        columns = {job: meter.as_columns(now) for job, meter in meters.items() if self._runs(job)}
        if columns:
            self._queue.record_progress(columns)
