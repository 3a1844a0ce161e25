"""Read and write notices (notifications to be sent) in `studio.db`, and the summaries that they report.

The module contains plain SQL on the connection of `StudioFile`. Every write is part of a change of the queue.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from functools import cache
from typing import Any

from milimo_tui.store.jobs.studio_sql import build_assignments_sql
from milimo_tui.store.jobs.studio_values import Notice
from milimo_tui.store.sqlite.statements import format_placeholders, insert_row
from milimo_tui.store.sqlite.value_table import Table

NOTICE = Table("notice", Notice)
KEPT = 200  # sent and given-up notices stay for display until this many newer notices exist


class NoticeRows:
    """The notices in `studio.db`, and queries about the jobs that the notices report on."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def add_notice(self, notice: Notice) -> int:
        """Add a notice and return its number. Notices that were sent or given up are deleted once `KEPT`
        newer notices exist.
        """
        row = NOTICE.encode(notice)
        del row["id"]  # SQLite assigns the number of the new row.
        number = insert_row(self._db, "notice", row)
        self._db.execute("DELETE FROM notice WHERE id < ? AND state != 'due'", (number - KEPT,))
        return number

    def find_next_notice(self, target: str) -> Notice | None:
        """Return the next unsent notice for a target (a webhook or command), even if the time of its next try
        has not come. Return None if there is none.
        """
        row = self._db.execute(
            f"SELECT {NOTICE.select} FROM notice WHERE state = 'due' AND target = ? ORDER BY due, id LIMIT 1",
            (target,),
        ).fetchone()
        return NOTICE.decode(row) if row else None

    def count_unsent_notices(self, targets: Collection[str]) -> int:
        """Return the number of unsent notices to the given targets."""
        found = self._db.execute(
            "SELECT count(*) FROM notice WHERE state = 'due' AND target IN "
            f"({format_placeholders(len(targets))})",
            [*targets],
        ).fetchone()
        return int(found[0])

    def make_notices_due(self, target: str, now: float) -> None:
        """Set the time of the next try to `now` for all unsent notices to a target, so that they are sent at
        once.
        """
        self._db.execute(
            "UPDATE notice SET due = ? WHERE state = 'due' AND target = ? AND due > ?", (now, target, now)
        )

    def set_notice(self, id: int, **columns: Any) -> None:
        """Set columns of a notice. Raises KeyError for an unknown column."""
        assignments = build_assignments_sql(tuple(columns), NOTICE.columns)
        self._db.execute(f"UPDATE notice SET {assignments} WHERE id = ?", [*columns.values(), id])

    def give_up_notices(self, why: str) -> None:
        """Mark all unsent notices as given up. `why` is the reason that is stored."""
        self._db.execute("UPDATE notice SET state = 'given_up', error = ? WHERE state = 'due'", (why,))

    def select_notices(self) -> list[Notice]:
        """Return all stored notices, oldest first."""
        return [
            NOTICE.decode(row) for row in self._db.execute(f"SELECT {NOTICE.select} FROM notice ORDER BY id")
        ]

    def find_open_batch_job(self, batch: str, ended: Collection[str]) -> str:
        """Return the id of a job of the batch that has not ended (its state is none of `ended`), or an empty
        string if all jobs have ended.
        """
        row = self._db.execute(
            f"SELECT id FROM job WHERE batch = ? AND state NOT IN ({format_placeholders(len(ended))})"
            " ORDER BY rowid DESC LIMIT 1",
            [batch, *ended],
        ).fetchone()
        return str(row[0]) if row else ""

    def is_job_open(self, job: str, ended: Collection[str]) -> bool:
        """Return True if the job exists and is in none of the `ended` states."""
        row = self._db.execute("SELECT state FROM job WHERE id = ?", (job,)).fetchone()
        return row is not None and row[0] not in ended

    def count_failed_batch_jobs(self, batch: str, failed: Collection[str], most: int) -> int:
        """Return how many jobs of the batch are in the `failed` states, counted up to `most`."""
        row = self._db.execute(
            "SELECT count(*) FROM (SELECT 1 FROM job WHERE batch = ? AND state IN "
            f"({format_placeholders(len(failed))})"
            " LIMIT ?)",
            [batch, *failed, most],
        ).fetchone()
        return int(row[0])

    def summarize_batch(self, id: str) -> tuple[str, str, dict[str, int], float, float]:
        """Return the summary of a batch: label, film folder, number of jobs by state, first start and last
        end.

        Times are in seconds since 1970. For a job that has not started or ended, the time of queueing is
        used.
        """
        named = self._db.execute("SELECT label, project FROM batch WHERE id = ?", (id,)).fetchone()
        rows = self._db.execute(
            "SELECT state, count(*), max(project), min(coalesce(started, created)),"
            " max(coalesce(ended, created)) FROM job WHERE batch = ? GROUP BY state",
            (id,),
        ).fetchall()
        label, project = (named[0], named[1]) if named else ("", "")
        return (
            label,
            project or max((row[2] for row in rows), default=""),
            {row[0]: row[1] for row in rows},
            min((row[3] for row in rows), default=0.0),
            max((row[4] for row in rows), default=0.0),
        )

    def has_working_job(self, working: Collection[str], lane_left_out: str) -> bool:
        """Return True if any job is in one of the `working` states. Two kinds of jobs do not count: jobs in
        the lane `lane_left_out`, and jobs that wait until the user publishes their result.
        """
        row = self._db.execute(_build_working_job_sql(len(working)), [*working, lane_left_out]).fetchone()
        return row is not None

    def count_ended_jobs_since(self, since: float, lane_left_out: str) -> dict[str, int]:
        """Return the number of jobs that ended at or after `since`, by state. Jobs in the lane
        `lane_left_out` do not count.
        """
        rows = self._db.execute(
            "SELECT state, count(*) FROM job WHERE ended >= ? AND lane != ? GROUP BY state",
            (since, lane_left_out),
        )
        return {row[0]: row[1] for row in rows}


@cache
def _build_working_job_sql(states: int) -> str:
    return (
        f"SELECT 1 FROM job WHERE state IN ({format_placeholders(states)}) AND lane != ?"
        " AND NOT (state = 'publishing' AND reason != '') LIMIT 1"
    )
