"""Test films from unknown sources: they are imported completely, or refused completely with the place of the
problem. An unreadable film does not block others.
"""

from __future__ import annotations

import json
import os
import sqlite3
import zipfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from tests.budget import thorough
from tests.front_door import Milimo

# Statements that put invalid values into the database of a film, and the expected messages.
ROWS = {
    "UPDATE project SET rate = '1/0'": "project 1: its rate can't be read",
    "UPDATE project SET rate = '5000/1'": "project 1: its rate is 5000",
    "UPDATE project SET width = -4": "project 1: its width is -4",
    "UPDATE cut SET rate = '0/1'": "its rate is 0",
    "UPDATE shot SET frames = -100": "its frames is -100",
    "UPDATE shot SET frames = 9000000000000000000": "its frames is 9000000000000000000",
    "UPDATE shot SET dialogue = '{'": "its dialogue can't be read",
    "UPDATE shot SET dialogue = '[[1, 2]]'": "its dialogue can't be read",
    "UPDATE shot SET characters = '{\"MARA\": 1}'": "its characters can't be read",
    "UPDATE shot SET size = 'enormous'": "its size can't be read: “enormous”",
    "UPDATE shot SET guidance = 9e999": "its guidance is not",
    "UPDATE clip SET effects = '[]'": "its effects can't be read",
    'UPDATE clip SET effects = \'{"speed": "1/0"}\'': "its effects can't be read",
    "UPDATE clip SET source_in = 'soon'": "its source in can't be read",
    "UPDATE clip SET frames = 0": "its frames is 0",
    'UPDATE clip SET "order" = NULL': "a clip has no place on its track",
    "UPDATE asset SET digest = '../../../etc'": "its checksum is",
    'UPDATE asset SET facts = \'{"seconds": "1/0"}\'': "the stream data of an asset",
    "UPDATE take SET spec = 'none'": "its spec can't be read",
    "UPDATE take SET rating = 99": "its rating is 99",
    "UPDATE edit SET changes = '[[[[['": "its changes can't be read",
    "INSERT INTO setting VALUES ('a', '{')": "setting a: its value can't be read",
    "DELETE FROM project": "the film's own row is missing",
    "DELETE FROM asset": "its asset is a missing asset",
    "UPDATE shot SET continues = id": "it continues itself",
    "UPDATE scene SET heading = CAST(x'fffe' AS TEXT)": "is damaged",
}
SCHEMA = {
    "CREATE TRIGGER gone AFTER UPDATE ON project BEGIN DELETE FROM take; END": "the trigger “gone”",
    "CREATE VIEW seen_it AS SELECT * FROM take": "the view “seen_it”",
    "CREATE VIRTUAL TABLE words USING fts5(text)": "the virtual table “words”",
    "CREATE TABLE mine (x)": "the table “mine”",
    "CREATE INDEX mine ON take (job, upper(note))": "the index “mine”",
    "DROP INDEX ix_take_shot": "the index “ix_take_shot”",
    "ALTER TABLE shot ADD COLUMN loud TEXT AS (hex(zeroblob(9999999)))": "table “shot”",
    "PRAGMA user_version = 900": "newer Milimo",
}  # fmt: skip


# These count as damage and not as invalid values, so the exit code is 1.
DAMAGED = {"PRAGMA user_version = 900", "UPDATE scene SET heading = CAST(x'fffe' AS TEXT)"}


