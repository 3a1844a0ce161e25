"""Test a queue with many ended jobs: pages of the list cost as little as a short list, and jobs are deleted
by name or by a setting.
"""

from __future__ import annotations

import resource
import sqlite3
import sys
import time
from pathlib import Path

import pytest

from tests.front_door import Milimo
from tests.terminal import Terminal

OLD = time.time() - 90 * 86_400


def with_past(milimo: Milimo, count: int, ended: float = OLD) -> list[str]:
    """Store `count` jobs that ended long ago, one per second, and return their ids. Stops the supervisor
    first, because it must not run meanwhile.
    """
    milimo.inside("supervisor", "stop", "--now")
    database = sqlite3.connect(milimo.home / "studio.db")
    columns = [row[1] for row in database.execute("PRAGMA table_info(job)")]
    sample = dict(
        zip(columns, database.execute("SELECT * FROM job WHERE state = 'done'").fetchone(), strict=True)
    )
    position = database.execute("SELECT max(position) FROM job").fetchone()[0]
    ids = [f"job_past{number:014}" for number in range(count)]
    rows = (
        {**sample, "id": id, "label": f"past {number}", "batch": "", "tidy": 1, "created": ended + number - 1,
         "started": ended + number - 1, "ended": ended + number, "position": position + number + 1}
        for number, id in enumerate(ids)
    )  # fmt: skip
    names = ", ".join(f'"{name}"' for name in columns)
    database.executemany(
        f"INSERT INTO job ({names}) VALUES ({', '.join('?' * len(columns))})",
        ([row[name] for name in columns] for row in rows),
    )
    database.commit()
    database.close()
    return ids


def cpu_of_a_list(milimo: Milimo) -> float:
    """Return the CPU seconds that `job list` takes in its own process and in the supervisor: the best of four
    measurements.
    """
    milimo.act("supervisor", "start")
    pid = milimo.inside("supervisor", "status")["pid"]
    best = 1e9
    for _ in range(4):
        before = resource.getrusage(resource.RUSAGE_CHILDREN), _ticks(pid)
        milimo("job", "list")
        after = resource.getrusage(resource.RUSAGE_CHILDREN), _ticks(pid)
        own = sum(getattr(after[0], part) - getattr(before[0], part) for part in ("ru_utime", "ru_stime"))
        best = min(best, own + after[1] - before[1])
    return best


def _ticks(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


@pytest.mark.long("command_line")
def test_listing_jobs_costs_the_same_with_many_past_jobs(film: Milimo) -> None:
    with_past(film, 100)
    few = cpu_of_a_list(film)
    database = film.home / "studio.db"
    film.inside("supervisor", "stop", "--now")
    with sqlite3.connect(database) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(job)") if row[1] != "id"]
        names = ", ".join(f'"{name}"' for name in columns)
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
            f" INSERT INTO job (id, {names}) SELECT job.id || '_' || i, {names} FROM job, n"
            " WHERE job.id LIKE 'job_past%'"
        )
    connection.close()
    many = cpu_of_a_list(film)
    assert many < 1.5 * few + 0.05, (few, many)


@pytest.mark.long("command_line")
def test_jobs_are_listed_in_pages_newest_first(film: Milimo) -> None:
    ids = with_past(film, 130, time.time() + 1)
    first = film.json("job", "list")
    assert [job["id"] for job in first] == ids[-50:]
    assert f"milimo job list --before {ids[-50]}" in film.act("job", "list")
    second = film.json("job", "list", "--before", ids[-50])
    assert [job["id"] for job in second] == ids[-100:-50]
    assert [job["id"] for job in film.json("job", "list", "--limit", "3")] == ids[-3:]
    every = film.json("job", "list", "--limit", "0")
    assert [job["id"] for job in every][-130:] == ids
    assert len(every) > 130
    assert film.json("job", "list", "--before", "job_nothing", code=2)["error"]["kind"] == "not_found"


@pytest.mark.long("command_line")
def test_old_jobs_are_deleted_on_request(film: Milimo) -> None:
    ids = with_past(film, 2500)
    kept = {job["id"] for job in film.json("job", "list", "--limit", "0")} - {*ids}
    (film.home / "logs" / f"{ids[0]}.log").write_text("it began")
    assert film.json("job", "prune", "--dry-run") == {"jobs": 2500, "forgotten": 0}
    refused = film.json("job", "prune", code=2)["error"]
    assert "2,500 jobs" in refused["message"]
    assert "30 days" in refused["message"]
    assert "milimo job prune --yes" in refused["hint"]
    assert film.json("job", "prune", "--days", "400", "--yes")["forgotten"] == 0
    assert film.json("job", "prune", "--yes")["forgotten"] == 2500
    assert {job["id"] for job in film.json("job", "list", "--limit", "0")} == kept
    assert not (film.home / "logs" / f"{ids[0]}.log").exists()
    assert film.json("shot", "takes", "1A"), "takes stay"


@pytest.mark.long("command_line")
def test_prune_asks_at_a_terminal(film: Milimo) -> None:
    with_past(film, 3)
    with Terminal([sys.executable, "-m", "milimo_tui.cli.main", "job", "prune"], film.env) as terminal:
        assert "3 jobs" in terminal.wait_for("[y/N]")
        terminal.press("n", "enter")
        assert terminal.wait() == 0
    assert film.json("job", "prune", "--dry-run")["jobs"] == 3


def test_needed_jobs_are_not_deleted(film: Milimo) -> None:
    """An old job is preserved while another job waits for it."""
    ids = with_past(film, 2)
    database = sqlite3.connect(film.home / "studio.db")
    other = database.execute("SELECT id FROM job WHERE id NOT LIKE 'job_past%' LIMIT 1").fetchone()[0]
    database.execute("UPDATE job SET state = 'held', ended = NULL WHERE id = ?", (other,))
    database.execute("INSERT INTO dependency (job, needs) VALUES (?, ?)", (other, ids[0]))
    database.commit()
    database.close()
    assert film.json("job", "prune", "--yes")["forgotten"] == 1
    assert film.json("job", "show", ids[0])["id"] == ids[0]


@pytest.mark.long("command_line")
def test_supervisor_deletes_old_jobs_by_the_setting(film: Milimo) -> None:
    ids = with_past(film, 2500)
    aged = Milimo({**film.env, "MILIMO_JOB_DAYS": "30"}, film.cwd)
    aged.act("supervisor", "start")
    end = time.monotonic() + 120
    while {*ids} & {job["id"] for job in aged.json("job", "list", "--limit", "0")}:
        assert time.monotonic() < end, "they are never forgotten"
        time.sleep(0.2)
    assert aged.json("job", "list"), "what is younger stays"
