"""How long ended jobs are kept: forgotten by name, or as a setting says, which the supervisor applies."""

from __future__ import annotations

import logging
from contextlib import suppress

from milimo_tui.core.host import HOST
from milimo_tui.core.paths import Home
from milimo_tui.jobs.queue.queue import Queue
from milimo_tui.jobs.worker.job_log import JobLogs

log = logging.getLogger(__name__)

DAY = 86_400.0  # seconds
EVERY_SECONDS = 3600.0  # between two looks
BETWEEN_PIECES = 0.5  # seconds
PIECE = 1000  # jobs forgotten in one turn: nobody waits long for an answer


def forget(home: Home, queue: Queue, ended_before: float) -> int:
    """Forget a piece of the jobs that ended before that time, with their logs; returns how many."""
    ids = queue.file.forget(ended_before, PIECE)
    logs = JobLogs(home)
    for id in ids:
        with suppress(OSError):
            logs.path(id).unlink(missing_ok=True)
    return len(ids)


def apply(home: Home, queue: Queue, days: float) -> bool:
    """Forget a piece of the jobs that ended longer ago than that; True where there may be more to forget."""
    if days <= 0:
        return False
    forgotten = forget(home, queue, HOST.now() - days * DAY)
    if forgotten:
        log.info("%s jobs that ended more than %g days ago are forgotten (job_days)", forgotten, days)
    return forgotten == PIECE
