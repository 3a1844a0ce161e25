"""Test damaged databases: the doctor finds them, and they are recovered as far as they can be read."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.budget import thorough
from tests.front_door import Milimo

PAGE = 4096


def folded(db: Path) -> None:
    """Copy SQLite's write-ahead log into the database, so that the one file holds all data."""
    with closing(sqlite3.connect(db)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def pages_of(db: Path, name: str, kind: str = "leaf") -> list[int]:
    """Return the page numbers of a table or an index, counted from 1."""
    with closing(sqlite3.connect(db)) as connection:
        try:
            rows = connection.execute(
                "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = ? ORDER BY pageno", (name, kind)
            ).fetchall()
        except sqlite3.OperationalError:  # SQLite was built without dbstat, so only the root page is known
            rows = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (name,)).fetchall()
    return [number for (number,) in rows]


def over(db: Path, number: int, change: Callable[[bytes], bytes]) -> None:
    data = bytearray(db.read_bytes())
    begin = (number - 1) * PAGE
    data[begin : begin + PAGE] = change(bytes(data[begin : begin + PAGE]))
    db.write_bytes(data)


def zeroed(page: bytes) -> bytes:
    return bytes(len(page))


def flipped(page: bytes) -> bytes:
    return bytes(byte ^ 0xFF for byte in page)


def root_of(db: Path, name: str) -> int:
    with closing(sqlite3.connect(db)) as connection:
        (number,) = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = ?", (name,)
        ).fetchone()
    return int(number)


def zero_leaves(db: Path, table: str) -> None:
    for number in pages_of(db, table):
        over(db, number, zeroed)


