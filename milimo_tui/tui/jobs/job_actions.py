"""The actions of the Jobs screen on jobs and batches: cancel, retry, hold, pause, change priority and order.

If rows are marked, an action applies to all of them; on a batch's heading, to the entire batch. Every action
is a registered command.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from milimo_tui.core.format import format_count
from milimo_tui.core.host import HOST
from milimo_tui.jobs.values.states import IN_LINE, NOT_BEGUN
from milimo_tui.tui.jobs import job_words
from milimo_tui.tui.jobs.job_words import NO_JOB_HERE, Job
from milimo_tui.tui.keys.actions import action

if TYPE_CHECKING:
    from milimo_tui.tui.jobs.queue_view import QueueView
    from milimo_tui.tui.keys.key_parser import KeyCommand

# Seconds for which a requested priority counts as the present one, until the queue has confirmed it.
ASKED_SECONDS = 2.0


class JobActions:
    """The part of the Jobs screen with the actions on the selected jobs."""

    def __init__(self, core: QueueView) -> None:
        self._core = core
        # By job id: the requested priority, and the monotonic time of the request.
        self._requested: dict[str, tuple[int, float]] = {}

    def _list_selected_ids_in(self, states: Iterable[str], why_not: str, hint: str = "") -> list[str]:
        """Return the ids of the selected jobs whose state is in `states`. If there are none, show a message
        that gives the reason (`why_not`) and `hint`, a hint for the user.
        """
        jobs, accepted = self._core.list_selected_jobs(), frozenset(states)
        found = [job.id for job in jobs if job.state in accepted]
        if not found:
            what = (
                f"{job_words.get_job_name(jobs[0])} is {job_words.describe_job_state(jobs[0])[1]}: "
                if len(jobs) == 1
                else ""
            )
            self._core.show_message(f"{what}{why_not}" if jobs else NO_JOB_HERE, "warn", hint if jobs else "")
        return found

    def idle_acts(self) -> frozenset[str]:
        """Return the names of the actions that have no effect on the selected jobs, such as `ui.pause` if
        none of the jobs is running or paused.
        """
        batch = self._core.selected_batch
        if batch is not None:
            possible = {
                "ui.retry": batch.done + batch.open < batch.total,
                "ui.pause": bool(batch.open),
                "ui.cancel_job": bool(batch.open),
                "ui.hold": bool(batch.open),
                "ui.edit_spec": False,
            }
        else:
            states = {job.state for job in self._core.list_selected_jobs()}
            possible = {
                "ui.enter": bool(states),
                "ui.retry": bool(states & {*job_words.RETRYABLE, "publishing"}),
                "ui.pause": bool(states & {"running", "paused"}),
                "ui.cancel_job": bool(states & set(job_words.OPEN)),
                "ui.hold": bool(states & {"queued", "waiting", "held"}),
                "ui.edit_spec": bool(states & NOT_BEGUN),
            }
        return frozenset(act for act, can in possible.items() if not can)

    @action
    async def act_cancel_job(self, key_command: KeyCommand) -> None:
        """Cancel the selected jobs. Ask first if an entire batch is selected, or if a job has run for over a
        minute.
        """
        batch = self._core.selected_batch
        ids = self._list_selected_ids_in(job_words.OPEN, "it has ended already")
        question = job_words.make_cancel_question(
            (job for job in self._core.list_selected_jobs() if job.id in ids), HOST.now()
        )
        if batch is not None and ids and not question:
            question = f"Cancel what is left of {batch.title}? {format_count(len(ids), 'job')}."
        if not ids or (question and not await self._core.confirm(question)):
            return
        if batch is not None:
            await self._core.run_and_wait("batch.cancel", id=batch.id)
        else:
            await self._core.run_and_wait("job.cancel", ids=ids)

    @action
    async def act_retry(self, key_command: KeyCommand) -> None:
        """Retry the selected jobs that failed or were cancelled, with the same spec. On a batch's heading,
        retry all such jobs of the batch.
        """
        batch = self._core.selected_batch
        if batch is not None:
            if batch.done + batch.open == batch.total:
                self._core.show_message(f"no job of {batch.title} has failed", "warn")
                return
            await self._core.run_and_wait("batch.retry", id=batch.id)
            return
        hint = "{ui.retry_changed} makes it again" if len(self._core.list_selected_jobs()) == 1 else ""
        ids = self._list_selected_ids_in(
            [*job_words.RETRYABLE, "publishing"], "nothing here has failed", hint
        )
        if ids:
            await self._core.run_and_wait("job.retry", ids=ids)

    @action
    async def act_hold(self, key_command: KeyCommand) -> None:
        """Release the selected jobs that are held. If none is held, hold the waiting ones."""
        held_ids = [job.id for job in self._core.list_selected_jobs() if job.state == "held"]
        if held_ids:
            await self._core.run_and_wait("job.release", ids=held_ids)
            return
        ids = self._list_selected_ids_in(("queued", "waiting"), "only waiting jobs can be held")
        if ids:
            await self._core.run_and_wait("job.hold", ids=ids)

    @action
    async def act_pause(self, key_command: KeyCommand) -> None:
        """Resume the selected jobs that are paused. If none is paused, pause the running ones. On a batch's
        heading, pause or resume the entire batch.
        """
        batch = self._core.selected_batch
        if batch is not None:
            if not batch.open:
                self._core.show_message(f"{batch.title} has ended: there is nothing to pause", "warn")
                return
            await self._core.run_and_wait("batch.resume" if batch.paused else "batch.pause", id=batch.id)
            return
        paused = [job.id for job in self._core.list_selected_jobs() if job.state == "paused"]
        if paused:
            await self._core.run_and_wait("job.resume", ids=paused)
            return
        ids = self._list_selected_ids_in(
            ("running",), "only running jobs can be paused", "{ui.hold} holds waiting jobs"
        )
        if ids:
            await self._core.run_and_wait("job.pause", ids=ids)

    @action
    async def act_pause_queue(self, key_command: KeyCommand) -> None:
        """Pause the queue, so that no more jobs start; if it is paused, resume it."""
        paused = any(lane.paused for lane in self._core.queue.status.lanes)
        await self._core.run_and_wait("job.resume" if paused else "job.pause", ids=[])

    @action
    async def act_sooner(self, key_command: KeyCommand) -> None:
        await self._change_priority(key_command.times)

    @action
    async def act_later(self, key_command: KeyCommand) -> None:
        await self._change_priority(-key_command.times)

    async def _change_priority(self, by: int) -> None:
        batch = self._core.selected_batch
        ids = self._list_selected_ids_in(NOT_BEGUN, "it has started or ended, so its priority has no effect")
        if not ids:
            return
        now = {job.id: self._get_expected_priority(job) for job in self._core.list_selected_jobs()}
        most = max(now[id] for id in ids)
        priorities = {id: (now[id] if batch is None else most) + by for id in ids}
        self._requested.update({id: (value, time.monotonic()) for id, value in priorities.items()})
        if batch is not None:
            await self._core.run_and_wait("batch.priority", id=batch.id, priority=most + by)
            return
        for id, value in priorities.items():
            await self._core.run_and_wait("job.priority", id=id, priority=value)

    def _get_expected_priority(self, job: Job) -> int:
        """Return the priority that a job has, or that the user requested a moment ago. A requested priority
        arrives in the job only after some time. If it were ignored, three quick presses of `+` would raise
        the priority only once.
        """
        value, at = self._requested.get(job.id, (0, 0.0))
        return value if at and time.monotonic() - at < ASKED_SECONDS else job.priority

    @action
    async def act_move_later(self, key_command: KeyCommand) -> None:
        await self._move_job_in_queue(key_command.times)

    @action
    async def act_move_earlier(self, key_command: KeyCommand) -> None:
        await self._move_job_in_queue(-key_command.times)

    async def _move_job_in_queue(self, by: int) -> None:
        job = self._core.get_cursor_job()
        if job is None:
            self._core.show_message(
                "only one job can be moved at a time", "warn", "{ui.sooner} and {ui.later} move a batch"
            )
        elif job.state not in IN_LINE | {"held"}:
            self._core.show_message(
                f"{job_words.get_job_name(job)} is {job_words.describe_job_state(job)[1]}: only "
                "waiting jobs can be moved",
                "warn",
            )
        else:
            await self._core.run_and_wait("job.move", id=job.id, by=by)
