"""The panes for the line under the cursor: the job's log and history while they grow, its newest picture, the
check of a film, and the machine.

If there is space, the panes are side by side. Otherwise one is shown at a time, and Tab goes to the next.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widget import Widget

from milimo_tui.core.format import format_count
from milimo_tui.core.host import HOST
from milimo_tui.jobs.values.states import ACTIVE
from milimo_tui.tui.jobs import job_history, job_words
from milimo_tui.tui.jobs import machine_lines as machines
from milimo_tui.tui.jobs.details import JobDetails, read_job_details
from milimo_tui.tui.jobs.job_lines import BatchLine
from milimo_tui.tui.jobs.job_words import Job
from milimo_tui.tui.jobs.pane_rows import (
    choose_job_picture,
    make_film_check_rows,
    make_history_rows,
    make_job_log_rows,
    make_trouble_row,
    make_working_row,
)
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.play.job_previews import JobPreviews, get_preview_path
from milimo_tui.tui.play.monitor import Monitor
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.tui.jobs.queue_reader import QueueReader
    from milimo_tui.tui.jobs.queue_view import QueueView
    from milimo_tui.tui.keys.key_parser import KeyCommand

REST = 0.15  # Seconds that the cursor must rest on a job before the job is read.
REREAD = 0.4  # Seconds between two reads of a job that is changing.
# From this screen width in columns, the result of a job is shown. On a narrower screen, only the preview of a
# running job is shown.
ROOM = 110
PANES = ("log", "history", "check", "machine")


class JobPanes:
    """The part of the Jobs screen with the details of the job or batch under the cursor: a heading, a line
    with its properties, and the panes (log, history, picture, check, machine).
    """

    def __init__(self, core: QueueView, reader: QueueReader) -> None:
        self._core, self._reader = core, reader
        self.details = JobDetails()
        self.pane = PANES[0]  # Name of the pane that is shown if there is space for only one.
        # The job as it was when `details` was read. If the queue now has another state, it is read again.
        self._job_read: Job | None = None
        self._timer: Timer | None = None
        self._log_width = 0  # Width in cells for which the log was last wrapped.
        self._check_width = -1
        self._pictured = ""
        self._monitor: Monitor | None = None
        self._previews = JobPreviews(core)

    def make_widget(self) -> Widget:
        """Create the widget that contains the heading, the line with the job's properties and the panes."""
        return Vertical(
            Line(id="job-head"),
            Line(id="job-facts"),
            Horizontal(
                *(Rows(id=f"job-{name}", classes="pane", quiet=True) for name in PANES),
                Picture(id="job-picture"),
                id="job-panes",
            ),
            id="job",
        )

    def start(self) -> None:
        """Prepare the panes. Call once the screen's widgets exist."""
        self._monitor = Monitor(self._core.studio_app.pictures, "jobs")
        self._core.query_one("#job-picture").display = False
        self._update_shown_pane()

    def get_pane_rows(self, name: str) -> Rows:
        """Return the list widget of the pane `name`."""
        return self._core.query_one(f"#job-{name}", Rows)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the panes available for the line under the cursor. The pane `check` is available for a
        film that has been checked.
        """
        return PANES if self.details.report is not None else tuple(name for name in PANES if name != "check")

    @property
    def has_room(self) -> bool:
        """True if there is space to show the panes side by side."""
        return self._core.query_one(Split).is_beside or self._core.size.width >= 160

    def draw_panes(self) -> None:
        """Draw the details of the job or batch under the cursor."""
        entry = self._core.table.line
        self._core.query_one(Split).set_pane_offered(entry is not None)
        if entry is None:
            return
        self._draw_machine()
        if isinstance(entry, BatchLine):
            self._draw_batch(entry)
            return
        job = self._core.get_cursor_job()
        if job is None:
            return
        self._draw_head(job)
        if self.details.id != job.id:
            self.details, self._job_read = JobDetails(job.id), None
            self._draw_job_details()
            self._schedule_job_read(REST, replaces=True)
        elif self.get_pane_rows("log").size.width != self._log_width:
            self._draw_job_details()
        if job is not self._job_read:
            self._schedule_job_read(REREAD)

    def _draw_head(self, job: Job) -> None:
        ink, now = self._core.ink, HOST.now()
        glyph, word, colour = job_words.describe_job_state(job)
        name = join_line(
            (job_words.get_job_name(job), ink.strong), "  ", (f"{glyph} {word}", getattr(ink, colour))
        )
        self._core.query_one("#job-head", Line).show_line(name, self._format_pane_tabs(job.id))
        facts_line = job_words.format_job_facts(
            self._add_read_fields(job), now, self._core.queue.get_expected_start(job.id)
        )
        facts = self._core.studio_app.replace_commands_with_keys(facts_line)
        self._core.query_one("#job-facts", Line).show_line(join_line((facts, ink.muted)))

    def _add_read_fields(self, job: Job) -> Job:
        """Return the job with fields that the queue's list of jobs does not contain. They are known only
        after the job was read in detail.
        """
        whole = self.details.job
        if self.details.id != job.id or whole is None:
            return job
        resumed = whole.history[-1].resumed if whole.history else ""
        return replace(job, resumed=resumed, parts=whole.parts, hint=whole.hint)

    def _draw_batch(self, batch: BatchLine) -> None:
        ink, now = self._core.ink, HOST.now()
        self._core.query_one("#job-head", Line).show_line(
            join_line((batch.title, ink.strong)), self._format_pane_tabs(batch.id)
        )
        view = self._core.get_batch_view(batch.id)
        words = [
            format_count(batch.total, "job"),
            job_words.summarize_job_counts(view.counts if view else {}),
            job_words.format_end_time(batch.end, now) if batch.open else "",
            view.reason if view else "",
        ]
        words.append(f"Enter {'unfolds' if batch.folded else 'folds'} it")
        facts = "   ".join(word for word in words if word)
        self._core.query_one("#job-facts", Line).show_line(join_line((facts, ink.muted)))
        self.details, self._job_read = JobDetails(), None
        self._draw_history()
        self._draw_check()
        members = [self._core.known_jobs.get_job(id) for id in batch.jobs]
        rows = [make_working_row(job, ink) for job in members if job.state in ACTIVE]
        rows += [row for job in members if (row := make_trouble_row(job, ink)) is not None]
        _show_changed_rows(
            self.get_pane_rows("log"),
            rows or [Row("", join_line(("nothing has gone wrong", ink.muted)))],
        )

    def _format_pane_tabs(self, id: str) -> Text:
        """Return the names of the panes, with the visible pane in bold. If all panes are visible side by
        side, return `id` instead, which is the id of the job or batch.
        """
        if self.has_room:
            return join_line((id, self._core.ink.muted))
        out = join_line()
        for name in self.names:
            out.append("   " if out.plain else "")
            shown = "machines" if name == "machine" and self._has_nodes else name
            out.append(shown, self._core.ink.strong if name == self.pane else self._core.ink.muted)
        return out

    @property
    def _has_nodes(self) -> bool:
        """True if other machines run jobs for this studio home."""
        return bool(self._core.machine and self._core.machine.nodes)

    def _draw_machine(self) -> None:
        rows = self.get_pane_rows("machine")
        if not rows.display:
            return
        width = max(24, rows.size.width - 4)
        lines = (
            machines.make_machine_lines(self._core.machine, self._core.ink, width)
            if self._core.machine
            else []
        )
        missing = join_line(("the machine reports no data", self._core.ink.muted))
        _show_changed_rows(rows, [Row(f"m{at}", text) for at, text in enumerate(lines)] or [Row("", missing)])

    def _draw_job_details(self) -> None:
        """Draw the log, history and check as last read. They are empty while another job is being read."""
        self._draw_log()
        self._draw_history()
        self._draw_check()

    def _draw_log(self) -> None:
        rows, ink = self.get_pane_rows("log"), self._core.ink
        follows = rows.cursor >= len(rows.rows) - 1
        self._log_width = rows.size.width
        width = max(20, rows.size.width - 4)
        shown = make_job_log_rows(self.details.log, ink.muted, ink.text, width)
        if not shown and self.details.job is not None:
            shown = [Row("", join_line(("its log is still empty", ink.muted)))]
        _show_changed_rows(rows, shown)
        if follows and shown:
            rows.move_to(len(shown) - 1, -1)

    def _draw_history(self) -> None:
        rows, ink, now = self.get_pane_rows("history"), self._core.ink, HOST.now()
        attempts = self.details.job.history if self.details.job else ()
        follows = rows.cursor >= len(rows.rows) - 1
        width = max(20, rows.size.width - 4)
        shown = make_history_rows(
            job_history.list_history_moments(self.details.events, attempts), ink, now, width
        )
        _show_changed_rows(rows, shown)
        if follows and shown:
            rows.move_to(len(shown) - 1, -1)

    def _draw_check(self) -> None:
        """Draw the check of a film. Draw it again once its pane has been laid out, because only then is its
        width known.
        """
        report, rows = self.details.report, self.get_pane_rows("check")
        self._display_panes()
        width = rows.size.width if rows.display else -1
        _show_changed_rows(
            rows,
            make_film_check_rows(report, self._core.ink, max(20, width - 4)) if report is not None else [],
        )
        if rows.display and width != self._check_width:
            self._core.call_after_refresh(self._draw_check)
        self._check_width = width

    def _schedule_job_read(self, delay: float, *, replaces: bool = False) -> None:
        """Read the job under the cursor after `delay` seconds. If another read is already scheduled, do
        nothing, unless `replaces` is True: then the new read replaces the scheduled one.
        """
        if self._timer is not None and replaces:
            self._timer.stop()
            self._timer = None
        if self._timer is None:
            self._timer = self._core.set_timer(delay, self._start_job_read)

    def _start_job_read(self) -> None:
        self._timer = None
        if self._core.is_current:
            self._core.run_in_background(self._read_job, "job-look", exclusive=True)

    async def _read_job(self) -> None:
        job = self._core.get_cursor_job() if self._core.has_widgets else None
        if job is None:
            return
        id = job.id
        found = await self._reader.query_queue(lambda client: read_job_details(client, id))
        here = self._core.get_cursor_job() if found is not None else None
        if found is None or here is None or here.id != id:
            return
        before, self.details, self._job_read = self.details, found, job
        if before.job is None or before.log != found.log:
            self._draw_log()
        if before.job is None or before.events != found.events:
            self._draw_history()
        self._draw_check()
        self._draw_head(here)
        if here is not job:
            self._schedule_job_read(REREAD)  # The job changed while it was read, so read it once more.
        await self._show_job_picture(found)

    async def _show_job_picture(self, details: JobDetails) -> None:
        """Show the picture of a job: its newest preview, otherwise its newest part, otherwise its result.
        Hide the picture if there is none.
        """
        picture = self._core.query_one("#job-picture", Picture)
        path = choose_job_picture(details.job)
        is_at_work = bool(details.job) and get_preview_path(details.job) == path
        shown = bool(path) and (self._core.size.width >= ROOM or is_at_work) and not self._has_no_pictures
        if shown != picture.display:
            picture.display = shown
            # Showing or hiding the picture changed the width of the log.
            self._core.call_after_refresh(self.draw_panes)
        if not picture.display or self._monitor is None:
            self._pictured = ""
            return
        changed = await self._previews.find_changed_previews([path])
        if path == self._pictured and path not in changed:
            return
        if path != self._pictured:
            picture.show_own_drawing(None)
        await self._redraw_picture(path)

    @property
    def _has_no_pictures(self) -> bool:
        """True if pictures are off in this terminal. The log then uses their space."""
        return self._core.studio_app.terminal.pictures == "off"

    async def _redraw_picture(self, path: str) -> None:
        picture = self._core.query_one("#job-picture", Picture)
        if self._monitor is None or not picture.size.width:
            return
        width, height = picture.wanted_pixels
        drawing = await self._monitor.draw_file_frame(Path(path), width, height)
        if drawing is not None:
            self._pictured = path
            picture.show_own_drawing(drawing)
        elif not self._pictured:
            picture.show_own_drawing(None, "no picture yet")

    def redraw_job_picture(self, picture: Picture) -> None:
        """Draw the job's picture again for the widget's new size."""
        path = self.get_job_picture()
        if path and picture.display:
            self._core.run_in_background(partial(self._redraw_picture, path), "job-picture", exclusive=True)

    def get_job_picture(self) -> str:
        """Return the path of the shown picture. The key `g y` copies a shell line for this file."""
        return choose_job_picture(self.details.job)

    def handle_resize(self) -> None:
        """Redraw the panes for the screen's new size."""
        self._update_shown_pane()
        self._core.call_after_refresh(self.redraw_panes)

    def redraw_panes(self) -> None:
        """Redraw all contents that depend on the width of the panes."""
        if self._core.has_widgets:
            self._draw_job_details()
            self.draw_panes()

    def go_to_log(self) -> None:
        """Show the log of the job under the cursor, and focus it."""
        self.pane = "log"
        self._update_shown_pane()
        self._core.set_focus(self.get_pane_rows("log"))

    def _update_shown_pane(self) -> None:
        self._draw_check()
        self.draw_panes()

    def _display_panes(self) -> None:
        """Show the available panes side by side; if there is no space, only one of them. Side by side, the
        pane with a film's check takes the place of the machine pane.
        """
        if self.pane not in self.names:
            self.pane = PANES[0]
        names = [name for name in self.names if name != "machine" or "check" not in self.names]
        for name in PANES:
            self.get_pane_rows(name).display = name in names if self.has_room else name == self.pane

    @action
    def act_next_pane(self, key_command: KeyCommand) -> None:
        self._move_pane_focus(1)

    @action
    def act_previous_pane(self, key_command: KeyCommand) -> None:
        self._move_pane_focus(-1)

    def _move_pane_focus(self, step: int) -> None:
        """Move the focus to the next (`step` 1) or previous (`step` -1) pane. The table of jobs counts as a
        pane.
        """
        stops = ("jobs", *(f"job-{name}" for name in self.names))
        here = (
            stops.index(self._core.focused.id) if self._core.focused and self._core.focused.id in stops else 0
        )
        stop = stops[(here + step) % len(stops)]
        if stop == "jobs":
            self._core.set_focus(self._core.table)
            return
        self.pane = stop.removeprefix("job-")
        self._update_shown_pane()
        # Set the focus at once, because the next key may already be another Tab.
        self._core.set_focus(self.get_pane_rows(self.pane))


def _show_changed_rows(rows: Rows, wanted: list[Row]) -> None:
    """Show rows in a list, if they differ from its present rows."""
    if [(row.key, row.left.plain) for row in rows.rows] != [(row.key, row.left.plain) for row in wanted]:
        rows.show_rows(wanted)
