"""The remaining time of a batch, and a title for a batch without a label. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence

from milimo_tui.jobs.values.states import ACTIVE, ENDED
from milimo_tui.tui.jobs.job_words import Job, get_kind_word, get_run_seconds


def estimate_batch_seconds(members: Sequence[Job]) -> float | None:
    """Estimate the seconds until all jobs of a batch have ended. Running jobs count with their own estimates,
    and waiting jobs with the average duration of the finished jobs.

    Return None if no job is open, or if there are no data for the estimate.
    """
    durations = [
        seconds for job in members if job.state == "done" and (seconds := get_run_seconds(job)) is not None
    ]
    running = [job for job in members if job.state in ACTIVE]
    waiting = sum(job.state not in ENDED and job.state not in ACTIVE for job in members)
    if not running and not waiting:
        return None
    left = sum(float(job.eta) for job in running if job.eta is not None)
    if not waiting:
        return left if any(job.eta is not None for job in running) else None
    if not durations:
        return None
    lanes = max(1, len(running))
    return left / lanes + waiting * (sum(durations) / len(durations)) / lanes


def make_batch_title(members: Sequence[Job]) -> str:
    """Return a title from the labels of the first and last job, such as `takes 1A … 4C`. Without labels,
    return the number of jobs and their kind.
    """
    labels = [job.label.split() for job in members]
    kinds = {get_kind_word(job) for job in members}
    if not labels[0] or not labels[-1]:
        return f"{len(members)} {kinds.pop() + 's' if len(kinds) == 1 else 'jobs'}"
    last_words = {words[-1] for words in labels if words}
    if len(last_words) == 1 and all(len(words) > 1 for words in labels):
        return f"{last_words.pop()}s {' '.join(labels[0][:-1])} … {' '.join(labels[-1][:-1])}"
    return f"{' '.join(labels[0])} … {' '.join(labels[-1])}"
