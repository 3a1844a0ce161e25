"""Wait for jobs and follow their events meanwhile. A supervisor that crashes in the meantime is started
again.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Mapping, Sequence, Set

from milimo_tui.core.errors import Cancelled, Failed, MilimoError, Unavailable
from milimo_tui.core.format import format_count
from milimo_tui.core.host import HOST
from milimo_tui.jobs.client.client import Client
from milimo_tui.jobs.values.queue_views import LaneView
from milimo_tui.jobs.values.states import ENDED
from milimo_tui.jobs.values.views import JobView
from milimo_tui.studio.session.studio import Studio

COME_BACK = "milimo job watch follows them, milimo job cancel stops them"
GIVE_UP_SECONDS = 30.0  # The longest time to wait for a supervisor that answers, in seconds.
FORESEE_SECONDS = 3.0  # The least time between two forecasts of the jobs' ends, in seconds.

# Maps the states in which a job waits for the user to the command that continues the job.
RESTING = {"held": "release", "paused": "resume"}

Job = JobView


def wait_with_progress(
    studio: Studio, what: str, ids: Sequence[str], *, come_back: str = COME_BACK
) -> dict[str, Job]:
    """Wait for jobs with `wait_for_jobs` and show a progress bar in a terminal. Return the jobs by id.

    If the user interrupts, the error names the jobs that continue. `what` labels the progress bar.
    """
    try:
        with studio.progress(what) as on_jobs:
            return wait_for_jobs(studio, ids, on_jobs, come_back=come_back)
    except KeyboardInterrupt:  # The user interrupted before the waiting began.
        raise _build_interrupt_error(len(ids), come_back) from None


def _build_interrupt_error(left: int, come_back: str) -> Cancelled:
    return Cancelled(f"interrupted; {count_continuing(left, 'job')} in the background", come_back)


def wait_for_jobs(
    studio: Studio,
    ids: Sequence[str],
    on_change: Callable[[Mapping[str, Job], Mapping[str, float | None]], None] = lambda jobs, ends: None,
    *,
    come_back: str = COME_BACK,
) -> dict[str, Job]:
    """Block until every job has ended, or stopped during publishing because it needs the user. Return the
    jobs by id.

    `on_change` is called with the jobs by id, and with the expected end of each open job in seconds since
    1970 (None if unknown). A supervisor that crashes is started again; the queue is stored in SQLite, so
    nothing is lost.

    - Raises Failed with the reason if none of the jobs can continue without the user: the disk is full, the
      queue or batch is paused, or a job is held. The jobs stay queued.
    - Raises Unavailable if no supervisor can be started.
    - Raises Cancelled if the user interrupts, with the jobs that continue and the hint `come_back`.
    """
    jobs: dict[str, Job] = {}
    failing_since: float | None = None
    try:
        while True:
            try:
                client = studio.require_client()
                events = client.watch_events(
                    since=None, attend=True
                )  # A user who waits for jobs is present, so no absence is recorded.
                jobs = _fetch_waited_jobs(client, ids)
                failing_since = None
                ahead = _EndForecast(client)
                on_change(jobs, ahead.forecast_ends(jobs))
                _check_can_continue(client, jobs)
                while not all(is_settled(job) for job in jobs.values()):
                    event = next(events, None)
                    if event is None:
                        break
                    if event["kind"] in ("lane", "batch"):
                        _check_can_continue(client, _fetch_waited_jobs(client, ids))
                    # Skip an event of another job. Also skip a “gap”, a notice of missing events, because
                    # these events are sent again.
                    if event.get("job") not in jobs:
                        continue
                    job = jobs[event["job"]]
                    job = (
                        job.with_progress(event) if event["kind"] == "progress" else client.fetch_job(job.id)
                    )
                    jobs = {**jobs, job.id: job}
                    on_change(jobs, ahead.forecast_ends(jobs))
                    if job.state in RESTING:
                        _check_can_continue(client, jobs)
                else:
                    return jobs
            except Unavailable:
                failing_since = failing_since or HOST.monotonic()
                if HOST.monotonic() - failing_since > GIVE_UP_SECONDS:
                    raise
                time.sleep(0.2)
    except KeyboardInterrupt:
        left = sum(not is_settled(job) for job in jobs.values()) if jobs else len(ids)
        raise _build_interrupt_error(left, come_back) from None


def count_continuing(number: int, what: str) -> str:
    """Return a text that says how many jobs continue, such as `1 job continues`. `what` is
    the noun for one job.
    """
    return f"{format_count(number, what)} {'continues' if number == 1 else 'continue'}"


def _fetch_waited_jobs(client: Client, ids: Sequence[str]) -> dict[str, Job]:
    return {job.id: job for job in client.list_jobs({"ids": list(ids)})}


class _EndForecast:
    """Asks the supervisor for the expected ends of unfinished jobs. The answer is reused for some seconds, so
    that a wait does not ask too often.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._asked = -math.inf
        self._ends: dict[str, float | None] = {}

    def forecast_ends(self, jobs: Mapping[str, Job]) -> dict[str, float | None]:
        """Return the expected end of each unfinished job, in seconds since 1970; None if unknown."""
        left = [id for id, job in jobs.items() if job.state not in ENDED]
        now = HOST.monotonic()
        if left and now - self._asked > FORESEE_SECONDS:
            found = self._client.fetch_forecast(left).jobs
            self._asked, self._ends = now, {id: found[id].end for id in left if id in found}
        return {id: self._ends.get(id) for id in left}


