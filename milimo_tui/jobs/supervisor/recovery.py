"""The recovery at the start of a supervisor, after an earlier supervisor ended or crashed. It ensures that no
job is lost and none is done twice.
"""

from __future__ import annotations

import logging
import os

from milimo_tui import __version__
from milimo_tui.jobs.queue.publishing import Publisher
from milimo_tui.jobs.queue.queue import JobQueue
from milimo_tui.jobs.supervisor.dispatch import Dispatch
from milimo_tui.jobs.supervisor.worker_pool import ProcessTrace, end_leftover_worker
from milimo_tui.jobs.values.states import JobState
from milimo_tui.jobs.worker.job_log import JobLogs
from milimo_tui.store.jobs.studio_values import JobFilter

log = logging.getLogger(__name__)

KEEP_EVENTS = 200_000
# Number of newest measured durations that are preserved for each workload (kind of work). Older ones are
# deleted.
KEEP_TIMINGS = 200


def recover_unfinished_jobs(queue: JobQueue, dispatch: Dispatch, publisher: Publisher, logs: JobLogs) -> None:
    """End the workers that an earlier supervisor left, then move every unfinished job into the state from
    which it can continue.
    """
    # The old workers are ended first, because their workspaces will be used by new attempts.
    for worker in queue.file.select_workers():
        end_leftover_worker(ProcessTrace(worker.pid, worker.ticks, worker.boot))
        queue.file.drop_worker(worker.id)
    _save_last_outputs(queue, logs)
    if not queue.file.has_ended_cleanly():
        queue.reset_death_counts()
    queue.record_event("supervisor", state="started", pid=os.getpid(), version=__version__)
    for job in queue.file.select_jobs(JobFilter(states=(JobState.RUNNING,))):
        log.info("job %s was running when the last supervisor ended: queued again", job.id)
        queue.requeue_lost_job(job.id, "the supervisor ended while it ran")
    for job in queue.file.select_jobs(JobFilter(states=(JobState.CANCELLING,))):
        queue.finish_cancelling(job.id)
    for job in queue.file.select_jobs(JobFilter(states=(JobState.RETRYING,))):
        dispatch.requeue_when_due(job.id)
    for job in queue.file.select_jobs(JobFilter(states=(JobState.PUBLISHING,))):
        publisher.retry_intake(job.id)
    for job in queue.file.select_untidy_jobs():
        publisher.remove_workspace(job)
    queue.file.trim_events(KEEP_EVENTS)
    queue.file.trim_timings(KEEP_TIMINGS)


def _save_last_outputs(queue: JobQueue, logs: JobLogs) -> None:
    """Remove secrets from the output of the jobs that were running, and save it in their logs.

    A worker runs its jobs in the order in which they were claimed, so its spool file belongs to the job that
    was claimed first.
    """
    jobs = queue.file.select_jobs(JobFilter(states=(JobState.RUNNING, JobState.CANCELLING)))
    attempts = filter(None, (queue.file.select_last_attempt(job.id) for job in jobs))
    for attempt in sorted(attempts, key=lambda attempt: attempt.started):
        logs.save_last_output(attempt.job, attempt.worker)
