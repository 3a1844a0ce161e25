"""The schema: what the migrations make is what the tables describe, and version 1 never changes."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

import milimo_tui
from milimo_tui.store.project import schema
from milimo_tui.store.project.schema import MIGRATIONS, version_1
from milimo_tui.store.project.tables import Row, ddl
from milimo_tui.store.rows import mapping
from milimo_tui.store.sqlite.migrations import run_script

STORE = Path(schema.__file__).parent
V1 = Path(__file__).parent / "data" / "v1.db"

# Schemas as they were released: films out there have them, so their texts are history.
DIGESTS = {
    "schema_v1.sql": "94b53acd647653d7f790b78de4016630827bf070207d678fb27542e833cd9668",
    "schema_v2.sql": "da60e41aec83e85056e16e71941e393e22771ea955a33ed83904f267355ffed6",
    "schema_v3.sql": "de2650c6276be1de8930787fd5303836d46ffd9a17d00be591f341eb14dde331",
    "schema_v4.sql": "8d89990e2a80e8d3370ac9a98bac430200a4681bfa76dde9cd0ceadea0079723",
    "schema_v5.sql": "5642b7d9abd99454dff7b1bac7db1da4860f51c9125d8b232725ec6feb8f0b7f",
    "schema_v6.sql": "2a9af3276ef2722d6f5879bc40f0e2fcc10c8010445f1070f1721e0009f56480",
    "schema_v7.sql": "fc1f99261abeb85e4351bc0595e670dc84f3dc330d67ded56aecbf18d33222fc",
    "schema_v8.sql": "6e7a8e6f2ad2ac27994c40211c24ea199675269a38c047f12ead01ea8c18f9e8",
}


def _described(connection: sqlite3.Connection) -> dict[str, Any]:
    """Columns, types, nullability, defaults, keys and indexes of every table."""
    out: dict[str, Any] = {}
    tables = connection.execute(
        "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
        " AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    for name, strict in tables:
        indexes = connection.execute(
            f"SELECT name, [unique], origin, partial FROM pragma_index_list('{name}')"
        ).fetchall()
        out[name] = {
            "strict": strict,
            "columns": connection.execute(f"PRAGMA table_info('{name}')").fetchall(),
            "foreign keys": sorted(
                row[2:] for row in connection.execute(f"PRAGMA foreign_key_list('{name}')")
            ),
            "indexes": sorted(
                (*index, *connection.execute(f"SELECT name FROM pragma_index_info('{index[0]}')").fetchall())
                for index in indexes
            ),
        }
    return out


def _migrated() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for step in MIGRATIONS:
        step(connection)
    return connection


def test_the_migrated_schema_is_what_the_tables_describe() -> None:
    defined = sqlite3.connect(":memory:", isolation_level=None)
    run_script(defined, ddl())
    migrated = _described(_migrated())
    assert migrated == _described(defined)
    assert set(migrated) == set(Row.metadata.tables)


def test_the_tables_of_the_design_are_there() -> None:
    wanted = (
        "project scene shot take board element reference asset conditioning mask cut track clip transition"
        " marker edit setting render"
    )
    assert set(wanted.split()) <= set(_described(_migrated()))


@pytest.mark.parametrize("name", DIGESTS)
def test_a_schema_that_was_released_is_frozen(name: str) -> None:
    digest = hashlib.sha256((STORE / name).read_bytes()).hexdigest()
    assert digest == DIGESTS[name], f"{name} never changes: write the next migration instead"


def test_every_schema_has_its_text_frozen() -> None:
    assert set(DIGESTS) == {path.name for path in STORE.glob("schema_v*.sql")}
    assert len(DIGESTS) == len(MIGRATIONS)


def test_the_film_kept_from_the_first_schema_has_it() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    version_1(connection)
    kept = sqlite3.connect(f"{V1.as_uri()}?mode=ro", uri=True)
    assert _described(kept) == _described(connection)
    kept.close()


def test_every_table_refuses_values_of_another_type() -> None:
    assert all(table["strict"] == 1 for table in _described(_migrated()).values())


@pytest.mark.parametrize(
    "table",
    [*mapping.EDITED.values(), mapping.TAKE, mapping.BOARD, mapping.RENDER, mapping.MASK],
    ids=lambda t: t.name,
)
def test_every_field_of_a_value_has_its_column(table: mapping.Table[Any]) -> None:
    columns = {column[1] for column in _described(_migrated())[table.name]["columns"]}
    assert set(table.columns) <= columns
    elsewhere = {"references", "conditioning", "tracks", "clips", "transitions", "markers"}
    assert {field.name for field in fields(table.kind)} - elsewhere <= set(table.columns)


OPEN_A_FILM = """
import pathlib, sys, tempfile
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store.project.opening import peek
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.values.film import Project, Scene

with tempfile.TemporaryDirectory() as folder:
    paths = ProjectPaths(pathlib.Path(folder) / "film")
    with ProjectFile.create(paths, Project(id="p", name="Film")) as film:
        scene = Scene(id="s", order="V", number="1", heading="")
        film.edit("add", scope="project", actor="a", before=[], after=[scene])
        film.undo("project", "a")
        film.redo("project", None)
        assert film.story().scenes and not film.cuts()
    ProjectFile.open(paths).close()
    assert peek(paths).name == "Film"
loaded = {name.partition(".")[0] for name in sys.modules}
print(*sorted(loaded & {"sqlmodel", "sqlalchemy", "pydantic", "textual", "av", "asyncio"}))
"""


def test_nothing_that_opens_a_film_imports_sqlmodel() -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(milimo_tui.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", OPEN_A_FILM], capture_output=True, text=True, env=environment, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "\n", "")
