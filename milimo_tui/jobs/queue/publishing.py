"""Publishing: from a result on disk to a take in the film, in an order of steps that survives a crash.

made → `publishing` written → the intake moves and records the files → `done` written → workspace removed.
Each step may be repeated. The intake runs in a thread, one call at a time for each project.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import shutil
import threading
import traceback
from collections import deque
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path

from pydantic import ValidationError

from milimo_tui.core.errors import Damaged, DamagedResult, Failed, MilimoError
from milimo_tui.core.host import explain
from milimo_tui.core.paths import Home, ProjectPaths
from milimo_tui.core.reasons import reason
from milimo_tui.engines.contract.engine import Result
from milimo_tui.jobs.queue.killpoint import reach
from milimo_tui.jobs.queue.queue import Queue
from milimo_tui.jobs.values.intake import Intake, IntakeResult
from milimo_tui.jobs.values.row_views import as_json
from milimo_tui.jobs.values.states import State, Trigger
from milimo_tui.jobs.values.views import WholeJob
from milimo_tui.store.jobs.studio_values import Job, JobFilter

log = logging.getLogger(__name__)

TIDY_SECONDS = 1.0


def workspace_of(home: Home, job: Job) -> Path:
    """Return the job's own folder, inside its project, or inside the home if the job has no project."""
    return _workspaces(home, job.project) / job.id


@lru_cache(maxsize=64)
def _workspaces(home: Home, project: str) -> Path:
    """Return the folder of a project, or of the home, that contains the jobs' folders."""
    return ProjectPaths(Path(project)).workspace if project else home.workspace


class Threads:
    """A thread for each project that has results to file, so that a project on a hanging disk delays neither
    other projects nor the supervisor's end.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lines: dict[str, deque[Callable[[], None]]] = {}  # by project, while its thread runs

    def do(self, project: str, work: Callable[[], None]) -> None:
        """Have `work` done after everything that was given for the same project before."""
        with self._lock:
            if project in self._lines:
                self._lines[project].append(work)
                return
            self._lines[project] = deque([work])
        threading.Thread(target=self._run, args=(project,), name=f"intake {project}", daemon=True).start()

    def _run(self, project: str) -> None:
        while work := self._next(project):
            work()

    def _next(self, project: str) -> Callable[[], None] | None:
        with self._lock:
            line = self._lines[project]
            if line:
                return line.popleft()
            del self._lines[project]
        return None


class Publisher:
    """The publisher of results. `on_settled` is called on the loop when a job has left the intake, filed or
    not.
    """

    def __init__(
        self,
        home: Home,
        queue: Queue,
        intake: Intake,
        on_settled: Callable[[], None],
        has_left: Callable[[], bool] = lambda: False,
    ) -> None:
        self._home = home
        self._has_left = has_left  # True if the home was moved or removed: no missing file is lost then
        self._queue = queue
        self._intake = intake
        self._on_settled = on_settled
        self._threads = Threads()
        self._tidied: list[str] = []
        self.in_flight: set[str] = set()

    def publish(self, id: str, result: Result, seconds: float | None = None) -> None:
        """Make a result durable, then file it in its film. A result without files is done at once.

        `seconds` is how long the worker took.
        """
        reach("publishing:1")
        job = self._queue.get(id)
        tidy = not os.path.lexists(workspace_of(self._home, job)) and not self._has_left()
        made = self._queue.made(job, result, tidy=tidy, seconds=seconds)
        self._queue.afterwards(partial(self._made, made))

    def _made(self, job: Job) -> None:
        if job.state == State.PUBLISHING:
            reach("publishing:2")
            self.take_in(job.id)
        elif not job.tidy:
            self.tidy(job)

    def take_in(self, id: str) -> None:
        """Start or repeat the intake of a job in `publishing`; an intake that is running continues."""
        if id in self.in_flight or self._has_left():  # after a move, another home may be at our old path
            return
        job = self._queue.get(id)
        attempt = self._queue.file.last_attempt(id)
        assert attempt, f"job {id} is publishing without an attempt"
        try:
            result = Result.model_validate_json(attempt.result)
        except ValidationError:
            unread = DamagedResult("its result was written by another version of Milimo and can't be read")
            self._queue.went_wrong(id, unread, kind=unread.kind)
            return
        sent = {**as_json(job, self._queue.file.needs(id)), "spec": json.loads(attempt.spec)}
        view = WholeJob.of_json(sent)
        self.in_flight.add(id)
        loop = asyncio.get_running_loop()

        def work() -> None:
            outcome: IntakeResult | MilimoError
            reach("publishing:3")
            try:
                outcome = self._intake.take_in(view, result)
            except MilimoError as error:
                outcome = error
            except OSError as error:
                outcome = explain(error, error.filename or job.project, "take the result into")
            except Exception as error:  # Any bug in the intake is caught here, to save the result.
                log.exception("intake of job %s failed", id)
                last = traceback.extract_tb(error.__traceback__)[-1]
                outcome = Failed(
                    f"taking it into the film failed: {type(error).__name__}: {reason(error)} ({last.name})",
                    "the supervisor's log tells more; milimo job retry tries again",
                )
            loop.call_soon_threadsafe(self._settle, id, outcome)

        self._threads.do(job.project, work)

    def _settle(self, id: str, outcome: IntakeResult | MilimoError) -> None:
        self.in_flight.discard(id)
        if isinstance(outcome, IntakeResult):
            reach("publishing:4")
            self._queue.taken_in(id, outcome.outputs)
            reach("publishing:5")
            self.tidy(self._queue.get(id))
        elif isinstance(outcome, Damaged) and not self._has_left():
            self._queue.went_wrong(id, outcome, kind=DamagedResult.kind)
        else:
            log.warning("job %s waits for its film: %s", id, outcome.message)
            self._queue.withheld(id, outcome)
        self._on_settled()

    def take_in_again(self, id: str) -> None:
        """Try a postponed intake again."""
        if id not in self.in_flight:
            again = {"reason": "", "hint": ""}
            self._queue.fire(id, Trigger.RETRY, State.PUBLISHING, **again)
            self.take_in(id)

    def tidy(self, job: Job) -> None:
        """Remove a finished job's workspace, unless the job's outputs are stored there."""
        folder = workspace_of(self._home, job)
        if not any(folder in Path(path).parents for path in json.loads(job.outputs).values()):
            try:
                shutil.rmtree(folder)
            except FileNotFoundError:  # an earlier supervisor removed it and died before recording that
                if self._has_left():
                    return
            except OSError as error:
                log.warning("could not remove %s: %s", folder, error)
                return
        reach("publishing:6")
        if not self._tidied:
            asyncio.get_running_loop().call_later(TIDY_SECONDS, self.note_tidied)
        self._tidied.append(job.id)

    def note_tidied(self) -> None:
        """Record whose workspaces were removed. They are recorded together, since losing a record only costs
        another check.
        """
        with self._queue.change():
            for id in self._tidied:
                self._queue.file.set_job(id, tidy=1)
        self._tidied.clear()

    def put_off(self, project: str = "") -> list[Job]:
        """Return the jobs of one project, or of all, whose intake was postponed."""
        found = self._queue.file.jobs(JobFilter(states=(State.PUBLISHING,), project=project))
        return [job for job in found if job.id not in self.in_flight]
