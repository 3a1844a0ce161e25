"""Old films open with today's code, upgraded in one transaction after a backup."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from milimo_tui.core.errors import Newer
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store.project.opening import open_database
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.store.project.schema import APPLICATION_ID, MIGRATIONS
from milimo_tui.store.sqlite.migrations import connect, migrate
from milimo_tui.story.values.film import AssetKind, Element, ElementKind
from tests.store.samples import PROJECT, asset, cut, scenes, shots, take

V1 = Path(__file__).parent / "data" / "v1.db"


def another(connection: sqlite3.Connection) -> None:
    """A migration as the next one may be."""
    connection.execute("ALTER TABLE shot ADD COLUMN mood TEXT NOT NULL DEFAULT ''")
    connection.execute("UPDATE shot SET mood = 'rain' WHERE id = 'shot_0'")


def failing(connection: sqlite3.Connection) -> None:
    another(connection)
    connection.execute("INSERT INTO shot (id) VALUES ('shot_0')")


def version(path: Path) -> int:
    connection = sqlite3.connect(path)
    try:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    finally:
        connection.close()


@pytest.fixture
def old(paths: ProjectPaths) -> ProjectPaths:
    """A film of the first schema."""
    paths.root.mkdir(parents=True)
    shutil.copy(V1, paths.db)
    return paths


def test_row_85_a_film_of_the_first_schema_opens_with_its_values(old: ProjectPaths) -> None:
    assert version(V1) == 1
    with ProjectFile.open(old) as film:
        story = film.story()
        assert story.project == PROJECT
        assert story.scenes == scenes(2)
        expected = list(shots(6, 3))
        expected[0] = replace(expected[0], take="take_a")
        expected[1] = replace(expected[1], board="asset_board")
        assert story.shots == tuple(expected)
        assert story.takes == (take("a", "shot_0", previs=True, rating=4, created=3.0),)
        assert story.assets == (
            asset("song", kind=AssetKind.SOUND, seconds=Fraction(1001, 1000), sample_rate=48000, created=2.0),
            asset("a", rate=Fraction(25), frames=100, created=3.0),
            asset("board", kind=AssetKind.PICTURE, created=4.0),
        )
        (maya,) = story.elements
        assert maya == Element(
            id="element_maya",
            kind=ElementKind.CHARACTER,
            name="Maya",
            trigger="@Maya",
            references=("asset_board",),
            seed=7,
        )
        made = cut("cut_main", [f"shot_{i}" for i in range(6)])
        clips = (replace(made.clips[0], frames=80), *made.clips[1:])
        assert film.cuts() == (replace(made, clips=clips, playhead=12, mark_in=5),)
        assert film.ui.get("screen") == {"mode": "timeline"}
        assert [render.path for render in film.facts.renders()] == ["renders/a.mp4"]
        assert [board.asset for board in film.facts.boards("shot_1")] == ["asset_board"]


def test_what_a_film_of_the_first_schema_has_made_counts_as_looked_at(old: ProjectPaths) -> None:
    with ProjectFile.open(old) as film:
        assert film.story().seen == {"job_a"}
        film.facts.note_take("take_a", "hold on her eyes")
        assert film.story().takes[0].note == "hold on her eyes"
    assert version(old.db) == len(MIGRATIONS)


def test_boards_of_an_older_film_were_drawn_and_what_it_followed_is_followed(old: ProjectPaths) -> None:
    """Until then panels were all there was; what a shot follows may be another shot's board from now on."""
    connection = sqlite3.connect(old.db)
    connection.execute(
        "INSERT INTO conditioning (id, shot, asset, frame, strength) VALUES"
        " ('c1', 'shot_0', 'asset_board', 12, 0.5)"
    )
    connection.execute("UPDATE element SET lora = 'mara-v2'")
    connection.commit()
    connection.close()
    with ProjectFile.open(old) as film:
        story = film.story()
        assert story.previs_boards == {"asset_board"}
        (followed,) = story.shots[0].conditioning
        assert (followed.asset, followed.frame, followed.strength) == ("asset_board", 12, 0.5)
        assert [(use.id, use.strength) for use in story.elements[0].loras] == [("mara-v2", 1.0)]
        assert story.project.loras == ()
        changed = replace(story.shots[0], conditioning=(), guidance=3.0)
        film.edit("less", scope="project", actor="a", before=[story.shots[0]], after=[changed])
        assert film.story().shots[0].conditioning == ()
        film.undo("project", "a")
        assert film.story().shots[0].conditioning == (followed,)


def test_what_a_person_picked_and_set_in_an_older_film_is_known_from_its_history(old: ProjectPaths) -> None:
    connection = sqlite3.connect(old.db)
    connection.execute("INSERT INTO take (id, shot, asset, job, engine, seed, frames) VALUES"
                       " ('take_b', 'shot_1', 'asset_a', 'job_b', 'animatic', 1, 40)")  # fmt: skip
    connection.execute("UPDATE shot SET take = 'take_b' WHERE id = 'shot_1'")
    heading, order = connection.execute(
        "SELECT heading, \"order\" FROM scene WHERE id = 'scene_1'"
    ).fetchone()
    done = [
        ("pick take 1 of 1A", "terminal-1", [["shot", "shot_0", {"take": None}, {"take": "take_a"}]]),
        ("pick the new take", "box", [["shot", "shot_1", {"take": None}, {"take": "take_b"}]]),
        ("set scene 2", "cli", [["scene", "scene_1", {"heading": "INT. BAR"}, {"heading": heading}]]),
        ("move scene 2", "cli", [["scene", "scene_1", {"order": "A"}, {"order": order}]]),
        ("set scene 1", "cli", [["scene", "scene_0", {"heading": "EXT. SEA"}, {"heading": "gone since"}]]),
    ]
    for number, (label, actor, changes) in enumerate(done):
        connection.execute(
            "INSERT INTO edit (id, scope, actor, lineage, label, changes, base, moved, created) VALUES"
            " (?, 'project', ?, 'line_old', ?, ?, 90, 91, 1.0)",
            (f"edit_{number}", actor, label, json.dumps(changes)),
        )
    connection.commit()
    connection.close()
    with ProjectFile.open(old) as film:
        story = film.story()
        assert [shot.chosen for shot in story.shots[:2]] == [True, False]
        assert dict(story.scenes[1].own) == {"heading": "INT. BAR", "order": ""}
        assert story.scenes[0].own == ()


