"""The batches of `studio.db`, and how their jobs stand, counted. Plain SQL, no rules."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import fields, replace

from milimo_tui.store.jobs.studio_sql import Rows, among, insert
from milimo_tui.store.jobs.studio_values import Batch, BatchFilter, BatchTally

BATCH_COLUMNS = tuple(field.name for field in fields(Batch))
_COLUMNS = ", ".join(BATCH_COLUMNS)
_INSERT = (
    f"{insert('batch', BATCH_COLUMNS)} ON CONFLICT (id) DO UPDATE SET label = excluded.label"
    " WHERE label = '' AND excluded.label != ''"
)
ALL = BatchFilter()


class BatchRows(Rows):
    def add_batch(self, batch: Batch) -> bool:
        """Note a batch; one that is known stays as it is, but for a label it lacks. False: it stays."""
        kept = replace(batch, project=self._places.relative(batch.project))
        values = [getattr(kept, name) for name in BATCH_COLUMNS]
        return self._db.execute(_INSERT, values).rowcount == 1

    def batch(self, id: str) -> Batch | None:
        row = self._db.execute(f"SELECT {_COLUMNS} FROM batch WHERE id = ?", (id,)).fetchone()
        return self._batch(row) if row else None

    def batches(
        self, wanted: BatchFilter = ALL, *, before: tuple[float, str] | None = None, limit: int = -1
    ) -> list[Batch]:
        """Batches newest first, before that (created, id)."""
        where, values = ["1"], list[object]()
        if wanted.ids:
            where.append(among("id", wanted.ids))
            values += wanted.ids
        if wanted.project:
            where.append("project = ?")
            values.append(self._places.relative(wanted.project))
        if before is not None:
            where.append("(created, id) < (?, ?)")
            values += before
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM batch WHERE {' AND '.join(where)}"
            " ORDER BY created DESC, id DESC LIMIT ?",
            [*values, limit],
        )
        return [self._batch(row) for row in rows]

    def _batch(self, row: sqlite3.Row) -> Batch:
        batch = Batch(**dict(row))
        return replace(batch, project=self._places.absolute(batch.project))

    def tallies(self, batches: Sequence[str]) -> dict[str, list[BatchTally]]:
        """How the jobs of several batches stand, by state."""
        found: dict[str, list[BatchTally]] = {id: [] for id in batches}
        rows = self._db.execute(
            "SELECT batch, state, count(*), coalesce(sum(progress), 0), max(ended) FROM job"
            f" WHERE {among('batch', batches)} GROUP BY batch, state",
            list(batches),
        )
        for batch, *rest in rows:
            found[batch].append(BatchTally(*rest))
        return found

    def members(self, batch: str, states: Sequence[str] = ()) -> list[str]:
        """The ids of a batch's jobs in their order; in those states, if any are named."""
        test = f" AND {among('state', states)}" if states else ""
        rows = self._db.execute(
            f"SELECT id FROM job WHERE batch = ?{test} ORDER BY position", [batch, *states]
        )
        return [row[0] for row in rows]

    def set_batch(self, id: str, *, paused: bool, reason: str) -> bool:
        """Pause a batch or let it go on. False: it was so already."""
        done = self._db.execute(
            "UPDATE batch SET paused = ?, reason = ? WHERE id = ? AND paused != ?",
            (int(paused), reason, id, int(paused)),
        )
        return done.rowcount == 1

    def paused_batches(self) -> dict[str, str]:
        """Batches a person paused, with their label."""
        return dict(self._db.execute("SELECT id, label FROM batch WHERE paused").fetchall())
