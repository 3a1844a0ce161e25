"""Delete the records of ended jobs: those that ended before a given time, or those that are older than the
setting `job_days` allows.
"""

from __future__ import annotations

import logging
from contextlib import suppress

from milimo_tui.core.host import HOST
from milimo_tui.core.paths import Home
from milimo_tui.jobs.queue.queue import JobQueue
from milimo_tui.jobs.worker.job_log import JobLogs

log = logging.getLogger(__name__)

DAY = 86_400.0  # The number of seconds in a day.
EVERY_SECONDS = 3600.0  # The number of seconds between two checks for old jobs.
BETWEEN_PIECES = 0.5  # The pause in seconds between two deletions.
# The number of jobs that are deleted at once. A small number keeps the waiting time of clients short.
PIECE = 1000


def forget_jobs_before(home: Home, queue: JobQueue, ended_before: float) -> int:
    """Delete the records and logs of at most `PIECE` jobs that ended before a time (seconds since 1970).
    Return the number of deleted jobs.
    """
    ids = queue.file.delete_old_jobs(ended_before, PIECE)
    logs = JobLogs(home)
    for id in ids:
        with suppress(OSError):
            logs.get_log_path(id).unlink(missing_ok=True)
    return len(ids)


def apply_job_retention(home: Home, queue: JobQueue, days: float) -> bool:
    """Delete the records of at most `PIECE` jobs that ended more than `days` days ago. Return True if there
    may be more. 0 days means that nothing is deleted.
    """
    if days <= 0:
        return False
    forgotten = forget_jobs_before(home, queue, HOST.now() - days * DAY)
    if forgotten:
        log.info("%s jobs that ended more than %g days ago are forgotten (job_days)", forgotten, days)
    return forgotten == PIECE
