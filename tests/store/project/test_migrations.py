"""Test films with another schema: older films are upgraded in one transaction after a backup, or refused."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

import milimo_tui
from milimo_tui.core.errors import Newer, Refused
from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store.project.film_recovery import make_film_mender
from milimo_tui.store.project.opening import (
    check_foreign_film,
    find_film_problem,
    open_database,
    read_film_summary,
)
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.store.project.schema import SCHEMA
from milimo_tui.store.sqlite.migrations import connect, migrate_database
from milimo_tui.store.sqlite.recovery import recover_database
from milimo_tui.store.sqlite.schema import Schema
from milimo_tui.story.values.film import Project
from tests.store.samples import PROJECT, scenes, shots


def another(connection: sqlite3.Connection) -> None:
    """Perform a migration such as the next version might have."""
    connection.execute("ALTER TABLE shot ADD COLUMN trial_mood TEXT NOT NULL DEFAULT ''")
    connection.execute("UPDATE shot SET trial_mood = 'rain' WHERE id = 'shot_0'")


def failing(connection: sqlite3.Connection) -> None:
    another(connection)
    connection.execute("INSERT INTO shot (id) VALUES ('shot_0')")


def make_tomorrow(connection: sqlite3.Connection) -> None:
    SCHEMA.make(connection)
    another(connection)


TOMORROW = replace(SCHEMA, make=make_tomorrow, steps=(*SCHEMA.steps, another))
FAILING = replace(TOMORROW, steps=(*SCHEMA.steps, failing))


def version(path: Path) -> int:
    connection = sqlite3.connect(path)
    try:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    finally:
        connection.close()


def migrate_file(path: Path, schema: Schema) -> None:
    connection = connect(path)
    try:
        migrate_database(connection, path, schema)
    finally:
        connection.close()


@pytest.fixture
def film(paths: ProjectPaths) -> ProjectPaths:
    """Create a film with today's schema. In these tests a later schema makes it an old film."""
    with ProjectFile.create(paths, PROJECT) as made:
        made.write_edit("commit", scope="project", actor="a", before=[], after=[*scenes(2), *shots(6, 3)])
    return paths


@pytest.fixture
def old(film: ProjectPaths) -> ProjectPaths:
    """Mark a film as having a schema from before the first release."""
    connection = sqlite3.connect(film.db)
    connection.execute(f"PRAGMA user_version = {SCHEMA.first - 1}")
    connection.close()
    return film


def test_row_85_film_older_than_the_first_release_is_refused(old: ProjectPaths) -> None:
    before = old.db.read_bytes()
    with pytest.raises(Refused) as refusal:
        ProjectFile.open(old)
    message = refusal.value.message
    assert "schema 7" in message
    assert "schema 8" in message
    assert refusal.value.hint.startswith("milimo cut export")
    for look in (read_film_summary(old).problem, find_film_problem(old)):
        assert look == message
    with pytest.raises(Refused, match="schema 7"):
        check_foreign_film(old.db)
    with pytest.raises(Refused, match="schema 7"):
        recover_database(old.db, SCHEMA, make_film_mender("film"))
    assert old.db.read_bytes() == before
    assert not list(old.root.glob("project.db?*"))


def test_row_85_upgrade_keeps_a_backup_next_to_the_film(film: ProjectPaths) -> None:
    opened = open_database(film.db, TOMORROW)
    assert (
        opened.connection.execute("SELECT trial_mood FROM shot WHERE id = 'shot_0'").fetchone()[0] == "rain"
    )
    opened.close()
    assert version(film.db) == TOMORROW.newest == SCHEMA.newest + 1
    backup = film.db.with_name(f"project.db.v{SCHEMA.newest}.bak")
    assert version(backup) == SCHEMA.newest
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    restored = ProjectPaths(film.root.with_name("restored"))
    restored.root.mkdir()
    backup.rename(restored.db)
    with ProjectFile.open(restored) as again:
        assert len(again.load_story().shots) == 6


def test_row_85_failed_upgrade_changes_nothing(film: ProjectPaths) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        migrate_file(film.db, FAILING)
    assert version(film.db) == SCHEMA.newest
    with ProjectFile.open(film) as same:
        assert same.read_only == ""
        assert len(same.load_story().shots) == 6
    columns = sqlite3.connect(film.db).execute("SELECT name FROM pragma_table_info('shot')").fetchall()
    assert ("trial_mood",) not in columns


