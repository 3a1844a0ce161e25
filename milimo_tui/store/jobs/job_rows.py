"""Read and write jobs, their order and their dependencies in `studio.db`. Plain SQL, no rules."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from milimo_tui.store.jobs.studio_sql import StudioRows, build_assignments_sql, build_in_condition
from milimo_tui.store.jobs.studio_values import Job, JobFilter, QueuedJob, UnfinishedJob
from milimo_tui.store.sqlite.statements import format_placeholders
from milimo_tui.store.sqlite.value_table import Table

EVERY = JobFilter()
# The number of jobs that stay cached in memory. Beyond it, other jobs are read from the file when needed.
RECENT = 256
# Distance between the positions of neighbouring jobs, so that moving a job between two others writes only one
# row
PLACE = 1 << 20
# The lane of the queue for probing media and making thumbnails. Its jobs run even if the film is over its
# disk quota.
UNCOUNTED_LANE = "quick"
# SQL for the text in which a search looks for words
SAYS = " || ' ' || ".join(("label", "kind", "engine", "state", "error", "id"))

JOB = Table("job", Job)
PATH_COLUMNS = ("spec", "outputs", "live", "parts")  # JSON columns that may contain paths inside the home.
_PROJECT = JOB.columns.index("project")
_PATH_COLUMNS = tuple(map(JOB.columns.index, PATH_COLUMNS))
_INSERT = f"{JOB.insert} ON CONFLICT (id) DO NOTHING"
_ONE = f"SELECT {JOB.select} FROM job WHERE id = ?"
_IS_FULL = f"project != '' AND lane != '{UNCOUNTED_LANE}' AND project IN (SELECT project FROM full_film)"
# A job may start when its start time has come, its batch is not paused and its film is not over its quota.
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

# Jobs that may be deleted: they ended before a time, no unfinished job depends on them, and the workspace of
# a successful job was removed.
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


class JobRows(StudioRows):
    """The part of `StudioFile` that reads and writes jobs and their dependencies."""

    # A cache of recently read or changed jobs. It stays valid because no other process writes the file.
    _recent: dict[str, Job]
    _last_position: int | None

    def add_job(self, job: Job) -> bool:
        """Add a new job. Returns False and changes nothing if a job with its id exists."""
        values = list[Any](job)
        values[_PROJECT] = self._places.make_relative(job.project)
        for place in _PATH_COLUMNS:
            values[place] = self._places.make_text_relative(values[place])
        is_new = self._db.execute(_INSERT, values).rowcount == 1
        if is_new and self._last_position is not None:
            self._last_position = max(self._last_position, job.position)
        if is_new and values == list(job):  # Otherwise a path may be read back in another spelling.
            self._cache_job(job)
        return is_new

    def select_job(self, id: str) -> Job | None:
        """Return a job, or None. Recently used jobs are cached."""
        known = self._recent.get(id)
        if known is None:
            row = self._db.execute(_ONE, (id,)).fetchone()
            if row is None:
                return None
            known = self._make_job_from_row(row)
            self._cache_job(known)
        return known

    def _make_job_from_row(self, row: Sequence[Any]) -> Job:
        """Return the job of a row, with its paths made absolute."""
        values = list(row)
        values[_PROJECT] = self._places.make_absolute(values[_PROJECT])
        for place in _PATH_COLUMNS:
            values[place] = self._places.make_text_absolute(values[place])
        return Job._make(values)

    def _cache_job(self, job: Job) -> None:
        self._recent[job.id] = job
        if len(self._recent) > RECENT:
            del self._recent[next(iter(self._recent))]  # The job that was cached longest ago.

    def select_jobs(
        self, wanted: JobFilter = EVERY, *, after: tuple[float, str] = (0.0, ""), limit: int = -1
    ) -> list[Job]:
        """Return jobs that match a filter, oldest first. `after` is the creation time and id of the last job
        of an earlier listing; the result continues after that job. At most `limit` jobs are returned (-1:
        all).
        """
        where, values = self._build_job_conditions(wanted)
        rows = self._db.execute(
            f"SELECT {JOB.select} FROM job WHERE {' AND '.join(['(created, id) > (?, ?)', *where])}"
            " ORDER BY created, id LIMIT ?",
            [*after, *values, limit],
        )
        return [self._make_job_from_row(row) for row in rows]

    def select_newest_jobs(
        self, wanted: JobFilter = EVERY, *, before: tuple[float, str] | None = None, limit: int = -1
    ) -> list[Job]:
        """Return jobs that match a filter, newest first. `before` is the creation time and id of the last job
        of an earlier listing; the result continues after that job. At most `limit` jobs are returned (-1:
        all).
        """
        where, values = self._build_job_conditions(wanted)
        if before is not None:
            where.append("(created, id) < (?, ?)")
            values += before
        rows = self._db.execute(
            f"SELECT {JOB.select} FROM job WHERE {' AND '.join(where) or '1'}"
            " ORDER BY created DESC, id DESC LIMIT ?",
            [*values, limit],
        )
        return [self._make_job_from_row(row) for row in rows]

    def count_deletable_jobs(self, ended_before: float) -> int:
        """Return the number of jobs that ended before a time and could be deleted by `delete_old_jobs`."""
        return int(self._db.execute(f"SELECT count(*) FROM job WHERE {_OVER}", (ended_before,)).fetchone()[0])

    def delete_old_jobs(self, ended_before: float, limit: int) -> list[str]:
        """Delete up to `limit` jobs that ended before a time, oldest first, and return their ids.

        Attempts at these jobs and batches that become empty are deleted too. A job is not deleted while an
        unfinished job depends on it or its workspace is not tidied up.
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

    def select_past_jobs(
        self,
        wanted: JobFilter = EVERY,
        words: Sequence[str] = (),
        *,
        before: tuple[float, str] | None = None,
        limit: int = -1,
    ) -> list[Job]:
        """Return ended jobs that match a filter, most recently ended first. Each of `words` must occur in a
        job's text.

        `before` is the end time and id of the last job of an earlier listing; the result continues after that
        job.
        """
        where, values = self._build_job_conditions(wanted)
        where.append("ended IS NOT NULL")
        if before is not None:
            where.append("(ended, id) < (?, ?)")
            values += before
        for word in words:
            where.append(f"instr(lower({SAYS}), ?)")
            values.append(word.lower())
        rows = self._db.execute(
            f"SELECT {JOB.select} FROM job WHERE {' AND '.join(where)} ORDER BY ended DESC, id DESC LIMIT ?",
            [*values, limit],
        )
        return [self._make_job_from_row(row) for row in rows]

    def select_startable_jobs(self, lane: str, limit: int, now: float) -> list[QueuedJob]:
        """Return up to `limit` jobs that may start in a lane at `now`, in the order in which they will
        run.
        """
        return [QueuedJob(*row) for row in self._db.execute(_LINE, (now, lane, limit))]

    def has_queued_job(self, lanes: Collection[str]) -> bool:
        """Return True if a job is queued in one of the lanes, even if it may not start yet."""
        return self._db.execute(_build_queued_sql(len(lanes)), list(lanes)).fetchone() is not None

    def has_startable_job_above(self, lane: str, priority: int, now: float) -> bool:
        """Return True if a job with a priority above `priority` may start in the lane at `now`."""
        return self._db.execute(_OUTRANKED, (now, lane, priority)).fetchone() is not None

    def select_unfinished_jobs(self) -> list[UnfinishedJob]:
        """Return every job that has not ended, including jobs that wait for other jobs."""
        return [UnfinishedJob(*row) for row in self._db.execute(_AHEAD)]

    def select_unfinished_dependencies(self) -> list[tuple[str, str]]:
        """Return pairs of job ids: a job, and a job that it waits for. Only pairs in which neither job has
        ended are returned.
        """
        rows = self._db.execute(
            "SELECT dependency.job, dependency.needs FROM job JOIN dependency ON dependency.job = job.id"
            " JOIN job AS other ON other.id = dependency.needs"
            " WHERE job.ended IS NULL AND other.ended IS NULL"
        )
        return [(row[0], row[1]) for row in rows]

    def find_next_start_time(self, now: float) -> float | None:
        """Return the time at which the next delayed job may start, or None if no job is delayed."""
        row = self._db.execute(
            "SELECT min(not_before) FROM job WHERE state = 'queued' AND not_before > ?", (now,)
        ).fetchone()
        return None if row[0] is None else float(row[0])

    def list_projects_with_jobs(self, states: Collection[str]) -> list[str]:
        """Return the folders of films that have jobs in one of the states. Jobs for probing and thumbnails do
        not count.
        """
        rows = self._db.execute(
            f"SELECT DISTINCT project FROM job WHERE {build_in_condition('state', states)} AND project != ''"
            f" AND lane != '{UNCOUNTED_LANE}'",
            sorted(states),
        )
        return [self._places.make_absolute(row[0]) for row in rows]

    def select_untidy_jobs(self) -> list[Job]:
        """Return ended jobs whose workspace folder may still have to be deleted."""
        rows = self._db.execute(f"SELECT {JOB.select} FROM job WHERE state = 'done' AND tidy = 0")
        return [self._make_job_from_row(row) for row in rows]

    def has_job_in_states(self, states: Collection[str]) -> bool:
        """Return True if any job is in one of the states."""
        found = self._db.execute(
            f"SELECT 1 FROM job WHERE {build_in_condition('state', states)} LIMIT 1", sorted(states)
        )
        return found.fetchone() is not None

    def count_jobs_by_state(self) -> dict[str, int]:
        """Return the number of jobs in each state."""
        return dict(self._db.execute("SELECT state, count(*) FROM job GROUP BY state").fetchall())

    def list_end_times_since(self, since: float, state: str) -> list[float]:
        """Return the end times of jobs that reached `state` after the time `since`, oldest first."""
        rows = self._db.execute(
            "SELECT ended FROM job WHERE ended > ? AND state = ? ORDER BY ended", (since, state)
        )
        return [row[0] for row in rows]

    def change_job(self, id: str, state_was: str, **columns: Any) -> Job | None:
        """Set columns of a job if its state is still `state_was` (compare-and-set). Return the changed job.
        Return None, and change nothing, if the job is in another state or does not exist.
        """
        before = self.select_job(id)
        if before is None or not self.set_job(id, state_was=state_was, **columns):
            return None
        after = before._replace(**columns, revision=before.revision + 1)
        self._cache_job(after)
        return after

    def set_job(self, id: str, *, state_was: str = "", **columns: Any) -> bool:
        """Set columns of a job. If `state_was` is given, the job must be in that state. Return False if no
        row was changed.
        """
        self._recent.pop(id, None)
        if "position" in columns:
            self._last_position = None
        kept = self._places.make_columns_relative(columns, ("project",), PATH_COLUMNS)
        values = [*kept.values(), id]
        if state_was:
            values.append(state_was)
        return self._db.execute(_build_job_update_sql(tuple(columns), bool(state_was)), values).rowcount == 1

    def reset_worker_death_counts(self, states: Collection[str]) -> None:
        """Reset the count of worker deaths for jobs in the given states."""
        self._recent.clear()
        self._db.execute(
            "UPDATE job SET deaths = 0, revision = revision + 1"
            f" WHERE deaths > 0 AND {build_in_condition('state', states)}",
            list(states),
        )

    def read_last_position(self) -> int:
        """Return the position of the last job in the queue, or 0 if there are no jobs."""
        if self._last_position is None:
            found = self._db.execute("SELECT coalesce(max(position), 0) FROM job").fetchone()
            self._last_position = int(found[0])
        return self._last_position

    def find_position_next_to(self, id: str, *, before: bool) -> int:
        """Return an unused position in the queue directly before or after a job. If there is none, all jobs
        first get new positions with gaps between them.
        """
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

    def _build_job_conditions(self, wanted: JobFilter) -> tuple[list[str], list[Any]]:
        """Return the SQL conditions by which jobs match a filter, and the values of their placeholders."""
        where, values = list[str](), list[Any]()
        for column, several in (("id", wanted.ids), ("state", wanted.states)):
            if several:
                where.append(build_in_condition(column, several))
                values += several
        # A job has one main shot (`shot`) and may make further shots (`with_shots`). The wanted shot may be
        # either.
        if wanted.shot:
            where.append("(shot = ? OR instr(with_shots, ?))")
            values += wanted.shot, json.dumps(wanted.shot)
        for column in ("lane", "project", "batch"):
            one = getattr(wanted, column)
            if one:
                where.append(f"{column} = ?")
                values.append(self._places.make_relative(one) if column == "project" else one)
        return where, values

    def add_dependencies(self, job: str, needs: Iterable[str]) -> None:
        """Make a job wait for other jobs."""
        self._db.executemany(
            "INSERT OR IGNORE INTO dependency (job, needs) VALUES (?, ?)", [(job, other) for other in needs]
        )

    def drop_dependencies(self, job: str, needs: Iterable[str]) -> None:
        """Remove dependencies of a job on other jobs."""
        self._db.executemany(
            "DELETE FROM dependency WHERE job = ? AND needs = ?", [(job, other) for other in needs]
        )

    def list_needed_jobs(self, job: str) -> list[str]:
        """Return the ids of the jobs that a job waits for."""
        rows = self._db.execute("SELECT needs FROM dependency WHERE job = ? ORDER BY needs", (job,))
        return [row[0] for row in rows]

    def find_needed_job(self, job: str, states: Collection[str]) -> Job | None:
        """Return the first job, in queue order, that `job` depends on and that is in one of the states, or
        None.
        """
        row = self._db.execute(_build_needed_job_sql(len(states)), [job, *sorted(states)]).fetchone()
        return self._make_job_from_row(row) if row else None

    def list_unmet_needs(self, jobs: Sequence[str]) -> dict[str, list[Mapping[str, str]]]:
        """Return, for each of `jobs`, the jobs that it waits for and that are not done, with their id, label
        and state.
        """
        found: dict[str, list[Mapping[str, str]]] = {job: [] for job in jobs}
        rows = self._db.execute(
            "SELECT dependency.job, job.id, job.label, job.state FROM dependency"
            " JOIN job ON job.id = dependency.needs"
            f" WHERE {build_in_condition('dependency.job', jobs)} AND job.state != 'done' ORDER BY "
            "job.position",
            list(jobs),
        )
        for job, id, label, state in rows:
            found[job].append({"id": id, "label": label, "state": state})
        return found

    def list_needs_by_job(self, jobs: Sequence[str]) -> dict[str, list[str]]:
        """Return, by job, the ids of the jobs that it depends on."""
        found: dict[str, list[str]] = {job: [] for job in jobs}
        for job, needs in self._db.execute(
            f"SELECT job, needs FROM dependency WHERE {build_in_condition('job', jobs)} ORDER BY needs",
            list(jobs),
        ):
            found[job].append(needs)
        return found

    def list_dependent_jobs(self, job: str) -> list[str]:
        """Return the ids of the jobs that depend on a job."""
        rows = self._db.execute("SELECT job FROM dependency WHERE needs = ? ORDER BY job", (job,))
        return [row[0] for row in rows]

    def depends_on_job(self, job: str, other: str) -> bool:
        """Return True if `job` depends on `other`, directly or through other jobs."""
        row = self._db.execute(
            "WITH RECURSIVE needed (id) AS (SELECT ? UNION SELECT needs FROM dependency"
            " JOIN needed ON dependency.job = needed.id) SELECT 1 FROM needed WHERE id = ?",
            (job, other),
        ).fetchone()
        return row is not None


@cache
def _build_queued_sql(lanes: int) -> str:
    return f"SELECT 1 FROM job WHERE state = 'queued' AND lane IN ({format_placeholders(lanes)}) LIMIT 1"


@cache
def _build_job_update_sql(columns: tuple[str, ...], by_state: bool) -> str:
    text = (
        f"UPDATE job SET {build_assignments_sql(columns, JOB.columns)}, revision = revision + 1 WHERE id = ?"
    )
    return text + (" AND state = ?" if by_state else "")


@cache
def _build_needed_job_sql(states: int) -> str:
    return (
        f"SELECT {JOB.select} FROM dependency"
        " JOIN job ON job.id = dependency.needs WHERE dependency.job = ? AND job.state IN "
        f"({format_placeholders(states)})"
        " ORDER BY job.position LIMIT 1"
    )
