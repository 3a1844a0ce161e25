"""The jobs of `studio.db`: their rows, their order, and what waits for what. Plain SQL, no rules."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from milimo_tui.store.jobs.studio_sql import Rows, among, assignments, insert, marks
from milimo_tui.store.jobs.studio_values import AheadJob, Job, JobFilter, QueuedJob

EVERY = JobFilter()
RECENT = 256  # jobs kept in memory
PLACE = 1 << 20  # distance between neighbours in the order of jobs, so that a move writes one row
UNCOUNTED_LANE = "quick"  # probing, thumbnails: what is there is looked at, however full its film is
SAYS = " || ' ' || ".join(("label", "kind", "engine", "state", "error", "id"))  # what a search looks in

JOB_COLUMNS = Job._fields
TEXTS = ("spec", "outputs", "live", "parts")  # columns of JSON that may name places of the home
_PROJECT = JOB_COLUMNS.index("project")
_TEXTS = tuple(map(JOB_COLUMNS.index, TEXTS))
_COLUMNS = ", ".join(JOB_COLUMNS)
_INSERT = f"{insert('job', JOB_COLUMNS)} ON CONFLICT (id) DO NOTHING"
_ONE = f"SELECT {_COLUMNS} FROM job WHERE id = ?"
_IS_FULL = f"project != '' AND lane != '{UNCOUNTED_LANE}' AND project IN (SELECT project FROM full_film)"
# What may start: its time has come, its batch is not paused and its film not over its quota.
_MAY_START = (
    "state = 'queued' AND (not_before IS NULL OR not_before <= ?)"
    " AND (batch = '' OR batch NOT IN (SELECT id FROM batch WHERE paused))"
    f" AND NOT ({_IS_FULL})"
)
_LINE = (
    "SELECT id, lane, priority, position, engine, affinity, batch FROM job"
    f" WHERE {_MAY_START} AND lane = ? ORDER BY priority DESC, position LIMIT ?"
)
_OUTRANKED = f"SELECT 1 FROM job WHERE {_MAY_START} AND lane = ? AND priority > ? LIMIT 1"

# Jobs that are over for good: none that is still to come waits for them.
_OVER = (
    "ended < ? AND (state != 'done' OR tidy) AND NOT EXISTS (SELECT 1 FROM dependency"
    " JOIN job AS other ON other.id = dependency.job WHERE dependency.needs = job.id AND other.ended IS NULL)"
)

_AHEAD = (
    f"SELECT job.id, lane, CASE WHEN state = 'queued' AND {_IS_FULL} THEN 'held' ELSE state END,"
    " priority, position, coalesce(nullif(affinity, ''), engine), batch, workload,"
    " units, not_before, due, eta, job.worker, reason, attempt.started FROM job"
    " LEFT JOIN attempt ON attempt.job = job.id AND attempt.number = job.attempts AND state = 'running'"
    " WHERE job.ended IS NULL"
)


class JobRows(Rows):
    # Read or changed lately, as they are in the file: there is no other writer.
    _recent: dict[str, Job]
    _last_position: int | None

    def add_job(self, job: Job) -> bool:
        """Note a new job. False: one with its id is known, and stays as it is."""
        values = list[Any](job)
        values[_PROJECT] = self._places.relative(job.project)
        for place in _TEXTS:
            values[place] = self._places.relative_text(values[place])
        is_new = self._db.execute(_INSERT, values).rowcount == 1
        if is_new and self._last_position is not None:
            self._last_position = max(self._last_position, job.position)
        return is_new

    def job(self, id: str) -> Job | None:
        known = self._recent.get(id)
        if known is None:
            row = self._db.execute(_ONE, (id,)).fetchone()
            if row is None:
                return None
            known = self._job(row)
            self._remember(known)
        return known

    def _job(self, row: Sequence[Any]) -> Job:
        """A job as it is kept, with its places as they are now."""
        values = list(row)
        values[_PROJECT] = self._places.absolute(values[_PROJECT])
        for place in _TEXTS:
            values[place] = self._places.absolute_text(values[place])
        return Job._make(values)

    def _remember(self, job: Job) -> None:
        if len(self._recent) >= RECENT:
            self._recent.clear()
        self._recent[job.id] = job

    def jobs(
        self, wanted: JobFilter = EVERY, *, after: tuple[float, str] = (0.0, ""), limit: int = -1
    ) -> list[Job]:
        """Jobs oldest first, after that (created, id)."""
        where, values = self._conditions(wanted)
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM job WHERE {' AND '.join(['(created, id) > (?, ?)', *where])}"
            " ORDER BY created, id LIMIT ?",
            [*after, *values, limit],
        )
        return [self._job(row) for row in rows]

    def newest(
        self, wanted: JobFilter = EVERY, *, before: tuple[float, str] | None = None, limit: int = -1
    ) -> list[Job]:
        """Jobs newest first, before that (created, id)."""
        where, values = self._conditions(wanted)
        if before is not None:
            where.append("(created, id) < (?, ?)")
            values += before
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM job WHERE {' AND '.join(where) or '1'}"
            " ORDER BY created DESC, id DESC LIMIT ?",
            [*values, limit],
        )
        return [self._job(row) for row in rows]

    def forgettable(self, ended_before: float) -> int:
        """How many jobs `forget` would delete in all."""
        return int(self._db.execute(f"SELECT count(*) FROM job WHERE {_OVER}", (ended_before,)).fetchone()[0])

    def forget(self, ended_before: float, limit: int) -> list[str]:
        """Delete so many of the jobs that ended before that time and that nothing waits for or has to tidy,
        oldest first, with their attempts; and batches of which none is left. Returns their ids.
        """
        ids = [
            row[0]
            for row in self._db.execute(
                f"SELECT id FROM job WHERE {_OVER} ORDER BY ended LIMIT ?", (ended_before, limit)
            )
        ]
        self._db.executemany("DELETE FROM job WHERE id = ?", [(id,) for id in ids])
        self._db.execute(
            "DELETE FROM batch WHERE created < ? AND id NOT IN (SELECT batch FROM job)", (ended_before,)
        )
        self._recent.clear()
        self._last_position = None
        return ids

    def past(
        self,
        wanted: JobFilter = EVERY,
        words: Sequence[str] = (),
        *,
        before: tuple[float, str] | None = None,
        limit: int = -1,
    ) -> list[Job]:
        """Jobs that have ended, newest first, before that (ended, id); `words` stand in what they say."""
        where, values = self._conditions(wanted)
        where.append("ended IS NOT NULL")
        if before is not None:
            where.append("(ended, id) < (?, ?)")
            values += before
        for word in words:
            where.append(f"instr(lower({SAYS}), ?)")
            values.append(word.lower())
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM job WHERE {' AND '.join(where)} ORDER BY ended DESC, id DESC LIMIT ?",
            [*values, limit],
        )
        return [self._job(row) for row in rows]

    def line(self, lane: str, limit: int, now: float) -> list[QueuedJob]:
        """The head of a lane's queue, first to run first: only what may start now."""
        return [QueuedJob(*row) for row in self._db.execute(_LINE, (now, lane, limit))]

    def has_queued(self, lanes: Collection[str]) -> bool:
        """Whether a job is queued in one of those lanes, whatever keeps it from starting."""
        return self._db.execute(_queued(len(lanes)), list(lanes)).fetchone() is not None

    def is_outranked(self, lane: str, priority: int, now: float) -> bool:
        """Whether a job of that lane may start now whose priority is above that."""
        return self._db.execute(_OUTRANKED, (now, lane, priority)).fetchone() is not None

    def ahead(self) -> list[AheadJob]:
        """Every job that has not ended, whatever it waits for."""
        return [AheadJob(*row) for row in self._db.execute(_AHEAD)]

    def needs_ahead(self) -> list[tuple[str, str]]:
        """(job, job it waits for), both not ended."""
        rows = self._db.execute(
            "SELECT dependency.job, dependency.needs FROM job JOIN dependency ON dependency.job = job.id"
            " JOIN job AS other ON other.id = dependency.needs"
            " WHERE job.ended IS NULL AND other.ended IS NULL"
        )
        return [(row[0], row[1]) for row in rows]

    def next_start(self, now: float) -> float | None:
        """When the next delayed job may start; None when none is delayed."""
        row = self._db.execute(
            "SELECT min(not_before) FROM job WHERE state = 'queued' AND not_before > ?", (now,)
        ).fetchone()
        return None if row[0] is None else float(row[0])

    def open_projects(self, states: Collection[str]) -> list[str]:
        """The folders of films of which jobs are in one of those states."""
        rows = self._db.execute(
            f"SELECT DISTINCT project FROM job WHERE {among('state', states)} AND project != ''"
            f" AND lane != '{UNCOUNTED_LANE}'",
            sorted(states),
        )
        return [self._places.absolute(row[0]) for row in rows]

    def untidy(self) -> list[Job]:
        """Jobs that are done and whose workspace may still be there."""
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM job WHERE state = 'done' AND tidy = 0")
        return [self._job(row) for row in rows]

    def has_any(self, states: Collection[str]) -> bool:
        """Whether a job is in one of those states."""
        found = self._db.execute(f"SELECT 1 FROM job WHERE {among('state', states)} LIMIT 1", sorted(states))
        return found.fetchone() is not None

    def counts(self) -> dict[str, int]:
        """Jobs by state."""
        return dict(self._db.execute("SELECT state, count(*) FROM job GROUP BY state").fetchall())

    def ended_since(self, when: float, state: str) -> list[float]:
        """When jobs came to that end, oldest first, of those since `when`."""
        rows = self._db.execute(
            "SELECT ended FROM job WHERE ended > ? AND state = ? ORDER BY ended", (when, state)
        )
        return [row[0] for row in rows]

    def change_job(self, id: str, state_was: str, **columns: Any) -> Job | None:
        """Compare and set: where the state is still that one. None: it was another."""
        before = self.job(id)
        if before is None or not self.set_job(id, state_was=state_was, **columns):
            return None
        after = before._replace(**columns, revision=before.revision + 1)
        self._remember(after)
        return after

    def set_job(self, id: str, *, state_was: str = "", **columns: Any) -> bool:
        """Set columns, where the state is that one, if it is given. False: it was another."""
        self._recent.pop(id, None)
        if "position" in columns:
            self._last_position = None
        kept = self._places.relative_columns(columns, ("project",), TEXTS)
        values = [*kept.values(), id]
        if state_was:
            values.append(state_was)
        return self._db.execute(_update(tuple(columns), bool(state_was)), values).rowcount == 1

    def forget_deaths(self, states: Collection[str]) -> None:
        """Count the deaths of jobs in those states anew."""
        self._recent.clear()
        self._db.execute(
            "UPDATE job SET deaths = 0, revision = revision + 1"
            f" WHERE deaths > 0 AND {among('state', states)}",
            list(states),
        )

    def last_position(self) -> int:
        """The place of the last job in the order; 0 where there is none."""
        if self._last_position is None:
            found = self._db.execute("SELECT coalesce(max(position), 0) FROM job").fetchone()
            self._last_position = int(found[0])
        return self._last_position

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
            self._recent.clear()
            self._last_position = None
            self._db.execute(
                "UPDATE job SET position = spread.place FROM (SELECT id AS job_id, row_number() OVER"
                " (ORDER BY position, created, id) * ? AS place FROM job) AS spread"
                " WHERE job.id = spread.job_id",
                (PLACE,),
            )
        raise AssertionError("a freshly spread order has room everywhere")

    def _conditions(self, wanted: JobFilter) -> tuple[list[str], list[Any]]:
        """What a filter asks, as conditions and their values."""
        where, values = list[str](), list[Any]()
        for column, several in (("id", wanted.ids), ("state", wanted.states)):
            if several:
                where.append(among(column, several))
                values += several
        if wanted.shot:  # its own, or one of several
            where.append("(shot = ? OR instr(with_shots, ?))")
            values += wanted.shot, json.dumps(wanted.shot)
        for column in ("lane", "project", "batch"):
            one = getattr(wanted, column)
            if one:
                where.append(f"{column} = ?")
                values.append(self._places.relative(one) if column == "project" else one)
        return where, values

    # Dependencies

    def add_dependencies(self, job: str, needs: Iterable[str]) -> None:
        self._db.executemany(
            "INSERT OR IGNORE INTO dependency (job, needs) VALUES (?, ?)", [(job, other) for other in needs]
        )

    def drop_dependencies(self, job: str, needs: Iterable[str]) -> None:
        self._db.executemany(
            "DELETE FROM dependency WHERE job = ? AND needs = ?", [(job, other) for other in needs]
        )

    def needs(self, job: str) -> list[str]:
        rows = self._db.execute("SELECT needs FROM dependency WHERE job = ? ORDER BY needs", (job,))
        return [row[0] for row in rows]

    def first_need(self, job: str, states: Collection[str]) -> Job | None:
        """One of the jobs it waits for that is in one of those states."""
        row = self._db.execute(_first_need(len(states)), [job, *sorted(states)]).fetchone()
        return self._job(row) if row else None

    def open_needs(self, jobs: Sequence[str]) -> dict[str, list[Mapping[str, str]]]:
        """What each of several jobs still waits for: id, label and state of what is not done."""
        found: dict[str, list[Mapping[str, str]]] = {job: [] for job in jobs}
        rows = self._db.execute(
            "SELECT dependency.job, job.id, job.label, job.state FROM dependency"
            " JOIN job ON job.id = dependency.needs"
            f" WHERE {among('dependency.job', jobs)} AND job.state != 'done' ORDER BY job.position",
            list(jobs),
        )
        for job, id, label, state in rows:
            found[job].append({"id": id, "label": label, "state": state})
        return found

    def needs_of(self, jobs: Sequence[str]) -> dict[str, list[str]]:
        """What each of several jobs waits for."""
        found: dict[str, list[str]] = {job: [] for job in jobs}
        for job, needs in self._db.execute(
            f"SELECT job, needs FROM dependency WHERE {among('job', jobs)} ORDER BY needs", list(jobs)
        ):
            found[job].append(needs)
        return found

    def dependants(self, job: str) -> list[str]:
        rows = self._db.execute("SELECT job FROM dependency WHERE needs = ? ORDER BY job", (job,))
        return [row[0] for row in rows]

    def leads_to(self, job: str, other: str) -> bool:
        """Whether `job` waits for `other`, by whatever way."""
        row = self._db.execute(
            "WITH RECURSIVE needed (id) AS (SELECT ? UNION SELECT needs FROM dependency"
            " JOIN needed ON dependency.job = needed.id) SELECT 1 FROM needed WHERE id = ?",
            (job, other),
        ).fetchone()
        return row is not None


@cache
def _queued(lanes: int) -> str:
    return f"SELECT 1 FROM job WHERE state = 'queued' AND lane IN ({marks(lanes)}) LIMIT 1"


@cache
def _update(columns: tuple[str, ...], by_state: bool) -> str:
    text = f"UPDATE job SET {assignments(columns, JOB_COLUMNS)}, revision = revision + 1 WHERE id = ?"
    return text + (" AND state = ?" if by_state else "")


@cache
def _first_need(states: int) -> str:
    return (
        f"SELECT {', '.join(f'job.{name}' for name in JOB_COLUMNS)} FROM dependency"
        f" JOIN job ON job.id = dependency.needs WHERE dependency.job = ? AND job.state IN ({marks(states)})"
        " ORDER BY job.position LIMIT 1"
    )
