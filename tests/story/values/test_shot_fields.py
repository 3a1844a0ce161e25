"""Test that each field of a shot is defined in one place: the files that a new field needs, tried on a copy
of the package.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import milimo_tui
from milimo_tui.store.project.schema import SCHEMA
from milimo_tui.story.values.shot_fields import SHOT_FIELDS

PACKAGE = Path(milimo_tui.__file__).parent
# Files that a new field changes, besides the engine that reads it: the field definition, the migration, the
# spec, and the code that fills the spec.
FILES = (
    "story/values/film.py",
    "store/project/schema.py",
    "engines/specs/video_specs.py",
    "studio/takes/shot_spec.py",
)

FIELD = """
    trial_mood: str = field(
        default="plain", metadata=make_field_prompt("how it feels", words=("plain", "rain"), row="seed")
    )
    trial_scent: str = field(
        default="", metadata=make_field_prompt("for people alone", longest=9, label="scent")
    )
    conditioning: tuple[Conditioning, ...] = ()
"""
STEP = """

def _add_trials(connection: sqlite3.Connection) -> None:
    run_script(connection, "ALTER TABLE shot ADD COLUMN trial_mood TEXT DEFAULT 'plain' NOT NULL;")
    run_script(connection, "ALTER TABLE shot ADD COLUMN trial_scent TEXT DEFAULT '' NOT NULL;")


SCHEMA = replace(SCHEMA, steps=(*SCHEMA.steps, _add_trials))
"""
SET = """
import sys
from pathlib import Path
from milimo_tui.core.errors import BadInput
from milimo_tui.studio.registry import registry
from milimo_tui.studio.registry.args import read_arguments
from milimo_tui.tui.shot.shot_details import CHOICES, TOGETHER, read_shot_details, get_field_texts
from milimo_tui.tui.shot.shot_lines import make_field_rows
from milimo_tui.tui.terminal.theme import ANSI, TextStyles
from tests.tui.studio_setup import make_studio

assert sys.modules["milimo_tui"].__file__.startswith(sys.argv[1])
studio = make_studio(Path(sys.argv[1]) / "home")
registry.run_by_id(studio, "storyboard.commit")
print(registry.run_by_id(studio, "shot.set", {"id": "1A", "trial_mood": "rain"}).message)
studio.close_project()
print(*[shot.trial_mood for shot in studio.take_snapshot().story.live_shots()][:2])
studio.require_project().undo("project", None)
print(studio.take_snapshot().story.live_shots()[0].trial_mood)
(command,) = [one for one in registry.load_command_group("shot") if one.id == "shot.set"]
print(read_arguments(command.args)["trial_mood"].description, CHOICES["trial_mood"], TOGETHER["seed"])
registry.run_by_id(studio, "shot.set", {"id": "1A", "trial_scent": "tar, rope"})
shown = registry.run_by_id(studio, "shot.show", {"id": "1A"})
story = studio.take_snapshot().story
details = read_shot_details(studio, story, story.live_shots()[0].id)
print(shown.data["trial_scent"], *[line for line in shown.text.splitlines() if "tar" in line])
rows = make_field_rows(details, TextStyles(ANSI), str, 80, parts=False)
print(*[row.left for row in rows if row.key == "trial_scent"])
print(get_field_texts(details)["trial_scent"])
try:
    registry.run_by_id(studio, "shot.set", {"id": "1A", "trial_scent": "tar, ropes"})
except BadInput as error:
    print(error)
studio.close()
"""
UPGRADE = """
import sqlite3, sys
from contextlib import closing
from pathlib import Path
from milimo_tui.store.project.schema import SCHEMA
from milimo_tui.store.sqlite.own_schema import refuse_foreign_schema
from milimo_tui.store.sqlite.schema import run_script

with closing(sqlite3.connect(":memory:", isolation_level=None)) as old:
    run_script(old, Path(sys.argv[1]).read_text(encoding="utf-8"))
    for step in SCHEMA.steps:
        step(old)
    refuse_foreign_schema(old, Path(sys.argv[1]), SCHEMA)
print(SCHEMA.newest)
"""


def _run(script: str, argument: Path, folder: Path) -> str:
    path = os.pathsep.join((str(folder), str(PACKAGE.parent)))
    done = subprocess.run(
        [sys.executable, "-c", script, str(argument)],
        env={**os.environ, "PYTHONPATH": path, "XDG_CONFIG_HOME": str(folder / "config")},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _replaced(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.long("properties")
def test_new_field_is_one_definition_and_one_migration(tmp_path: Path) -> None:
    """A new field needs one definition and one migration. The table, row mapping, `shot set`, `shot show`,
    history and inspector use that definition.
    """
    copy = tmp_path / "milimo_tui"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    _replaced(
        copy / "story" / "values" / "film.py",
        "\n    conditioning: tuple[Conditioning, ...] = ()\n",
        FIELD,
    )
    schema = copy / "store" / "project" / "schema.py"
    _replaced(schema, "\nimport sqlite3\n", "\nimport sqlite3\nfrom dataclasses import replace\n")
    schema.write_text(schema.read_text(encoding="utf-8") + STEP, encoding="utf-8")
    lines = _run(SET, tmp_path, tmp_path).splitlines()
    assert lines[0] == "1A: trial mood"
    assert lines[1:3] == ["rain plain", "plain"]
    allowed, places = "('plain', 'rain')", "('seed', 'lock', 'deterministic', 'trial_mood')"
    assert lines[3] == f"how it feels; empty: the default {allowed} {places}"
    assert lines[4:7] == ["tar, rope   scent     tar, rope", "scent     tar, rope", "tar, rope"]
    assert re.search(r"“tar, ropes”.*\b9\b", lines[7])
    first = PACKAGE.parent / "tests" / "store" / "data" / "project_v8.sql"
    assert _run(UPGRADE, first, tmp_path) == f"{SCHEMA.newest + 1}\n"


def test_field_is_named_by_five_files_at_most() -> None:
    """Only the engines and the modules in `FILES` name `temporal_upscale`, a field that only one engine
    interprets.
    """
    assert "temporal_upscale" in SHOT_FIELDS
    named = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if re.search(r"\btemporal_upscale\b", path.read_text(encoding="utf-8"))
    }
    assert {name for name in named if not name.startswith("engines/")} <= set(FILES)
    assert len(FILES) + 1 <= 5
