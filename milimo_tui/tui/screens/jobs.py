"""The Jobs screen: what the box works on, live; cancel, retry, hold, pause, order, and each job's own words.

Draws the queue as the app last heard it; every act is a command of the registry.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.containers import Vertical
from textual.timer import Timer
from textual.widget import Widget

from milimo_tui.core.errors import MilimoError
from milimo_tui.tui import jobs_model as model
from milimo_tui.tui.jobs_model import BatchLine, Job, JobLine
from milimo_tui.tui.screen import StudioScreen
from milimo_tui.tui.widgets.empty import Empty
from milimo_tui.tui.widgets.job_table import JobTable
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import line, plural

if TYPE_CHECKING:
    from milimo_tui.tui.chords import Stroke
    from milimo_tui.tui.follow import Queue

LOG_DELAY = 0.15  # the cursor rests this long before a log is read


class JobsScreen(StudioScreen):
    """The queue and, below it, the job under the cursor."""

    MODE = "jobs"
    TITLE = "Jobs"
    NEEDS_FILM = False
    CONTEXTS: ClassVar[tuple[str, ...]] = ("jobs", "list", "global")
    CSS_PATH = "jobs.tcss"
    AUTO_FOCUS = "#jobs"

    def __init__(self) -> None:
        super().__init__()
        self.jobs: dict[str, Job] = {}
        self.running = False
        self.status: dict[str, Any] = {}
        self.folded: set[str] = set()
        self.seen: set[str] = set()  # batches that were shown once: folded by hand from then on
        self.shown = model.FILTERS[0]
        self.words = ""
        self._log_of = ""
        self._log_timer: Timer | None = None

    def body(self) -> Iterable[Widget]:
        yield JobTable(id="jobs")
        yield Empty(id="empty")
        yield Vertical(Line(id="job-head"), Line(id="job-facts"), Rows(id="job-log"), id="job")

    @property
    def table(self) -> JobTable:
        return self.query_one(JobTable)

    # -- drawing ---------------------------------------------------------------------------------

    def show_queue(self, queue: Queue) -> None:
        went = self.running and not queue.running
        self.jobs = {job["id"]: job for job in queue.jobs}
        self.running, self.status = queue.running, queue.status
        if went and self.is_current:
            self._wake_soon()  # it was ended from elsewhere: its successor takes up what is left
        self._draw()
        self._read_log_soon(0.0 if self._job_runs() else LOG_DELAY)

    def facts(self) -> Text:
        ink = self.ink
        text = line((model.summary(self.jobs.values()), ink.text))
        if self.shown != "all" or self.words:
            text.append(f"   only {self.shown} {self.words}".rstrip(), ink.stale)
        lanes = self.status.get("lanes", ())
        paused = [lane["id"] for lane in lanes if lane["paused"]]
        if paused:
            which = f"{', '.join(paused)} " if len(paused) < len(lanes) else ""
            text.append(f"   … {which}paused", ink.stale)
        for worker in self.status.get("workers", ()):
            loaded = worker.get("loaded")
            if loaded and self.size.width >= 100:
                text.append(f"   {worker['id']} {_loaded(loaded)}", ink.muted)
        return text

    def _draw(self) -> None:
        now = time.time()
        for batch in {str(job["batch"]) for job in self.jobs.values() if job.get("batch")} - self.seen:
            self.seen.add(batch)
            if all(job["state"] == "done" for job in self.jobs.values() if job.get("batch") == batch):
                self.folded.add(batch)
        lines = model.lines_of(self.jobs, folded=frozenset(self.folded), shown=self.shown, text=self.words)
        self.table.show_jobs(lines, self.jobs, now)
        self._teach(bool(lines))
        self.query_one("#job").display = bool(lines)
        self.table.display = bool(lines)
        self._draw_job()
        self.refresh_lines()

    def _teach(self, there_are_some: bool) -> None:
        empty = self.query_one(Empty)
        empty.display = not there_are_some
        if self.jobs:
            empty.teach(f"No {self.shown} jobs.", [("f", "shows others"), ("Esc", "shows all")])
            return
        empty.teach(
            "Nothing is being made.",
            [
                ("g b", "goes to the storyboard: c c makes a take of a shot"),
                ("g f", "goes to the film: c c renders it"),
                ("", "Workers make takes, boards and films, and go on when you leave."),
            ],
        )

    def on_screen_resume(self) -> None:
        """Jobs that ended while nobody looked are in the queue's file: its supervisor reads it."""
        super().on_screen_resume()
        if not self.running:
            self._wake_soon()

    def _wake_soon(self) -> None:
        if self.studio_app.studio.home.studio_db.exists():
            self.background(self._wake, "wake", exclusive=True)

    async def _wake(self) -> None:
        try:
            await self.in_thread(self.studio_app.studio.client)
        except MilimoError as error:
            self.studio_app.say_error(error)

    def _draw_job(self) -> None:
        ink, entry = self.ink, self.table.line
        head, facts = self.query_one("#job-head", Line), self.query_one("#job-facts", Line)
        if entry is None:
            return
        if isinstance(entry, BatchLine):
            head.show(line((entry.title, ink.strong)), line((plural(entry.total, "job"), ink.muted)))
            facts.show(line((f"Enter {'unfolds' if entry.folded else 'folds'} it", ink.muted)))
            return
        job = self.jobs.get(entry.id, {})
        glyph, word, colour = model.state_of(job)
        head.show(
            line(
                (str(job.get("label") or entry.id), ink.strong),
                "  ",
                (f"{glyph} {word}", getattr(ink, colour)),
            ),
            line((entry.id, ink.muted)),
        )
        facts.show(line((_facts_of(job, time.time()), ink.muted)))

    def _job_runs(self) -> bool:
        job = self._job()
        return bool(job and job.get("state") in model.ACTIVE)

    def _job(self) -> Job | None:
        entry = self.table.line
        return self.jobs.get(entry.id) if isinstance(entry, JobLine) else None

    # -- the log ---------------------------------------------------------------------------------

    def on_rows_moved(self, event: Rows.Moved) -> None:
        if event.rows is self.table:
            self._draw_job()
            self._read_log_soon(LOG_DELAY)

    def _read_log_soon(self, delay: float) -> None:
        if self._log_timer is not None:
            self._log_timer.stop()
        self._log_timer = self.set_timer(max(delay, 0.01), self._read_log)

    def _read_log(self) -> None:
        self.background(self._show_log, "job-log", exclusive=True)

    async def _show_log(self) -> None:
        """The last lines of the log of the job under the cursor; quiet where the queue is away."""
        job = self._job()
        log = self.query_one("#job-log", Rows)
        if job is None:
            log.show([])
            self._log_of = ""
            return
        id = str(job["id"])
        studio = self.studio_app.studio

        def read() -> str:
            client = studio.client_or_none()
            try:
                return str(client.log(id)) if client else ""
            except MilimoError as error:
                return error.message

        text = await self.in_thread(read)
        rows = [
            Row(str(index), line((words, self.ink.text))) for index, words in enumerate(text.splitlines())
        ]
        follows = self._log_of != id or log.cursor >= len(log.rows) - 1
        self._log_of = id
        log.show(rows or [Row("", line(("it has said nothing yet", self.ink.muted)))])
        if follows:
            log.move_to(len(rows) - 1, -1)

    # -- acts --------------------------------------------------------------------------------------

    def chosen(self) -> list[Job]:
        """The marked jobs, else the one under the cursor, else those of the batch there."""
        marked = [self.jobs[id] for id in self.jobs if id in self.table.marked]
        if marked:
            return marked
        entry = self.table.line
        if isinstance(entry, BatchLine):
            return [self.jobs[id] for id in entry.jobs if id in self.jobs]
        job = self._job()
        return [job] if job else []

    def _ids(self, jobs: Sequence[Job], why_not: str) -> list[str]:
        if not jobs:
            self.say(why_not, "warn")
        return [str(job["id"]) for job in jobs]

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter folds a batch, and goes into a job's log."""
        if event.rows is not self.table:
            return
        entry = self.table.line
        if isinstance(entry, BatchLine):
            self.folded ^= {entry.id}
            self._draw()
        elif entry is not None:
            self.query_one("#job-log").focus()

    def act_out(self, stroke: Stroke) -> None:
        """Esc: from the log back to the table."""
        if self.focused is not self.table:
            self.table.focus()
        elif self.words or self.shown != "all":
            self.words, self.shown = "", "all"
            self._draw()
        else:
            super().act_out(stroke)

    async def act_cancel_job(self, stroke: Stroke) -> None:
        jobs = [job for job in self.chosen() if job.get("state") not in model.ENDED]
        ids = self._ids(jobs, "it has ended already")
        question = model.cancel_question(jobs, time.time())
        if ids and (not question or await self.confirm(question)):
            await self.command("job.cancel", ids=ids)

    async def act_retry(self, stroke: Stroke) -> None:
        again = model.BAD | {"cancelled", "skipped"}
        ids = self._ids(
            [job for job in self.chosen() if job.get("state") in again], "nothing here has failed"
        )
        if ids:
            await self.command("job.retry", ids=ids)

    async def act_hold(self, stroke: Stroke) -> None:
        """Hold what waits; release what is held."""
        jobs = self.chosen()
        held = [job for job in jobs if job.get("state") == "held"]
        if held:
            await self.command("job.release", ids=self._ids(held, ""))
            return
        waiting = [job for job in jobs if job.get("state") in model.IN_LINE]
        ids = self._ids(waiting, "only what waits can be held")
        if ids:
            await self.command("job.hold", ids=ids)

    async def act_pause(self, stroke: Stroke) -> None:
        """Pause what runs; resume what is paused."""
        jobs = self.chosen()
        paused = [job for job in jobs if job.get("state") == "paused"]
        if paused:
            await self.command("job.resume", ids=self._ids(paused, ""))
            return
        ids = self._ids(
            [job for job in jobs if job.get("state") == "running"], "only what runs can be paused"
        )
        if ids:
            await self.command("job.pause", ids=ids)

    async def act_pause_queue(self, stroke: Stroke) -> None:
        """Stop starting jobs, or go on."""
        paused = any(lane["paused"] for lane in self.status.get("lanes", ()))
        await self.command("job.resume" if paused else "job.pause", ids=[])

    async def act_sooner(self, stroke: Stroke) -> None:
        await self._priority(stroke.times)

    async def act_later(self, stroke: Stroke) -> None:
        await self._priority(-stroke.times)

    async def _priority(self, by: int) -> None:
        waiting = [job for job in self.chosen() if job.get("state") not in model.ENDED]
        for job in waiting:
            await self.command("job.priority", id=job["id"], priority=int(job.get("priority") or 0) + by)
        self._ids(waiting, "it has ended already")

    async def act_move_later(self, stroke: Stroke) -> None:
        await self._move(stroke.times)

    async def act_move_earlier(self, stroke: Stroke) -> None:
        await self._move(-stroke.times)

    async def _move(self, by: int) -> None:
        job = self._job()
        if job is None or job.get("state") not in model.IN_LINE:
            self.say("only what waits can be moved", "warn")
            return
        await self.command("job.move", id=job["id"], by=by)

    def act_filter(self, stroke: Stroke) -> None:
        """Go round: all, active, failed, done."""
        at = model.FILTERS.index(self.shown)
        self.shown = model.FILTERS[(at + 1) % len(model.FILTERS)]
        self._draw()
        self.say(f"showing {self.shown} jobs", hint="f goes on, Esc shows all")


def _loaded(loaded: Any) -> str:
    names = loaded if isinstance(loaded, list | tuple) else [loaded]
    return f"{' + '.join(str(name) for name in names)} loaded"


def _facts_of(job: Job, now: float) -> str:
    """`cpu lane · animatic · attempt 2 · ran 0:38 on cpu0`."""
    facts = [f"{job.get('lane') or ''} lane", str(job.get("engine") or "")]
    attempts = int(job.get("attempts") or 0)
    if attempts > 1:
        facts.append(f"attempt {attempts}")
    if job.get("priority"):
        facts.append(f"priority {job['priority']:+d}")
    ran = model.ran(job, now)
    if ran is not None:
        facts.append(f"{'ran' if job.get('state') in model.ENDED else 'runs for'} {model.took_text(ran)}")
    if job.get("worker"):
        facts.append(f"on {job['worker']}")
    why = str(job.get("error") or job.get("reason") or "")
    return "   ".join(fact for fact in [*facts, why] if fact.strip())
