"""Threads that follow the film and the queue, so that changes made by other programs reach the screens as
messages.

The film is checked by SQLite's data version, and the queue by the supervisor's event stream. The module uses
no widget.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.message import Message

from milimo_tui.core.errors import MilimoError, NotFound
from milimo_tui.tui.background.notifications import NoticeReceived
from milimo_tui.tui.background.queue_feed import LiveQueue, QueueWatch

if TYPE_CHECKING:
    from milimo_tui.jobs.client.client import Client
    from milimo_tui.studio.session.studio import FilmSnapshot, Studio

LOOK_SECONDS = 0.5  # Seconds between checks of the film's data version.
RETRY_SECONDS = 1.0


class FilmChanged(Message):
    """Posted when the film was read again. `film` is None if no film is open. `cache` is the folder for files
    made from the film's media, such as proxies.
    """

    def __init__(self, film: FilmSnapshot | None, cache: str = "") -> None:
        super().__init__()
        self.film = film
        self.cache = cache


class FilmTrouble(Message):
    """Posted when the film can't be read; `error` has the reason."""

    def __init__(self, error: MilimoError) -> None:
        super().__init__()
        self.error = error


class QueueTrouble(Message):
    """Posted when the queue can't be followed; `error` has the reason."""

    def __init__(self, error: MilimoError) -> None:
        super().__init__()
        self.error = error


class QueueChanged(Message):
    """Posted when the queue was read again."""

    def __init__(self, queue: LiveQueue) -> None:
        super().__init__()
        self.queue = queue


class StudioFollower:
    """Two daemon threads: the first follows the film, the second the queue. The film's thread starts first,
    because screens show the film before its jobs.

    `post` is called in these threads, so it must be thread-safe (Textual's `post_message` is).
    """

    def __init__(self, studio: Studio, post: Callable[[Message], object]) -> None:
        self.studio = studio
        self._post = post
        self._stop = threading.Event()
        self._look = threading.Event()
        self._film: FilmSnapshot | None = None
        self._trouble = ""
        self._first = True
        self._opened = ""  # Folder of the film last reported to the supervisor as open.
        self._film_lock = threading.Lock()

    def start_film(self) -> None:
        """Start the thread that follows the film."""
        threading.Thread(target=self._follow_film, name="follow-film", daemon=True).start()

    def start_queue(self) -> None:
        """Start the thread that follows the queue."""
        threading.Thread(target=self._follow_queue, name="follow-queue", daemon=True).start()

    def stop_following(self) -> None:
        self._stop.set()
        self._look.set()

    def check_film_now(self) -> None:
        """Check at once if the film has changed, instead of at the next interval."""
        self._look.set()

    def require_open_film_folder(self) -> None:
        """Check that the folder of the open film exists.

        Raises NotFound if the folder was removed, because anything written then would be lost.
        """
        project = self.studio.project_or_none()
        if project is not None and not project.paths.db.exists():
            raise NotFound(
                f"the film's folder is gone: {project.paths.root}",
                "restore the folder, or open another film: {ui.mode home}",
            )

    def read(self) -> None:
        """Read the film in the calling thread, and post a message if it has changed or can't be read."""
        with self._film_lock:
            try:
                self.require_open_film_folder()
                film = self.studio.take_snapshot() if self.studio.project_or_none() else None
            except MilimoError as error:
                if error.message != self._trouble:
                    self._trouble = error.message
                    self._post(FilmTrouble(error))
                return
            self._trouble = ""
            if film is not self._film or self._first:
                self._film, self._first = film, False
                cache = str(self.studio.require_project().paths.cache) if film else ""
                self._post(FilmChanged(film, cache))

    def _follow_film(self) -> None:
        while not self._stop.is_set():
            self._look.clear()
            self.read()
            self._look.wait(LOOK_SECONDS)

    def _follow_queue(self) -> None:
        from milimo_tui.jobs.client.client import Client, WrongProtocol

        posted_away, trouble = False, ""
        while not self._stop.is_set():
            try:
                client = Client(self.studio.home)
            except (MilimoError, OSError):
                if not posted_away:
                    self._post(QueueChanged(LiveQueue()))
                posted_away = True
                self._stop.wait(RETRY_SECONDS)
                continue
            posted_away = False
            try:
                QueueWatch(
                    client, self._stop, self._look, lambda notice: self._post(NoticeReceived(notice))
                ).run(partial(self._post_queue, client))
                trouble = ""
            except WrongProtocol as error:
                # An older version of the supervisor still has work. Its queue can't be read until the new
                # supervisor replaces it.
                if error.message != trouble:
                    self._post(QueueTrouble(error))
                trouble = error.message
                self._stop.wait(RETRY_SECONDS)
            except (MilimoError, OSError):
                # The supervisor ended during a request. The next iteration finds its successor, or reports
                # that there is none.
                self._stop.wait(0.1)
            finally:
                client.close()

    def _post_queue(self, client: Client, queue: LiveQueue) -> None:
        """Post the queue, and report to the supervisor which film is open.

        The supervisor then retries to publish results that it could not write into that film before.
        """
        self._post(QueueChanged(queue))
        project = self.studio.project_or_none()
        opened = str(project.paths.root) if project is not None and not project.read_only else ""
        if opened != self._opened:
            self._opened = opened
            if opened:
                client.notify_project(opened)
