"""The Jobs screen: what the box works on, live; every act on jobs and batches by key.

Draws the queue as the app last heard it (`base`, `panes`); every act is a command of the registry.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from milimo_tui.core.host import HOST
from milimo_tui.jobs.values.views import WholeJob
from milimo_tui.tui.jobs import model
from milimo_tui.tui.jobs.lines import BatchLine, JobLine
from milimo_tui.tui.jobs.model import Job
from milimo_tui.tui.jobs.view_actions import JobsLooking

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import Stroke

NONE = "there is no job here"
ASKED_SECONDS = 2.0  # how long a priority counts as asked for, until the queue's own word is there


class JobsScreen(JobsLooking):
    """The acts. On a batch's heading they mean the whole of it, with marked rows all that are marked."""

    CSS_PATH = "screen.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._asked: dict[str, tuple[int, float]] = {}  # job → priority, and when it was asked for

    # -- what is meant -----------------------------------------------------------------------------

    def chosen(self) -> list[Job]:
        """The jobs of the marked rows, else the one under the cursor, else those known of the batch there."""
        shelf, table = self.shelf, self.table
        marked = [entry for entry in table.lines if entry.id in table.marked]
        entries = marked or ([table.line] if table.line is not None else [])
        ids: dict[str, None] = {}
        for entry in entries:
            if isinstance(entry, BatchLine):
                ids.update(dict.fromkeys(entry.jobs))
            elif isinstance(entry, JobLine):
                ids[entry.id] = None
        return [job for id in ids if (job := shelf.job(id)).id]

    @property
    def whole(self) -> BatchLine | None:
        """The batch that an act means as a whole: its heading is under the cursor, and nothing is marked."""
        return None if self.table.marked else self.batch_here()

    def _those(self, states: Iterable[str], why_not: str) -> list[str]:
        """Ids of the chosen jobs that are in one of those states; says why when none is."""
        jobs, wanted = self.chosen(), frozenset(states)
        found = [job.id for job in jobs if job.state in wanted]
        if not found:
            what = f"{model.name_of(jobs[0])} is {model.state_of(jobs[0])[1]}: " if len(jobs) == 1 else ""
            self.say(f"{what}{why_not}" if jobs else NONE, "warn")
        return found

    def idle_acts(self) -> frozenset[str]:
        """The acts that have nothing to act on where the cursor stands."""
        batch = self.whole
        if batch is not None:
            could = {
                "ui.retry": batch.done + batch.open < batch.total,
                "ui.pause": bool(batch.open),
                "ui.cancel_job": bool(batch.open),
                "ui.hold": bool(batch.open),
                "ui.edit_spec": False,
            }
        else:
            states = {job.state for job in self.chosen()}
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
        batch = self.whole
        ids = self._those(model.OPEN, "it has ended already")
        question = model.cancel_question((job for job in self.chosen() if job.id in ids), HOST.now())
        if batch is not None and ids and not question:
            question = f"Cancel what is left of {batch.title}? {len(ids)} jobs."
        if not ids or (question and not await self.confirm(question)):
            return
        if batch is not None:
            await self.command("batch.cancel", id=batch.id)
        else:
            await self.command("job.cancel", ids=ids)

    async def act_retry(self, stroke: Stroke) -> None:
        """Once more with the same spec: a job that ended undone, or all such jobs of a batch."""
        batch = self.whole
        if batch is not None:
            if batch.done + batch.open == batch.total:
                self.say(f"nothing of {batch.title} has failed", "warn")
                return
            await self.command("batch.retry", id=batch.id)
            return
        hint = (
            "nothing here has failed; R makes it again"
            if len(self.chosen()) == 1
            else "nothing here has failed"
        )
        ids = self._those([*model.AGAIN, "publishing"], hint)
        if ids:
            await self.command("job.retry", ids=ids)

    async def act_hold(self, stroke: Stroke) -> None:
        """Hold what waits; release what is held."""
        held = [job.id for job in self.chosen() if job.state == "held"]
        if held:
            await self.command("job.release", ids=held)
            return
        ids = self._those(("queued", "waiting"), "only what waits can be held")
        if ids:
            await self.command("job.hold", ids=ids)

    async def act_pause(self, stroke: Stroke) -> None:
        """Pause what runs, resume what is paused; of a batch, all of it."""
        batch = self.whole
        if batch is not None:
            if not batch.open:
                self.say(f"{batch.title} has ended: there is nothing to pause", "warn")
                return
            await self.command("batch.resume" if batch.paused else "batch.pause", id=batch.id)
            return
        paused = [job.id for job in self.chosen() if job.state == "paused"]
        if paused:
            await self.command("job.resume", ids=paused)
            return
        ids = self._those(("running",), "only what runs can be paused; H holds what waits")
        if ids:
            await self.command("job.pause", ids=ids)

    async def act_pause_queue(self, stroke: Stroke) -> None:
        """Stop starting jobs, or go on."""
        paused = any(lane["paused"] for lane in self.queue.status.get("lanes", ()))
        await self.command("job.resume" if paused else "job.pause", ids=[])

    # -- order -------------------------------------------------------------------------------------

    async def act_sooner(self, stroke: Stroke) -> None:
        await self._priority(stroke.times)

    async def act_later(self, stroke: Stroke) -> None:
        await self._priority(-stroke.times)

    async def _priority(self, by: int) -> None:
        batch = self.whole
        ids = self._those(model.EDITABLE, "it has begun or ended, its priority counts no more")
        if not ids:
            return
        now = {job.id: self._priority_of(job) for job in self.chosen()}
        most = max(now[id] for id in ids)
        wanted = {id: (now[id] if batch is None else most) + by for id in ids}
        self._asked.update({id: (value, time.monotonic()) for id, value in wanted.items()})
        if batch is not None:
            await self.command("batch.priority", id=batch.id, priority=most + by)
            return
        for id, value in wanted.items():
            await self.command("job.priority", id=id, priority=value)

    def _priority_of(self, job: Job) -> int:
        """As it was asked for a moment ago, else as it is: `+ + +` in one breath is three."""
        value, at = self._asked.get(job.id, (0, 0.0))
        return value if at and time.monotonic() - at < ASKED_SECONDS else job.priority

    async def act_move_later(self, stroke: Stroke) -> None:
        await self._move(stroke.times)

    async def act_move_earlier(self, stroke: Stroke) -> None:
        await self._move(-stroke.times)

    async def _move(self, by: int) -> None:
        job = self.job_here()
        if job is None:
            self.say("J and K move one job; + and - a whole batch", "warn")
        elif job.state not in model.IN_LINE | {"held"}:
            self.say(
                f"{model.name_of(job)} is {model.state_of(job)[1]}: only what waits can be moved", "warn"
            )
        else:
            await self.command("job.move", id=job.id, by=by)

    # -- the spec ----------------------------------------------------------------------------------

    async def act_edit_spec(self, stroke: Stroke) -> None:
        """Change what a job that has not begun will do."""
        job = await self._whole(model.EDITABLE, "its spec can't change now; R makes it again with another")
        if job is None:
            return
        id, revision = job.id, job.revision

        async def save(patch: Mapping[str, Any]) -> None:
            if patch:
                await self._run("job.edit", id=id, set=_settings(patch), revision=revision)

        await self._panel(f"{model.name_of(job)} · its spec", job.spec, save, "saves")

    async def act_retry_changed(self, stroke: Stroke) -> None:
        """Once more with another spec: in place when it was not done, else as a new job."""
        job = await self._whole(model.ENDED, "only what has ended is made again; e edits what waits")
        if job is None:
            return
        id = job.id
        verb = "job.again" if job.state == "done" else "job.retry"

        async def save(patch: Mapping[str, Any]) -> None:
            await self._run(verb, ids=[id], set=_settings(patch))

        await self._panel(f"{model.name_of(job)} · once more, with changes", job.spec, save, "makes it again")

    async def _whole(self, states: Iterable[str], why_not: str) -> WholeJob | None:
        """The job under the cursor with its spec; None, and why, where it is not one of those."""
        job = self.job_here()
        if job is None:
            self.say("one job at a time: this is a batch" if self.batch_here() else NONE, "warn")
            return None
        if job.state not in frozenset(states):
            self.say(f"{model.name_of(job)} is {model.state_of(job)[1]}: {why_not}", "warn")
            return None
        found: WholeJob | None = await self.ask_queue(lambda client: client.job(job.id))
        if found is None:
            self.say("the queue is away; it is back in a moment", "warn")
        return found

    async def _run(self, command: str, **values: Any) -> None:
        """Run a command; raises what refuses it, for who can show where."""
        app = self.studio_app

        def work() -> str:
            from milimo_tui.studio.registry.registry import run

            return run(app.studio, command, values).message

        self.say(await app.working.run(work), "good")

    async def _panel(self, heading: str, spec: Mapping[str, Any], save: Any, verb: str) -> None:
        from milimo_tui.tui.jobs.spec_panel import SpecPanel

        await self.app.push_screen_wait(SpecPanel(heading, spec, save, verb=verb))

    def act_editor(self, stroke: Stroke) -> None:
        """E: the spec, as everywhere this field in $EDITOR; the panel hands it on."""
        self.background(partial(self.act_edit_spec, stroke))


def _settings(patch: Mapping[str, Any]) -> list[str]:
    """A merge patch as the commands take it: `path=value`, values as JSON."""
    return [f"{key}={json.dumps(value)}" for key, value in patch.items()]
