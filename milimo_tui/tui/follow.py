"""Following the film and the queue from threads: what changed elsewhere reaches the screens as messages.

The film by SQLite's data version, the queue by the supervisor's event stream. Touches no widget.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from textual.message import Message

from milimo_tui.core.errors import MilimoError, NotFound

if TYPE_CHECKING:
    from milimo_tui.jobs.client import Client
    from milimo_tui.studio.studio import Snapshot, Studio

LOOK_SECONDS = 0.5  # how often the film's data version is looked at
QUEUE_SECONDS = 0.25  # events of the queue within this time make one message
RETRY_SECONDS = 1.0
MANY = 20  # jobs changed at once from which reading all is cheaper

ENDED = frozenset({"done", "failed", "cancelled", "skipped", "set_aside"})

Job = dict[str, Any]


@dataclass(frozen=True)
class Queue:
    """The queue as last heard: jobs oldest first, and the supervisor's own words about itself."""

    running: bool = False
    jobs: tuple[Job, ...] = ()
    status: dict[str, Any] = field(default_factory=dict)

    def in_state(self, *states: str) -> tuple[Job, ...]:
        return tuple(job for job in self.jobs if job["state"] in states)

    def ended_since(self, before: Queue) -> tuple[tuple[Job, ...], tuple[Job, ...]]:
        """Jobs done and jobs failed since an earlier sight of the same queue."""
        open_then = {job["id"] for job in before.jobs if job["state"] not in ENDED}
        mine = [job for job in self.jobs if job["id"] in open_then]
        done = tuple(job for job in mine if job["state"] == "done")
        return done, tuple(job for job in mine if job["state"] in ("failed", "set_aside"))

    @property
    def active(self) -> tuple[Job, ...]:
        return self.in_state("running", "publishing", "cancelling", "retrying")

    @property
    def waiting(self) -> tuple[Job, ...]:
        return self.in_state("queued", "waiting", "held", "paused")


class FilmChanged(Message):
    """The film as it is now; None when no project is open."""

    def __init__(self, film: Snapshot | None) -> None:
        super().__init__()
        self.film = film


class FilmTrouble(Message):
    """The film can't be read; the error says why."""

    def __init__(self, error: MilimoError) -> None:
        super().__init__()
        self.error = error


class QueueChanged(Message):
    """The queue as it is now."""

    def __init__(self, queue: Queue) -> None:
        super().__init__()
        self.queue = queue


class Follower:
    """Two daemon threads. `post` must be safe to call from them (Textual's `post_message` is)."""

    def __init__(self, studio: Studio, post: Callable[[Message], object]) -> None:
        self.studio = studio
        self._post = post
        self._stop = threading.Event()
        self._look = threading.Event()
        self._film: Snapshot | None = None
        self._trouble = ""
        self._first = True
        self._film_lock = threading.Lock()

    def start(self) -> None:
        for name, target in (("film", self._follow_film), ("queue", self._follow_queue)):
            threading.Thread(target=target, name=f"follow-{name}", daemon=True).start()

    def stop(self) -> None:
        self._stop.set()
        self._look.set()

    def look(self) -> None:
        """Look at the film now rather than at the next turn."""
        self._look.set()

    def require_folder(self) -> None:
        """Raises NotFound when the open film's folder was taken away: what is written now would be lost."""
        project = self.studio.project_or_none()
        if project is not None and not project.paths.db.exists():
            raise NotFound(
                f"the film's folder is gone: {project.paths.root}", "bring it back, or g h opens another"
            )

    def read(self) -> None:
        """Read the film in this thread and post it when it is another one than before."""
        with self._film_lock:
            try:
                self.require_folder()
                film = self.studio.snapshot() if self.studio.project_or_none() else None
            except MilimoError as error:
                if error.message != self._trouble:
                    self._trouble = error.message
                    self._post(FilmTrouble(error))
                return
            self._trouble = ""
            if film is not self._film or self._first:
                self._film, self._first = film, False
                self._post(FilmChanged(film))

    def _follow_film(self) -> None:
        while not self._stop.is_set():
            self._look.clear()
            self.read()
            self._look.wait(LOOK_SECONDS)

    def _follow_queue(self) -> None:
        from milimo_tui.jobs.client import Client

        told = False
        while not self._stop.is_set():
            try:
                client = Client(self.studio.home)
            except (MilimoError, OSError):
                if not told:
                    self._post(QueueChanged(Queue()))
                told = True
                self._stop.wait(RETRY_SECONDS)
                continue
            told = False
            try:
                _Watch(client, self._stop, self._look).run(self._post)
            except (MilimoError, OSError):
                # The supervisor went away between two words; the next turn says so or finds its successor.
                self._stop.wait(0.1)
            finally:
                client.close()


class _Watch:
    """One connection's life: read the queue once, then the jobs that events name, a few times a second."""

    def __init__(self, client: Client, stop: threading.Event, look: threading.Event) -> None:
        self._client = client
        self._stop = stop
        self._look = look  # a finished job has changed the film
        self._heard = threading.Event()
        self._ended = False
        self._lock = threading.Lock()
        self._dirty: set[str] | None = None  # None: read all

    def run(self, post: Callable[[Message], object]) -> None:
        """Post the queue until the supervisor ends. Raises what the connection raises."""
        stream = self._client.watch()
        threading.Thread(target=self._listen, args=(stream,), name="follow-events", daemon=True).start()
        jobs: dict[str, Job] = {}
        while not self._stop.is_set() and not self._ended:
            with self._lock:
                dirty, self._dirty = self._dirty, set()
            self._heard.clear()
            if dirty is None or len(dirty) > MANY:
                jobs = {job["id"]: job for job in self._client.jobs()}
            else:
                jobs = {**jobs, **{id: self._client.job(id) for id in dirty}}
            in_order = sorted(jobs.values(), key=lambda job: (job["created"], job["position"], job["id"]))
            post(QueueChanged(Queue(True, tuple(in_order), self._client.status())))
            self._look.set()
            self._heard.wait()
            self._stop.wait(QUEUE_SECONDS)

    def _listen(self, stream: Iterator[Job]) -> None:
        try:
            for event in stream:
                with self._lock:
                    if event.get("job") and self._dirty is not None:
                        self._dirty.add(event["job"])
                    else:
                        self._dirty = None
                self._heard.set()
        except (MilimoError, OSError):
            pass  # told below: a connection that breaks has ended like one that is closed
        finally:
            self._ended = True
            self._heard.set()
