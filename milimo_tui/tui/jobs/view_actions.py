"""The actions of the Jobs screen that change only the view: folding, filters, orders, search.

Filter and order are a single value (`job_lines.JobViewFilter`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from milimo_tui.tui.jobs import job_lines, job_words
from milimo_tui.tui.jobs.job_lines import BatchLine, JobLine, JobViewFilter
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.shell.modes import EscapeStep

if TYPE_CHECKING:
    from milimo_tui.tui.jobs.panes import JobPanes
    from milimo_tui.tui.jobs.queue_view import QueueView
    from milimo_tui.tui.keys.key_parser import KeyCommand


class QueueViewActions:
    """The part of the Jobs screen with the actions that change the view. It also defines what each press of
    Esc does.
    """

    def __init__(self, core: QueueView, panes: JobPanes) -> None:
        self._core, self._panes = core, panes

    def open_cursor_line(self) -> None:
        """Fold or unfold the batch under the cursor. For a job, go to its log."""
        batch = self._core.get_cursor_batch()
        if batch is not None:
            self._core.folds[batch.id] = not batch.folded
            self._core.draw_queue()
        elif self._core.get_cursor_job() is not None:
            self._panes.go_to_log()

    @action
    def act_fold_all(self, key_command: KeyCommand) -> None:
        """Fold every batch. If all are folded already, unfold all."""
        known = [entry for entry in self._core.table.lines if isinstance(entry, BatchLine)]
        if known:
            fold = any(not entry.folded for entry in known)
            self._core.folds.update({entry.id: fold for entry in known})
            self._core.draw_queue()

    @property
    def escape_steps(self) -> tuple[EscapeStep, ...]:
        """The steps that Esc takes, one for each press: from a pane back to the table, then clear the marks,
        then clear the filters.
        """
        core = self._core

        def clear_marks(_: KeyCommand) -> None:
            core.table.marked = frozenset()
            core.table.refresh()

        return (
            EscapeStep(lambda: core.focused is not core.table, lambda _: core.set_focus(core.table)),
            EscapeStep(lambda: bool(core.table.marked), clear_marks),
            EscapeStep(
                lambda: not core.job_filter.shows_all,
                lambda _: core.set_filter(JobViewFilter(order=core.job_filter.order)),
            ),
        )

    @action
    def act_filter(self, key_command: KeyCommand) -> None:
        """Apply the next filter: all, active, waiting, failed, done."""
        names = tuple(job_lines.FILTERS)
        shown = names[(names.index(self._core.job_filter.shown) + key_command.times) % len(names)]
        self._core.set_filter(replace(self._core.job_filter, shown=shown))
        self._core.show_message(
            f"showing {shown} jobs", hint="{ui.filter} shows the next group, Esc shows all"
        )

    @action
    def act_narrow(self, key_command: KeyCommand) -> None:
        """Show only the jobs of the batch under the cursor. A second press shows only the jobs of the same
        shot as the job under the cursor. A third press shows all jobs again.
        """
        batch, job, job_filter = (
            self._core.get_cursor_batch(),
            self._core.get_cursor_job(),
            self._core.job_filter,
        )
        of_batch = batch.id if batch else job.batch if job else ""
        of_shot = job.shot if job else ""
        if of_batch and not job_filter.batch and not job_filter.shot:
            self._core.set_filter(replace(job_filter, batch=of_batch))
            self._core.show_message(
                "showing only this batch", hint="{ui.narrow} shows only its shot, Esc shows all"
            )
        elif of_shot and not job_filter.shot:
            self._core.set_filter(replace(job_filter, batch="", shot=of_shot))
            self._core.show_message(
                f"showing only the shot of {job_words.get_job_name(job) if job else ''}", hint="Esc shows all"
            )
        elif job_filter.batch or job_filter.shot:
            self._core.set_filter(replace(job_filter, batch="", shot=""))
        else:
            self._core.show_message("the job has no batch and no shot", "warn")

    @action
    def act_order(self, key_command: KeyCommand) -> None:
        """Apply the next order: by batch, by start, newest first."""
        orders = list(job_lines.ORDERS)
        order = orders[(orders.index(self._core.job_filter.order) + 1) % len(orders)]
        self._core.set_filter(replace(self._core.job_filter, order=order))
        self._core.show_message(job_lines.ORDERS[order], hint="{ui.order} chooses the next order")

    @action
    async def act_search(self, key_command: KeyCommand) -> None:
        """Ask for words and show only jobs that contain them, including past jobs. An empty text shows all
        jobs again.
        """
        if self._is_pane_focused:
            await self._core.act_search(key_command)
            return
        words = await self._core.ask_text("/", self._core.job_filter.text, name="SEARCH")
        if words is not None:
            self._core.searched_for = words or self._core.searched_for
            self._core.set_filter(replace(self._core.job_filter, text=words.strip()))

    def find_job(self, words: str, step: int) -> bool:
        """Go to the next (`step` 1) or previous (`step` -1) job that contains `words`. Return False if a pane
        has the focus.
        """
        if self._is_pane_focused:
            return False
        table, job_filter = self._core.table, JobViewFilter(text=words)
        entries, known_jobs = table.lines, self._core.known_jobs
        for distance in range(1, len(entries) + 1):
            index = (table.cursor + step * distance) % len(entries)
            entry = entries[index]
            if isinstance(entry, JobLine) and job_lines.passes_job_filter(
                known_jobs.get_job(entry.id), job_filter
            ):
                table.move_to(index)
                return True
        self._core.show_message(
            f"none of these jobs contains “{words}”", "warn", "{ui.search} looks for something else"
        )
        return True

    @property
    def _is_pane_focused(self) -> bool:
        return self._core.focused is not None and self._core.focused is not self._core.table
