"""The queue, followed: what is open and what ended lately, read once, then only the jobs that events name.

Runs in threads of its own and touches no widget. The Jobs screen reads jobs that ended earlier (`past_jobs`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from milimo_tui.core.errors import MilimoError
from milimo_tui.jobs.values.views import BatchView, Forecast, JobView, SupervisorStatus

if TYPE_CHECKING:
    from milimo_tui.jobs.client.client import Client

QUEUE_SECONDS = 0.25  # from one message of the queue to the next: events in between are told as one
MANY = 2000  # jobs held, from which on there is more to draw, and so less often
MANY_SECONDS = 1.0
FORECAST_SECONDS = 5.0  # how often a forecast is asked for while nothing but progress happens
RECENT = 200  # jobs that ended last, held beside the open ones; twice as many before some are let go
IDS = 500  # jobs asked for at a time

ENDED = frozenset({"done", "failed", "cancelled", "skipped", "set_aside"})
_ACTIVE = ("running", "publishing", "cancelling")
_WAITING = ("queued", "waiting", "retrying", "held", "paused")
# What leaves every number of the queue as it is, but for the job it names.
_QUIET = frozenset({"progress", "checkpoint", "part", "late", "notice"})

Job = JobView
Key = tuple[float, str]  # when a job ended, and its id: the order of the past


@dataclass(frozen=True)
class Queue:
    """The queue as last heard.

    `jobs`, oldest first, holds every open one, and of the others all that ended after `floor` (None: all
    there are) and older failures; a job that did not change is the same object as before. `batches` are
    those of held jobs.
    """

    running: bool = False
    jobs: tuple[Job, ...] = ()
    status: SupervisorStatus = field(default_factory=SupervisorStatus)
    batches: Mapping[str, BatchView] = field(default_factory=dict)
    forecast: Forecast = field(default_factory=Forecast)
    floor: Key | None = None

    def in_state(self, *states: str) -> tuple[Job, ...]:
        return tuple(job for job in self.jobs if job.state in states)

    def ended_since(self, before: Queue, began: float) -> tuple[tuple[Job, ...], tuple[Job, ...]]:
        """Jobs done and jobs failed since an earlier sight of the same queue.

        Those too that were not there yet and are over already, if they were made after `began`, when the
        first sight was: a short job may come and go between two looks.
        """
        then = {job.id: job.state for job in before.jobs}
        mine = [
            job
            for job in self.jobs
            if (then[job.id] not in ENDED if job.id in then else job.created >= began)
        ]
        done = tuple(job for job in mine if job.state == "done")
        return done, tuple(job for job in mine if job.state in ("failed", "set_aside"))

    @property
    def active(self) -> tuple[Job, ...]:
        return self.in_state(*_ACTIVE)

    @property
    def waiting(self) -> tuple[Job, ...]:
        return self.in_state(*_WAITING)

    def start_of(self, id: str) -> float | None:
        """When a job is expected to start, seconds since 1970."""
        ahead = self.forecast.jobs.get(id)
        return ahead.start if ahead else None

    def left(self, now: float) -> float | None:
        """Seconds until everything open is expected to be done; None where that is not known of all of it.

        What is held counts for nothing: it waits for a person.
        """
        still_open = [job for job in (*self.active, *self.waiting) if job.state != "held"]
        found = [self.forecast.jobs.get(job.id) for job in still_open]
        ends = [ahead.end for ahead in found if ahead and ahead.end is not None]
        return max(0.0, max(ends) - now) if ends and len(ends) == len(found) else None


def key_of(job: Job) -> Key:
    """The place of an ended job in the past."""
    return (float(job.ended or 0.0), job.id)


class Held:
    """The jobs that are held, and the floor under them. Not safe for threads."""

    def __init__(self, jobs: Iterable[Job] = (), floor: Key | None = None) -> None:
        self.jobs: dict[str, Job] = {job.id: job for job in jobs}
        self.floor = floor

    def take(self, fresh: Iterable[Job]) -> None:
        """Put jobs as they are now in the place of what was held; let the oldest ended ones go."""
        for job in fresh:
            self.jobs[job.id] = job
        floor = self.floor or (0.0, "")
        ended = [job for job in self.jobs.values() if job.state in ENDED and key_of(job) >= floor]
        if len(ended) > 2 * RECENT:
            ended.sort(key=key_of, reverse=True)
            for job in ended[RECENT:]:
                del self.jobs[job.id]
            self.floor = key_of(ended[RECENT - 1])

    def in_order(self) -> tuple[Job, ...]:
        return tuple(sorted(self.jobs.values(), key=lambda job: (job.created, job.position, job.id)))


@dataclass
class _Heard:
    """What events told since it was last looked at."""

    ids: set[str] = field(default_factory=set)
    loud: bool = False  # something that may change the queue's own numbers


class Watch:
    """One connection's life: the queue is read once, then the jobs that events name, a few times a second."""

    def __init__(
        self,
        client: Client,
        stop: threading.Event,
        look: threading.Event,
        tell: Callable[[dict[str, Any]], object] = lambda notice: None,
    ) -> None:
        self._client = client
        self._tell = tell  # hears of what is worth telling a person who may look elsewhere
        self._stop = stop
        self._look = look  # a finished job has changed the film
        self._wake = threading.Event()
        self._ended = False
        self._lock = threading.Lock()
        self._heard = _Heard(loud=True)
        self._queue = Queue()
        self._asked = 0.0  # when the forecast was

    def run(self, post: Callable[[Queue], object]) -> None:
        """Post the queue until the supervisor ends. Raises what the connection raises."""
        stream = self._client.watch(attend=True)
        threading.Thread(target=self._listen, args=(stream,), name="follow-events", daemon=True).start()
        held = self._first()
        while not self._stop.is_set() and not self._ended:
            with self._lock:
                heard, self._heard = self._heard, _Heard()
            self._wake.clear()
            ids = sorted(heard.ids)
            for at in range(0, len(ids), IDS):
                held.take(self._client.jobs({"ids": ids[at : at + IDS]}))
            self._queue = self._seen(held, loud=heard.loud)
            post(self._queue)
            self._look.set()
            self._stop.wait(QUEUE_SECONDS if len(held.jobs) < MANY else MANY_SECONDS)
            self._wake.wait()

    def _first(self) -> Held:
        """Everything open, what ended last, and the failures that still tell something."""
        recent, more = self._client.past(limit=RECENT)
        floor = key_of(recent[-1]) if recent and more else None
        failed, _ = self._client.past(limit=RECENT, filters={"states": ["failed", "set_aside"]})
        still_open = self._client.jobs({"states": [*_ACTIVE, *_WAITING]})
        return Held([*failed, *recent, *still_open], floor)

    def _seen(self, held: Held, *, loud: bool) -> Queue:
        """The queue as a value; its numbers and forecast are asked for when they may be other ones."""
        before, jobs = self._queue, held.in_order()
        now = time.monotonic()
        if not loud and now - self._asked < FORECAST_SECONDS:
            return Queue(True, jobs, before.status, before.batches, before.forecast, held.floor)
        self._asked = now
        batches = sorted({job.batch for job in jobs if job.batch})
        told = self._client.batches({"ids": batches}) if batches else []
        still_open = any(job.state not in ENDED for job in jobs)
        return Queue(
            True,
            jobs,
            self._client.status(),
            {batch.id: batch for batch in told},
            self._client.forecast() if still_open else Forecast(),
            held.floor,
        )

    def _listen(self, stream: Iterator[dict[str, Any]]) -> None:
        try:
            for event in stream:
                with self._lock:
                    if event.get("job"):
                        self._heard.ids.add(event["job"])
                    self._heard.loud |= event["kind"] not in _QUIET
                if event["kind"] == "notice":
                    self._tell(event)
                self._wake.set()
        except (MilimoError, OSError):
            pass  # told below: a connection that breaks has ended like one that is closed
        finally:
            self._ended = True
            self._wake.set()
