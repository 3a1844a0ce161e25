"""Test that a new project is complete or absent, at whatever point its creation is killed."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.budget import rounds
from tests.front_door import TINY, Milimo, environment

POINTS = "whole_kills"


def prepared(tmp_path: Path) -> tuple[Milimo, Path, Path]:
    """Return a home with one small film, the script of that film, and the film as a .zip."""
    milimo = Milimo(environment(tmp_path), tmp_path / "work")
    script = milimo.cwd / "two-lamps.fountain"
    script.write_text(TINY)
    milimo.act("script", "import", str(script))
    packed = milimo.cwd / "packed.zip"
    milimo.act("project", "export", str(packed))
    milimo.act("project", "archive", str(packed.with_suffix(".milimo")))
    return milimo, script, packed


def killed(milimo: Milimo, homes: Path, *words: str) -> list[Milimo]:
    """Run a command in copies of the home and kill it at different points. Return the resulting homes. The
    first is that of a complete run.
    """
    plan = {"words": words, "base": str(milimo.home), "homes": str(homes), "most": rounds(POINTS)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.cli.film.killed", json.dumps(plan)],
        env=milimo.env, cwd=Path(__file__).parents[3], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert int(done.stdout) > rounds(POINTS) // 2
    folders = sorted(homes.iterdir(), key=lambda folder: int(folder.name))
    return [Milimo({**milimo.env, "MILIMO_HOME": str(folder)}, milimo.cwd) for folder in folders]


def hidden(milimo: Milimo) -> list[str]:
    return [path.name for path in (milimo.home / "projects").iterdir() if path.name.startswith(".")]


VERBS: dict[str, Callable[[Path, Path], tuple[str, ...]]] = {
    "new": lambda script, packed: ("project", "new", "Third"),
    "script import": lambda script, packed: ("script", "import", str(script), "--project", "third"),
    "duplicate": lambda script, packed: ("project", "duplicate", "Third"),
    "import": lambda script, packed: ("project", "import", str(packed), "--name", "third"),
    "import archive": lambda script, packed: (
        "project",
        "import",
        str(packed.with_suffix(".milimo")),
        "--name",
        "third",
    ),
}


@pytest.mark.long(POINTS)
@pytest.mark.parametrize("verb", VERBS)
def test_killed_creation_leaves_a_complete_project_or_none(verb: str, tmp_path: Path) -> None:
    milimo, script, packed = prepared(tmp_path)
    homes = killed(milimo, tmp_path / "homes", *VERBS[verb](script, packed))
    whole = 0
    for home in homes:
        rows = {row["folder"]: row for row in home.json("project", "list")}
        assert [row["problem"] for row in rows.values() if row["problem"]] == [], home.home.name
        assert rows.keys() <= {"two-lamps", "third"}
        whole += "third" in rows
        home.act("script", "import", str(script), "--project", "third")
        assert len(home.json("shot", "list")) == 3, "the next one goes its way"
        home.act("clean")
        assert hidden(home) == [], "what a killed process left goes when room is made"
    assert 0 < whole < len(homes), "it was killed before and after"


@pytest.mark.long(POINTS)
def test_film_is_deleted_completely_and_leftovers_go_with_the_next_one(tmp_path: Path) -> None:
    milimo, _, _ = prepared(tmp_path)
    for home in killed(milimo, tmp_path / "homes", "project", "delete", "two-lamps", "--yes"):
        assert [row for row in home.json("project", "list") if row["problem"]] == []
        home.act("project", "new", "Third")
        assert hidden(home) == []


def test_unfinished_film_is_reported_and_can_be_deleted(milimo: Milimo) -> None:
    """An incomplete film of a killed process, as earlier versions could leave it behind, is reported and can
    be deleted.
    """
    folder = milimo.home / "projects" / "ghost"
    milimo.act("project", "list")
    folder.mkdir()
    connection = sqlite3.connect(folder / "project.db")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    [row] = milimo.json("project", "list")
    assert "empty" in row["problem"]
    error = milimo.json("project", "use", "ghost", code=1)["error"]
    assert error["hint"] == "milimo project delete ghost --yes"
    milimo.act("project", "delete", "ghost", "--yes")
    assert milimo.json("project", "list") == []


@pytest.mark.long("command_line")
def test_two_creations_of_one_name_both_get_a_film(milimo: Milimo) -> None:
    milimo.act("project", "list")
    command = [sys.executable, "-m", "milimo_tui.cli.main", "project", "new", "Twin"]
    both = [subprocess.Popen(command, env=milimo.env, cwd=milimo.cwd) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    assert {row["folder"] for row in milimo.json("project", "list")} == {"twin", "twin-2"}
