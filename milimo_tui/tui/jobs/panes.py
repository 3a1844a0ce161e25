"""The panes of the job under the cursor: its log and history as they grow, its newest picture, the machine.

The panes are side by side if there is space, else one is shown at a time; Tab goes to the next.
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

from milimo_tui.core.format import plural
from milimo_tui.core.host import HOST
from milimo_tui.tui.jobs import job_history, job_words
from milimo_tui.tui.jobs import machine_lines as machines
from milimo_tui.tui.jobs.details import JobDetails, read_details
from milimo_tui.tui.jobs.job_lines import BatchLine
from milimo_tui.tui.jobs.job_words import Job
from milimo_tui.tui.jobs.pane_rows import (
    check_rows,
    history_rows,
    log_rows,
    picture_of,
    trouble_row,
    working_row,
)
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.play.job_previews import JobPreviews, preview_of
from milimo_tui.tui.play.monitor import Monitor
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import line

if TYPE_CHECKING:
    from milimo_tui.tui.jobs.queue_reader import QueueReader
    from milimo_tui.tui.jobs.queue_view import QueueView
    from milimo_tui.tui.keys.key_parser import KeyCommand

REST = 0.15  # Seconds that the cursor must rest before a job is read.
REREAD = 0.4  # Seconds between two reads of a running job.
# Columns from which the result of a job is shown. A narrower screen shows only the preview of a running job.
ROOM = 110
PANES = ("log", "history", "check", "machine")


class JobPanes:
    """The head, facts and panes below the table, for the line under the cursor."""

    def __init__(self, core: QueueView, reader: QueueReader) -> None:
        self._core, self._reader = core, reader
        self.details = JobDetails()
        self.pane = PANES[0]  # The pane that is shown if there is space for only one.
        self._job_read: Job | None = None  # The state of the job at the last read.
        self._timer: Timer | None = None
        self._log_width = 0  # The width for which the log was wrapped.
        self._check_width = -1
        self._pictured = ""
        self._monitor: Monitor | None = None
        self._previews = JobPreviews(core)

    def widget(self) -> Widget:
        """Return the widget with the panes of the job under the cursor."""
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
        """Begin, once the screen has its widgets."""
        self._monitor = Monitor(self._core.studio_app.pictures, "jobs")
        self._core.query_one("#job-picture").display = False
        self._show_pane()

    def rows_of(self, name: str) -> Rows:
        """Return the list of a pane by the pane's name."""
        return self._core.query_one(f"#job-{name}", Rows)

    @property
    def names(self) -> tuple[str, ...]:
        """The panes of the line under the cursor: only a checked film has a check."""
        return PANES if self.details.report is not None else tuple(name for name in PANES if name != "check")

    @property
    def has_room(self) -> bool:
        """True if all panes are side by side."""
        return self._core.query_one(Split).is_beside or self._core.size.width >= 160

    # -- drawing -----------------------------------------------------------------------------------

    def draw(self) -> None:
        """Draw the details of the line under the cursor."""
        entry = self._core.table.line
        self._core.query_one(Split).offer(entry is not None)
        if entry is None:
            return
        self._draw_machine()
        if isinstance(entry, BatchLine):
            self._draw_batch(entry)
            return
        job = self._core.job_here()
        if job is None:
            return
        self._draw_head(job)
        if self.details.id != job.id:
            self.details, self._job_read = JobDetails(job.id), None
            self._draw_details()
            self._read_soon(REST, anew=True)
        elif self.rows_of("log").size.width != self._log_width:
            self._draw_details()
        if job is not self._job_read:
            self._read_soon(REREAD)

    def _draw_head(self, job: Job) -> None:
        ink, now = self._core.ink, HOST.now()
        glyph, word, colour = job_words.state_of(job)
        name = line((job_words.name_of(job), ink.strong), "  ", (f"{glyph} {word}", getattr(ink, colour)))
        self._core.query_one("#job-head", Line).show(name, self._tabs(job.id))
        facts_line = job_words.facts_of(self._with_details(job), now, self._core.queue.start_of(job.id))
        facts = self._core.studio_app.in_keys(facts_line)
        self._core.query_one("#job-facts", Line).show(line((facts, ink.muted)))

    def _with_details(self, job: Job) -> Job:
        """Return the job with the additional fields that only a complete read gives."""
        whole = self.details.job
        if self.details.id != job.id or whole is None:
            return job
        resumed = whole.history[-1].resumed if whole.history else ""
        return replace(job, resumed=resumed, parts=whole.parts, hint=whole.hint)

    def _draw_batch(self, batch: BatchLine) -> None:
        ink, now = self._core.ink, HOST.now()
        self._core.query_one("#job-head", Line).show(line((batch.title, ink.strong)), self._tabs(batch.id))
        kept = self._core.batch_of(batch.id)
        words = [
            plural(batch.total, "job"),
            job_words.summary(kept.counts if kept else {}),
            job_words.end_text(batch.end, now) if batch.open else "",
            kept.reason if kept else "",
        ]
        words.append(f"Enter {'unfolds' if batch.folded else 'folds'} it")
        facts = "   ".join(word for word in words if word)
        self._core.query_one("#job-facts", Line).show(line((facts, ink.muted)))
        self.details, self._job_read = JobDetails(), None
        self._draw_history()
        self._draw_check()
        members = [self._core.known_jobs.job(id) for id in batch.jobs]
        rows = [working_row(job, ink) for job in members if job.state in job_words.ACTIVE]
        rows += [row for job in members if (row := trouble_row(job, ink)) is not None]
        _show(self.rows_of("log"), rows or [Row("", line(("nothing of it has gone wrong", ink.muted)))])

    def _tabs(self, id: str) -> Text:
        """Return the names of the panes, the shown one bold; if all are shown, the job's id."""
        if self.has_room:
            return line((id, self._core.ink.muted))
        out = line()
        for name in self.names:
            out.append("   " if out.plain else "")
            shown = "machines" if name == "machine" and self._has_nodes else name
            out.append(shown, self._core.ink.strong if name == self.pane else self._core.ink.muted)
        return out

    @property
    def _has_nodes(self) -> bool:
        """True if other machines work for this home."""
        return bool(self._core.machine and self._core.machine.nodes)

    def _draw_machine(self) -> None:
        rows = self.rows_of("machine")
        if not rows.display:
            return
        width = max(24, rows.size.width - 4)
        lines = machines.panel(self._core.machine, self._core.ink, width) if self._core.machine else []
        missing = line(("the machine says nothing of itself", self._core.ink.muted))
        _show(rows, [Row(f"m{at}", text) for at, text in enumerate(lines)] or [Row("", missing)])

    def _draw_details(self) -> None:
        """Draw log, history and check as read; empty while another job is being read."""
        self._draw_log()
        self._draw_history()
        self._draw_check()

    def _draw_log(self) -> None:
        rows, ink = self.rows_of("log"), self._core.ink
        follows = rows.cursor >= len(rows.rows) - 1
        self._log_width = rows.size.width
        width = max(20, rows.size.width - 4)
        shown = log_rows(self.details.log, ink.muted, ink.text, width)
        if not shown and self.details.job is not None:
            shown = [Row("", line(("it has said nothing yet", ink.muted)))]
        _show(rows, shown)
        if follows and shown:
            rows.move_to(len(shown) - 1, -1)

    def _draw_history(self) -> None:
        rows, ink, now = self.rows_of("history"), self._core.ink, HOST.now()
        attempts = self.details.job.history if self.details.job else ()
        follows = rows.cursor >= len(rows.rows) - 1
        width = max(20, rows.size.width - 4)
        shown = history_rows(job_history.moments(self.details.events, attempts), ink, now, width)
        _show(rows, shown)
        if follows and shown:
            rows.move_to(len(shown) - 1, -1)

    def _draw_check(self) -> None:
        """Draw the check, and again after its pane has been laid out."""
        report, rows = self.details.report, self.rows_of("check")
        self._display_panes()
        width = rows.size.width if rows.display else -1
        _show(rows, check_rows(report, self._core.ink, max(20, width - 4)) if report is not None else [])
        if rows.display and width != self._check_width:
            self._core.call_after_refresh(self._draw_check)
        self._check_width = width

    # -- reading -----------------------------------------------------------------------------------

    def _read_soon(self, delay: float, *, anew: bool = False) -> None:
        """Read the job under the cursor after a delay. A scheduled read keeps its time, unless `anew`."""
        if self._timer is not None and anew:
            self._timer.stop()
            self._timer = None
        if self._timer is None:
            self._timer = self._core.set_timer(delay, self._read)

    def _read(self) -> None:
        self._timer = None
        if self._core.is_current:
            self._core.background(self._read_job, "job-look", exclusive=True)

    async def _read_job(self) -> None:
        job = self._core.job_here() if self._core.is_there else None
        if job is None:
            return
        id = job.id
        found = await self._reader.ask_queue(lambda client: read_details(client, id))
        here = self._core.job_here() if found is not None else None
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
            self._read_soon(REREAD)  # The job changed meanwhile.
        await self._show_picture(found)

    # -- the picture -------------------------------------------------------------------------------

    async def _show_picture(self, details: JobDetails) -> None:
        """Show the newest preview, else the newest part, else the result."""
        picture = self._core.query_one("#job-picture", Picture)
        path = picture_of(details.job)
        is_at_work = bool(details.job) and preview_of(details.job) == path
        shown = bool(path) and (self._core.size.width >= ROOM or is_at_work) and not self._is_off
        if shown != picture.display:
            picture.display = shown
            self._core.call_after_refresh(self.draw)  # The width of the log has changed.
        if not picture.display or self._monitor is None:
            self._pictured = ""
            return
        changed = await self._previews.changed([path])
        if path == self._pictured and path not in changed:
            return
        if path != self._pictured:
            picture.show(None)
        await self._redraw_picture(path)

    @property
    def _is_off(self) -> bool:
        """True if pictures are off; the log then takes their place."""
        return self._core.studio_app.terminal.pictures == "off"

    async def _redraw_picture(self, path: str) -> None:
        picture = self._core.query_one("#job-picture", Picture)
        if self._monitor is None or not picture.size.width:
            return
        width, height = picture.wanted_pixels
        drawing = await self._monitor.file(Path(path), width, height)
        if drawing is not None:
            self._pictured = path
            picture.show(drawing)
        elif not self._pictured:
            picture.show(None, "no picture yet")

    def redraw_picture(self, picture: Picture) -> None:
        """Draw the picture at its new size."""
        path = self.shown_file()
        if path and picture.display:
            self._core.background(partial(self._redraw_picture, path), "job-picture", exclusive=True)

    def shown_file(self) -> str:
        """Return the path of the picture, for which `g y` copies a command line."""
        return picture_of(self.details.job)

    # -- panes -------------------------------------------------------------------------------------

    def resized(self) -> None:
        """Draw for the screen's new size."""
        self._show_pane()
        self._core.call_after_refresh(self.draw_again)

    def draw_again(self) -> None:
        """Draw everything that depends on the width of the panes."""
        if self._core.is_there:
            self._draw_details()
            self.draw()

    def go_to_log(self) -> None:
        """Focus the log of the job under the cursor."""
        self.pane = "log"
        self._show_pane()
        self._core.set_focus(self.rows_of("log"))

    def _show_pane(self) -> None:
        self._draw_check()
        self.draw()

    def _display_panes(self) -> None:
        """Display all panes side by side if there is space, a film's check in place of the machine; else one
        pane.
        """
        if self.pane not in self.names:
            self.pane = PANES[0]
        beside = [name for name in self.names if name != "machine" or "check" not in self.names]
        for name in PANES:
            self.rows_of(name).display = name in beside if self.has_room else name == self.pane

    def act_next_pane(self, key_command: KeyCommand) -> None:
        self._pane_by(1)

    def act_previous_pane(self, key_command: KeyCommand) -> None:
        self._pane_by(-1)

    def _pane_by(self, step: int) -> None:
        """Move the focus from the table through the panes and back."""
        stops = ("jobs", *(f"job-{name}" for name in self.names))
        here = (
            stops.index(self._core.focused.id) if self._core.focused and self._core.focused.id in stops else 0
        )
        stop = stops[(here + step) % len(stops)]
        if stop == "jobs":
            self._core.set_focus(self._core.table)
            return
        self.pane = stop.removeprefix("job-")
        self._show_pane()
        # The focus must change immediately, because the next key may be another Tab.
        self._core.set_focus(self.rows_of(self.pane))


def _show(rows: Rows, wanted: list[Row]) -> None:
    """Show rows if they differ from the present ones."""
    if [(row.key, row.left.plain) for row in rows.rows] != [(row.key, row.left.plain) for row in wanted]:
        rows.show(wanted)
