"""The open tasks of the film as last read, and a summary of the film's jobs in the queue. Screens choose
their next step from both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.studio.project.screen_next_step import (
    FilmQueueWork,
    FilmToDo,
    NextStep,
    ScreenPlace,
    choose_step_here,
    summarize_film_work,
)

if TYPE_CHECKING:
    from milimo_tui.jobs.values.views import JobView
    from milimo_tui.tui.background.queue_feed import LiveQueue


class FilmTasks:
    """The film's open tasks, from which every screen chooses its next step."""

    def __init__(self) -> None:
        self.to_do = FilmToDo()
        self._work: tuple[LiveQueue, FilmToDo, FilmQueueWork] | None = None

    def get_step_here(self, queue: LiveQueue, place: ScreenPlace) -> NextStep | JobView | None:
        """Return the next step that a screen suggests to the user at `place`. If the user can only wait for a
        job, return that job. If there is neither, return None.
        """
        known = self._work
        if known is None or known[0] is not queue or known[1] is not self.to_do:
            is_paused = any(lane.paused for lane in queue.status.lanes)
            work = summarize_film_work(queue.jobs, self.to_do, is_paused=is_paused)
            known = self._work = (queue, self.to_do, work)
        return choose_step_here(self.to_do, known[2], place)
