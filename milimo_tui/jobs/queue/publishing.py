"""Publish results: move the result of a job from its workspace into the film, in steps that can be repeated
after a crash.

The steps are:

- Record the state `publishing`.
- Let the intake, a part of `studio`, move the files into the film and record them there.
- Record the state `done`.
- Remove the workspace.

The intake runs in a thread, one call at a time for each project.
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
from milimo_tui.core.host import explain_os_error
from milimo_tui.core.paths import Home, ProjectPaths
from milimo_tui.core.reasons import reason
from milimo_tui.engines.contract.engine import Result
from milimo_tui.jobs.queue.killpoint import pass_kill_point
from milimo_tui.jobs.queue.queue import JobQueue
from milimo_tui.jobs.values.intake import Intake, IntakeResult
from milimo_tui.jobs.values.row_views import job_row_to_json
from milimo_tui.jobs.values.states import JobState, Trigger
from milimo_tui.jobs.values.views import DetailedJob
from milimo_tui.store.jobs.studio_values import Job, JobFilter

log = logging.getLogger(__name__)

TIDY_SECONDS = 1.0


def get_job_workspace(home: Home, job: Job) -> Path:
    """Return the workspace folder of a job. It is inside the job's project, or inside the home if the job has
    no project.
    """
    return Path(format_job_workspace(home, job))


def format_job_workspace(home: Home, job: Job) -> str:
    """Return the path of a job's workspace as text. Each job needs it several times, and joining `Path`
    objects is slow.
    """
    return f"{_get_workspace_root(home, job.project)}/{job.id}"


@lru_cache(maxsize=64)
def _get_workspace_root(home: Home, project: str) -> str:
    """Return the folder that contains all workspaces of a project, or of the home if `project` is empty."""
    return str(ProjectPaths(Path(project)).workspace if project else home.workspace)


class ProjectThreads:
    """The threads that move results into films, one for each project with waiting results.

    A project on a disk that does not respond thus delays neither the other projects nor the end of the
    supervisor.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # Project → calls that wait for its thread. A project without a running thread has no entry.
        self._lines: dict[str, deque[Callable[[], None]]] = {}

    def run_in_order(self, project: str, work: Callable[[], None]) -> None:
        """Call `work` in the project's thread, after all earlier calls for the same project."""
        with self._lock:
            if project in self._lines:
                self._lines[project].append(work)
                return
            self._lines[project] = deque([work])
        threading.Thread(
            target=self._run_project_work, args=(project,), name=f"intake {project}", daemon=True
        ).start()

    def _run_project_work(self, project: str) -> None:
        while work := self._pop_project_work(project):
            work()

    def _pop_project_work(self, project: str) -> Callable[[], None] | None:
        with self._lock:
            line = self._lines[project]
            if line:
                return line.popleft()
            del self._lines[project]
        return None


