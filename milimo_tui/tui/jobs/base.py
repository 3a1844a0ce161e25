"""The Jobs screen's table and header: the queue as heard, older jobs by pages, folds, filters, the machine.

The core of the screen: holds what is shown and draws it. Parts are given it, and it needs none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from rich.text import Text
from textual.widget import Widget

from milimo_tui.core.host import HOST
from milimo_tui.jobs.values.views import BatchView
from milimo_tui.tui.jobs import lines, model
from milimo_tui.tui.jobs import machine as machines
from milimo_tui.tui.jobs.job_table import JobTable
from milimo_tui.tui.jobs.lines import BatchLine, JobLine, Shelf, Sight
from milimo_tui.tui.jobs.model import Job
from milimo_tui.tui.jobs.past import Past
from milimo_tui.tui.jobs.sparkline import sparkline
from milimo_tui.tui.shell.queue_feed import ENDED, Queue, key_of
from milimo_tui.tui.shell.screen import StudioScreen
from milimo_tui.tui.widgets.empty import Empty
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.text import line


class JobsBase(StudioScreen):
    """The queue as lines. What it asks (`drawn`, `draw_job`) the screen answers with its parts."""

    MODE = "jobs"
    TITLE = "Jobs"
    NEEDS_FILM = False
    CONTEXTS: ClassVar[tuple[str, ...]] = ("jobs", "list", "global")
    AUTO_FOCUS = "#jobs"

    def __init__(self) -> None:
        super().__init__()
        self.queue = Queue()
        self.away = False  # the supervisor ended, and its successor has said nothing yet
        self.live: dict[str, Job] = {}
        self.past = Past()
        self.shelf = Shelf()
        self._lines = lines.Lines()
        self.sight = Sight()
        self.folds: dict[str, bool] = {}  # batch → folded; what a person chose, or as first seen
        self.machine: Mapping[str, Any] = {}
        self.pace: tuple[float, ...] = ()
        self._wanted = ""  # a job that the cursor is to stand on once it is known

    def body(self) -> Iterable[Widget]:
        yield JobTable(id="jobs")
        yield Empty(id="empty")
        yield Line(id="pace")

    @property
    def is_there(self) -> bool:
        """Whether the widgets are: an answer may come when the studio is being left."""
        return bool(self.query(JobTable))

    @property
    def table(self) -> JobTable:
        return self.query_one(JobTable)

    def _new_shelf(self) -> Shelf:
        batches = {**self.past.batches, **self.queue.batches}
        ends = {id: end for id, end in self.queue.forecast.batches.items() if end is not None}
        return Shelf(self.live, self.past.jobs, batches, ends)

    # -- the queue ---------------------------------------------------------------------------------

    def show_queue(self, queue: Queue) -> None:
        self.away = not queue.running and (self.away or self.queue.running)
        if self.away:
            self.draw()  # what was last heard stays in sight
            return
        self.queue, held_before, floor = queue, self.live, queue.floor or (0.0, "")
        self.live = {job.id: job for job in queue.jobs if job.state not in ENDED or key_of(job) >= floor}
        self._keep_the_past(held_before)
        self.draw()

    def _keep_the_past(self, held: Mapping[str, Job]) -> None:
        """What the queue holds no longer goes to the past; what it holds again leaves it."""
        floor = self.queue.floor
        if floor != self.past.top:
            ended = [job for job in held.values() if job.state in ENDED]
            gone = [job for job in ended if job.id not in self.live]
            saw_all = bool(ended) and floor is not None and max(key_of(job) for job in ended) >= floor
            if saw_all:
                self.past.let_go([job for job in gone if lines.accepts(job, self.sight)], floor)
            else:
                self._past_anew()
        self.past.drop(self.live)

    def _past_anew(self) -> None:
        """Forget what was read: other filters, or too much happened while nobody looked."""
        batches = self.past.batches
        self.past = Past(self.sight.past_filters, self.queue.floor)
        self.past.batches = batches

    def look_at(self, sight: Sight) -> None:
        """Other filters or another order."""
        anew = replace(sight, order=self.sight.order) != self.sight
        self.sight = sight
        if anew:
            self._past_anew()
        self.draw()

    # -- drawing -----------------------------------------------------------------------------------

    def draw(self) -> None:
        """Everything from the present values."""
        if not self.is_there:
            return
        now, shelf = HOST.now(), self._new_shelf()
        self.shelf = shelf
        opened, version = self._opened(shelf), self.past.version
        found = self._lines.make(shelf, self.sight, opened=opened, now=now, version=version)
        there = bool(found) or not self.past.is_whole
        self.table.show_lines(found, shelf, now, self.queue.start_of)
        self._go_to_wanted(found)
        self._teach(there)
        self.table.display = there
        self._draw_pace()
        self.draw_job()
        self.refresh_lines()
        self.drawn(found)

    def drawn(self, found: tuple[lines.Line, ...]) -> None:
        """Read what the lines that stand there now call for."""

    def go_to_job(self, id: str) -> None:
        """The cursor on a job, however long ago it ended."""
        self._wanted = id
        self.sight = Sight(order=self.sight.order)
        job = self.live.get(id) or self.past.jobs.get(id)
        if self.queue.running and job is None:
            self.look_at(Sight(text=id, order=self.sight.order))
            return
        self.draw()

    def _go_to_wanted(self, found: tuple[lines.Line, ...]) -> None:
        if not self._wanted or not self.queue.running:
            return
        batch = str(self.shelf.job(self._wanted).batch or "")
        at = next((index for index, entry in enumerate(found) if entry.id == self._wanted), -1)
        if at >= 0:
            self._wanted = ""
            self.table.move_to(at)
        elif batch and self.folds.get(batch, True):
            self.folds[batch] = False
            self.call_after_refresh(self.draw)

    def draw_job(self) -> None:
        """Draw what is told of the line under the cursor."""

    def _opened(self, shelf: Shelf) -> frozenset[str]:
        """Batches that show their jobs: those a person opened, and at first sight those that are open."""
        at_work: dict[str, bool] = {}
        for job in shelf.live.values():
            batch = job.batch
            if batch and batch not in self.folds:
                at_work[batch] = at_work.get(batch, False) or job.state not in ENDED
        self.folds.update({batch: not is_at_work for batch, is_at_work in at_work.items()})
        return frozenset(batch for batch, is_folded in self.folds.items() if not is_folded)

    def _teach(self, there_are_some: bool) -> None:
        empty = self.query_one(Empty)
        empty.display = not there_are_some
        if not self.sight.is_whole:
            words = lines.sight_words(self.sight, self.shelf).removeprefix("only ")
            empty.teach(f"No jobs: {words}.", [("f", "shows others"), ("Esc", "shows all")])
            return
        empty.teach(
            "Nothing is being made.",
            [
                ("g b", "goes to the storyboard: c c makes a take of a shot"),
                ("g f", "goes to the film: c c renders it"),
                ("", "Workers make takes, boards and films, and go on when you leave."),
            ],
        )

    def heading(self) -> Text:
        """`Jobs   2 running   5 waiting`, and what is left out or stands still."""
        ink = self.ink
        counts = self.queue.status.get("counts") or model.counts_of(self.live.values())
        text = line((self.TITLE, ink.strong), (f"   {model.summary(counts)}".rstrip(), ink.text))
        left_out = lines.sight_words(self.sight, self.shelf)
        if left_out:
            text.append(f"   {left_out}", ink.stale)
        if self.away:
            text.append("   … the supervisor is away", ink.stale)
        lanes = self.queue.status.get("lanes", ())
        paused = [lane["id"] for lane in lanes if lane["paused"]]
        if paused:
            which = f"{', '.join(paused)} " if len(paused) < len(lanes) else ""
            text.append(f"   … {which}paused", ink.stale)
        return text

    def facts(self) -> Text:
        room = self.size.width - self.heading().cell_len - 5
        return machines.head_line(self.machine, self.ink, room) if self.machine and room > 0 else Text()

    def _draw_pace(self) -> None:
        """Under the table: what lies below, how good estimates are, how many jobs are done a minute."""
        ink = self.ink
        left = line()
        for lane in self.queue.status.get("lanes", ()):
            if lane["paused"] and lane.get("reason") not in ("", None, "paused by request"):
                left.append(f"{'   ' if left.plain else ''}… {lane['id']}: {lane['reason']}", ink.stale)
        ended = sum(number for state, number in self.queue.status.get("counts", {}).items() if state in ENDED)
        known = len(self.past.jobs) + sum(job.state in ENDED for job in self.live.values())
        if not self.past.is_whole and self.sight.is_whole and ended > known:
            left.append(f"{'   ' if left.plain else ''}{ended - known:,} older ones below", ink.muted)
        if self.sight.order != "batches":
            left.append(f"{'   ' if left.plain else ''}{lines.ORDER_WORDS[self.sight.order]}", ink.muted)
        right = line((machines.pace_words(self.queue.forecast.error), ink.muted))
        if any(self.pace):
            minutes = list(self.pace[-5:])
            while len(minutes) > 1 and not minutes[0]:
                del minutes[0]  # it had not begun then
            rate = sum(minutes) / len(minutes)
            bars = sparkline(self.pace, 10 if self.size.width < 110 else 24)
            right.append("   " if right.plain else "")
            right.append(bars, ink.working)
            right.append(f"  {rate:.1f} a minute" if rate < 9.95 else f"  {rate:.0f} a minute", ink.muted)
        self.query_one("#pace", Line).show(left, right)

    # -- what is chosen ----------------------------------------------------------------------------

    def job_here(self) -> Job | None:
        """The job under the cursor."""
        entry = self.table.line
        job = self.shelf.job(entry.id) if isinstance(entry, JobLine) else None
        return job if job is not None and job.id else None

    def batch_here(self) -> BatchLine | None:
        """The batch whose heading is under the cursor."""
        entry = self.table.line
        return entry if isinstance(entry, BatchLine) else None

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

    def batch_of(self, id: str) -> BatchView | None:
        """The batch as the queue has it; None where it told nothing."""
        return self.queue.batches.get(id) or self.past.batches.get(id)
