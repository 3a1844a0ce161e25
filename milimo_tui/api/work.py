"""Queued work: follow it, wait for it or cancel it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from milimo_tui.api.error_hints import use_shell_hints
from milimo_tui.api.values import Job
from milimo_tui.core.errors import format_shell_hint
from milimo_tui.jobs.values.states import ENDED
from milimo_tui.jobs.values.views import JobView
from milimo_tui.studio.queue import waiting
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio


class Work:
    """The jobs that one command queued. They continue even if this program does not wait for them.

    `ids` are the ids of the jobs, in the order in which they were queued. `data` is the command's data, as
    `--json` prints it. `files` are the files that the jobs write. The files of takes are known only after
    `wait`, because their names contain the hash of their content.
    """

    def __init__(
        self, studio: Studio, ids: Sequence[str], data: Any = None, files: Sequence[Path] = ()
    ) -> None:
        self._studio = studio
        self.ids = tuple(ids)
        self.data = data
        self.files = tuple(files)

    def jobs(self) -> tuple[Job, ...]:
        """Return the current state of the jobs. Raises Unavailable if no supervisor can be started."""
        if not self.ids:
            return ()
        with use_shell_hints():
            listed = self._studio.require_client().list_jobs({"ids": list(self.ids)})
        by_id = {job.id: job for job in listed}
        return tuple(_build_job_value(by_id[id]) for id in self.ids if id in by_id)

    @property
    def is_done(self) -> bool:
        """True if every job has ended, successfully or not."""
        return all(job.state in ENDED for job in self.jobs())

    def wait(self, on_change: Callable[[tuple[Job, ...]], None] | None = None) -> Work:
        """Wait until all jobs are done and return this object. `on_change` is called with the jobs each time
        one makes progress.

        Raises Failed, with the reason and a hint, if a job failed or was cancelled. Also raises Failed if the
        jobs can't continue until a person acts, such as with a full disk or a paused queue.
        """
        if self.ids:
            report_jobs = on_change or (lambda jobs: None)
            with use_shell_hints():
                ended = waiting.wait_for_jobs(
                    self._studio,
                    self.ids,
                    lambda jobs, ends: report_jobs(tuple(_build_job_value(jobs[id]) for id in jobs)),
                )
                for id in self.ids:
                    waiting.check_job_done(ended[id])
            written = (Path(path) for id in self.ids for path in ended[id].outputs.values())
            self.files = self.files or tuple(dict.fromkeys(written))
        return self

    def cancel(self) -> None:
        """Cancel the jobs that have not ended. Finished results stay."""
        left = [job.id for job in self.jobs() if job.state not in ENDED]
        if left:
            with use_shell_hints():
                registry.run_by_id(self._studio, "job.cancel", {"ids": tuple(left)})


def _build_job_value(job: JobView) -> Job:
    return Job(
        id=job.id,
        label=job.label,
        state=str(job.state),
        progress=float(job.progress or 0),
        error=job.error or "",
        hint=format_shell_hint(job.hint or ""),
    )
