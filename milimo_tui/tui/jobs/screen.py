"""The Jobs screen: the live queue, with all actions on jobs and batches by key.

The screen combines a core that draws (`queue_view`) with parts that act. The core's hooks and Textual's
events are handled here. If several parts handle an event, they are called in the order written.
"""

from __future__ import annotations

from textual.widget import Widget

from milimo_tui.tui.background.queue_feed import LiveQueue
from milimo_tui.tui.jobs import job_lines
from milimo_tui.tui.jobs.job_actions import JobActions
from milimo_tui.tui.jobs.job_table import JobTable
from milimo_tui.tui.jobs.panes import JobPanes
from milimo_tui.tui.jobs.queue_reader import QueueReader
from milimo_tui.tui.jobs.queue_view import QueueView
from milimo_tui.tui.jobs.spec_actions import SpecActions
from milimo_tui.tui.jobs.view_actions import QueueViewActions
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.rows import Rows


class JobsScreen(QueueView):
    """The complete Jobs screen: the core and its parts. If a part needs another part, the screen passes that
    part to its constructor.
    """

    CSS_PATH = "screen.tcss"

    def __init__(self) -> None:
        super().__init__()
        self.reader = QueueReader(self)
        self.panes = JobPanes(self, self.reader)
        self.view_actions = QueueViewActions(self, self.panes)
        self.job_actions = JobActions(self)
        self.spec_actions = SpecActions(self, self.reader)
        self.modes = self.stack_modes(*self.view_actions.escape_steps)

    @property
    def own_parts(self) -> tuple[object, ...]:
        return (self.view_actions, self.panes, self.job_actions, self.spec_actions)

    def make_job_pane(self) -> Widget:
        return self.panes.make_widget()

    def redraw_resized_panes(self) -> None:
        super().redraw_resized_panes()
        self.panes.handle_resize()

    def show_queue(self, queue: LiveQueue) -> None:
        super().show_queue(queue)
        if self.away and self.is_current:
            # Another process stopped the queue. Start a supervisor that takes over the remaining jobs.
            self.reader.restart_queue()

    def handle_drawn_lines(self, found: tuple[job_lines.Line, ...]) -> None:
        self.reader.read_missing(found)

    def draw_job(self) -> None:
        self.panes.draw_panes()

    def list_idle_acts(self) -> frozenset[str]:
        return self.job_actions.idle_acts()

    def get_selected_file(self) -> str:
        return self.panes.get_job_picture()

    def search_pane(self, words: str, step: int) -> None:
        """Go to the next job that contains `words`. If a pane has the focus, go to the next line in the
        pane.
        """
        if not self.view_actions.find_job(words, step):
            super().search_pane(words, step)

    def on_mount(self) -> None:
        self.reader.start()
        self.panes.start()

    def on_screen_resume(self) -> None:
        self.catch_up()  # Process missed updates first, because they show if the queue is running.
        self.reader.resume_reading()

    def on_screen_suspend(self) -> None:
        self.reader.pause_reading()

    def on_resize(self) -> None:
        self.panes.handle_resize()

    def on_descendant_focus(self) -> None:
        self.set_class(isinstance(self.focused, Rows) and not isinstance(self.focused, JobTable), "-inside")

    def on_rows_moved(self, event: Rows.Moved) -> None:
        if event.rows is self.table:
            self.reader.handle_cursor_move()
            self.draw_job()
            self.refresh_lines()  # The available actions depend on the line under the cursor.

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        if event.rows is self.table:
            self.view_actions.open_cursor_line()

    def on_job_table_scrolled(self) -> None:
        self.reader.read_more_past()

    def on_job_table_to_end(self) -> None:
        self.reader.go_to_end()

    def on_picture_resized(self, event: Picture.Resized) -> None:
        self.panes.redraw_job_picture(event.picture)
