"""The core of the Jobs screen: its table and header, with the live queue, past jobs, folded batches and
filters.

The core holds the shown data and draws it. The screen's parts receive the core, but the core does not depend
on the parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import ClassVar

from rich.text import Text
from textual.containers import Vertical
from textual.widget import Widget

from milimo_tui.core.host import HOST
from milimo_tui.core.screens import ScreenName
from milimo_tui.jobs.values.machine_view import MachineView
from milimo_tui.jobs.values.states import ENDED, FAILED_STATES, IN_LINE
from milimo_tui.jobs.values.views import BatchView
from milimo_tui.studio.machine.work_price import format_price
from milimo_tui.studio.project.screen_next_step import NextStep, ScreenPlace, make_retry_step
from milimo_tui.studio.queue.job_rows import summarize_standing_tasks
from milimo_tui.tui.background.queue_feed import LiveQueue, make_ended_key
from milimo_tui.tui.jobs import job_lines, job_words
from milimo_tui.tui.jobs import machine_lines as machines
from milimo_tui.tui.jobs.job_lines import BatchLine, JobLine, JobViewFilter, KnownJobs
from milimo_tui.tui.jobs.job_table import JobTable
from milimo_tui.tui.jobs.job_words import Job
from milimo_tui.tui.jobs.past_jobs import PastJobs
from milimo_tui.tui.jobs.sparkline import draw_sparkline
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.widgets.empty import TO_HOME, Empty
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.text import join_line

# States in which a job waits for the user. The values are a description, the effect of the key, and the
# action that continues the job.
RESTING = {
    "held": ("is held", "releases it", "ui.hold"),
    "paused": ("is paused", "resumes", "ui.pause"),
}


class QueueView(PanedScreen):
    """The Jobs screen without its actions. A subclass implements the hooks `make_job_pane`,
    `handle_drawn_lines` and `draw_job`.
    """

    MODE = ScreenName.JOBS
    TITLE = "Jobs"
    NEEDS_FILM = False
    CONTEXTS: ClassVar[tuple[str, ...]] = ("jobs", "panes", "list", "global")
    AUTO_FOCUS = "#jobs"

    def __init__(self) -> None:
        super().__init__()
        self.queue = LiveQueue()
        self.away = False  # True if the supervisor has ended and no other one has reported yet.
        self.live: dict[str, Job] = {}
        self.past = PastJobs()
        self.known_jobs = KnownJobs()
        self._lines = job_lines.JobLineMaker()
        self.job_filter = JobViewFilter()
        # By batch id: True if the batch is folded. The first value depends on whether the batch is open;
        # later the user sets it.
        self.folds: dict[str, bool] = {}
        self.machine: MachineView | None = None
        self.throughput: tuple[float, ...] = ()
        self._job_to_show = ""  # Id of a job to which the cursor moves once the job has been read.

    def compose_body(self) -> Iterable[Widget]:
        """Create the table of jobs, and the details of the line under the cursor next to it or below it."""
        queue = Vertical(JobTable(id="jobs"), Empty(self.with_keys, id="empty"), Line(id="pace"), id="queue")
        yield Split(queue, self.make_job_pane(), id="split", wide=160, high=36)

    def make_job_pane(self) -> Widget:
        """Create the widget with the details of the line under the cursor. Implemented by the subclass."""
        raise NotImplementedError

    @property
    def has_widgets(self) -> bool:
        """True if the screen's widgets exist. An answer of the queue may arrive after the widgets were
        removed, while the studio closes.
        """
        return bool(self.query(JobTable))

    @property
    def table(self) -> JobTable:
        return self.query_one(JobTable)

    def _gather_jobs(self) -> KnownJobs:
        batches = {**self.past.batches, **self.queue.batches}
        ends = {id: end for id, end in self.queue.forecast.batches.items() if end is not None}
        return KnownJobs(self.live, self.past.jobs, batches, ends)

    def show_queue(self, queue: LiveQueue) -> None:
        self.away = not queue.running and (self.away or self.queue.running)
        if self.away:
            self.draw_queue()  # While no supervisor reports, the last known jobs stay visible.
            return
        self.queue, held_before, floor = queue, self.live, queue.floor or (0.0, "")
        self.live = {
            job.id: job for job in queue.jobs if job.state not in ENDED or make_ended_key(job) >= floor
        }
        self._update_past_jobs(held_before)
        self.draw_queue()

    def _update_past_jobs(self, previous: Mapping[str, Job]) -> None:
        """Move jobs that were dropped from the live queue to the past jobs, and remove past jobs that are
        live again.

        `previous` are the jobs of the previous live queue.
        """
        floor = self.queue.floor
        if floor != self.past.top:
            ended = [job for job in previous.values() if job.state in ENDED]
            dropped = [job for job in ended if job.id not in self.live]
            saw_all = bool(ended) and floor is not None and max(make_ended_key(job) for job in ended) >= floor
            if saw_all:
                self.past.add_newest(
                    [job for job in dropped if job_lines.passes_job_filter(job, self.job_filter)], floor
                )
            else:
                self._reset_past()
        self.past.drop_jobs(self.live)

    def _reset_past(self) -> None:
        """Discard the past jobs that were read. This is necessary if the filters changed, or if too many jobs
        ended between two updates.
        """
        batches = self.past.batches
        self.past = PastJobs(self.job_filter.past_filters, self.queue.floor)
        self.past.batches = batches

    def set_filter(self, job_filter: JobViewFilter) -> None:
        """Apply another filter or order to the table."""
        differs = replace(job_filter, order=self.job_filter.order) != self.job_filter
        self.job_filter = job_filter
        if differs:
            self._reset_past()
        self.draw_queue()

    def draw_queue(self) -> None:
        """Draw the table, the header, the footer and the details from the present data."""
        if not self.has_widgets:
            return
        now, known_jobs = HOST.now(), self._gather_jobs()
        self.known_jobs = known_jobs
        opened, version = self._find_opened_batches(known_jobs), self.past.version
        found = self._lines.make_job_lines(
            known_jobs, self.job_filter, opened=opened, now=now, version=version
        )
        there = bool(found) or not self.past.is_complete
        self.table.show_lines(found, known_jobs, now, self.queue.get_expected_start)
        self._go_to_requested_job(found)
        self._show_queue_empty_state(there)
        self.table.display = there
        self._draw_queue_footer()
        self.draw_job()
        self.refresh_lines()
        self.handle_drawn_lines(found)

    def handle_drawn_lines(self, found: tuple[job_lines.Line, ...]) -> None:
        """A hook that is called with the table's lines after each drawing. The subclass reads the jobs that
        are still missing.
        """

    def go_to_job(self, id: str) -> None:
        """Move the cursor to a job, and remove the filters that may hide it. If the job is not known, search
        for its id among all past jobs.
        """
        self._job_to_show = id
        self.job_filter = JobViewFilter(order=self.job_filter.order)
        job = self.live.get(id) or self.past.jobs.get(id)
        if self.queue.running and job is None:
            self.set_filter(JobViewFilter(text=id, order=self.job_filter.order))
            return
        self.draw_queue()

    def _go_to_requested_job(self, found: tuple[job_lines.Line, ...]) -> None:
        if not self._job_to_show or not self.queue.running:
            return
        batch = str(self.known_jobs.get_job(self._job_to_show).batch or "")
        at = next((index for index, entry in enumerate(found) if entry.id == self._job_to_show), -1)
        if at >= 0:
            self._job_to_show = ""
            self.table.move_to(at)
        elif batch and self.folds.get(batch, True):
            self.folds[batch] = False
            self.call_after_refresh(self.draw_queue)

    def draw_job(self) -> None:
        """A hook that draws the details of the line under the cursor. The subclass implements it."""

    def _find_opened_batches(self, known_jobs: KnownJobs) -> frozenset[str]:
        """Return the ids of the batches that are not folded. A batch that is seen for the first time is
        unfolded if it has open jobs.
        """
        at_work: dict[str, bool] = {}
        for job in known_jobs.live.values():
            batch = job.batch
            if batch and batch not in self.folds:
                at_work[batch] = at_work.get(batch, False) or job.state not in ENDED
        self.folds.update({batch: not is_at_work for batch, is_at_work in at_work.items()})
        return frozenset(batch for batch, is_folded in self.folds.items() if not is_folded)

    def _show_queue_empty_state(self, there_are_some: bool) -> None:
        empty = self.query_one(Empty)
        empty.display = not there_are_some
        if not self.job_filter.shows_all:
            words = job_lines.describe_job_filter(self.job_filter, self.known_jobs).removeprefix("only ")
            empty.show_guide(
                f"No jobs: {words}.", [("{ui.filter}", "shows others"), ("{ui.out}", "shows all")]
            )
            return
        guides = [
            ("{ui.mode storyboard}", "the storyboard: {storyboard:shot.make} makes a take of a shot"),
            ("{ui.mode film}", "the film: {film:ui.render} renders it"),
        ]
        empty.show_guide(
            "Nothing is being made.",
            [
                *(guides if self.film is not None else [TO_HOME]),
                ("", "Workers make takes, boards and films, and continue when you leave."),
            ],
        )

    def format_header_title(self) -> Text:
        """Return the header's title, such as `Jobs 2 running 5 waiting`, followed by the filter and the
        paused lanes.
        """
        ink = self.ink
        counts = self.queue.status.counts or job_words.tally_jobs_by_state(self.live.values())
        text = join_line(
            (self.TITLE, ink.strong), (f"   {job_words.summarize_job_counts(counts)}".rstrip(), ink.text)
        )
        left_out = job_lines.describe_job_filter(self.job_filter, self.known_jobs)
        if left_out:
            text.append(f"   {left_out}", ink.stale)
        if self.away:
            text.append("   … supervisor not reachable", ink.stale)
        lanes = self.queue.status.lanes
        paused = [lane.id for lane in lanes if lane.paused]
        if paused:
            lane_names = f"{', '.join(paused)} " if len(paused) < len(lanes) else ""
            text.append(f"   … {lane_names}paused", ink.stale)
        return text

    def format_header_facts(self) -> Text:
        room = self.size.width - self.format_header_title().cell_len - 5
        if self.machine is None or room <= 0:
            return Text()
        return machines.format_machine_summary(self.machine, self.ink, room)

    def _draw_queue_footer(self) -> None:
        """Draw the line under the table.

        At the left it shows paused lanes and the number of older jobs; at the right the price of the
        remaining jobs, the error of estimates, and the number of jobs done in a minute.
        """
        ink = self.ink
        left = join_line()
        for lane in self.queue.status.lanes:
            if lane.paused and lane.reason not in ("", "paused by request"):
                left.append(f"{'   ' if left.plain else ''}… {lane.id}: {lane.reason}", ink.stale)
        for standing in summarize_standing_tasks(self.queue.status, HOST.now()):
            left.append(f"{'   ' if left.plain else ''}… {standing}", ink.stale)
        ended = sum(number for state, number in self.queue.status.counts.items() if state in ENDED)
        known = len(self.past.jobs) + sum(job.state in ENDED for job in self.live.values())
        if not self.past.is_complete and self.job_filter.shows_all and ended > known:
            left.append(f"{'   ' if left.plain else ''}{ended - known:,} older ones below", ink.muted)
        if self.job_filter.order != "batches":
            left.append(f"{'   ' if left.plain else ''}{job_lines.ORDERS[self.job_filter.order]}", ink.muted)
        words = [self._format_queue_price(), machines.format_estimate_error(self.queue.forecast.error)]
        right = join_line(("   ".join(filter(None, words)), ink.muted))
        if any(self.throughput):
            minutes = list(self.throughput[-5:])
            while len(minutes) > 1 and not minutes[0]:
                # Ignore leading minutes without a finished job, because the queue had probably not started
                # then.
                del minutes[0]
            rate = sum(minutes) / len(minutes)
            bars = draw_sparkline(self.throughput, 10 if self.size.width < 110 else 24)
            right.append("   " if right.plain else "")
            right.append(bars, ink.working)
            right.append(f"  {rate:.1f} a minute" if rate < 9.95 else f"  {rate:.0f} a minute", ink.muted)
        self.query_one("#pace", Line).show_line(left, right)

    def _format_queue_price(self) -> str:
        """Return the price of the remaining jobs. Return an empty text if no price is set or if their
        duration is not known.
        """
        work = [job.seconds for job in self.queue.forecast.jobs.values()]
        seconds = None if None in work else sum(second for second in work if second is not None)
        return format_price(self.studio_app.studio.settings, seconds) if seconds else ""

    def get_current_place(self) -> ScreenPlace:
        """Return the user's position with the next step for the job under the cursor: retry a failed job, or
        continue a held or paused one. For any other job, the step resumes the queue if it is paused.
        """
        job = self.get_cursor_job()
        found = RESTING.get(job.state) if job is not None else None
        if job is not None and job.state in FAILED_STATES:
            step = replace(make_retry_step(job), act="ui.retry")
        elif job is not None and found is not None:
            words = f"{job_words.get_job_name(job)} {found[0]}"
            step = NextStep("", "job.list", words, does=found[1], act=found[2])
        elif self.is_queue_paused:
            words, does = "the queue is paused", "resumes"
            step = NextStep("", "job.resume", words, does=does, act="ui.pause_queue")
        else:
            return ScreenPlace(self.MODE)
        return ScreenPlace(self.MODE, step=step)

    @property
    def is_queue_paused(self) -> bool:
        """True if a lane is paused and jobs are waiting."""
        paused = {lane.id for lane in self.queue.status.lanes if lane.paused}
        return bool(paused) and any(job.state in IN_LINE for job in self.live.values())

    def get_cursor_job(self) -> Job | None:
        """Return the job under the cursor; None if the cursor is not on a job."""
        entry = self.table.line
        job = self.known_jobs.get_job(entry.id) if isinstance(entry, JobLine) else None
        return job if job is not None and job.id else None

    def get_cursor_batch(self) -> BatchLine | None:
        """Return the batch whose heading is under the cursor; None if the cursor is not on a batch."""
        entry = self.table.line
        return entry if isinstance(entry, BatchLine) else None

    def list_selected_jobs(self) -> list[Job]:
        """Return the jobs that an action applies to: those of the marked rows, otherwise the job under the
        cursor. The heading of a batch stands for all its known jobs.
        """
        known_jobs, table = self.known_jobs, self.table
        marked = [entry for entry in table.lines if entry.id in table.marked]
        entries = marked or ([table.line] if table.line is not None else [])
        ids: dict[str, None] = {}
        for entry in entries:
            if isinstance(entry, BatchLine):
                ids.update(dict.fromkeys(entry.jobs))
            elif isinstance(entry, JobLine):
                ids[entry.id] = None
        return [job for id in ids if (job := known_jobs.get_job(id)).id]

    @property
    def selected_batch(self) -> BatchLine | None:
        """The batch that an action applies to: the batch whose heading is under the cursor, if no row is
        marked; otherwise None.
        """
        return None if self.table.marked else self.get_cursor_batch()

    def get_batch_view(self, id: str) -> BatchView | None:
        """Return the batch `id` as last read; None if it is unknown."""
        return self.queue.batches.get(id) or self.past.batches.get(id)
