"""Rows of `studio.db` that telling people needs: the outbox of notices, and what a batch or a spell came to.

Plain SQL on the connection of `StudioFile`; every call belongs to a change of the queue or is a short read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import fields
from functools import cache
from typing import Any

from milimo_tui.store.jobs.studio_sql import marks
from milimo_tui.store.jobs.studio_values import Notice

COLUMNS = tuple(field.name for field in fields(Notice) if field.name != "id")
KEPT = 200  # notices that were sent or given up, kept to look at


class NoticeRows:
    """The notices of one `studio.db`, and the counts they tell."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def add(self, notice: Notice) -> int:
        """Put a notice in the outbox; returns its number. Old ones that are over are forgotten."""
        cursor = self._db.execute(
            f"INSERT INTO notice ({', '.join(COLUMNS)}) VALUES ({marks(len(COLUMNS))})",
            [getattr(notice, name) for name in COLUMNS],
        )
        number = int(cursor.lastrowid or 0)
        self._db.execute("DELETE FROM notice WHERE id < ? AND state != 'due'", (number - KEPT,))
        return number

    def next(self, target: str) -> Notice | None:
        """The notice of that target which is to be sent first, due or not yet."""
        row = self._db.execute(
            f"SELECT id, {', '.join(COLUMNS)} FROM notice WHERE state = 'due' AND target = ?"
            " ORDER BY due, id LIMIT 1",
            (target,),
        ).fetchone()
        return Notice(**dict(row)) if row else None

    def waiting(self, targets: Collection[str]) -> int:
        """How many notices of those targets are still to be sent."""
        found = self._db.execute(
            f"SELECT count(*) FROM notice WHERE state = 'due' AND target IN ({marks(len(targets))})",
            [*targets],
        ).fetchone()
        return int(found[0])

    def hasten(self, target: str, now: float) -> None:
        """Make everything that waits for another try with that target due now."""
        self._db.execute(
            "UPDATE notice SET due = ? WHERE state = 'due' AND target = ? AND due > ?", (now, target, now)
        )

    def set(self, id: int, **columns: Any) -> None:
        unknown = columns.keys() - set(COLUMNS)
        if unknown:
            raise KeyError(f"no such column: {', '.join(sorted(unknown))}")
        self._db.execute(
            f"UPDATE notice SET {', '.join(f'{name} = ?' for name in columns)} WHERE id = ?",
            [*columns.values(), id],
        )

    def give_up(self, why: str) -> None:
        """Send none of those that are still to be sent."""
        self._db.execute("UPDATE notice SET state = 'given_up', error = ? WHERE state = 'due'", (why,))

    def all(self) -> list[Notice]:
        """Every notice kept, oldest first."""
        rows = self._db.execute(f"SELECT id, {', '.join(COLUMNS)} FROM notice ORDER BY id")
        return [Notice(**dict(row)) for row in rows]

    # What they tell

    def open_member(self, batch: str, ended: Collection[str]) -> str:
        """A job of the batch that is in none of those states; empty when there is none."""
        row = self._db.execute(
            f"SELECT id FROM job WHERE batch = ? AND state NOT IN ({marks(len(ended))})"
            " ORDER BY rowid DESC LIMIT 1",
            [batch, *ended],
        ).fetchone()
        return str(row[0]) if row else ""

    def is_open(self, job: str, ended: Collection[str]) -> bool:
        row = self._db.execute("SELECT state FROM job WHERE id = ?", (job,)).fetchone()
        return row is not None and row[0] not in ended

    def failures(self, batch: str, failed: Collection[str], most: int) -> int:
        """How many members of the batch are in those states, counted up to `most`."""
        row = self._db.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM job WHERE batch = ? AND state IN ({marks(len(failed))})"
            " LIMIT ?)",
            [batch, *failed, most],
        ).fetchone()
        return int(row[0])

    def batch(self, id: str) -> tuple[str, str, dict[str, int], float, float]:
        """Label, project, jobs by state, when its first job began (or was queued) and its last one ended."""
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

    def is_busy(self, working: Collection[str], lane_left_out: str) -> bool:
        """Whether any job is in one of those states and its way is not barred by a reason to wait for a
        person; jobs of one lane do not count.
        """
        row = self._db.execute(_busy(len(working)), [*working, lane_left_out]).fetchone()
        return row is not None

    def ended_since(self, when: float, lane_left_out: str) -> dict[str, int]:
        """Jobs that ended at or after that time, by state; jobs of one lane do not count."""
        rows = self._db.execute(
            "SELECT state, count(*) FROM job WHERE ended >= ? AND lane != ? GROUP BY state",
            (when, lane_left_out),
        )
        return {row[0]: row[1] for row in rows}


@cache
def _busy(states: int) -> str:
    return (
        f"SELECT 1 FROM job WHERE state IN ({marks(states)}) AND lane != ?"
        " AND NOT (state = 'publishing' AND reason != '') LIMIT 1"
    )
