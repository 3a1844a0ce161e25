"""Read and write rows of `studio.db`: events (numbered without gaps), workers, lanes of the queue, and
absences. An absence is a time in which no studio was attached. Plain SQL, no rules.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from milimo_tui.core.changes import Row
from milimo_tui.core.wire_json import dump_wire_json
from milimo_tui.store.jobs.studio_sql import StudioRows, build_in_condition
from milimo_tui.store.jobs.studio_values import Absence, Event, WorkerRow
from milimo_tui.store.sqlite.statements import insert_row
from milimo_tui.store.sqlite.value_table import Codec, Table


def _dump_event_data(data: Mapping[str, Any]) -> str:
    return dump_wire_json(data).decode()


# An event also stores its data as JSON text, because every watcher receives this text unchanged.
EVENT = Table(
    "event", Event, key="seq", without=("text",), codecs={"data": Codec(_dump_event_data, json.loads)}
)
WORKER = Table("worker", WorkerRow)
ABSENCE = Table("absence", Absence, key="began")
_REPLACE_WORKER = WORKER.insert.replace("INSERT", "INSERT OR REPLACE", 1)


class EventRows(StudioRows):
    """The part of `StudioFile` that reads and writes events, workers, lanes of the queue, and absences (times
    without an attached studio).
    """

    # The reason why each paused lane is paused, or None if the lanes must be read from the file. The cache
    # stays valid because no other process writes the file.
    _paused: dict[str, str] | None

    def add_event(self, at: float, kind: str, job: str, data: Mapping[str, Any]) -> Event:
        """Add an event and return it with its number."""
        text = _dump_event_data(data)
        row: Row = {"at": at, "kind": kind, "job": job, "data": self._places.make_text_relative(text)}
        return Event(insert_row(self._db, "event", row), at, kind, job, data, text)

    def select_events(
        self,
        after: int,
        limit: int,
        jobs: Sequence[str] = (),
        kinds: Sequence[str] = (),
        before: int | None = None,
    ) -> list[Event]:
        """Return up to `limit` events with numbers above `after` (and below `before`, if given), in order.

        `jobs` and `kinds` restrict the result; empty means all.
        """
        where, values = "seq > ?", list[Any]([after])
        for column, several in (("job", jobs), ("kind", kinds)):
            if several:
                where += f" AND {build_in_condition(column, several)}"
                values += several
        if before is not None:
            where += " AND seq < ?"
            values.append(before)
        rows = self._db.execute(
            f"SELECT {EVENT.select} FROM event WHERE {where} ORDER BY seq LIMIT ?",
            [*values, limit],
        )
        texts = ((row, self._places.make_text_absolute(row["data"])) for row in rows)
        return [EVENT.decode((*row[:-1], text), text=text) for row, text in texts]

    def read_last_event_number(self) -> int:
        """Return the number of the newest event, or 0."""
        row = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'event'").fetchone()
        return int(row[0]) if row else 0

    def has_ended_cleanly(self) -> bool:
        """Return True if the last supervisor recorded its end, or if no supervisor has ever run. A supervisor
        that was killed does not record its end.
        """
        row = self._db.execute(
            "SELECT data FROM event WHERE kind = 'supervisor' ORDER BY seq DESC LIMIT 1"
        ).fetchone()
        return row is None or json.loads(row[0]).get("state") == "ended"

    def delete_progress_events(self, after: int, upto: int) -> None:
        """Delete progress events with numbers above `after` and up to `upto`. Nothing is lost, because the
        results of jobs are stored in the rows of the jobs.
        """
        self._db.execute("DELETE FROM event WHERE seq > ? AND seq <= ? AND kind = 'progress'", (after, upto))

    def trim_events(self, keep: int) -> None:
        """Delete all but the newest `keep` events."""
        self._db.execute("DELETE FROM event WHERE seq <= ?", (self.read_last_event_number() - keep,))

    def add_worker(self, worker: WorkerRow) -> None:
        """Add a worker, or replace the worker that has the same id."""
        self._db.execute(_REPLACE_WORKER, WORKER.list_cells(worker))

    def select_workers(self) -> list[WorkerRow]:
        """Return all workers, by id."""
        rows = self._db.execute(f"SELECT {WORKER.select} FROM worker ORDER BY id")
        return [WORKER.decode(row) for row in rows]

    def drop_worker(self, id: str) -> None:
        """Delete a worker that has ended."""
        self._db.execute("DELETE FROM worker WHERE id = ?", (id,))

    def set_lane_paused(self, id: str, *, paused: bool, reason: str) -> None:
        """Pause or resume a lane of the queue. `reason` explains the pause to the user."""
        self._paused = None
        self._db.execute(
            "INSERT OR REPLACE INTO lane (id, paused, reason) VALUES (?, ?, ?)", (id, int(paused), reason)
        )

    def list_paused_lanes(self) -> dict[str, str]:
        """Return the reason for the pause of each paused lane, by lane."""
        if self._paused is None:
            self._paused = dict(self._db.execute("SELECT id, reason FROM lane WHERE paused").fetchall())
        return self._paused

    def select_absences(self, limit: int) -> list[Absence]:
        """Return up to `limit` absences, which are times without an attached studio, newest first."""
        rows = self._db.execute(f"SELECT {ABSENCE.select} FROM absence ORDER BY began DESC LIMIT ?", (limit,))
        return [ABSENCE.decode(row) for row in rows]

    def begin_absence(self, now: float, keep: int) -> None:
        """Start an absence at `now` unless an absence is in progress. Delete old absences, so that only the
        newest `keep` remain.
        """
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
        """End the absence that is in progress at `now`. If the clock was set back in the meantime, the
        absence gets a duration of zero.
        """
        self._db.execute("UPDATE absence SET ended = max(began, ?) WHERE ended IS NULL", (now,))
