"""`studio.db`: jobs, attempts, dependencies, events, workers and lanes, in plain SQL.

Written by the supervisor alone. Knows rows and transactions, not the rules of the queue (`jobs.queue`).
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import Unavailable
from milimo_tui.core.host import explain, network_disk
from milimo_tui.store.migrate import connect, damaged, migrate
from milimo_tui.store.studio_schema import APPLICATION_ID, MIGRATIONS
from milimo_tui.store.studio_values import Attempt, Event, Job, JobFilter, WorkerRow

EVERY = JobFilter()
PLACE = 1 << 20  # distance between neighbours in the order of jobs, so that a move writes one row


SAYS = " || ' ' || ".join(("label", "kind", "engine", "state", "error", "id"))  # what a search looks in

JOB_COLUMNS = tuple(field.name for field in fields(Job))
ATTEMPT_COLUMNS = tuple(field.name for field in fields(Attempt))
WORKER_COLUMNS = tuple(field.name for field in fields(WorkerRow))


def _marks(count: int) -> str:
    return ", ".join("?" * count)


class StudioFile:
    """One open `studio.db`. Not safe for threads: its owner calls it from one."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._db = connection
        self.path = path

    @classmethod
    def open(cls, path: Path) -> StudioFile:
        """Open or make. Raises Unavailable on a network disk, Damaged, Newer, ReadOnly, DiskFull."""
        kind = network_disk(path.parent)
        if kind:
            raise Unavailable(
                f"{path} would lie on a network disk ({kind}): the job queue needs a local one",
                "choose a studio home on a local disk (--home or MILIMO_HOME); media may stay remote",
            )
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))  # the user's alone
        except OSError as error:
            raise explain(error, path, "open") from error
        connection = connect(path, synchronous="FULL")
        try:
            migrate(connection, path, MIGRATIONS, APPLICATION_ID)
            if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise damaged(path)
        except sqlite3.DatabaseError as error:
            connection.close()
            raise damaged(path) from error
        except BaseException:
            connection.close()
            raise
        return cls(connection, path)

    def close(self) -> None:
        """Fold the write-ahead log into the file and let go of it."""
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._db.close()

    @contextmanager
    def change(self) -> Iterator[None]:
        """One durable change: all of it or nothing. Inside another it is a part that may fail by itself."""
        inner = self._db.in_transaction
        self._db.execute("SAVEPOINT part" if inner else "BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("RELEASE part" if inner else "COMMIT")
        except BaseException:
            if inner:
                self._db.execute("ROLLBACK TO part")
                self._db.execute("RELEASE part")
            elif self._db.in_transaction:  # a full disk may have rolled it back by itself
                self._db.execute("ROLLBACK")
            raise

    # Jobs

    def add_job(self, job: Job) -> None:
        self._db.execute(
            f"INSERT INTO job ({', '.join(JOB_COLUMNS)}) VALUES ({_marks(len(JOB_COLUMNS))})",
            [getattr(job, name) for name in JOB_COLUMNS],
        )

    def job(self, id: str) -> Job | None:
        row = self._db.execute(f"SELECT {', '.join(JOB_COLUMNS)} FROM job WHERE id = ?", (id,)).fetchone()
        return Job(**dict(row)) if row else None

    def jobs(
        self, wanted: JobFilter = EVERY, *, after: tuple[float, str] = (0.0, ""), limit: int = -1
    ) -> list[Job]:
        """Jobs oldest first, after that (created, id)."""
        where, values = ["(created, id) > (?, ?)"], list[Any](after)
        for column, several in (("id", wanted.ids), ("state", wanted.states)):
            if several:
                where.append(f"{column} IN ({_marks(len(several))})")
                values += several
        for column in ("lane", "project", "shot", "batch"):
            one = getattr(wanted, column)
            if one:
                where.append(f"{column} = ?")
                values.append(one)
        rows = self._db.execute(
            f"SELECT {', '.join(JOB_COLUMNS)} FROM job WHERE {' AND '.join(where)}"
            " ORDER BY created, id LIMIT ?",
            [*values, limit],
        )
        return [Job(**dict(row)) for row in rows]

    def past(
        self,
        wanted: JobFilter = EVERY,
        words: Sequence[str] = (),
        *,
        before: tuple[float, str] | None = None,
        limit: int = -1,
    ) -> list[Job]:
        """Jobs that have ended, newest first, before that (ended, id); `words` stand in what they say."""
        where, values = ["ended IS NOT NULL"], list[Any]()
        if before is not None:
            where.append("(ended, id) < (?, ?)")
            values += before
        if wanted.states:
            where.append(f"state IN ({_marks(len(wanted.states))})")
            values += wanted.states
        for column in ("project", "shot", "batch"):
            one = getattr(wanted, column)
            if one:
                where.append(f"{column} = ?")
                values.append(one)
        for word in words:
            where.append(f"instr(lower({SAYS}), ?)")
            values.append(word.lower())
        rows = self._db.execute(
            f"SELECT {', '.join(JOB_COLUMNS)} FROM job WHERE {' AND '.join(where)}"
            " ORDER BY ended DESC, id DESC LIMIT ?",
            [*values, limit],
        )
        return [Job(**dict(row)) for row in rows]

    def line(self, lane: str, limit: int) -> list[Job]:
        """The head of a lane's queue, first to run first."""
        rows = self._db.execute(
            f"SELECT {', '.join(JOB_COLUMNS)} FROM job WHERE state = 'queued' AND lane = ?"
            " ORDER BY priority DESC, position LIMIT ?",
            (lane, limit),
        )
        return [Job(**dict(row)) for row in rows]

    def untidy(self) -> list[Job]:
        """Jobs that are done and whose workspace may still be there."""
        rows = self._db.execute(f"SELECT {', '.join(JOB_COLUMNS)} FROM job WHERE state = 'done' AND tidy = 0")
        return [Job(**dict(row)) for row in rows]

    def counts(self) -> dict[str, int]:
        """Jobs by state."""
        return dict(self._db.execute("SELECT state, count(*) FROM job GROUP BY state").fetchall())

    def queued_lanes(self) -> frozenset[str]:
        rows = self._db.execute("SELECT DISTINCT lane FROM job WHERE state = 'queued'")
        return frozenset(row[0] for row in rows)

    def set_job(self, id: str, *, sources: Iterable[str] = (), **columns: Any) -> bool:
        """Set columns, where the state is one of `sources` if any are given. False: it was another."""
        unknown = columns.keys() - set(JOB_COLUMNS)
        if unknown:
            raise KeyError(f"no such column: {', '.join(sorted(unknown))}")
        states = sorted(sources)
        test = f" AND state IN ({_marks(len(states))})" if states else ""
        done = self._db.execute(
            f"UPDATE job SET {', '.join(f'{name} = ?' for name in columns)}, revision = revision + 1"
            f" WHERE id = ?{test}",
            [*columns.values(), id, *states],
        )
        return done.rowcount == 1

    def last_position(self) -> int:
        return int(self._db.execute("SELECT coalesce(max(position), 0) FROM job").fetchone()[0])

    def position_beside(self, id: str, *, before: bool) -> int:
        """A free place right before or after a job; the whole order is spread anew when there is none."""
        for _ in range(2):
            own = self._db.execute("SELECT position FROM job WHERE id = ?", (id,)).fetchone()[0]
            pick, sign = ("max", "<") if before else ("min", ">")
            other = self._db.execute(
                f"SELECT {pick}(position) FROM job WHERE position {sign} ?", (own,)
            ).fetchone()[0]
            if other is None:
                return int(own) + (-PLACE if before else PLACE)
            if abs(own - other) > 1:
                return int(own + other) // 2
            self._db.execute(
                "UPDATE job SET position = spread.place FROM (SELECT id AS job_id, row_number() OVER"
                " (ORDER BY position, created, id) * ? AS place FROM job) AS spread"
                " WHERE job.id = spread.job_id",
                (PLACE,),
            )
        raise AssertionError("a freshly spread order has room everywhere")

    # Dependencies

    def add_dependencies(self, job: str, needs: Iterable[str]) -> None:
        self._db.executemany(
            "INSERT OR IGNORE INTO dependency (job, needs) VALUES (?, ?)", [(job, other) for other in needs]
        )

    def needs(self, job: str) -> list[str]:
        rows = self._db.execute("SELECT needs FROM dependency WHERE job = ? ORDER BY needs", (job,))
        return [row[0] for row in rows]

    def first_need(self, job: str, states: Collection[str]) -> Job | None:
        """One of the jobs it waits for that is in one of those states."""
        row = self._db.execute(
            f"SELECT {', '.join(f'job.{name}' for name in JOB_COLUMNS)} FROM dependency"
            f" JOIN job ON job.id = dependency.needs"
            f" WHERE dependency.job = ? AND job.state IN ({_marks(len(states))}) LIMIT 1",
            [job, *sorted(states)],
        ).fetchone()
        return Job(**dict(row)) if row else None

    def needs_of(self, jobs: Sequence[str]) -> dict[str, list[str]]:
        """What each of several jobs waits for."""
        found: dict[str, list[str]] = {job: [] for job in jobs}
        for job, needs in self._db.execute(
            f"SELECT job, needs FROM dependency WHERE job IN ({_marks(len(jobs))}) ORDER BY needs", list(jobs)
        ):
            found[job].append(needs)
        return found

    def dependants(self, job: str) -> list[str]:
        rows = self._db.execute("SELECT job FROM dependency WHERE needs = ? ORDER BY job", (job,))
        return [row[0] for row in rows]

    # Attempts

    def add_attempt(self, attempt: Attempt) -> None:
        self._db.execute(
            f"INSERT INTO attempt ({', '.join(ATTEMPT_COLUMNS)}) VALUES ({_marks(len(ATTEMPT_COLUMNS))})",
            [getattr(attempt, name) for name in ATTEMPT_COLUMNS],
        )

    def attempts(self, job: str) -> list[Attempt]:
        rows = self._db.execute(
            f"SELECT {', '.join(ATTEMPT_COLUMNS)} FROM attempt WHERE job = ? ORDER BY number", (job,)
        )
        return [Attempt(**dict(row)) for row in rows]

    def last_attempt(self, job: str) -> Attempt | None:
        row = self._db.execute(
            f"SELECT {', '.join(ATTEMPT_COLUMNS)} FROM attempt WHERE job = ? ORDER BY number DESC LIMIT 1",
            (job,),
        ).fetchone()
        return Attempt(**dict(row)) if row else None

    def set_attempt(self, job: str, number: int, **columns: Any) -> None:
        unknown = columns.keys() - set(ATTEMPT_COLUMNS)
        if unknown:
            raise KeyError(f"no such column: {', '.join(sorted(unknown))}")
        self._db.execute(
            f"UPDATE attempt SET {', '.join(f'{name} = ?' for name in columns)} WHERE job = ? AND number = ?",
            [*columns.values(), job, number],
        )

    # Events

    def add_event(self, at: float, kind: str, job: str, data: Mapping[str, Any]) -> Event:
        cursor = self._db.execute(
            "INSERT INTO event (at, kind, job, data) VALUES (?, ?, ?, ?)",
            (at, kind, job, json.dumps(data)),
        )
        return Event(int(cursor.lastrowid or 0), at, kind, job, data)

    def events(self, after: int, limit: int, jobs: Sequence[str] = ()) -> list[Event]:
        """Events numbered above `after`, in order."""
        test = f" AND job IN ({_marks(len(jobs))})" if jobs else ""
        rows = self._db.execute(
            f"SELECT seq, at, kind, job, data FROM event WHERE seq > ?{test} ORDER BY seq LIMIT ?",
            [after, *jobs, limit],
        )
        return [Event(row[0], row[1], row[2], row[3], json.loads(row[4])) for row in rows]

    def last_seq(self) -> int:
        row = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'event'").fetchone()
        return int(row[0]) if row else 0

    def ended_well(self) -> bool:
        """Whether the last supervisor said goodbye; one that was killed did not."""
        row = self._db.execute(
            "SELECT data FROM event WHERE kind = 'supervisor' ORDER BY seq DESC LIMIT 1"
        ).fetchone()
        return row is None or json.loads(row[0]).get("state") == "ended"

    def prune_progress(self, job: str) -> None:
        self._db.execute("DELETE FROM event WHERE job = ? AND kind = 'progress'", (job,))

    def trim_events(self, keep: int) -> None:
        """Forget all but the newest events."""
        self._db.execute("DELETE FROM event WHERE seq <= ?", (self.last_seq() - keep,))

    # Workers and lanes

    def add_worker(self, worker: WorkerRow) -> None:
        self._db.execute(
            f"INSERT OR REPLACE INTO worker ({', '.join(WORKER_COLUMNS)})"
            f" VALUES ({_marks(len(WORKER_COLUMNS))})",
            [getattr(worker, name) for name in WORKER_COLUMNS],
        )

    def workers(self) -> list[WorkerRow]:
        rows = self._db.execute(f"SELECT {', '.join(WORKER_COLUMNS)} FROM worker ORDER BY id")
        return [WorkerRow(**dict(row)) for row in rows]

    def drop_worker(self, id: str) -> None:
        self._db.execute("DELETE FROM worker WHERE id = ?", (id,))

    def set_lane(self, id: str, *, paused: bool, reason: str) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO lane (id, paused, reason) VALUES (?, ?, ?)", (id, int(paused), reason)
        )

    def paused_lanes(self) -> dict[str, str]:
        """Lanes a person paused, with the reason."""
        return dict(self._db.execute("SELECT id, reason FROM lane WHERE paused").fetchall())