def test_row_85_its_history_can_be_walked_and_goes_on(old: ProjectPaths) -> None:
    with ProjectFile.open(old) as film:
        assert film.redo("project", "later").label == "longer"
        assert film.story().shots[2].frames == 250
        assert film.undo("cut_main", "later").label == "trim"
        assert film.cut("cut_main").clips[0].frames == 100
        shot = film.story().shots[0]
        film.edit("set", scope="project", actor="later", before=[shot], after=[replace(shot, caption="new")])
        assert film.undo("project", "later").label == "set"


def test_row_85_an_upgrade_keeps_a_backup_beside_the_film(old: ProjectPaths) -> None:
    opened = open_database(old.db, (*MIGRATIONS, another))
    assert opened.connection.execute("SELECT mood FROM shot WHERE id = 'shot_0'").fetchone()[0] == "rain"
    opened.close()
    assert version(old.db) == len(MIGRATIONS) + 1
    backup = old.db.with_name("project.db.v1.bak")
    assert version(backup) == 1
    restored = ProjectPaths(old.root.with_name("restored"))
    restored.root.mkdir()
    shutil.copy(backup, restored.db)
    with ProjectFile.open(restored) as film:
        assert len(film.story().shots) == 6


def test_row_85_an_upgrade_that_fails_changes_nothing(old: ProjectPaths) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        migrate_old(old.db, failing)
    assert version(old.db) == 1
    with ProjectFile.open(old) as film:
        assert film.read_only == ""
        assert len(film.story().shots) == 6
    columns = sqlite3.connect(old.db).execute("SELECT name FROM pragma_table_info('shot')").fetchall()
    assert ("mood",) not in columns


def migrate_old(path: Path, step: object) -> None:
    connection = connect(path)
    try:
        migrate(connection, path, (*MIGRATIONS, step), APPLICATION_ID)  # type: ignore[arg-type]
    finally:
        connection.close()


def test_a_later_upgrade_backs_up_what_is_there_then(old: ProjectPaths) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        migrate_old(old.db, failing)
    with ProjectFile.open(old) as film:
        shot = film.story().shots[0]
        film.edit("set", scope="project", actor="a", before=[shot], after=[replace(shot, caption="later")])
    migrate_old(old.db, another)
    backup = sqlite3.connect(old.db.with_name(f"project.db.v{len(MIGRATIONS)}.bak"))
    assert backup.execute("SELECT caption FROM shot WHERE id = 'shot_0'").fetchone() == ("later",)
    backup.close()
    assert not list(old.root.glob(".*.tmp"))


def test_today_opens_what_tomorrow_upgraded_to_be_read(old: ProjectPaths) -> None:
    migrate_old(old.db, another)
    with ProjectFile.open(old) as film:
        assert "newer Milimo" in film.read_only
        assert len(film.story().shots) == 6


def test_an_upgrade_meanwhile_is_not_undone(old: ProjectPaths) -> None:
    """Two open an old film at once, one of them newer: the older one must not set the number back."""
    here = connect(old.db)
    migrate_old(old.db, another)
    with pytest.raises(Newer):
        migrate(here, old.db, MIGRATIONS, APPLICATION_ID)
    here.close()
    assert version(old.db) == len(MIGRATIONS) + 1


UPGRADE_AS_NOBODY = """
import os, sqlite3, sys
from pathlib import Path
from milimo_tui.store.project.opening import open_database
from tests.store.test_migrations import MIGRATIONS, another

if os.getuid() == 0:  # root may write whatever the mode says
    os.setgid(65534)
    os.setuid(65534)
opened = open_database(Path(sys.argv[1]), (*MIGRATIONS, another))
print(opened.refusal.message)
print(opened.connection.execute("SELECT mood FROM shot WHERE id = 'shot_0'").fetchone()[0])
copy = opened.file
opened.close()
print(copy.exists())
"""


def test_an_old_film_in_a_read_only_folder_is_read_from_an_upgraded_copy() -> None:
    with tempfile.TemporaryDirectory(prefix="milimo-test-") as folder:
        film = Path(folder) / "project.db"
        shutil.copy(V1, film)
        film.chmod(0o444)
        Path(folder).chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", UPGRADE_AS_NOBODY, str(film)],
            capture_output=True,
            text=True,
            env={"PYTHONPATH": str(V1.parents[3]), "PYTHONDONTWRITEBYTECODE": "1"},
            check=False,
        )
        Path(folder).chmod(0o755)
        assert (done.stdout, done.stderr) == (f"{folder} is read-only\nrain\nFalse\n", "")
        assert version(film) == 1
