"""The live queue: open jobs and jobs that ended recently are read once; later only the jobs named by events
are read again.

The module runs in its own threads and uses no widget. Jobs that ended earlier are read by the Jobs screen
(`past_jobs`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from milimo_tui.core.errors import MilimoError
from milimo_tui.jobs.values.queue_views import Forecast, SupervisorStatus
from milimo_tui.jobs.values.states import ACTIVE, ENDED, FAILED_STATES, NOT_BEGUN

if TYPE_CHECKING:
    from milimo_tui.jobs.client.client import Client
    from milimo_tui.jobs.values.views import BatchView, JobView

# Shortest interval in seconds between two posts of the queue. Events that arrive meanwhile are combined.
QUEUE_SECONDS = 0.25
# From this number of jobs on, the queue is posted less often (`MANY_SECONDS`), because drawing takes longer.
MANY = 2000
MANY_SECONDS = 1.0
# Shortest interval in seconds between two requests for a forecast while only progress is reported.
FORECAST_SECONDS = 5.0
# Number of recently ended jobs in the live queue. The oldest are dropped when there are twice as many.
RECENT = 200
IDS = 500  # Maximum number of job ids in one request. More ids are split over several requests.

# Kinds of event that change only the named job, not the queue's totals.
_QUIET = frozenset({"progress", "checkpoint", "part", "late", "notice"})

Job: TypeAlias = "JobView"
EndedKey = tuple[float, str]  # End time and id of a job; the sort key of ended jobs.


@dataclass(frozen=True)
class LiveQueue:
    """The queue as last read.

    `jobs` has all open jobs, the jobs that ended last, and some failed jobs that ended earlier; the oldest
    job comes first. `floor` is the key of the oldest of the jobs that ended last; None if all ended jobs are
    included. A job that did not change is the same object as in the previous `LiveQueue`. `batches` has the
    batches of these jobs by id.
    """

    running: bool = False
    jobs: tuple[Job, ...] = ()
    status: SupervisorStatus = field(default_factory=SupervisorStatus)
    batches: Mapping[str, BatchView] = field(default_factory=dict)
    forecast: Forecast = field(default_factory=Forecast)
    floor: EndedKey | None = None

    def in_state(self, *states: str) -> tuple[Job, ...]:
        return tuple(job for job in self.jobs if job.state in states)

    def split_ended_since(self, before: LiveQueue, began: float) -> tuple[tuple[Job, ...], tuple[Job, ...]]:
        """Compare with an earlier reading, `before`. Return the jobs that have been completed since then, and
        the jobs that have failed since then.

        A short job may start and end between two readings, so that it is not in `before`. Such a job is
        included if it was created after `began`, the time of the first reading in seconds since 1970.
        """
        then = {job.id: job.state for job in before.jobs}
        jobs = [
            job
            for job in self.jobs
            if (then[job.id] not in ENDED if job.id in then else job.created >= began)
        ]
        done = tuple(job for job in jobs if job.state == "done")
        return done, tuple(job for job in jobs if job.state in FAILED_STATES)

    def add_done_in_same_batches(self, done: Sequence[Job], began: float) -> tuple[Job, ...]:
        """Return the jobs `done` and, for each of their batches that has no open job now, all jobs of the
        batch that were completed after `began`.

        The jobs of a batch are often completed in several readings of the queue. The last message about the
        batch should count all of them.
        """
        still_open = {job.batch for job in self.jobs if job.state not in ENDED}
        complete = {job.batch for job in done} - still_open - {""}
        known = {job.id for job in done}
        earlier = (
            job
            for job in self.jobs
            if job.batch in complete and job.state == "done" and (job.ended or 0) >= began
        )
        return (*done, *(job for job in earlier if job.id not in known))

    @property
    def active(self) -> tuple[Job, ...]:
        return self.in_state(*ACTIVE)

    @property
    def waiting(self) -> tuple[Job, ...]:
        return self.in_state(*NOT_BEGUN)

    def get_expected_start(self, id: str) -> float | None:
        """Return the time when a job is expected to start, in seconds since 1970; None if unknown."""
        ahead = self.forecast.jobs.get(id)
        return ahead.start if ahead else None

    def get_seconds_left(self, now: float) -> float | None:
        """Return the seconds until all open jobs are expected to be done; None if there are none, or if a job
        has no forecast.

        Held jobs are ignored, because they wait for the user.
        """
        still_open = [job for job in (*self.active, *self.waiting) if job.state != "held"]
        found = [self.forecast.jobs.get(job.id) for job in still_open]
        ends = [ahead.end for ahead in found if ahead and ahead.end is not None]
        return max(0.0, max(ends) - now) if ends and len(ends) == len(found) else None


def make_ended_key(job: Job) -> EndedKey:
    """Return the key by which ended jobs are sorted."""
    return (float(job.ended or 0.0), job.id)


class KnownQueue:
    """The jobs read so far, by id. `floor` is the key of the oldest job in the list of recently ended jobs.
    Not thread-safe.
    """

    def __init__(self, jobs: Iterable[Job] = (), floor: EndedKey | None = None) -> None:
        self.jobs: dict[str, Job] = {job.id: job for job in jobs}
        self.floor = floor

    def merge_jobs(self, fresh: Iterable[Job]) -> None:
        """Add jobs, or replace them by their current state. If the number of ended jobs exceeds twice
        `RECENT`, drop all but the `RECENT` newest.
        """
        for job in fresh:
            self.jobs[job.id] = job
        floor = self.floor or (0.0, "")
        ended = [job for job in self.jobs.values() if job.state in ENDED and make_ended_key(job) >= floor]
        if len(ended) > 2 * RECENT:
            ended.sort(key=make_ended_key, reverse=True)
            for job in ended[RECENT:]:
                del self.jobs[job.id]
            self.floor = make_ended_key(ended[RECENT - 1])

    def list_in_order(self) -> tuple[Job, ...]:
        return tuple(sorted(self.jobs.values(), key=lambda job: (job.created, job.position, job.id)))


@dataclass
class _Changes:
    """The changes reported by events since the queue was last read: the ids of the jobs to read again, and
    whether the queue's totals may have changed.
    """

    ids: set[str] = field(default_factory=set)
    is_loud: bool = False  # True if an event may have changed the queue's totals.


class QueueWatch:
    """A follower of the queue over one connection to the supervisor. It reads the queue once. Afterwards, a
    few times a second, it reads again only the jobs that the supervisor's events name.
    """

    def __init__(
        self,
        client: Client,
        stop: threading.Event,
        look: threading.Event,
        on_notice: Callable[[dict[str, Any]], object] = lambda notice: None,
    ) -> None:
        self._client = client
        # Called with each notice, so that a user in another window can be notified.
        self._on_notice = on_notice
        self._stop = stop
        # Set after each reading, so that the film is checked: a finished job may have changed it.
        self._look = look
        self._wake = threading.Event()
        self._ended = False
        self._lock = threading.Lock()
        self._changes = _Changes(is_loud=True)
        self._queue = LiveQueue()
        self._asked = 0.0  # Monotonic time of the last request for totals and forecast, in seconds.

    def run(self, post: Callable[[LiveQueue], object]) -> None:
        """Post the queue after each change until the supervisor ends. Raises the errors of the connection."""
        stream = self._client.watch_events(attend=True)
        threading.Thread(
            target=self._listen_for_events, args=(stream,), name="follow-events", daemon=True
        ).start()
        known = self._read_initial_queue()
        while not self._stop.is_set() and not self._ended:
            with self._lock:
                changes, self._changes = self._changes, _Changes()
            self._wake.clear()
            ids = sorted(changes.ids)
            for at in range(0, len(ids), IDS):
                known.merge_jobs(self._client.list_jobs({"ids": ids[at : at + IDS]}))
            self._queue = self._build_live_queue(known, is_loud=changes.is_loud)
            post(self._queue)
            self._look.set()
            self._stop.wait(QUEUE_SECONDS if len(known.jobs) < MANY else MANY_SECONDS)
            self._wake.wait()

    def _read_initial_queue(self) -> KnownQueue:
        """Read all open jobs, the recently ended jobs, and failed jobs that ended earlier."""
        recent, more = self._client.list_past_jobs(limit=RECENT)
        floor = make_ended_key(recent[-1]) if recent and more else None
        failed, _ = self._client.list_past_jobs(limit=RECENT, filters={"states": sorted(FAILED_STATES)})
        still_open = self._client.list_jobs({"states": [*ACTIVE, *NOT_BEGUN]})
        return KnownQueue([*failed, *recent, *still_open], floor)

    def _build_live_queue(self, known: KnownQueue, *, is_loud: bool) -> LiveQueue:
        """Return the present queue as a `LiveQueue`. Request totals and forecast again if `is_loud`, which
        means that the totals may have changed, or if the last forecast is old. Otherwise, reuse the previous
        totals and forecast.
        """
        before, jobs = self._queue, known.list_in_order()
        now = time.monotonic()
        if not is_loud and now - self._asked < FORECAST_SECONDS:
            return LiveQueue(True, jobs, before.status, before.batches, before.forecast, known.floor)
        self._asked = now
        batches = sorted({job.batch for job in jobs if job.batch})
        batch_views = self._client.list_batches({"ids": batches}) if batches else []
        still_open = any(job.state not in ENDED for job in jobs)
        return LiveQueue(
            True,
            jobs,
            self._client.fetch_status(),
            {batch.id: batch for batch in batch_views},
            self._client.fetch_forecast() if still_open else Forecast(),
            known.floor,
        )

    def _listen_for_events(self, stream: Iterator[dict[str, Any]]) -> None:
        try:
            for event in stream:
                with self._lock:
                    if event.get("job"):
                        self._changes.ids.add(event["job"])
                    self._changes.is_loud |= event["kind"] not in _QUIET
                if event["kind"] == "notice":
                    self._on_notice(event)
                self._wake.set()
        except (MilimoError, OSError):
            pass  # A broken connection ends the following in the same way as a closed connection.
        finally:
            self._ended = True
            self._wake.set()