def test_later_upgrade_backs_up_the_current_file(film: ProjectPaths) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        migrate_file(film.db, FAILING)
    with ProjectFile.open(film) as same:
        shot = same.load_story().shots[0]
        same.write_edit(
            "set", scope="project", actor="a", before=[shot], after=[replace(shot, caption="later")]
        )
    migrate_file(film.db, TOMORROW)
    backup = sqlite3.connect(film.db.with_name(f"project.db.v{SCHEMA.newest}.bak"))
    assert backup.execute("SELECT caption FROM shot WHERE id = 'shot_0'").fetchone() == ("later",)
    backup.close()
    assert not list(film.root.glob(".*.tmp"))


def test_row_85_history_continues_after_an_upgrade(film: ProjectPaths) -> None:
    migrate_file(film.db, TOMORROW)
    # Set the number back, because this version only writes films with its own schema number.
    connection = sqlite3.connect(film.db)
    connection.execute(f"PRAGMA user_version = {SCHEMA.newest}")
    connection.close()
    with ProjectFile.open(film) as later:
        assert later.undo("project", "a").label == "commit"
        assert later.redo("project", "a").label == "commit"
        assert len(later.load_story().shots) == 6


def test_readable_film_of_a_later_version_opens(film: ProjectPaths) -> None:
    migrate_file(film.db, TOMORROW)
    with ProjectFile.open(film) as later:
        assert "newer Milimo" in later.read_only
        assert len(later.load_story().shots) == 6


def test_concurrent_upgrade_is_not_undone(film: ProjectPaths) -> None:
    """If a newer program upgrades the film while an older one opens it, the older one must not set the schema
    number back.
    """
    here = connect(film.db)
    migrate_file(film.db, TOMORROW)
    with pytest.raises(Newer):
        migrate_database(here, film.db, SCHEMA)
    here.close()
    assert version(film.db) == TOMORROW.newest


def test_foreign_film_is_upgraded_and_compared_with_our_tables(film: ProjectPaths) -> None:
    check_foreign_film(film.db, TOMORROW)
    assert version(film.db) == TOMORROW.newest
    connection = sqlite3.connect(film.db)
    connection.execute("ALTER TABLE shot ADD COLUMN theirs TEXT")
    connection.close()
    with pytest.raises(Refused, match="table “shot”"):
        check_foreign_film(film.db, TOMORROW)


def test_film_recovered_from_an_older_version_has_todays_tables(film: ProjectPaths) -> None:
    done = recover_database(film.db, TOMORROW, lambda connection: iter(()))
    assert (done.rows["shot"], done.lost) == (6, [])
    assert version(film.db) == TOMORROW.newest
    connection = sqlite3.connect(film.db)
    assert connection.execute("SELECT DISTINCT trial_mood FROM shot").fetchall() == [("",)]
    connection.close()


UPGRADE_AS_NOBODY = """
import os, sqlite3, sys
from pathlib import Path
from milimo_tui.store.project.opening import open_database
from tests.store.project.test_migrations import TOMORROW

if os.getuid() == 0:  # root may write whatever the mode says
    os.setgid(65534)
    os.setuid(65534)
opened = open_database(Path(sys.argv[1]), TOMORROW)
print(opened.refusal.message)
print(opened.connection.execute("SELECT trial_mood FROM shot WHERE id = 'shot_0'").fetchone()[0])
copy = opened.file
opened.close()
print(copy.exists())
"""


@pytest.mark.long("recovery")
def test_old_film_in_a_read_only_folder_is_read_from_an_upgraded_copy() -> None:
    with tempfile.TemporaryDirectory(prefix="milimo-test-") as folder:
        paths = ProjectPaths(Path(folder) / "film")
        with ProjectFile.create(paths, Project(id=new_id("project"), name="Film")) as made:
            made.write_edit("add", scope="project", actor="a", before=[], after=[*scenes(1), *shots(1, 1)])
        paths.db.chmod(0o444)
        for place in (paths.root, Path(folder)):
            place.chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", UPGRADE_AS_NOBODY, str(paths.db)],
            capture_output=True,
            text=True,
            env={
                "PYTHONPATH": str(Path(milimo_tui.__file__).parents[1]),
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            check=False,
        )
        for place in (Path(folder), paths.root):
            place.chmod(0o755)
        assert (done.stdout, done.stderr) == (f"{paths.root} is read-only\nrain\nFalse\n", "")
        assert version(paths.db) == SCHEMA.newest
