"""Test bad input: the command prints one sentence, exits with code 2, makes nothing and loses nothing."""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path

import pytest

from tests.front_door import Milimo

NOT_SCREENPLAYS = {
    "binary": bytes(range(256)) * 20,
    "empty": b"",
    "blank": b"\n \n\t\n",
    "half utf-16": "INT. ROOM - DAY\n\nA lamp.\n".encode("utf-16")[:-1],
    "nul": b"INT. ROOM - DAY\n\nA \x00lamp.\n",
}


@pytest.mark.parametrize("kind", NOT_SCREENPLAYS)
def test_file_that_is_no_screenplay_creates_nothing(milimo: Milimo, kind: str) -> None:
    path = milimo.cwd / "film.fountain"
    path.write_bytes(NOT_SCREENPLAYS[kind])
    done = milimo("film", str(path), code=2)
    lines = done.stderr.decode().strip().splitlines()
    assert done.stdout == b""
    assert lines[0].startswith("milimo: ")
    assert len(lines) <= 2
    assert not milimo.home.exists(), "not even a home"
    data = milimo.json("script", "import", str(path), code=2)
    assert data["error"]["kind"] == "bad_input"


def test_film_of_a_text_without_scenes_and_dialogue_is_refused(milimo: Milimo) -> None:
    (milimo.cwd / "notes.txt").write_text("hello\n")
    assert "no scenes" in milimo.refusal("film", "notes.txt")
    assert not milimo.home.exists(), "not even a home"


def test_rendered_film_is_not_a_folder_to_check(milimo: Milimo) -> None:
    (milimo.cwd / "film.mp4").write_bytes(b"")
    assert "film.list" in milimo.refusal("check", "film.mp4")


@pytest.mark.long("command_line")
def test_render_to_a_folder_that_holds_no_files_is_refused(film: Milimo) -> None:
    assert "/proc is not writable" in film.refusal("render", "-o", "/proc/film.mp4")


@pytest.mark.long("command_line")
def test_missing_script_and_folder_are_refused(milimo: Milimo) -> None:
    assert "nowhere.fountain" in milimo("film", "nowhere.fountain", code=2).stderr.decode()
    assert milimo("film", str(milimo.cwd), code=2).stderr


@pytest.mark.long("command_line")
@pytest.mark.parametrize("target", ["nowhere/film.mp4", "film.txt", "."])
def test_impossible_output_is_refused_before_any_work(milimo: Milimo, script: Path, target: str) -> None:
    milimo("film", str(script), "-o", target, code=2)
    assert not milimo.home.exists(), "not even a home"


@pytest.mark.long("command_line")
def test_usage_error_is_one_sentence(milimo: Milimo) -> None:
    assert "no command" in milimo("fly", code=2).stderr.decode()
    assert milimo.json("job", "show", code=2)["error"]["kind"] == "bad_input"
    assert "milimo film" in milimo.json("shot", "list", code=2)["error"]["message"]
    assert milimo.json("run", "cut.split", "colour=red", code=2)["error"]["message"]


@pytest.mark.long("command_line")
def test_folder_that_is_no_home_is_refused(milimo: Milimo, tmp_path: Path) -> None:
    strange = tmp_path / "strange"
    strange.mkdir()
    (strange / "thing").write_text("mine")
    milimo("project", "list", "--home", str(strange), code=2)
    assert [path.name for path in strange.iterdir()] == ["thing"]


def test_damaged_project_is_reported_and_not_changed(film: Milimo) -> None:
    db = next((film.home / "projects").iterdir()) / "project.db"
    for extra in db.parent.glob("project.db-*"):
        extra.unlink()
    db.write_bytes(b"not a database at all, but long enough to be looked at" * 40)
    before = db.read_bytes()
    data = film.json("shot", "list", code=1)
    assert data["error"]["kind"] == "damaged"
    assert "project.db" in data["error"]["message"]
    assert db.read_bytes() == before


def test_newer_project_opens_read_only(film: Milimo) -> None:
    db = next((film.home / "projects").iterdir()) / "project.db"
    connection = sqlite3.connect(db)
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    assert film.json("shot", "list")
    data = film.json("shot", "set", film.json("shot", "list")[0]["id"], "--seed", "5", code=1)
    assert data["error"]["kind"] in ("newer", "read_only")
    assert sqlite3.connect(db).execute("PRAGMA user_version").fetchone() == (999,)
    film.act("project", "export", "kept.zip")
    assert film.json("project", "duplicate", "Copy", code=1)["error"]["kind"] == "newer"
    assert [path.name for path in (film.home / "projects").iterdir()] == ["two-lamps"]


@pytest.mark.long("command_line")
def test_full_disk_during_a_render_keeps_the_earlier_film(film: Milimo) -> None:
    project = next((film.home / "projects").iterdir())
    [earlier] = (project / "renders").glob("*.mp4")
    before = earlier.read_bytes()
    film.act("shot", "set", film.json("shot", "list")[0]["id"], "--length", "30f")
    film.act("cut", "split", "--at", "20")
    data = film.json("render", code=1, MILIMO_TEST_FREE_BYTES="1000")
    assert data["error"]["kind"] in ("disk_full", "failed")
    assert "disk" in data["error"]["message"]
    assert earlier.read_bytes() == before


@pytest.mark.long("command_line")
def test_nothing_is_written_outside_the_home(milimo: Milimo, script: Path, tmp_path: Path) -> None:
    milimo("script", "import", str(script))
    outside = {path.name for path in tmp_path.iterdir()} - {"home", "run", "work", "config", "user", "data"}
    assert outside == set()
    assert [path.name for path in milimo.cwd.iterdir()] == ["two-lamps.fountain"]


@pytest.mark.long("command_line")
def test_json_errors_follow_their_contract(milimo: Milimo) -> None:
    error = json.loads(milimo("project", "use", "nothing", "--json", code=2).stdout)["error"]
    assert set(error) == {"kind", "message", "hint"}
    assert error["kind"] == "not_found"
    assert os.linesep not in error["message"]
