"""Test films that contain a transition between clips on two tracks, which earlier versions stored when the
edits of two users were merged. Such films are opened, imported and recovered without the transition.
"""

from __future__ import annotations

import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

from milimo_tui.store.project.schema import SOUND_COLUMNS, SOUND_TABLES
from tests.front_door import Milimo

# The last schema number in which such a transition could be stored.
OLDER_SCHEMA = 22


def restore_older_schema(connection: sqlite3.Connection) -> None:
    """Make a film's database one of the schema `OLDER_SCHEMA`, without what later schemas added."""
    connection.execute(f"PRAGMA user_version = {OLDER_SCHEMA}")
    for table in ("scene", "element"):
        connection.execute(f"ALTER TABLE {table} DROP COLUMN breakdown")
    for table, column, _ in SOUND_COLUMNS:
        connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    for table in ("reading", "reading_answer", *reversed(SOUND_TABLES)):
        connection.execute(f"DROP TABLE {table}")


def move_right_clip(db: Path, schema: int) -> None:
    """Put the right clip of the film's transition on another track, and set the schema number."""
    with closing(sqlite3.connect(db)) as connection:
        connection.execute(
            'UPDATE transition SET "right" = (SELECT clip.id FROM clip JOIN track ON track.id = clip.track'
            " WHERE track.name = 'V2')"
        )
        # The history says the same, as it does after a merge.
        right = connection.execute('SELECT "right" FROM transition').fetchone()[0]
        connection.execute(
            "UPDATE edit SET changes = json_set(changes, '$[0][3].right', ?)"
            " WHERE seq = (SELECT max(seq) FROM edit)",
            (right,),
        )
        if schema == OLDER_SCHEMA:
            restore_older_schema(connection)
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def add_transition(film: Milimo) -> Path:
    """Move the last clip to another track, and add a transition at the end of the first clip. Return the path
    of the film's database.
    """
    first, _, last = (clip["id"] for clip in film.json("cut", "show")["tracks"][0]["clips"])
    film.act("cut", "move", last, "--track", "V2", "--at", "100")
    film.act("cut", "transition", first, "--kind", "dip", "--frames", "4")
    film.act("supervisor", "stop", "--now")
    return next((film.home / "projects").iterdir()) / "project.db"


def count_transitions(db: Path) -> int:
    """Return the number of stored transitions. `cut show` leaves out a transition between two tracks."""
    with closing(sqlite3.connect(db)) as connection:
        return int(connection.execute("SELECT count(*) FROM transition").fetchone()[0])


def test_film_with_a_transition_between_tracks_is_imported_without_it(film: Milimo) -> None:
    db = add_transition(film)
    assert count_transitions(db) == 1
    exported, damaged = film.cwd / "exported.zip", film.cwd / "damaged.zip"
    film.act("project", "export", str(exported))
    loose = film.cwd / "project.db"
    with zipfile.ZipFile(exported) as archive, zipfile.ZipFile(damaged, "w") as other:
        for item in archive.infolist():
            data = archive.read(item)
            if item.filename == "project.db":
                loose.write_bytes(data)
                move_right_clip(loose, OLDER_SCHEMA)
                data = loose.read_bytes()
            other.writestr(item.filename, data)
    film.act("project", "import", str(damaged), "--name", "theirs")
    assert count_transitions(db.parent.with_name("theirs") / "project.db") == 0
    assert [row["problem"] for row in film.json("project", "list")] == ["", ""]


def test_undo_works_after_a_transition_between_tracks_was_removed(film: Milimo) -> None:
    db = add_transition(film)
    move_right_clip(db, OLDER_SCHEMA)
    film.act("cut", "undo")
    film.act("cut", "redo")
    assert count_transitions(db) == 0
    assert film.json("check")["found"] == []


def test_recovery_reports_a_removed_transition_between_tracks(film: Milimo) -> None:
    db = add_transition(film)
    with closing(sqlite3.connect(db)) as connection:
        (newest,) = connection.execute("PRAGMA user_version").fetchone()
    move_right_clip(db, newest)
    lost = film.json("project", "recover", db.parent.name)["lost"]
    assert [line for line in lost if "between two tracks" in line] == lost
    assert len(lost) == 1
    assert count_transitions(db) == 0
