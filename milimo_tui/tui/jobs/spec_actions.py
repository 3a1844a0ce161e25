"""Actions of the Jobs screen on the spec of one job: edit the spec before the job begins, or run the job
again.
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
    """The panel with the spec of the job under the cursor."""

    def __init__(self, core: QueueView, reader: QueueReader) -> None:
        self._core, self._reader = core, reader

    @action
    async def act_edit_spec(self, key_command: KeyCommand) -> None:
        """Edit the spec of a job that has not begun."""
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
        """Retry with another spec: in place if the job did not finish, else as a new job."""
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
        """Return the job under the cursor with its spec; None in other states, after showing why."""
        job = self._core.get_cursor_job()
        if job is None:
            self._core.show_message(
                "select one job: this is a batch" if self._core.get_cursor_batch() else NO_JOB_HERE, "warn"
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
        """Run a command. Raises the command's error, so that the panel can show it."""
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
        """Open the spec in the panel, whose `E` opens $EDITOR."""
        self._core.run_in_background(partial(self.act_edit_spec, key_command))


def _format_patch_settings(patch: Mapping[str, Any]) -> list[str]:
    """Return a merge patch in the form of the commands: `path=value`, values as JSON."""
    return [f"{key}={json.dumps(value)}" for key, value in patch.items()]
