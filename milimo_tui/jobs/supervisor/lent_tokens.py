"""Remove the access tokens for the Hugging Face Hub that clients provided for single download jobs. A token
is removed when its job ends, whatever the outcome.
"""

from __future__ import annotations

import json

from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog import hub_token
from milimo_tui.jobs.queue.queue import JobQueue
from milimo_tui.jobs.values.states import ENDED, JobState
from milimo_tui.store.jobs.studio_values import Job, JobFilter

FETCH = "fetch_model"


def remove_job_token(home: Home, job: Job) -> None:
    """Remove the access token of an ended download job. The supervisor does this, because a killed worker
    can't.
    """
    if job.kind == FETCH:
        hub_token.remove_left_token(home, _get_fetched_model(job))


def remove_leftover_tokens(home: Home, queue: JobQueue) -> None:
    """Remove tokens that an earlier supervisor left behind because it did not see the end of their jobs."""
    going_on = tuple(state for state in JobState if state not in ENDED)
    jobs = queue.file.select_jobs(JobFilter(states=going_on, lane="fetch"))
    hub_token.remove_stale_tokens(home, {_get_fetched_model(job) for job in jobs if job.kind == FETCH})


def _get_fetched_model(job: Job) -> str:
    return str(json.loads(job.spec)["model"])
