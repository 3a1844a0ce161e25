"""Removal of ended jobs: those before a given time, or those that the `job_days` setting makes too old."""

from __future__ import annotations

import logging
from contextlib import suppress

from milimo_tui.core.host import HOST
from milimo_tui.core.paths import Home
from milimo_tui.jobs.queue.queue import JobQueue
from milimo_tui.jobs.worker.job_log import JobLogs

log = logging.getLogger(__name__)

DAY = 86_400.0  # seconds
EVERY_SECONDS = 3600.0  # between two checks
BETWEEN_PIECES = 0.5  # seconds
PIECE = 1000  # jobs forgotten in one turn, so that no client waits long for an answer


def forget_jobs_before(home: Home, queue: JobQueue, ended_before: float) -> int:
    """Forget a limited number of the jobs that ended before a time, with their logs; return their number."""
    ids = queue.file.delete_old_jobs(ended_before, PIECE)
    logs = JobLogs(home)
    for id in ids:
        with suppress(OSError):
            logs.get_log_path(id).unlink(missing_ok=True)
    return len(ids)


def apply_job_retention(home: Home, queue: JobQueue, days: float) -> bool:
    """Forget a limited number of the jobs that ended more than `days` ago; return True if there may be
    more.
    """
    if days <= 0:
        return False
    forgotten = forget_jobs_before(home, queue, HOST.now() - days * DAY)
    if forgotten:
        log.info("%s jobs that ended more than %g days ago are forgotten (job_days)", forgotten, days)
    return forgotten == PIECE