class Publisher:
    """The part of the supervisor that moves the results of jobs into films.

    `on_settled` is called on the loop when an intake call (the moving of one result) has ended, whether the
    film accepted the result or not. `has_left` returns True if the home was moved or removed.
    """

    def __init__(
        self,
        home: Home,
        queue: JobQueue,
        intake: Intake,
        on_settled: Callable[[], None],
        has_left: Callable[[], bool] = lambda: False,
    ) -> None:
        self._home = home
        # True if the home was moved or removed. Files that are missing then are not lost, only elsewhere.
        self._has_left = has_left
        self._queue = queue
        self._intake = intake
        self._on_settled = on_settled
        self._threads = ProjectThreads()
        self._tidied: list[str] = []
        self.in_flight: set[str] = set()

    def publish_result(self, id: str, result: Result, seconds: float | None = None) -> None:
        """Record a result durably, then move it into its film. A job whose result has no files is done at
        once.

        `seconds` is the duration of the attempt, measured by the worker.
        """
        pass_kill_point("publishing:1")
        job = self._queue.get(id)
        tidy = not os.path.lexists(format_job_workspace(self._home, job)) and not self._has_left()
        made = self._queue.record_result(job, result, tidy=tidy, seconds=seconds)
        self._queue.run_after_commit(partial(self._continue_publishing, made))

    def _continue_publishing(self, job: Job) -> None:
        if job.state == JobState.PUBLISHING:
            pass_kill_point("publishing:2")
            self.start_intake(job.id)
        elif not job.tidy:
            self.remove_workspace(job)

    def start_intake(self, id: str) -> None:
        """Start moving the result of a job into its film. The job must be in the state `publishing`. Nothing
        happens if this is already running.
        """
        # If the home was moved, its old path may contain another home.
        if id in self.in_flight or self._has_left():
            return
        job = self._queue.get(id)
        attempt = self._queue.file.select_last_attempt(id)
        assert attempt, f"job {id} is publishing without an attempt"
        try:
            result = Result.model_validate_json(attempt.result)
        except ValidationError:
            unread = DamagedResult("the result was written by another version of Milimo and can't be read")
            self._queue.record_failure(id, unread, kind=unread.kind)
            return
        sent = {
            **job_row_to_json(job, self._queue.file.list_needed_jobs(id)),
            "spec": json.loads(attempt.spec),
        }
        view = DetailedJob.from_json(sent)
        self.in_flight.add(id)
        loop = asyncio.get_running_loop()

        def work() -> None:
            outcome: IntakeResult | MilimoError
            pass_kill_point("publishing:3")
            try:
                outcome = self._intake.file_result(view, result)
            except MilimoError as error:
                outcome = error
            except OSError as error:
                outcome = explain_os_error(error, error.filename or job.project, "take the result into")
            except Exception as error:  # Catch any bug in the intake, so that the result is not lost.
                log.exception("intake of job %s failed", id)
                last = traceback.extract_tb(error.__traceback__)[-1]
                outcome = Failed(
                    f"the film could not record the result: {type(error).__name__}: {reason(error)} "
                    f"({last.name})",
                    "read the log of the supervisor; milimo job retry tries again",
                )
            loop.call_soon_threadsafe(self._finish_intake, id, outcome)

        self._threads.run_in_order(job.project, work)

    def _finish_intake(self, id: str, outcome: IntakeResult | MilimoError) -> None:
        self.in_flight.discard(id)
        if isinstance(outcome, IntakeResult):
            pass_kill_point("publishing:4")
            self._queue.finish_publishing(id, outcome.outputs)
            pass_kill_point("publishing:5")
            self.remove_workspace(self._queue.get(id))
        elif isinstance(outcome, Damaged) and not self._has_left():
            self._queue.record_failure(id, outcome, kind=DamagedResult.kind)
        else:
            log.warning("job %s waits for its film: %s", id, outcome.message)
            self._queue.postpone_publishing(id, outcome)
        self._on_settled()

    def retry_intake(self, id: str) -> None:
        """Try again to move the result of a job into its film. Called after the film could not accept the
        result earlier.
        """
        if id not in self.in_flight:
            again = {"reason": "", "hint": ""}
            self._queue.fire_trigger(id, Trigger.RETRY, JobState.PUBLISHING, **again)
            self.start_intake(id)

    def remove_workspace(self, job: Job) -> None:
        """Remove the workspace of a job that is done, unless the job's outputs are stored there."""
        folder = get_job_workspace(self._home, job)
        if not any(folder in Path(path).parents for path in json.loads(job.outputs).values()):
            try:
                shutil.rmtree(folder)
            except FileNotFoundError:  # An earlier supervisor removed it, but did not record that.
                if self._has_left():
                    return
            except OSError as error:
                log.warning("could not remove %s: %s", folder, error)
                return
        pass_kill_point("publishing:6")
        if not self._tidied:
            asyncio.get_running_loop().call_later(TIDY_SECONDS, self.record_removed_workspaces)
        self._tidied.append(job.id)

    def record_removed_workspaces(self) -> None:
        """Save in the database that the workspaces of some jobs were removed.

        Several removals are saved in one change. If a crash prevents the saving, the next supervisor only
        looks for the workspaces once more.
        """
        with self._queue.begin_change():
            for id in self._tidied:
                self._queue.file.set_job(id, tidy=1)
        self._tidied.clear()

    def list_postponed_jobs(self, project: str = "") -> list[Job]:
        """Return the jobs whose result waits because their film could not accept it. An empty `project`
        selects all projects.
        """
        found = self._queue.file.select_jobs(JobFilter(states=(JobState.PUBLISHING,), project=project))
        return [job for job in found if job.id not in self.in_flight]
