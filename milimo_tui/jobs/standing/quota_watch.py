"""Quotas: the supervisor's check of which films, and whether the home, have reached their disk quota.

A thread counts the files, while anything is limited and jobs run or wait. The films listed in `studio.db`
(`full_film`) have their jobs kept from being claimed; `LaneBlocks` asks for the home's own problem.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.host import bytes_under
from milimo_tui.core.paths import Home
from milimo_tui.core.settings import Settings
from milimo_tui.jobs.notify.outbox import report_end
from milimo_tui.jobs.queue.queue import Queue
from milimo_tui.jobs.values.quotas import Quotas, film_problem, home_problem
from milimo_tui.jobs.values.states import State

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0  # between two checks, while a quota is set and jobs run or wait
REST_SECONDS = 0.5  # the shortest pause after each check


@dataclass(frozen=True, slots=True)
class Held:
    """The result of a count: by a film's folder, and for the home, why no more jobs are accepted; empty if
    they are.
    """

    films: Mapping[str, str] = field(default_factory=dict)
    home: str = ""


def count(home: Home, quotas: Quotas, projects: Collection[str]) -> Held:
    """Count the bytes of the home and of the limited films. Takes as long as the disk does."""
    films: dict[str, str] = {}
    for project in projects:
        name = Path(project).name
        if most := quotas.of_film(name):
            problem = film_problem(name, bytes_under(Path(project)), most)
            films |= {project: problem} if problem else {}
    return Held(films, home_problem(bytes_under(home.root), quotas.home) if quotas.home else "")


class QuotaWatch:
    """The watch over quotas. Checks when asked to, and repeatedly while a quota is set and jobs run or wait.

    `read` returns the current settings; `on_room` is called after each check, since jobs may be able to
    continue.
    """

    def __init__(
        self,
        home: Home,
        queue: Queue,
        read: Callable[[], Settings],
        on_room: Callable[[], None],
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._home = home
        self._queue = queue
        self._read = read
        self._on_room = on_room
        self._look_seconds = look_seconds
        self._woken = asyncio.Event()
        self._quotas = Quotas()
        self._counted: dict[str, float] = {}  # project → time of its last count, on the monotonic clock
        self._said = ""  # the last error in the settings, which is logged once
        self._task: asyncio.Task[None] | None = None
        self.home_problem = ""  # why no job of the home begins; empty if they do

    async def start(self) -> None:
        """Check once, before any job is claimed, and then whenever asked to."""
        await self._look()
        self._task = asyncio.create_task(self._keep(), name="the watch of quotas")
        self._task.add_done_callback(report_end)

    def wake(self) -> None:
        """Check the quotas soon, because jobs arrived, or ended and left files."""
        self._woken.set()

    def close(self) -> None:
        """Stop checking."""
        if self._task:
            self._task.cancel()

    def is_counted(self, project: str) -> bool:
        """Return True if a film's size was counted recently enough for its jobs to begin; else have it
        counted soon.
        """
        if not project or not self._quotas.of_film(Path(project).name):
            return True
        if time.monotonic() - self._counted.get(project, -math.inf) < 2 * self._look_seconds:
            return True
        self.wake()
        return False

    @property
    def waits(self) -> bool:
        """True if jobs wait for space that may become free."""
        return bool(self.home_problem or self._queue.file.full_films()) and self._is_open()

    def _is_open(self) -> bool:
        return self._queue.file.has_any({State.QUEUED, State.RUNNING})

    async def _keep(self) -> None:
        while True:
            again = self._quotas.has_any and (self._is_open() or bool(self._queue.file.full_films()))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), self._look_seconds if again else None)
            self._woken.clear()
            await self._look()
            await asyncio.sleep(REST_SECONDS)

    async def _look(self) -> None:
        """Count, and record the result."""
        file, quotas = self._queue.file, self._read_quotas()
        projects = {*file.open_projects({State.QUEUED, State.RUNNING}), *file.full_films()}
        try:
            held = await asyncio.to_thread(count, self._home, quotas, projects) if quotas.has_any else Held()
        except OSError as error:  # A folder that can't be counted does not stop any job.
            log.warning("%s can't be counted: %s", error.filename or self._home.root, error.strerror)
            held = Held()
        self._quotas = quotas
        now = time.monotonic()
        self._counted = dict.fromkeys(projects, now) if quotas.has_any else {}
        self._settle(held)
        self._on_room()

    def _settle(self, held: Held) -> None:
        before = self._queue.file.full_films()
        if (held.films, held.home) == (before, self.home_problem):
            return
        for problem in {*held.films.values(), held.home} - {*before.values(), self.home_problem, ""}:
            log.warning("%s", problem)
        self.home_problem = held.home
        with self._queue.change():
            self._queue.file.set_full_films(held.films)
            self._queue.event("room", films=dict(held.films), home=held.home)

    def _read_quotas(self) -> Quotas:
        try:
            return Quotas.of(self._read())
        except MilimoError as error:
            if error.message != self._said:
                log.error("%s (%s)", error.message, error.hint)
            self._said = error.message
            return Quotas()
