"""The recovery after the last supervisor's end, before the new one listens: no job is lost, none is done
twice.
"""

from __future__ import annotations

import logging
import os

from milimo_tui import __version__
from milimo_tui.jobs.queue.publishing import Publisher
from milimo_tui.jobs.queue.queue import Queue
from milimo_tui.jobs.supervisor.dispatch import Dispatch
from milimo_tui.jobs.supervisor.worker_pool import Trace
from milimo_tui.jobs.values.states import State
from milimo_tui.store.jobs.studio_values import JobFilter

log = logging.getLogger(__name__)

KEEP_EVENTS = 200_000
KEEP_TIMINGS = 200  # of each workload


def recover(queue: Queue, dispatch: Dispatch, publisher: Publisher) -> None:
    """End the remaining workers of the last supervisor, then put every job into its proper state."""
    for worker in queue.file.workers():
        dispatch.workers.pool.clear(
            Trace(worker.pid, worker.ticks, worker.boot)
        )  # ended first, because its workspace will be used again
        queue.file.drop_worker(worker.id)
    if not queue.file.ended_well():
        queue.forgive()
    queue.event("supervisor", state="started", pid=os.getpid(), version=__version__)
    for job in queue.file.jobs(JobFilter(states=(State.RUNNING,))):
        log.info("job %s was running when the last supervisor ended: queued again", job.id)
        queue.lost(job.id, "the supervisor ended while it ran")
    for job in queue.file.jobs(JobFilter(states=(State.CANCELLING,))):
        queue.stopped(job.id)
    for job in queue.file.jobs(JobFilter(states=(State.RETRYING,))):
        dispatch.requeue_when_due(job.id)
    for job in queue.file.jobs(JobFilter(states=(State.PUBLISHING,))):
        publisher.take_in_again(job.id)
    for job in queue.file.untidy():
        publisher.tidy(job)
    queue.file.trim_events(KEEP_EVENTS)
    queue.file.trim_timings(KEEP_TIMINGS)
