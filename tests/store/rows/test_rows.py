"""Test that every value survives a round trip through SQLite's tables and through the JSON of the history."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milimo_tui.core.errors import Damaged
from milimo_tui.cut.values.cut import Clip
from milimo_tui.store.jobs import (
    attempt_rows,
    batch_rows,
    event_rows,
    job_rows,
    notice_rows,
    standing_rows,
    studio_file,
    studio_schema,
)
from milimo_tui.store.project import schema
from milimo_tui.store.rows import mapping
from milimo_tui.store.sqlite.schema import Schema, run_script
from milimo_tui.store.sqlite.statements import insert_row
from milimo_tui.store.sqlite.value_table import Table
from tests.store import samples

ROW_MODULES = (
    attempt_rows, batch_rows, event_rows, job_rows, notice_rows, standing_rows, studio_file,
)  # fmt: skip
FILM_TABLES = [table for table in vars(mapping).values() if isinstance(table, Table)]
QUEUE_TABLES = [
    table for module in ROW_MODULES for table in vars(module).values() if isinstance(table, Table)
]
# Fields that are stored in other tables or columns, and columns that belong to no field.
ELSEWHERE: dict[str, dict[str, Any]] = {
    "element": {"references": ()},
    "shot": {"conditioning": ()},
    "cut": {
        "tracks": (),
        "clips": (),
        "transitions": (),
        "markers": (),
        "buses": (),
        "caption_tracks": (),
        "captions": (),
    },
    "event": {"text": ""},
}
BESIDE: dict[str, dict[str, Any]] = {"project": {"slot": 1}, "edit": {"changes": "[]"}}
OBJECTS = st.dictionaries(samples.FIELDS[str], samples.FIELDS[str] | samples.FIELDS[bool])


def made(kind: Schema) -> sqlite3.Connection:
    """Return a database with the tables of a schema and without foreign keys, so that each row can be tested
    alone.
    """
    connection = sqlite3.connect(":memory:", isolation_level=None)
    kind.make(connection)
    return connection


@pytest.fixture(scope="module")
def databases() -> dict[str, sqlite3.Connection]:
    film, queue = made(schema.SCHEMA), made(studio_schema.SCHEMA)
    return {table.name: film for table in FILM_TABLES} | {table.name: queue for table in QUEUE_TABLES}


@pytest.mark.parametrize("table", [*FILM_TABLES, *QUEUE_TABLES], ids=lambda table: table.name)
def test_value_is_equal_after_writing_and_reading(
    databases: dict[str, sqlite3.Connection], table: Table[Any]
) -> None:
    database = databases[table.name]
    parts = ELSEWHERE.get(table.name, {})
    given_fields = {name: st.just(value) for name, value in parts.items()}
    if table is event_rows.EVENT:
        given_fields["data"] = OBJECTS

    @settings(max_examples=60, deadline=None)
    @given(samples.wild(table.kind, **given_fields))
    def survives(value: Any) -> None:
        row = table.encode(value)
        assert tuple(row) == table.columns
        data = json.loads(json.dumps(row))
        assert data == row
        database.execute("BEGIN")
        try:
            insert_row(database, table.name, {**BESIDE.get(table.name, {}), **row})
            cells = database.execute(f"SELECT {table.select} FROM {table.name}").fetchone()
        finally:
            database.execute("ROLLBACK")
        assert dict(zip(table.columns, cells, strict=True)) == row
        assert table.decode(cells, **parts) == value

    survives()


def test_integer_in_a_real_column_is_the_same_number() -> None:
    clip = Clip(
        id="c", cut="x", track="t", source=samples.cut("x", ["s"]).clips[0].source, frames=1, gain_db=-6
    )
    assert mapping.CLIP.decode(tuple(mapping.CLIP.encode(clip).values())) == clip


def test_unknown_word_of_an_enum_is_named() -> None:
    row = mapping.SCENE.encode(samples.scenes(1)[0])
    row["setting"] = "UNDERGROUND"
    with pytest.raises(Damaged, match=r"UNDERGROUND.*setting"):
        mapping.SCENE.decode(tuple(row.values()))


def test_script_runs_inside_the_open_transaction() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("BEGIN")
    run_script(connection, "CREATE TABLE a (b TEXT DEFAULT ';');\nCREATE TABLE c (d);\n")
    assert connection.in_transaction
    connection.execute("ROLLBACK")
    assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
