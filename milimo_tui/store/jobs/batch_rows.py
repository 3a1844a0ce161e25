"""Read and write batches (groups of jobs) in `studio.db`, and count their jobs by state. Plain SQL, no
rules.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from milimo_tui.store.jobs.studio_sql import StudioRows, build_in_condition
from milimo_tui.store.jobs.studio_values import Batch, BatchFilter, BatchTally
from milimo_tui.store.sqlite.value_table import Table

BATCH = Table("batch", Batch)
_INSERT = (
    f"{BATCH.insert} ON CONFLICT (id) DO UPDATE SET label = excluded.label"
    " WHERE label = '' AND excluded.label != ''"
)
ALL = BatchFilter()


class BatchRows(StudioRows):
    """The part of `StudioFile` that reads and writes batches."""

    def add_batch(self, batch: Batch) -> bool:
        """Add a batch and return True. If the batch exists already, only fill in a missing label. Return
        False if nothing was changed.
        """
        kept = replace(batch, project=self._places.make_relative(batch.project))
        return self._db.execute(_INSERT, BATCH.list_cells(kept)).rowcount == 1

    def select_batch(self, id: str) -> Batch | None:
        """Return a batch by its id, or None."""
        row = self._db.execute(f"SELECT {BATCH.select} FROM batch WHERE id = ?", (id,)).fetchone()
        return self._make_batch(row) if row else None

    def select_batches(
        self, wanted: BatchFilter = ALL, *, before: tuple[float, str] | None = None, limit: int = -1
    ) -> list[Batch]:
        """Return batches that match a filter, newest first. `before` is the creation time and id of the last
        batch of an earlier listing; the result continues after that batch. At most `limit` batches are
        returned (-1: all).
        """
        where, values = ["1"], list[object]()
        if wanted.ids:
            where.append(build_in_condition("id", wanted.ids))
            values += wanted.ids
        if wanted.project:
            where.append("project = ?")
            values.append(self._places.make_relative(wanted.project))
        if before is not None:
            where.append("(created, id) < (?, ?)")
            values += before
        rows = self._db.execute(
            f"SELECT {BATCH.select} FROM batch WHERE {' AND '.join(where)}"
            " ORDER BY created DESC, id DESC LIMIT ?",
            [*values, limit],
        )
        return [self._make_batch(row) for row in rows]

    def _make_batch(self, row: sqlite3.Row) -> Batch:
        batch = BATCH.decode(row)
        return replace(batch, project=self._places.make_absolute(batch.project))

    def tally_batches(self, batches: Sequence[str]) -> dict[str, list[BatchTally]]:
        """Return, by batch id, the number of the batch's jobs in each state."""
        found: dict[str, list[BatchTally]] = {id: [] for id in batches}
        rows = self._db.execute(
            "SELECT batch, state, count(*), coalesce(sum(progress), 0), max(ended) FROM job"
            f" WHERE {build_in_condition('batch', batches)} GROUP BY batch, state",
            list(batches),
        )
        for batch, *rest in rows:
            found[batch].append(BatchTally(*rest))
        return found

    def list_batch_jobs(self, batch: str, states: Sequence[str] = ()) -> list[str]:
        """Return the ids of the jobs in a batch, in queue order. If `states` are given, only jobs in these
        states are returned.
        """
        test = f" AND {build_in_condition('state', states)}" if states else ""
        rows = self._db.execute(
            f"SELECT id FROM job WHERE batch = ?{test} ORDER BY position", [batch, *states]
        )
        return [row[0] for row in rows]

    def set_batch_paused(self, id: str, *, paused: bool, reason: str) -> bool:
        """Pause or resume a batch. `reason` explains the pause to the user. Return False if the batch was in
        that state already, or does not exist.
        """
        done = self._db.execute(
            "UPDATE batch SET paused = ?, reason = ? WHERE id = ? AND paused != ?",
            (int(paused), reason, id, int(paused)),
        )
        return done.rowcount == 1

    def list_paused_batches(self) -> dict[str, str]:
        """Return the labels of all paused batches by id."""
        return dict(self._db.execute("SELECT id, label FROM batch WHERE paused").fetchall())
