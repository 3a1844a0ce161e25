"""Every value survives its row: through SQLite's tables, and through the JSON of the history."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milimo_tui.core.errors import Damaged
from milimo_tui.cut.values import Clip, Cut, Marker, Track, Transition
from milimo_tui.store import rows
from milimo_tui.store.migrate import run_script
from milimo_tui.store.schema import MIGRATIONS
from milimo_tui.store.values import Board, Render
from milimo_tui.story.values import (
    Asset,
    Conditioning,
    Element,
    Project,
    Scene,
    Sheet,
    Shot,
    Suggestion,
    Take,
)
from tests.store import samples

EMPTY = st.just(())
KINDS: list[tuple[rows.Table[Any], st.SearchStrategy[Any]]] = [
    (rows.PROJECT, samples.wild(Project)),
    (rows.SCENE, samples.wild(Scene)),
    (rows.SHOT, samples.wild(Shot)),
    (rows.CONDITIONING, samples.wild(Conditioning)),
    (rows.ELEMENT, samples.wild(Element)),
    (rows.REFERENCE, samples.wild(rows.Reference)),
    (rows.ASSET, samples.wild(Asset)),
    (rows.TAKE, samples.wild(Take)),
    (rows.BOARD, samples.wild(Board)),
    (rows.RENDER, samples.wild(Render)),
    (rows.CUT, samples.wild(Cut, tracks=EMPTY, clips=EMPTY, transitions=EMPTY, markers=EMPTY)),
    (rows.TRACK, samples.wild(Track)),
    (rows.CLIP, samples.wild(Clip)),
    (rows.TRANSITION, samples.wild(Transition)),
    (rows.MARKER, samples.wild(Marker)),
    (rows.SUGGESTION, samples.wild(Suggestion)),
    (rows.SHEET, samples.wild(Sheet)),
]


@pytest.fixture(scope="module")
def database() -> sqlite3.Connection:
    """The tables alone: no foreign keys, so that one row can be tried at a time."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for step in MIGRATIONS:
        step(connection)
    return connection


@pytest.mark.parametrize(("table", "values"), KINDS, ids=[table.name for table, _ in KINDS])
def test_a_value_survives_its_row(
    database: sqlite3.Connection, table: rows.Table[Any], values: st.SearchStrategy[Any]
) -> None:
    @settings(max_examples=60, deadline=None)
    @given(values)
    def survives(value: Any) -> None:
        row = table.encode(value)
        assert tuple(row) == table.columns
        kept = json.loads(json.dumps(row))
        assert kept == row
        more = {"slot": 1} if table is rows.PROJECT else {}
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
    assert rows.CLIP.decode(tuple(rows.CLIP.encode(clip).values())) == clip


def test_a_word_outside_the_vocabulary_is_told_by_name() -> None:
    row = rows.SCENE.encode(samples.scenes(1)[0])
    row["setting"] = "UNDERGROUND"
    with pytest.raises(Damaged, match=r"UNDERGROUND.*setting"):
        rows.SCENE.decode(tuple(row.values()))


def test_a_script_runs_inside_the_transaction_at_hand() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("BEGIN")
    run_script(connection, "CREATE TABLE a (b TEXT DEFAULT ';');\nCREATE TABLE c (d);\n")
    assert connection.in_transaction
    connection.execute("ROLLBACK")
    assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
