"""Read and write attempts at jobs and job timings in `studio.db`. Plain SQL, no rules."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from milimo_tui.store.jobs.studio_sql import StudioRows, build_assignments_sql, build_in_condition
from milimo_tui.store.jobs.studio_values import Attempt, Timing
from milimo_tui.store.sqlite.value_table import Table

ATTEMPT = Table("attempt", Attempt)
TIMING = Table("timing", Timing)
_LAST = f"SELECT {ATTEMPT.select} FROM attempt WHERE job = ? ORDER BY number DESC LIMIT 1"


class AttemptRows(StudioRows):
    """The part of `StudioFile` that reads and writes attempts and timings."""

    def add_attempt(self, attempt: Attempt) -> None:
        """Add an attempt at a job."""
        spec, result = map(self._places.make_text_relative, (attempt.spec, attempt.result))
        self._db.execute(ATTEMPT.insert, attempt._replace(spec=spec, result=result))

    def select_attempts(self, job: str) -> list[Attempt]:
        """Return all attempts at a job, by number."""
        rows = self._db.execute(f"SELECT {ATTEMPT.select} FROM attempt WHERE job = ? ORDER BY number", (job,))
        return [self._make_attempt(row) for row in rows]

    def select_last_attempt(self, job: str) -> Attempt | None:
        """Return the newest attempt at a job, or None."""
        row = self._db.execute(_LAST, (job,)).fetchone()
        return self._make_attempt(row) if row else None

    def set_attempt(self, job: str, number: int, **columns: Any) -> None:
        """Write values into columns of one attempt of a job. `number` counts the attempts from 1."""
        kept = self._places.make_columns_relative(columns, (), ("spec", "result"))
        self._db.execute(_build_attempt_update_sql(tuple(columns)), [*kept.values(), job, number])

    def _make_attempt(self, row: Sequence[Any]) -> Attempt:
        attempt = Attempt._make(row)
        spec, result = map(self._places.make_text_absolute, (attempt.spec, attempt.result))
        return attempt._replace(spec=spec, result=result)

    def drop_attempt(self, job: str, number: int) -> None:
        """Delete an attempt that has done no work."""
        self._db.execute("DELETE FROM attempt WHERE job = ? AND number = ?", (job, number))

    def list_resume_points(self, jobs: Sequence[str]) -> dict[str, str]:
        """Return, by job, the checkpoint from which the newest attempt resumed. Jobs that started from the
        beginning are left out.
        """
        rows = self._db.execute(
            "SELECT attempt.job, attempt.resumed FROM attempt"
            " JOIN job ON job.id = attempt.job AND job.attempts = attempt.number"
            f" WHERE attempt.resumed != '' AND {build_in_condition('attempt.job', jobs)}",
            list(jobs),
        )
        return dict(rows.fetchall())

    def add_timing(self, timing: Timing) -> None:
        """Add the timing of a finished job."""
        self._db.execute(TIMING.insert, TIMING.list_cells(timing))

    def select_timings(self, workload: str = "", limit: int = -1) -> list[Timing]:
        """Return up to `limit` timings of finished jobs (-1: all), newest first. If `workload` (a kind of
        work) is given, return only timings of this workload.
        """
        test = "WHERE workload = ? " if workload else ""
        rows = self._db.execute(
            f"SELECT {TIMING.select} FROM timing {test}ORDER BY id DESC LIMIT ?",
            [*([workload] if workload else []), limit],
        )
        return [TIMING.decode(row) for row in rows]

    def select_newest_timings(self, each: int) -> list[Timing]:
        """Return up to `each` timings of every workload, newest first within a workload.

        The query uses only the index, so its duration does not depend on the number of stored timings.
        """
        kinds = self._db.execute(
            "WITH RECURSIVE kinds (workload) AS (SELECT min(workload) FROM timing UNION ALL SELECT"
            " (SELECT min(workload) FROM timing WHERE timing.workload > kinds.workload) FROM kinds"
            " WHERE workload IS NOT NULL) SELECT workload FROM kinds WHERE workload IS NOT NULL"
        )
        return [timing for (workload,) in kinds.fetchall() for timing in self.select_timings(workload, each)]

    def trim_timings(self, keep: int) -> None:
        """Delete all but the newest `keep` timings of each workload."""
        self._db.execute(
            "DELETE FROM timing WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER"
            " (PARTITION BY workload ORDER BY id DESC) AS place FROM timing) WHERE place > ?)",
            (keep,),
        )


@cache
def _build_attempt_update_sql(columns: tuple[str, ...]) -> str:
    return (
        f"UPDATE attempt SET {build_assignments_sql(columns, ATTEMPT.columns)} WHERE job = ? AND number = ?"
    )
