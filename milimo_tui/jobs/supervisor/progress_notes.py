"""Progress of running jobs on its way into the queue: that of all jobs is written and told together.

Lives on the supervisor's loop.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from milimo_tui.jobs.queue.queue import Queue
from milimo_tui.jobs.worker.progress import Meter

PROGRESS_SECONDS = 0.2  # progress of all jobs is written and told this often


class ProgressNotes:
    """`runs` says whether a job still does: progress of one that has ended meanwhile is dropped."""

    def __init__(self, queue: Queue, runs: Callable[[str], bool]) -> None:
        self._queue = queue
        self._runs = runs
        self._unwritten: dict[str, Meter] = {}

    def soon(self, job: str, meter: Meter) -> None:
        """Have a job's progress written with that of the others."""
        if not self._unwritten:
            asyncio.get_running_loop().call_later(PROGRESS_SECONDS, self._write)
        self._unwritten[job] = meter

    def _write(self) -> None:
        now = time.monotonic()
        meters, self._unwritten = self._unwritten, {}
        columns = {job: meter.as_columns(now) for job, meter in meters.items() if self._runs(job)}
        if columns:
            self._queue.note_progress(columns)