def written(db: Path, statements: Sequence[str]) -> None:
    with closing(sqlite3.connect(db)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def exported(film: Milimo, statements: Sequence[str] = ()) -> Path:
    """Export the film as a .zip, run the statements in its database, and return the changed file."""
    whole, changed = film.cwd / "whole.zip", film.cwd / "from-elsewhere.zip"
    film.act("project", "export", str(whole))
    db = film.cwd / "project.db"
    with zipfile.ZipFile(whole) as archive, zipfile.ZipFile(changed, "w") as other:
        for item in archive.infolist():
            data = archive.read(item)
            if item.filename == "project.db":
                db.write_bytes(data)
                written(db, statements)
                data = db.read_bytes()
            other.writestr(item.filename, data)
    whole.unlink()
    return changed


# The first eight statements run in every test run, so they include some of each kind.
BY_KIND = [*list(SCHEMA)[:3], *list(ROWS)[:5], *list(SCHEMA)[3:], *list(ROWS)[5:]]


@pytest.mark.long("command_line")
@pytest.mark.parametrize("statement", thorough("recovery", BY_KIND, 8))
def test_invalid_foreign_film_is_refused_completely(film: Milimo, statement: str) -> None:
    package = exported(film, [statement])
    before = sorted((film.home / "projects").iterdir())
    data = film.json(
        "project", "import", str(package), "--name", "theirs", code=1 if statement in DAMAGED else 2
    )
    assert {**ROWS, **SCHEMA}[statement] in data["error"]["message"]
    assert sorted((film.home / "projects").iterdir()) == before, "nothing is left of it"
    assert [row["problem"] for row in film.json("project", "list")] == [""]


def test_valid_foreign_film_is_imported(film: Milimo) -> None:
    film.act("project", "import", str(exported(film)), "--name", "theirs")
    assert [row["problem"] for row in film.json("project", "list")] == ["", ""]
    assert len(film.json("shot", "list")) == 3


@pytest.mark.parametrize(
    "statement", [each for each in SCHEMA if "CREATE" in each and "TABLE mine" not in each][:3]
)
def test_foreign_folder_runs_no_code(film: Milimo, statement: str) -> None:
    """A project folder from an unknown source whose database contains code, such as a trigger that empties
    the film at the first edit, is refused.
    """
    db = next((film.home / "projects").iterdir()) / "project.db"
    written(db, [statement])
    data = film.json("shot", "set", "1A", "--action", "He waits.", code=2)
    assert data["error"]["kind"] == "refused"
    assert SCHEMA[statement] in data["error"]["message"]
    [row] = film.json("project", "list")
    assert SCHEMA[statement] in row["problem"]


@pytest.mark.long("command_line")
def test_queue_with_a_trigger_is_refused(film: Milimo) -> None:
    film.act("job", "list")
    film.act("supervisor", "stop", "--now")
    written(film.home / "studio.db", ["CREATE TRIGGER gone AFTER UPDATE ON job BEGIN DELETE FROM event; END"])
    assert "the trigger “gone”" in film.refusal("job", "list")


@pytest.mark.long("command_line")
@pytest.mark.parametrize(
    "statement",
    thorough(
        "recovery",
        [
            "UPDATE shot SET dialogue = '{'",
            "UPDATE project SET rate = '1/0'",
            "UPDATE clip SET effects = '[1'",
        ],
    ),
)
def test_unreadable_film_blocks_no_other(film: Milimo, statement: str) -> None:
    good = next((film.home / "projects").iterdir())
    film.act("project", "duplicate", "Bad Film")
    bad = film.home / "projects" / "bad-film"
    written(bad / "project.db", [statement])
    rows = {row["folder"]: row for row in film.json("project", "list")}
    assert rows["bad-film"]["problem"]
    assert rows[good.name]["shots"] == 3
    film.act("project", "use", "Two Lamps")
    film.act("clean")
    film.act("shot", "make", "1A", "--takes", "2")
    assert len(film.json("shot", "takes", "1A")) == 3
    assert film.json("shot", "list", "--project", "bad-film", code=1)["error"]["kind"] == "damaged"
    film.act("project", "delete", "bad-film", "--yes")
    assert [row["folder"] for row in film.json("project", "list")] == [good.name]


def test_weights_header_of_a_hundred_thousand_brackets_is_refused(film: Milimo) -> None:
    header = b'{"a":' + b"[" * 100_000
    path = film.cwd / "x.safetensors"
    path.write_bytes(len(header).to_bytes(8, "little") + header)
    for words in (["shot", "lora", "add", "1A", str(path)], ["model", "use", str(path)]):
        assert "safetensors" in film.json(*words, code=2)["error"]["message"]


@pytest.mark.parametrize(
    "name", ["x" * 400, "é" * 10_000, "a/" * 3000, os.fsdecode(b"\xff\xfe"), "half \ud800"]
)
def test_invalid_name_is_refused_in_one_sentence(film: Milimo, name: str) -> None:
    for words in (
        ["project", "new", name],
        ["project", "rename", name],
        ["project", "use", name],
        ["script", "import", name],
        ["asset", "add", name],
        ["film", name],
        ["picture", "upscale", name],
        ["cut", "new", name],
        ["shot", "show", name],
    ):
        error = film.json(*words, code=2)["error"]
        assert error["kind"] in ("bad_input", "not_found"), words


def test_take_of_a_stranger_is_not_made_again_from_a_private_picture(film: Milimo, tmp_path: Path) -> None:
    """The recipe of a take can name any file. Only files of the film are given to an engine."""
    private = tmp_path / "private.png"
    Image.new("RGB", (64, 48), "red").save(private)
    inputs = json.dumps([{"input": str(private)}])
    [database] = film.home.glob("projects/*/project.db")
    with closing(sqlite3.connect(database)) as stored, stored:
        stored.execute("UPDATE take SET spec = json_set(spec, '$.conditioning', json(?))", (inputs,))
    error = film.inside("shot", "remake", "1A", code=2)["error"]
    assert error["kind"] == "bad_input"
    assert "private.png" in error["message"]
