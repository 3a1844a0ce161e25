"""Disk quotas: the supervisor checks whether the home or any of its films has reached its quota.

A thread counts the bytes of the files while a quota is set and jobs run or wait. Films that have reached
their quota are recorded in `studio.db` (table `full_film`), and their jobs are not started. `LaneBlocks` asks
this module whether the home has reached its quota.
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
from milimo_tui.core.host import count_folder_bytes
from milimo_tui.core.paths import Home
from milimo_tui.core.settings import Settings
from milimo_tui.jobs.notify.outbox import report_task_failure
from milimo_tui.jobs.queue.queue import JobQueue
from milimo_tui.jobs.values.quotas import Quotas, describe_full_film, describe_full_home
from milimo_tui.jobs.values.states import JobState

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0  # The number of seconds between two checks, while a quota is set and jobs run or wait.
REST_SECONDS = 0.5  # The shortest pause after a check, in seconds.


@dataclass(frozen=True, slots=True)
class QuotaCount:
    """The result of a check of the disk quotas.

    `films` maps the folder of each film that has reached its quota to the reason why its jobs do not start.
    `home` is the reason for the home; empty if the home has not reached its quota.
    """

    films: Mapping[str, str] = field(default_factory=dict)
    home: str = ""


def count_quotas(home: Home, quotas: Quotas, projects: Collection[str]) -> QuotaCount:
    """Count the bytes of the home and of each film in `projects`, but only where a quota is set. This can
    take long on a slow disk.
    """
    films: dict[str, str] = {}
    for project in projects:
        name = Path(project).name
        if most := quotas.limit_for_film(name):
            problem = describe_full_film(name, count_folder_bytes(Path(project)), most)
            films |= {project: problem} if problem else {}
    return QuotaCount(
        films, describe_full_home(count_folder_bytes(home.root), quotas.home) if quotas.home else ""
    )


class QuotaWatch:
    """The task that checks the disk quotas. It checks on request, and also regularly while a quota is set and
    jobs run or wait.

    `read` is a function that returns the current settings. `on_room` is called after each check, because jobs
    may be able to continue. `look_seconds` is the time between two checks.
    """

    def __init__(
        self,
        home: Home,
        queue: JobQueue,
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
        self._counted: dict[str, float] = {}  # Project → the time of its last count, on the monotonic clock.
        # The last error in the settings. It is stored so that the same error is logged only once.
        self._said = ""
        self._task: asyncio.Task[None] | None = None
        self.home_problem = ""  # The reason why no job of the home starts; empty if the home has space left.

    async def start(self) -> None:
        """Check the quotas once, before any job is claimed, and start the task for later checks."""
        await self._check_quotas()
        self._task = asyncio.create_task(self._watch_quotas(), name="the watch of quotas")
        self._task.add_done_callback(report_task_failure)

    def check_quotas_soon(self) -> None:
        """Start a check soon, because jobs arrived, or because jobs ended and left files."""
        self._woken.set()

    def close(self) -> None:
        """Stop checking."""
        if self._task:
            self._task.cancel()

    def is_counted(self, project: str) -> bool:
        """Return True if a film has no quota or its bytes were counted recently, so that its jobs may start.
        Otherwise start a check and return False.
        """
        if not project or not self._quotas.limit_for_film(Path(project).name):
            return True
        if time.monotonic() - self._counted.get(project, -math.inf) < 2 * self._look_seconds:
            return True
        self.check_quotas_soon()
        return False

    @property
    def is_waiting_for_space(self) -> bool:
        """True if jobs wait because a quota is reached. Space may become free, so the supervisor must not
        end.
        """
        return bool(self.home_problem or self._queue.file.list_full_films()) and self._has_open_jobs()

    def _has_open_jobs(self) -> bool:
        return self._queue.file.has_job_in_states({JobState.QUEUED, JobState.RUNNING})

    async def _watch_quotas(self) -> None:
        while True:
            again = self._quotas.has_any and (
                self._has_open_jobs() or bool(self._queue.file.list_full_films())
            )
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), self._look_seconds if again else None)
            self._woken.clear()
            await self._check_quotas()
            await asyncio.sleep(REST_SECONDS)

    async def _check_quotas(self) -> None:
        """Count the bytes, and record which quotas are reached."""
        file, quotas = self._queue.file, self._read_quotas()
        projects = {
            *file.list_projects_with_jobs({JobState.QUEUED, JobState.RUNNING}),
            *file.list_full_films(),
        }
        try:
            count = (
                await asyncio.to_thread(count_quotas, self._home, quotas, projects)
                if quotas.has_any
                else QuotaCount()
            )
        except OSError as error:  # If a folder can't be counted, no job is stopped because of it.
            log.warning("%s can't be counted: %s", error.filename or self._home.root, error.strerror)
            count = QuotaCount()
        self._quotas = quotas
        now = time.monotonic()
        self._counted = dict.fromkeys(projects, now) if quotas.has_any else {}
        self._record_full_films(count)
        self._on_room()

    def _record_full_films(self, count: QuotaCount) -> None:
        before = self._queue.file.list_full_films()
        if (count.films, count.home) == (before, self.home_problem):
            return
        for problem in {*count.films.values(), count.home} - {*before.values(), self.home_problem, ""}:
            log.warning("%s", problem)
        self.home_problem = count.home
        with self._queue.begin_change():
            self._queue.file.set_full_films(count.films)
            self._queue.record_event("room", films=dict(count.films), home=count.home)

    def _read_quotas(self) -> Quotas:
        try:
            return Quotas.from_settings(self._read())
        except MilimoError as error:
            if error.message != self._said:
                log.error("%s (%s)", error.message, error.hint)
            self._said = error.message
            return Quotas()
