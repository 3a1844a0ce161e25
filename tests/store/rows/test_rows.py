"""Every value survives its row: through SQLite's tables, and through the JSON of the history."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milimo_tui.core.errors import Damaged
from milimo_tui.cut.values.cut import Clip, Cut, Marker, Track, Transition
from milimo_tui.store.project.schema import SCHEMA
from milimo_tui.store.rows import mapping
from milimo_tui.store.rows.stored_values import Board, Render
from milimo_tui.store.sqlite.schema import run_script
from milimo_tui.story.values.film import (
    Asset,
    Conditioning,
    Element,
    Project,
    Scene,
    SheetVerdict,
    Shot,
    Suggestion,
    Take,
)
from tests.store import samples

EMPTY = st.just(())
KINDS: list[tuple[mapping.Table[Any], st.SearchStrategy[Any]]] = [
    (mapping.PROJECT, samples.wild(Project)),
    (mapping.SCENE, samples.wild(Scene)),
    (mapping.SHOT, samples.wild(Shot)),
    (mapping.CONDITIONING, samples.wild(Conditioning)),
    (mapping.ELEMENT, samples.wild(Element)),
    (mapping.REFERENCE, samples.wild(mapping.Reference)),
    (mapping.ASSET, samples.wild(Asset)),
    (mapping.TAKE, samples.wild(Take)),
    (mapping.BOARD, samples.wild(Board)),
    (mapping.RENDER, samples.wild(Render)),
    (mapping.CUT, samples.wild(Cut, tracks=EMPTY, clips=EMPTY, transitions=EMPTY, markers=EMPTY)),
    (mapping.TRACK, samples.wild(Track)),
    (mapping.CLIP, samples.wild(Clip)),
    (mapping.TRANSITION, samples.wild(Transition)),
    (mapping.MARKER, samples.wild(Marker)),
    (mapping.SUGGESTION, samples.wild(Suggestion)),
    (mapping.SHEET, samples.wild(SheetVerdict)),
]


@pytest.fixture(scope="module")
def database() -> sqlite3.Connection:
    """The tables alone: no foreign keys, so that one row can be tried at a time."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    SCHEMA.make(connection)
    return connection


@pytest.mark.parametrize(("table", "values"), KINDS, ids=[table.name for table, _ in KINDS])
def test_a_value_survives_its_row(
    database: sqlite3.Connection, table: mapping.Table[Any], values: st.SearchStrategy[Any]
) -> None:
    @settings(max_examples=60, deadline=None)
    @given(values)
    def survives(value: Any) -> None:
        row = table.encode(value)
        assert tuple(row) == table.columns
        kept = json.loads(json.dumps(row))
        assert kept == row
        more = {"slot": 1} if table is mapping.PROJECT else {}
        columns = ", ".join(f'"{name}"' for name in (*more, *row))
        marks = ", ".join("?" * (len(more) + len(row)))
        database.execute("BEGIN")
        try:
            insert = f"INSERT INTO {table.name} ({columns}) VALUES ({marks})"
            database.execute(insert, (*more.values(), *row.values()))
            cells = database.execute(f"SELECT {table.select} FROM {table.name}").fetchone()
        finally:
            database.execute("ROLLBACK")
        assert dict(zip(table.columns, cells, strict=True)) == row
        elsewhere = {Element: "references", Shot: "conditioning"}.get(type(value))
        parts = {elsewhere: getattr(value, elsewhere)} if elsewhere else {}
        assert table.decode(cells, **parts) == value

    survives()


def test_an_integer_in_a_real_column_is_the_same_number() -> None:
    clip = Clip(
        id="c", cut="x", track="t", source=samples.cut("x", ["s"]).clips[0].source, frames=1, gain_db=-6
    )
    assert mapping.CLIP.decode(tuple(mapping.CLIP.encode(clip).values())) == clip


def test_a_word_outside_the_vocabulary_is_told_by_name() -> None:
    row = mapping.SCENE.encode(samples.scenes(1)[0])
    row["setting"] = "UNDERGROUND"
    with pytest.raises(Damaged, match=r"UNDERGROUND.*setting"):
        mapping.SCENE.decode(tuple(row.values()))


def test_a_script_runs_inside_the_transaction_at_hand() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("BEGIN")
    run_script(connection, "CREATE TABLE a (b TEXT DEFAULT ';');\nCREATE TABLE c (d);\n")
    assert connection.in_transaction
    connection.execute("ROLLBACK")
    assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
