"""The Jobs screen: what the box works on, live; every act on jobs and batches by key.

Puts the screen together: a core (`base`) that is seen, and parts that do. What the core asks and what Textual
tells is answered here, by one part or by several in the order that is written down.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from milimo_tui.tui.jobs import lines
from milimo_tui.tui.jobs.base import JobsBase
from milimo_tui.tui.jobs.job_actions import JobActions
from milimo_tui.tui.jobs.job_table import JobTable
from milimo_tui.tui.jobs.panes import JobsPanes
from milimo_tui.tui.jobs.reads import JobsReads
from milimo_tui.tui.jobs.spec_actions import SpecActions
from milimo_tui.tui.jobs.view_actions import JobsLooking
from milimo_tui.tui.shell.queue_feed import Queue
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.rows import Rows


class JobsScreen(JobsBase):
    """The core and its parts; a part is given the others that it needs, each made before it."""

    CSS_PATH = "screen.tcss"

    def __init__(self) -> None:
        super().__init__()
        self.reads = JobsReads(self)
        self.panes = JobsPanes(self, self.reads)
        self.looking = JobsLooking(self, self.panes)
        self.job_actions = JobActions(self)
        self.spec_actions = SpecActions(self, self.reads)

    @property
    def parts(self) -> tuple[object, ...]:
        return (self.looking, self.panes, self.job_actions, self.spec_actions)

    def body(self) -> Iterable[Widget]:
        yield from super().body()
        yield from self.panes.body()

    # -- what the core asks ------------------------------------------------------------------------

    def show_queue(self, queue: Queue) -> None:
        super().show_queue(queue)
        if self.away and self.is_current:
            self.reads.wake_soon()  # it was ended from elsewhere: its successor takes up what is left

    def drawn(self, found: tuple[lines.Line, ...]) -> None:
        self.reads.fill(found)

    def draw_job(self) -> None:
        self.panes.draw()

    def idle_acts(self) -> frozenset[str]:
        return self.job_actions.idle_acts()

    def shown_file(self) -> str:
        return self.panes.shown_file()

    def find(self, words: str, step: int) -> None:
        """The next job that says them; in a pane, the next line."""
        if not self.looking.find(words, step):
            super().find(words, step)

    # -- what Textual tells: it calls the handler of every class, so none calls the one above -------

    def on_mount(self) -> None:
        self.reads.start()
        self.panes.start()

    def on_screen_resume(self) -> None:
        self.catch_up()  # first: whether the queue is there is known then
        self.reads.resume()

    def on_screen_suspend(self) -> None:
        self.reads.pause()

    def on_resize(self) -> None:
        self.panes.resized()

    def on_descendant_focus(self) -> None:
        self.set_class(isinstance(self.focused, Rows) and not isinstance(self.focused, JobTable), "-inside")

    def on_rows_moved(self, event: Rows.Moved) -> None:
        if event.rows is self.table:
            self.reads.moved()
            self.draw_job()
            self.refresh_lines()  # other acts are possible here

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        if event.rows is self.table:
            self.looking.enter()

    def on_job_table_scrolled(self) -> None:
        self.reads.read_on()

    def on_job_table_to_end(self) -> None:
        self.reads.go_to_end()

    def on_picture_resized(self, event: Picture.Resized) -> None:
        self.panes.redraw_picture(event.picture)
