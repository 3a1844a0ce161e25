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
    """The film's open tasks as last read. Every screen chooses from them the next step that it suggests to
    the user.
    """

    def __init__(self) -> None:
        self.to_do = FilmToDo()
        self._work: tuple[LiveQueue, FilmToDo, FilmQueueWork] | None = None

    def get_step_here(self, queue: LiveQueue, place: ScreenPlace) -> NextStep | JobView | None:
        """Return the next step to suggest to a user whose position is `place`. If the user can only wait for
        a job, return that job. Return None if there is neither a step nor a job.
        """
        known = self._work
        if known is None or known[0] is not queue or known[1] is not self.to_do:
            is_paused = any(lane.paused for lane in queue.status.lanes)
            work = summarize_film_work(queue.jobs, self.to_do, is_paused=is_paused)
            known = self._work = (queue, self.to_do, work)
        return choose_step_here(self.to_do, known[2], place)
