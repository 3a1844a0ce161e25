"""The Jobs screen's acts that change nothing but the view: folds, filters, orders, search.

What is looked at is one value (`jobs_lines.Sight`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from milimo_tui.tui.jobs import lines, model
from milimo_tui.tui.jobs.lines import BatchLine, JobLine, Sight
from milimo_tui.tui.jobs.panes import JobsPanes
from milimo_tui.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import Stroke


class JobsLooking(JobsPanes):
    """Where one looks; Esc goes back a step at a time."""

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter folds a batch, and goes into a job's log."""
        if event.rows is not self.table:
            return
        batch = self.batch_here()
        if batch is not None:
            self.folds[batch.id] = not batch.folded
            self.draw()
        elif self.job_here() is not None:
            self.pane = "log"
            self._show_pane()
            self.set_focus(self.rows_of("log"))

    def act_fold_all(self, stroke: Stroke) -> None:
        """Fold every batch, or unfold every one when all are folded."""
        known = [entry for entry in self.table.lines if isinstance(entry, BatchLine)]
        if known:
            fold = any(not entry.folded for entry in known)
            self.folds.update({entry.id: fold for entry in known})
            self.draw()

    def act_out(self, stroke: Stroke) -> None:
        """Esc: from a pane back to the table, then the marks, then the filters."""
        if self.focused is not self.table:
            self.set_focus(self.table)
        elif self.table.marked:
            self.table.marked = frozenset()
            self.table.refresh()
        elif not self.sight.is_whole:
            self.look_at(Sight(order=self.sight.order))
        else:
            super().act_out(stroke)

    def act_filter(self, stroke: Stroke) -> None:
        """Go round: all, active, waiting, failed, done."""
        names = tuple(lines.FILTERS)
        shown = names[(names.index(self.sight.shown) + stroke.times) % len(names)]
        self.look_at(replace(self.sight, shown=shown))
        self.say(f"showing {shown} jobs", hint="f goes on, Esc shows all")

    def act_narrow(self, stroke: Stroke) -> None:
        """Only the batch of what is under the cursor, then only its shot, then everything again."""
        batch, job, sight = self.batch_here(), self.job_here(), self.sight
        of_batch = batch.id if batch else job.batch if job else ""
        of_shot = job.shot if job else ""
        if of_batch and not sight.batch and not sight.shot:
            self.look_at(replace(sight, batch=of_batch))
            self.say("only this batch", hint="F its shot, Esc shows all")
        elif of_shot and not sight.shot:
            self.look_at(replace(sight, batch="", shot=of_shot))
            self.say(f"only the shot of {model.name_of(job) if job else ''}", hint="Esc shows all")
        elif sight.batch or sight.shot:
            self.look_at(replace(sight, batch="", shot=""))
        else:
            self.say("it belongs to no batch and no shot", "warn")

    def act_order(self, stroke: Stroke) -> None:
        """Go round the orders."""
        order = lines.ORDERS[(lines.ORDERS.index(self.sight.order) + 1) % len(lines.ORDERS)]
        self.look_at(replace(self.sight, order=order))
        self.say(lines.ORDER_WORDS[order], hint="o goes on")

    async def act_search(self, stroke: Stroke) -> None:
        """Only jobs that say these words, however long ago they ended; no words: all again."""
        if self.focused is not None and self.focused is not self.table:
            await super().act_search(stroke)
            return
        words = await self.ask("/", self.sight.text, name="SEARCH")
        if words is not None:
            self._search = words or self._search
            self.look_at(replace(self.sight, text=words.strip()))

    def find(self, words: str, step: int) -> None:
        """The next job that says them; in a pane, the next line."""
        if self.focused is not None and self.focused is not self.table:
            super().find(words, step)
            return
        table, sight = self.table, Sight(text=words)
        entries, shelf = table.lines, self.shelf
        for distance in range(1, len(entries) + 1):
            index = (table.cursor + step * distance) % len(entries)
            entry = entries[index]
            if isinstance(entry, JobLine) and lines.accepts(shelf.job(entry.id), sight):
                table.move_to(index)
                return
        self.say(f"“{words}” is in none of the jobs shown", "warn")
