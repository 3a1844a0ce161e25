"""The events of `studio.db`, numbered without gaps, and the rows of its workers and lanes. Plain SQL."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from milimo_tui.core.wire_json import dump
from milimo_tui.store.jobs.studio_sql import Rows, among, marks
from milimo_tui.store.jobs.studio_values import Absence, Event, WorkerRow

WORKER_COLUMNS = tuple(field.name for field in fields(WorkerRow))


class EventRows(Rows):
    _paused: dict[str, str] | None  # lanes that are, as they are in the file: there is no other writer

    def add_event(self, at: float, kind: str, job: str, data: Mapping[str, Any]) -> Event:
        text = dump(data).decode()  # it goes to every watcher as it stands
        cursor = self._db.execute(
            "INSERT INTO event (at, kind, job, data) VALUES (?, ?, ?, ?)",
            (at, kind, job, self._places.relative_text(text)),
        )
        return Event(int(cursor.lastrowid or 0), at, kind, job, data, text)

    def events(
        self,
        after: int,
        limit: int,
        jobs: Sequence[str] = (),
        kinds: Sequence[str] = (),
        before: int | None = None,
    ) -> list[Event]:
        """Events numbered above `after`, and below `before` if that is given, in order."""
        where, values = "seq > ?", list[Any]([after])
        for column, several in (("job", jobs), ("kind", kinds)):
            if several:
                where += f" AND {among(column, several)}"
                values += several
        if before is not None:
            where += " AND seq < ?"
            values.append(before)
        rows = self._db.execute(
            f"SELECT seq, at, kind, job, data FROM event WHERE {where} ORDER BY seq LIMIT ?",
            [*values, limit],
        )
        absolute = self._places.absolute_text
        texts = ((row, absolute(row[4])) for row in rows)
        return [Event(row[0], row[1], row[2], row[3], json.loads(text), text) for row, text in texts]

    def last_seq(self) -> int:
        row = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'event'").fetchone()
        return int(row[0]) if row else 0

    def ended_well(self) -> bool:
        """Whether the last supervisor said goodbye; one that was killed did not."""
        row = self._db.execute(
            "SELECT data FROM event WHERE kind = 'supervisor' ORDER BY seq DESC LIMIT 1"
        ).fetchone()
        return row is None or json.loads(row[0]).get("state") == "ended"

    def prune_progress(self, after: int, upto: int) -> None:
        """Forget progress numbered above `after` up to `upto`: what jobs came to is in their rows."""
        self._db.execute("DELETE FROM event WHERE seq > ? AND seq <= ? AND kind = 'progress'", (after, upto))

    def trim_events(self, keep: int) -> None:
        """Forget all but the newest events."""
        self._db.execute("DELETE FROM event WHERE seq <= ?", (self.last_seq() - keep,))

    # Workers and lanes

    def add_worker(self, worker: WorkerRow) -> None:
        self._db.execute(
            f"INSERT OR REPLACE INTO worker ({', '.join(WORKER_COLUMNS)})"
            f" VALUES ({marks(len(WORKER_COLUMNS))})",
            [getattr(worker, name) for name in WORKER_COLUMNS],
        )

    def workers(self) -> list[WorkerRow]:
        rows = self._db.execute(f"SELECT {', '.join(WORKER_COLUMNS)} FROM worker ORDER BY id")
        return [WorkerRow(**dict(row)) for row in rows]

    def drop_worker(self, id: str) -> None:
        self._db.execute("DELETE FROM worker WHERE id = ?", (id,))

    def set_lane(self, id: str, *, paused: bool, reason: str) -> None:
        self._paused = None
        self._db.execute(
            "INSERT OR REPLACE INTO lane (id, paused, reason) VALUES (?, ?, ?)", (id, int(paused), reason)
        )

    def paused_lanes(self) -> dict[str, str]:
        """Lanes a person paused, with the reason."""
        if self._paused is None:
            self._paused = dict(self._db.execute("SELECT id, reason FROM lane WHERE paused").fetchall())
        return self._paused

    # Absences

    def absences(self, limit: int) -> list[Absence]:
        """When nobody was attached, newest first."""
        rows = self._db.execute("SELECT began, ended FROM absence ORDER BY began DESC LIMIT ?", (limit,))
        return [Absence(row[0], row[1]) for row in rows]

    def begin_absence(self, now: float, keep: int) -> None:
        """Nobody is attached any more, unless that was so already; all but the newest are forgotten."""
        self._db.execute(
            "INSERT OR IGNORE INTO absence (began, ended) SELECT ?, NULL"
            " WHERE NOT EXISTS (SELECT 1 FROM absence WHERE ended IS NULL)",
            (now,),
        )
        self._db.execute(
            "DELETE FROM absence WHERE ended IS NOT NULL AND began NOT IN"
            " (SELECT began FROM absence ORDER BY began DESC LIMIT ?)",
            (keep,),
        )

    def end_absence(self, now: float) -> None:
        """Somebody is there; a clock that was set back makes it last no time, never less."""
        self._db.execute("UPDATE absence SET ended = max(began, ?) WHERE ended IS NULL", (now,))