DAMAGE: dict[str, Callable[[Path], None]] = {
    "zeroed pages of takes": lambda db: zero_leaves(db, "take"),
    "a zeroed root of takes": lambda db: over(db, root_of(db, "take"), zeroed),
    "a flipped page of edits": lambda db: over(db, pages_of(db, "edit")[0], flipped),
    "a flipped page of settings": lambda db: over(db, root_of(db, "setting"), flipped),
    "the end cut off": lambda db: os.truncate(db, db.stat().st_size // PAGE * 7 // 10 * PAGE),
    "the first page gone": lambda db: over(db, 1, zeroed),
    "an index only": lambda db: over(db, root_of(db, "ix_take_shot"), zeroed),
}


def project_of(film: Milimo) -> Path:
    return next(path for path in sorted((film.home / "projects").iterdir()) if path.is_dir()) / "project.db"


def doctor_of(film: Milimo) -> Any:
    """Return the doctor's report as JSON. Its exit code is ignored, because this machine may lack other
    things.
    """
    return json.loads(film.act("doctor", "--json"))


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_film_is_recovered_as_far_as_it_is_readable(film: Milimo, damage: str) -> None:
    film.act("supervisor", "stop", "--now")
    db = project_of(film)
    folded(db)
    before = {shot["id"]: shot for shot in film.json("shot", "list")}
    media = sorted(path.name for path in (db.parent / "media").rglob("*.mov"))
    folded(db)
    DAMAGE[damage](db)
    broken = db.read_bytes()
    doctor = film.json("doctor", code=3)
    [found] = [each for each in doctor["findings"] if each["name"] == "film"]
    assert not doctor["ok"]
    assert found["command"] == f"milimo project recover {db.parent.name}"
    done = film.json("project", "recover", db.parent.name)
    assert Path(done["kept"]).read_bytes() == broken
    doctor = doctor_of(film)
    assert not [each for each in doctor["findings"] if each["name"] == "film"]
    rows = done["rows"]
    if "root" in damage:
        assert rows["take"] == len(media), "what lay below it is found"
    elif "takes" in damage:
        assert [line for line in done["lost"] if line.startswith("take take_")], "named one by one"
        assert rows["shot"] == len(before)
    elif "edits" in damage:
        assert any(line.startswith("edit ") for line in done["lost"])
        assert rows["take"] == len(media)
    elif "index" in damage:
        assert done["lost"] == []
    elif "first page" in damage:
        assert any("first page" in line for line in done["lost"])
        assert rows["shot"] == len(before)
        assert rows["take"] == len(media)
    film.act("shot", "list")
    film.act("render", "--plan")
    if rows.get("shot"):
        film.act("shot", "set", next(iter(film.json("shot", "list")))["number"], "--action", "On it goes.")
    again = film.json("project", "recover", db.parent.name, code=2)
    assert "not damaged" in again["error"]["message"]


def test_damaged_film_names_the_command_that_recovers_it(film: Milimo) -> None:
    film.act("supervisor", "stop", "--now")
    db = project_of(film)
    folded(db)
    over(db, root_of(db, "take"), flipped)
    error = film.json("shot", "list", code=1)["error"]
    assert f"milimo project recover {db.parent.name}" in error["hint"]


def test_missing_log_leaves_the_saved_copy(film: Milimo) -> None:
    db = project_of(film)
    folded(db)
    holder = sqlite3.connect(db)
    holder.execute("BEGIN")
    # An open read transaction prevents the log from being copied into the database.
    holder.execute("SELECT * FROM project").fetchone()
    film.act("shot", "set", "1A", "--action", "Gone with the log.")
    data = db.read_bytes()
    holder.close()
    for part in db.parent.glob("project.db*"):
        part.unlink()
    db.write_bytes(data)
    assert "Gone with the log." not in film.act("shot", "show", "1A")
    assert doctor_of(film)["findings"]


def test_open_film_is_not_recovered(film: Milimo) -> None:
    film.act("supervisor", "stop", "--now")
    db = project_of(film)
    folded(db)
    over(db, root_of(db, "setting"), flipped)
    script = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT 1 FROM shot');"
        " print(1, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(db)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout
        other.stdout.readline()
        data = film.json("project", "recover", db.parent.name, code=2)
        assert "another program" in data["error"]["message"]
        other.kill()


@pytest.mark.long("command_line")
@pytest.mark.parametrize("damage", thorough("recovery", ["job", "event", "sqlite_autoindex_job_1"]))
@pytest.mark.parametrize("change", thorough("recovery", [zeroed, flipped]))
def test_damaged_queue_is_recovered(film: Milimo, damage: str, change: Callable[[bytes], bytes]) -> None:
    jobs = {job["id"]: job["state"] for job in film.json("job", "list")}
    running = film.json("job", "recover", code=2)
    assert "supervisor" in running["error"]["hint"]
    film.act("supervisor", "stop", "--now")
    db = film.home / "studio.db"
    folded(db)
    for number in {root_of(db, damage), *pages_of(db, damage)}:
        over(db, number, change)
    assert film.json("doctor", code=3)["ok"] is False
    assert "milimo job recover" in film("job", "list", code=1).stderr.decode()
    done = film.json("job", "recover")
    left = {job["id"]: job["state"] for job in film.json("job", "list")}
    if damage == "job":
        assert {line.split()[1].rstrip(":") for line in done["lost"] if line.startswith("job job_")} == set(
            jobs
        )
        assert left == {}
    else:
        assert left == jobs
    film.act("shot", "make", "1A", "--takes", "1")
    assert doctor_of(film)["findings"]


@pytest.mark.long("command_line")
def test_finished_takes_wait_for_a_damaged_film(film: Milimo) -> None:
    """A finished take of a damaged film is neither discarded nor made again. It is stored once the film has
    been recovered.
    """
    film.act("job", "pause")
    [job] = film.json("shot", "make", "1A", "--detach")["jobs"]
    db = project_of(film)
    folded(db)
    over(db, root_of(db, "edit"), flipped)
    film.act("job", "resume")
    film.act("job", "wait", job, code=1)
    data = film.json("job", "show", job)
    assert (data["state"], data["attempts"]) == ("publishing", 1)
    film.act("project", "recover", db.parent.name)
    film.act("job", "wait", job)
    assert film.json("job", "show", job)["attempts"] == 1
    assert job in [take["job"] for take in film.json("shot", "takes", "1A")]