def _check_can_continue(client: Client, jobs: dict[str, Job]) -> None:
    """Raise Failed if no open job can continue by itself, because the job, its lane or its batch is paused or
    held.
    """
    left = {id: job for id, job in jobs.items() if not is_settled(job)}
    if not left:
        return
    shut = {lane.id: lane for lane in client.fetch_status().lanes if lane.paused}
    batches = {job.batch for job in left.values() if job.batch}
    found = client.list_batches({"ids": sorted(batches)}) if batches else []
    paused = {batch.id for batch in found if batch.paused}
    stands = {id: _explain_stopped_job(job, shut, paused) for id, job in left.items()}
    for id, job in left.items():
        others = [other for other in job.depends_on if other in left]
        if not stands[id] and not (job.state == "waiting" and others):
            return
    label, reason, hint = next(why for why in stands.values() if why)
    raise Failed(f"{label} is waiting: {reason}", hint)


def _explain_stopped_job(
    job: Job, lanes: Mapping[str, LaneView], batches: Collection[str]
) -> tuple[str, str, str] | None:
    """Explain why a job does not continue by itself. Return its label, the reason, and the action for the
    user. Return None for a job that does continue.
    """
    label = job.label or job.kind
    if job.state in RESTING:
        act = RESTING[job.state]
        return label, f"it is {job.state}", f"milimo job {act} {job.id} lets it continue"
    if job.state == "queued" and job.batch in batches:
        return label, "its batch is paused", f"milimo batch resume {job.batch} lets it continue"
    if job.state == "queued" and job.lane in lanes:
        lane = lanes[job.lane]
        hint = "it stays queued and continues when there is space; milimo job resume ends a pause"
        if lane.next_try:
            hint = "it stays queued and is tried again automatically; milimo supervisor log shows why"
        return label, lane.reason or "paused", hint
    return None


def is_settled(job: Job) -> bool:
    """Return True if a job has ended, or if it stopped during publishing because it needs the user."""
    return job.state in ENDED or (job.state == "publishing" and bool(job.reason))


def describe_job_problem(job: Job) -> str:
    """Return one line with the label of a job and its error, reason or state."""
    what = job.error or job.reason or job.state
    return f"{job.label or job.kind}: {what}"


def make_job_error(job: Job) -> MilimoError:
    """Return the error of a job that ended in any other way than done, with the advice of its engine."""
    if job.state == "cancelled":
        return Cancelled(describe_job_problem(job), f"milimo job retry {job.id} starts it again")
    advice = f"milimo job log {job.id} shows why; milimo job retry {job.id} tries again"
    return Failed(describe_job_problem(job), job.hint or advice)


def check_job_done(job: Job) -> None:
    """Raise an error for a job that ended in any other way than done: Cancelled or Failed, with a sentence
    for the user.
    """
    if job.state != "done":
        raise make_job_error(job)


def find_other_work(client: Client, ids: Set[str]) -> str:
    """Return the label of a job that must end before the jobs `ids` can begin, because it occupies the only
    workers that could run them. Empty if one of the jobs runs, or if a worker is free.
    """
    jobs = _fetch_waited_jobs(client, list(ids)).values()
    queued = next((job for job in jobs if job.state == "queued" and job.not_before is None), None)
    if queued is None or any(job.state == "running" for job in jobs):
        return ""
    workers = [worker for worker in client.fetch_status().workers if worker.lane == queued.lane]
    busy = [worker.job for worker in workers if worker.job]
    if not busy or len(busy) < len(workers) or not ids.isdisjoint(busy):
        return ""
    running = client.list_jobs({"ids": busy})
    return min(running, key=lambda job: job.started or 0).label if running else ""
