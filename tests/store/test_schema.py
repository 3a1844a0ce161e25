"""Test the database schema: tables as SQLModel classes, the migrations that lead to them, and the modules
that may import them.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from milimo_tui.store.jobs import studio_schema
from milimo_tui.store.jobs.studio_tables import StudioTable
from milimo_tui.store.project import schema
from milimo_tui.store.project.tables import ProjectRow
from milimo_tui.store.sqlite.columns import format_all_tables_sql
from milimo_tui.store.sqlite.own_schema import refuse_foreign_schema
from milimo_tui.store.sqlite.schema import Schema, run_script
from tests.front_door import environment

DATA = Path(__file__).parent / "data"
KINDS = pytest.mark.parametrize(
    ("kind", "first"),
    [
        (schema.SCHEMA, DATA / "project_v8.sql"),
        (studio_schema.SCHEMA, DATA / "studio_v3.sql"),
    ],
    ids=["project", "studio"],
)


def made(kind: Schema) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    kind.make(connection)
    return connection


def columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))]


@KINDS
def test_migrations_lead_from_the_first_schema_to_the_current_tables(kind: Schema, first: Path) -> None:
    """The first schema, after all migrations, equals the current tables.

    The files in `data` hold the SQL that the classes generated when each schema number was new. They never
    change. A changed table needs a migration in `SCHEMA.steps`, because users have files of the first schema.
    """
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as old:
        run_script(old, first.read_text(encoding="utf-8"))
        for step in kind.steps:
            step(old)
        refuse_foreign_schema(old, first, kind)


@KINDS
def test_every_table_refuses_values_of_another_type(kind: Schema, first: Path) -> None:
    with closing(made(kind)) as connection:
        tables = connection.execute(
            "SELECT name, strict FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
    assert len(tables) > 5
    assert {name for name, strict in tables if not strict} == set()


def test_tables_are_made_of_their_classes_alone() -> None:
    for kind, metadata in (
        (schema.SCHEMA, ProjectRow.metadata),
        (studio_schema.SCHEMA, StudioTable.metadata),
    ):
        with closing(made(kind)) as connection:
            for name, table in metadata.tables.items():
                assert columns(connection, name) == [column.name for column in table.columns]


def test_text_of_the_tables_is_a_list_of_statements() -> None:
    text = format_all_tables_sql(ProjectRow.metadata)
    assert text.count(";\n") == text.count("CREATE ")


MAKE_A_FILM = """
from milimo_tui.cli.main import main

assert main(["project", "new", "Film"]) == 0
"""
OPEN_A_FILM = """
from milimo_tui.story.values.film import Scene
from milimo_tui.studio.session.studio import Studio

studio = Studio.open()
film = studio.require_project()
scene = Scene(id="s", order="V", number="1", heading="")
film.write_edit("add", scope="project", actor="a", before=[], after=[scene])
film.undo("project", "a")
film.redo("project", None)
snapshot = studio.take_snapshot()
assert snapshot.story.scenes and not snapshot.cuts
assert studio.find_project(snapshot.story.project.id).root == film.paths.root
studio.close()
"""
OPEN_BY_COMMAND = """
from milimo_tui.cli.main import main

assert main(["bin", "list"]) == 0
"""
LOADED = """
import sys

loaded = {name.partition(".")[0] for name in sys.modules}
print(*sorted(loaded & {"sqlmodel", "sqlalchemy", "pydantic", "textual", "av", "asyncio"}), file=sys.stderr)
"""


@pytest.mark.long("recovery")
def test_opening_a_film_imports_neither_sqlmodel_nor_pydantic(tmp_path: Path) -> None:
    loaded = []
    for script in (MAKE_A_FILM, OPEN_A_FILM, OPEN_BY_COMMAND):
        command = [sys.executable, "-c", script + LOADED]
        done = subprocess.run(
            command, capture_output=True, text=True, env=environment(tmp_path), cwd=tmp_path, check=False
        )
        assert done.returncode == 0, done.stderr
        loaded.append(done.stderr)
    assert "sqlmodel" in loaded[0]
    assert loaded[1:] == ["\n", "\n"]
