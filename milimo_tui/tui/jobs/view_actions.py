"""The Jobs screen's acts that change nothing but the view: folds, filters, orders, search.

What is looked at is one value (`lines.Sight`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from milimo_tui.tui.jobs import lines, model
from milimo_tui.tui.jobs.lines import BatchLine, JobLine, Sight

if TYPE_CHECKING:
    from milimo_tui.tui.jobs.base import JobsBase
    from milimo_tui.tui.jobs.panes import JobsPanes
    from milimo_tui.tui.keys.key_parser import Stroke


class JobsLooking:
    """Where one looks; Esc goes back a step at a time."""

    def __init__(self, core: JobsBase, panes: JobsPanes) -> None:
        self._core, self._panes = core, panes

    def enter(self) -> None:
        """Fold or unfold a batch, and go into a job's log."""
        batch = self._core.batch_here()
        if batch is not None:
            self._core.folds[batch.id] = not batch.folded
            self._core.draw()
        elif self._core.job_here() is not None:
            self._panes.go_to_log()

    def act_fold_all(self, stroke: Stroke) -> None:
        """Fold every batch, or unfold every one when all are folded."""
        known = [entry for entry in self._core.table.lines if isinstance(entry, BatchLine)]
        if known:
            fold = any(not entry.folded for entry in known)
            self._core.folds.update({entry.id: fold for entry in known})
            self._core.draw()

    def act_out(self, stroke: Stroke) -> None:
        """Esc: from a pane back to the table, then the marks, then the filters."""
        if self._core.focused is not self._core.table:
            self._core.set_focus(self._core.table)
        elif self._core.table.marked:
            self._core.table.marked = frozenset()
            self._core.table.refresh()
        elif not self._core.sight.is_whole:
            self._core.look_at(Sight(order=self._core.sight.order))
        else:
            self._core.act_out(stroke)

    def act_filter(self, stroke: Stroke) -> None:
        """Go round: all, active, waiting, failed, done."""
        names = tuple(lines.FILTERS)
        shown = names[(names.index(self._core.sight.shown) + stroke.times) % len(names)]
        self._core.look_at(replace(self._core.sight, shown=shown))
        self._core.say(f"showing {shown} jobs", hint="f goes on, Esc shows all")

    def act_narrow(self, stroke: Stroke) -> None:
        """Only the batch of what is under the cursor, then only its shot, then everything again."""
        batch, job, sight = self._core.batch_here(), self._core.job_here(), self._core.sight
        of_batch = batch.id if batch else job.batch if job else ""
        of_shot = job.shot if job else ""
        if of_batch and not sight.batch and not sight.shot:
            self._core.look_at(replace(sight, batch=of_batch))
            self._core.say("only this batch", hint="F its shot, Esc shows all")
        elif of_shot and not sight.shot:
            self._core.look_at(replace(sight, batch="", shot=of_shot))
            self._core.say(f"only the shot of {model.name_of(job) if job else ''}", hint="Esc shows all")
        elif sight.batch or sight.shot:
            self._core.look_at(replace(sight, batch="", shot=""))
        else:
            self._core.say("it belongs to no batch and no shot", "warn")

    def act_order(self, stroke: Stroke) -> None:
        """Go round the orders."""
        order = lines.ORDERS[(lines.ORDERS.index(self._core.sight.order) + 1) % len(lines.ORDERS)]
        self._core.look_at(replace(self._core.sight, order=order))
        self._core.say(lines.ORDER_WORDS[order], hint="o goes on")

    async def act_search(self, stroke: Stroke) -> None:
        """Only jobs that say these words, however long ago they ended; no words: all again."""
        if self._in_pane:
            await self._core.act_search(stroke)
            return
        words = await self._core.ask("/", self._core.sight.text, name="SEARCH")
        if words is not None:
            self._core.searched_for = words or self._core.searched_for
            self._core.look_at(replace(self._core.sight, text=words.strip()))

    def find(self, words: str, step: int) -> bool:
        """Go to the next job that says the words; False where a pane has the keys."""
        if self._in_pane:
            return False
        table, sight = self._core.table, Sight(text=words)
        entries, shelf = table.lines, self._core.shelf
        for distance in range(1, len(entries) + 1):
            index = (table.cursor + step * distance) % len(entries)
            entry = entries[index]
            if isinstance(entry, JobLine) and lines.accepts(shelf.job(entry.id), sight):
                table.move_to(index)
                return True
        self._core.say(f"“{words}” is in none of the jobs shown", "warn")
        return True

    @property
    def _in_pane(self) -> bool:
        return self._core.focused is not None and self._core.focused is not self._core.table
