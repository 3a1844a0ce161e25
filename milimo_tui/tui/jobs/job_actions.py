"""The Jobs screen's acts on jobs and batches: cancel, try again, hold, pause, sooner and later.

On a batch's heading they mean the whole of it, with marked rows all that are marked. Every act is a command
of the registry.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from milimo_tui.core.host import HOST
from milimo_tui.tui.jobs import model
from milimo_tui.tui.jobs.model import NONE, Job

if TYPE_CHECKING:
    from milimo_tui.tui.jobs.base import JobsBase
    from milimo_tui.tui.keys.key_parser import Stroke

ASKED_SECONDS = 2.0  # how long a priority counts as asked for, until the queue's own word is there


class JobActions:
    """What is done to the jobs that are chosen."""

    def __init__(self, core: JobsBase) -> None:
        self._core = core
        self._asked: dict[str, tuple[int, float]] = {}  # job → priority, and when it was asked for

    def _those(self, states: Iterable[str], why_not: str) -> list[str]:
        """Ids of the chosen jobs that are in one of those states; says why when none is."""
        jobs, wanted = self._core.chosen(), frozenset(states)
        found = [job.id for job in jobs if job.state in wanted]
        if not found:
            what = f"{model.name_of(jobs[0])} is {model.state_of(jobs[0])[1]}: " if len(jobs) == 1 else ""
            self._core.say(f"{what}{why_not}" if jobs else NONE, "warn")
        return found

    def idle_acts(self) -> frozenset[str]:
        """The acts that have nothing to act on where the cursor stands."""
        batch = self._core.whole
        if batch is not None:
            could = {
                "ui.retry": batch.done + batch.open < batch.total,
                "ui.pause": bool(batch.open),
                "ui.cancel_job": bool(batch.open),
                "ui.hold": bool(batch.open),
                "ui.edit_spec": False,
            }
        else:
            states = {job.state for job in self._core.chosen()}
            could = {
                "ui.retry": bool(states & {*model.AGAIN, "publishing"}),
                "ui.pause": bool(states & {"running", "paused"}),
                "ui.cancel_job": bool(states & set(model.OPEN)),
                "ui.hold": bool(states & {"queued", "waiting", "held"}),
                "ui.edit_spec": bool(states & model.EDITABLE),
            }
        return frozenset(act for act, can in could.items() if not can)

    # -- stopping and going on ---------------------------------------------------------------------

    async def act_cancel_job(self, stroke: Stroke) -> None:
        """Cancel; asks when something has run for over a minute, and before it ends a whole batch."""
        batch = self._core.whole
        ids = self._those(model.OPEN, "it has ended already")
        question = model.cancel_question((job for job in self._core.chosen() if job.id in ids), HOST.now())
        if batch is not None and ids and not question:
            question = f"Cancel what is left of {batch.title}? {len(ids)} jobs."
        if not ids or (question and not await self._core.confirm(question)):
            return
        if batch is not None:
            await self._core.command("batch.cancel", id=batch.id)
        else:
            await self._core.command("job.cancel", ids=ids)

    async def act_retry(self, stroke: Stroke) -> None:
        """Once more with the same spec: a job that ended undone, or all such jobs of a batch."""
        batch = self._core.whole
        if batch is not None:
            if batch.done + batch.open == batch.total:
                self._core.say(f"nothing of {batch.title} has failed", "warn")
                return
            await self._core.command("batch.retry", id=batch.id)
            return
        hint = (
            "nothing here has failed; R makes it again"
            if len(self._core.chosen()) == 1
            else "nothing here has failed"
        )
        ids = self._those([*model.AGAIN, "publishing"], hint)
        if ids:
            await self._core.command("job.retry", ids=ids)

    async def act_hold(self, stroke: Stroke) -> None:
        """Hold what waits; release what is held."""
        held = [job.id for job in self._core.chosen() if job.state == "held"]
        if held:
            await self._core.command("job.release", ids=held)
            return
        ids = self._those(("queued", "waiting"), "only what waits can be held")
        if ids:
            await self._core.command("job.hold", ids=ids)

    async def act_pause(self, stroke: Stroke) -> None:
        """Pause what runs, resume what is paused; of a batch, all of it."""
        batch = self._core.whole
        if batch is not None:
            if not batch.open:
                self._core.say(f"{batch.title} has ended: there is nothing to pause", "warn")
                return
            await self._core.command("batch.resume" if batch.paused else "batch.pause", id=batch.id)
            return
        paused = [job.id for job in self._core.chosen() if job.state == "paused"]
        if paused:
            await self._core.command("job.resume", ids=paused)
            return
        ids = self._those(("running",), "only what runs can be paused; H holds what waits")
        if ids:
            await self._core.command("job.pause", ids=ids)

    async def act_pause_queue(self, stroke: Stroke) -> None:
        """Stop starting jobs, or go on."""
        paused = any(lane["paused"] for lane in self._core.queue.status.get("lanes", ()))
        await self._core.command("job.resume" if paused else "job.pause", ids=[])

    # -- order -------------------------------------------------------------------------------------

    async def act_sooner(self, stroke: Stroke) -> None:
        await self._priority(stroke.times)

    async def act_later(self, stroke: Stroke) -> None:
        await self._priority(-stroke.times)

    async def _priority(self, by: int) -> None:
        batch = self._core.whole
        ids = self._those(model.EDITABLE, "it has begun or ended, its priority counts no more")
        if not ids:
            return
        now = {job.id: self._priority_of(job) for job in self._core.chosen()}
        most = max(now[id] for id in ids)
        wanted = {id: (now[id] if batch is None else most) + by for id in ids}
        self._asked.update({id: (value, time.monotonic()) for id, value in wanted.items()})
        if batch is not None:
            await self._core.command("batch.priority", id=batch.id, priority=most + by)
            return
        for id, value in wanted.items():
            await self._core.command("job.priority", id=id, priority=value)

    def _priority_of(self, job: Job) -> int:
        """As it was asked for a moment ago, else as it is: `+ + +` in one breath is three."""
        value, at = self._asked.get(job.id, (0, 0.0))
        return value if at and time.monotonic() - at < ASKED_SECONDS else job.priority

    async def act_move_later(self, stroke: Stroke) -> None:
        await self._move(stroke.times)

    async def act_move_earlier(self, stroke: Stroke) -> None:
        await self._move(-stroke.times)

    async def _move(self, by: int) -> None:
        job = self._core.job_here()
        if job is None:
            self._core.say("J and K move one job; + and - a whole batch", "warn")
        elif job.state not in model.IN_LINE | {"held"}:
            self._core.say(
                f"{model.name_of(job)} is {model.state_of(job)[1]}: only what waits can be moved", "warn"
            )
        else:
            await self._core.command("job.move", id=job.id, by=by)
