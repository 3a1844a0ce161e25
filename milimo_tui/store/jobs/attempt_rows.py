"""The attempts of `studio.db`, and how long jobs took. Plain SQL, no rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any

from milimo_tui.store.jobs.studio_sql import Rows, among, assignments, insert
from milimo_tui.store.jobs.studio_values import Attempt, Timing

ATTEMPT_COLUMNS = Attempt._fields
TIMING_COLUMNS = tuple(field.name for field in fields(Timing))
_COLUMNS = ", ".join(ATTEMPT_COLUMNS)
_INSERT = insert("attempt", ATTEMPT_COLUMNS)
_INSERT_TIMING = insert("timing", TIMING_COLUMNS)
_timing_values = attrgetter(*TIMING_COLUMNS)
_LAST = f"SELECT {_COLUMNS} FROM attempt WHERE job = ? ORDER BY number DESC LIMIT 1"


class AttemptRows(Rows):
    def add_attempt(self, attempt: Attempt) -> None:
        spec, result = map(self._places.relative_text, (attempt.spec, attempt.result))
        self._db.execute(_INSERT, attempt._replace(spec=spec, result=result))

    def attempts(self, job: str) -> list[Attempt]:
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM attempt WHERE job = ? ORDER BY number", (job,))
        return [self._attempt(row) for row in rows]

    def last_attempt(self, job: str) -> Attempt | None:
        row = self._db.execute(_LAST, (job,)).fetchone()
        return self._attempt(row) if row else None

    def set_attempt(self, job: str, number: int, **columns: Any) -> None:
        kept = self._places.relative_columns(columns, (), ("spec", "result"))
        self._db.execute(_update(tuple(columns)), [*kept.values(), job, number])

    def _attempt(self, row: Sequence[Any]) -> Attempt:
        attempt = Attempt._make(row)
        spec, result = map(self._places.absolute_text, (attempt.spec, attempt.result))
        return attempt._replace(spec=spec, result=result)

    def drop_attempt(self, job: str, number: int) -> None:
        """Forget an attempt that nothing was done in."""
        self._db.execute("DELETE FROM attempt WHERE job = ? AND number = ?", (job, number))

    def resumed(self, jobs: Sequence[str]) -> dict[str, str]:
        """From where the newest attempt of each of several jobs went on; those that began anew left out."""
        rows = self._db.execute(
            "SELECT attempt.job, attempt.resumed FROM attempt"
            " JOIN job ON job.id = attempt.job AND job.attempts = attempt.number"
            f" WHERE attempt.resumed != '' AND {among('attempt.job', jobs)}",
            list(jobs),
        )
        return dict(rows.fetchall())

    # Timings

    def add_timing(self, timing: Timing) -> None:
        self._db.execute(_INSERT_TIMING, _timing_values(timing))

    def timings(self, workload: str = "", limit: int = -1) -> list[Timing]:
        """How long jobs took, newest first; of one workload, or of all."""
        test = "WHERE workload = ? " if workload else ""
        rows = self._db.execute(
            f"SELECT {', '.join(TIMING_COLUMNS)} FROM timing {test}ORDER BY id DESC LIMIT ?",
            [*([workload] if workload else []), limit],
        )
        return [Timing(**dict(row)) for row in rows]

    def newest_timings(self, each: int) -> list[Timing]:
        """The newest of each workload, by the index alone, however many there are: newest first in each."""
        kinds = self._db.execute(
            "WITH RECURSIVE kinds (workload) AS (SELECT min(workload) FROM timing UNION ALL SELECT"
            " (SELECT min(workload) FROM timing WHERE timing.workload > kinds.workload) FROM kinds"
            " WHERE workload IS NOT NULL) SELECT workload FROM kinds WHERE workload IS NOT NULL"
        )
        return [timing for (workload,) in kinds.fetchall() for timing in self.timings(workload, each)]

    def trim_timings(self, keep: int) -> None:
        """Forget all but the newest of each workload."""
        self._db.execute(
            "DELETE FROM timing WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER"
            " (PARTITION BY workload ORDER BY id DESC) AS place FROM timing) WHERE place > ?)",
            (keep,),
        )


@cache
def _update(columns: tuple[str, ...]) -> str:
    return f"UPDATE attempt SET {assignments(columns, ATTEMPT_COLUMNS)} WHERE job = ? AND number = ?"
