"""Test rows with damaged JSON: `doctor` and `check` report them, and every command that reads them answers in
plain words.
"""

from __future__ import annotations

import contextlib
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from milimo_tui.cli.main import main
from tests.budget import thorough
from tests.front_door import Milimo, in_environment

# Texts that are not a JSON object, or an object with fields of the wrong kind.
DAMAGE = {
    "cut off": '{"kind": "make_vid',
    "a list": "[]",
    "null": "null",
    "a number": "5",
    "too deep": "[" * 100_000,
    "no text": "",
    "other fields": json.dumps(
        {"kind": 4, "prompt": 5, "engine": 7, "pieces": 3, "model": 1, "recipe": [], "measured": 2, "also": 0}
    ),
}
COLUMNS = [
    ("take", "spec"),
    ("provenance", "said"),
    ("provenance", "machine"),
    ("take", "likeness"),
    ("asset", "facts"),
    ("render", "settings"),
    ("render", "report"),
    ("edit", "changes"),
    ("setting", "value"),
]
COMMANDS = [
    "shot takes 1A", "shot show 1A", "storyboard show", "shot remake 1A --take 1 --detach",
    "shot finish 1A --detach", "shot make 1A --dry-run", "shot rate 1A 4", "review list", "review clean",
    "project list", "project info", "room list", "asset list", "cut show", "render list", "job list",
    "find dog", "next", "script check", "control list", "cut export x.otio", "undo", "history list",
]  # fmt: skip


@pytest.fixture
def taken(film: Milimo) -> Milimo:
    """Return the tiny film, which has takes and a rendered cut, with a remembered value."""
    with closing(sqlite3.connect(find_database(film))) as database, database:
        database.execute("INSERT OR REPLACE INTO setting (key, value) VALUES ('script:view', '{}')")
    return film


def run_to_end(film: Milimo, line: str) -> tuple[str, str]:
    """Run a command in this process, whatever its exit code. Return its stdout and stderr."""
    told, wrong = io.StringIO(), io.StringIO()
    out, err = contextlib.redirect_stdout(told), contextlib.redirect_stderr(wrong)
    with in_environment(film.env), contextlib.chdir(film.cwd), out, err:
        main(line.split())
    return told.getvalue(), wrong.getvalue()


def find_database(film: Milimo) -> Path:
    [found] = film.home.glob("projects/*/project.db")
    return found


def damage_column(film: Milimo, table: str, column: str, text: str) -> None:
    with closing(sqlite3.connect(find_database(film))) as database, database:
        changed = database.execute(f'UPDATE "{table}" SET "{column}" = ?', (text,)).rowcount
    assert changed


@pytest.mark.parametrize(
    ("table", "column", "damage"),
    thorough(
        "recovery",
        [
            ("take", "spec", "cut off"),
            ("provenance", "said", "other fields"),
            *((table, column, damage) for table, column in COLUMNS for damage in DAMAGE),
        ],
        2,
    ),
)
def test_commands_answer_in_plain_words_about_a_damaged_row(
    taken: Milimo, table: str, column: str, damage: str
) -> None:
    damage_column(taken, table, column, DAMAGE[damage])
    for line in COMMANDS:
        # A command that ends with an exception ends this test, because it runs in this process.
        out, wrong = run_to_end(taken, line)
        assert "pydantic" not in out + wrong, line
        assert "validation error" not in out + wrong, line
        assert "Traceback" not in out + wrong, line


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_doctor_and_check_report_a_damaged_row(taken: Milimo, table: str, column: str) -> None:
    damage_column(taken, table, column, DAMAGE["cut off"])
    findings = json.loads(run_to_end(taken, "doctor --json")[0])["findings"]
    assert [each["ok"] for each in findings if each["name"] == "film"] == [False]
    problems = json.loads(run_to_end(taken, "check --json")[0])["found"]
    assert [Path(each["place"]).name for each in problems] == ["project.db"]


@pytest.mark.parametrize(
    ("table", "column"),
    [("shot", "doubts"), ("shot", "size"), ("scene", "own"), ("element", "aliases"), ("cut", "rate"),
     ("project", "rate"), ("clip", "effects"), ("asset", "kind")],
)  # fmt: skip
def test_error_about_an_unreadable_row_names_the_command_that_recovers(
    taken: Milimo, table: str, column: str
) -> None:
    name = find_database(taken).parent.name
    with closing(sqlite3.connect(find_database(taken))) as database:
        ids = (
            {str(row[0]) for row in database.execute(f'SELECT id FROM "{table}"')}
            if table != "project"
            else set()
        )
    damage_column(taken, table, column, '{"cut')
    for line in (("shot", "list"), ("shot", "set", "1A", "--note", "x"), ("cut", "show")):
        error = taken.inside(*line, code=1)["error"]
        assert error["kind"] == "damaged"
        assert f"milimo project recover {name}" in error["hint"]
        assert not [id for id in ids if id in error["message"]]
    taken.inside("supervisor", "stop", "--now")
    taken.act("project", "recover", name)
    assert taken.inside("shot", "list")


def test_damaged_spec_refuses_only_what_needs_it(taken: Milimo) -> None:
    damage_column(taken, "take", "spec", DAMAGE["cut off"])
    assert taken.inside("shot", "takes", "1A")
    error = taken.inside("shot", "remake", "1A", code=1)["error"]
    assert error["kind"] == "damaged"
    assert "1A" in error["hint"]


def test_recovery_keeps_a_take_whose_spec_is_damaged(taken: Milimo) -> None:
    before = {take["id"] for take in taken.inside("shot", "takes", "1A")}
    damage_column(taken, "take", "spec", DAMAGE["cut off"])
    taken.inside("supervisor", "stop", "--now")
    taken.act("project", "recover", find_database(taken).parent.name)
    assert {take["id"] for take in taken.inside("shot", "takes", "1A")} == before


QUEUE_COLUMNS = [
    *(("job", column) for column in ("spec", "outputs", "live", "parts", "with_shots")),
    ("attempt", "spec"),
    ("attempt", "result"),
    ("event", "data"),
]


@pytest.mark.parametrize(
    ("table", "column", "damage"),
    thorough(
        "recovery",
        [
            ("event", "data", "cut off"),
            ("job", "spec", "null"),
            *(
                (table, column, damage)
                for table, column in QUEUE_COLUMNS
                for damage in ("too deep", "a number")
            ),
        ],
        2,
    ),
)
def test_damaged_row_of_the_queue_is_reported_and_recovered(
    film: Milimo, table: str, column: str, damage: str
) -> None:
    film.act("supervisor", "stop", "--now")
    with closing(sqlite3.connect(film.home / "studio.db")) as database, database:
        (last,) = database.execute(f"SELECT max(rowid) FROM {table}").fetchone()
        database.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (DAMAGE[damage], last))
    for line in ("job list", "job show 1", "batch list", "shot make 1A --detach", "job cancel --all"):
        error = json.loads(run_to_end(film, f"{line} --json")[0])["error"]
        assert (error["kind"], table in error["message"]) == ("damaged", True), line
        assert "job recover" in error["hint"], line
    findings = json.loads(run_to_end(film, "doctor --json")[0])["findings"]
    assert [each["ok"] for each in findings if each["name"] == "queue"] == [False]
    assert table in film.inside("check", code=2)["error"]["message"]
    assert film.inside("job", "recover")["lost"]  # With a job, its attempts are lost too.
    assert film.inside("job", "list")
