"""The actions of the Jobs screen on a job's spec (its parameters as JSON): edit the spec of a waiting job, or
run an ended job again with changes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from milimo_tui.jobs.values.states import ENDED, NOT_BEGUN
from milimo_tui.jobs.values.views import DetailedJob
from milimo_tui.tui.jobs import job_words
from milimo_tui.tui.jobs.job_words import NO_JOB_HERE
from milimo_tui.tui.keys.actions import action

if TYPE_CHECKING:
    from milimo_tui.tui.jobs.queue_reader import QueueReader
    from milimo_tui.tui.jobs.queue_view import QueueView
    from milimo_tui.tui.keys.key_parser import KeyCommand


class SpecActions:
    """The part of the Jobs screen that opens the spec of the job under the cursor in a panel."""

    def __init__(self, core: QueueView, reader: QueueReader) -> None:
        self._core, self._reader = core, reader

    @action
    async def act_edit_spec(self, key_command: KeyCommand) -> None:
        """Open the spec of the job under the cursor for editing, if the job has not started."""
        job = await self._read_job_with_spec(
            NOT_BEGUN, "its spec can't change now", "{ui.retry_changed} makes it again with another"
        )
        if job is None:
            return
        id, revision = job.id, job.revision

        async def save_edited_spec(patch: Mapping[str, Any]) -> None:
            if patch:
                await self._run_spec_command(
                    "job.edit", id=id, set=_format_patch_settings(patch), revision=revision
                )

        await self._open_spec_panel(
            f"{job_words.get_job_name(job)} · its spec", job.spec, save_edited_spec, "saves"
        )

    @action
    async def act_retry_changed(self, key_command: KeyCommand) -> None:
        """Edit the spec of an ended job and run the job again. A completed job is queued as a new job; any
        other is retried as the same job.
        """
        job = await self._read_job_with_spec(
            ENDED, "only jobs that ended can be made again", "{ui.edit_spec} edits waiting jobs"
        )
        if job is None:
            return
        id = job.id
        verb = "job.again" if job.state == "done" else "job.retry"

        async def retry_with_changes(patch: Mapping[str, Any]) -> None:
            await self._run_spec_command(verb, ids=[id], set=_format_patch_settings(patch))

        await self._open_spec_panel(
            f"{job_words.get_job_name(job)} · again, with changes",
            job.spec,
            retry_with_changes,
            "makes it again",
        )

    async def _read_job_with_spec(self, states: Iterable[str], why_not: str, hint: str) -> DetailedJob | None:
        """Return the job under the cursor with its spec. If the job is not in one of `states`, show a message
        with the reason `why_not` and `hint`, and return None.
        """
        job = self._core.get_cursor_job()
        if job is None:
            self._core.show_message(
                "this is a batch: select a single job" if self._core.get_cursor_batch() else NO_JOB_HERE,
                "warn",
            )
            return None
        if job.state not in frozenset(states):
            self._core.show_message(
                f"{job_words.get_job_name(job)} is {job_words.describe_job_state(job)[1]}: {why_not}",
                "warn",
                hint,
            )
            return None
        found = await self._reader.query_queue(lambda client: client.fetch_job(job.id))
        if found is None:
            self._core.show_message("the supervisor is restarting", "warn", "try again in a moment")
        return found

    async def _run_spec_command(self, command: str, **values: Any) -> None:
        """Run a command and show its message. An error is raised, so that the panel can show it."""
        app = self._core.studio_app

        def work() -> str:
            from milimo_tui.studio.registry.registry import run_by_id

            return run_by_id(app.studio, command, values).message

        self._core.show_message(await app.working.run(work), "good")

    async def _open_spec_panel(self, heading: str, spec: Mapping[str, Any], save: Any, verb: str) -> None:
        from milimo_tui.tui.jobs.spec_panel import SpecPanel

        await self._core.app.push_screen_wait(SpecPanel(heading, spec, save, verb=verb))

    @action
    def act_editor(self, key_command: KeyCommand) -> None:
        """Open the panel with the job's spec. In the panel, `E` opens $EDITOR."""
        self._core.run_in_background(partial(self.act_edit_spec, key_command))


def _format_patch_settings(patch: Mapping[str, Any]) -> list[str]:
    """Return a JSON merge patch as arguments of a command: `path=value`, with each value in JSON."""
    return [f"{key}={json.dumps(value)}" for key, value in patch.items()]
