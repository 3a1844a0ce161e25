"""Check that this program could have written the rows of a film.

Each row must be readable as its value, numbers must be within bounds, and cuts must be consistent. Films from
elsewhere and damaged films are checked. When a film is opened, the checks do not run; an unreadable row then
raises an error when it is read. The checks only read, inside a read transaction of the caller.
"""

from __future__ import annotations

import json
import math
import re
import sqlite3
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from milimo_tui.core.errors import Damaged
from milimo_tui.core.reasons import reason
from milimo_tui.core.time import RATE_LIMITS
from milimo_tui.core.untrusted_json import parse_json_object
from milimo_tui.cut.layout.soundness import find_cut_fault
from milimo_tui.cut.values.cut import Cut, SourceKind
from milimo_tui.cut.values.sound_choice import MOST_STREAMS
from milimo_tui.cut.values.streams import parse_stream_facts
from milimo_tui.store.history import journal
from milimo_tui.store.rows import film_queries
from milimo_tui.store.rows.mapping import (
    BOARD,
    EDITED,
    MASK,
    PROVENANCE,
    READING,
    READING_ANSWER,
    RENDER,
    TALK,
    TRANSCRIPT,
)
from milimo_tui.store.sqlite.value_table import UNREADABLE, Table
from milimo_tui.story.breakdown.people import Person, Place
from milimo_tui.story.breakdown.scenes import SceneBreakdown
from milimo_tui.story.breakdown.stored_json import read_stored_json
from milimo_tui.story.values.film import ElementKind

TABLES: dict[str, Table[Any]] = {
    **EDITED,
    **{
        table.name: table
        for table in (BOARD, TALK, TRANSCRIPT, READING, READING_ANSWER, MASK, PROVENANCE, RENDER)
    },
}
# Numbers of frames above this count as a fault. No film has so many frames, and sums of them cannot overflow.
_LONG = 10**8
_SIDE = (16, 8192)
_COUNT = (0, 2**53)
_BOUNDS: dict[tuple[str, str], tuple[int, int]] = {
    ("project", "width"): _SIDE,
    ("project", "height"): _SIDE,
    ("project", "sample_rate"): (8000, 768000),
    ("project", "revision"): _COUNT,
    ("shot", "frames"): (1, _LONG),
    ("shot", "steps"): (1, 10_000),
    ("take", "frames"): (1, _LONG),
    ("take", "rating"): (0, 5),
    ("sound_take", "frames"): (1, _LONG),
    ("sound_take", "rating"): (0, 5),
    ("line_take", "rating"): (0, 5),
    ("line_take", "occurrence"): _COUNT,
    ("line_take", "place"): _COUNT,
    ("asset", "bytes"): _COUNT,
    ("asset", "frames"): (0, _LONG),
    ("asset", "width"): _COUNT,
    ("asset", "height"): _COUNT,
    ("asset", "sample_rate"): _COUNT,
    ("asset", "channels"): _COUNT,
    ("cut", "width"): _SIDE,
    ("cut", "height"): _SIDE,
    ("cut", "sample_rate"): (8000, 768000),
    ("clip", "frames"): (1, _LONG),
    ("clip", "start"): (0, _LONG),
    ("clip", "offset"): (-_LONG, _LONG),
    ("clip", "fade_in"): (0, _LONG),
    ("clip", "fade_out"): (0, _LONG),
    ("clip", "stream"): (1, MOST_STREAMS),
    ("track", "height"): (1, 100),
    ("transition", "frames"): (1, _LONG),
    ("marker", "frame"): (-_LONG, _LONG),
    ("render", "frames"): (0, _LONG),
    ("render", "bytes"): _COUNT,
}
_DIGEST = re.compile("[0-9a-f]{64}")
# Patterns that an id must not contain, because ids are used in file names.
_UNSAFE_ID = re.compile(r"\.\.|[\x00-\x1f\x7f\\]|^/")


@dataclass(frozen=True, slots=True)
class RowFault:
    """A row that this program could not have written: its table, its key (`id`) and a description of the
    fault.
    """

    table: str
    id: str
    told: str

    def __str__(self) -> str:
        return f"{self.table} {self.id:.60}".rstrip() + f": {self.told}"


def find_row_faults(connection: sqlite3.Connection) -> Iterator[RowFault]:
    """Yield a fault for each row that this program could not have written. Only if all rows are readable,
    also yield faults for inconsistencies between rows.
    """
    found = False
    for one in (
        *_find_faults_in_rows(connection),
        *_find_faults_in_history(connection),
        *_find_faults_in_references(connection),
    ):
        found = True
        yield one
    if not found:  # Consistency can only be checked if all rows can be read.
        yield from _find_faults_in_cuts(film_queries.select_cuts(connection))
        yield from _find_circular_references(connection)


def _find_faults_in_rows(connection: sqlite3.Connection) -> Iterator[RowFault]:
    for name, table in TABLES.items():
        for row in connection.execute(f'SELECT rowid AS "rowid of it", * FROM "{name}"'):
            id = str(row[table.key])
            try:
                _require_valid_row(table, row)
            except Damaged as error:
                yield RowFault(
                    name, id, error.message.removeprefix(f"{name} {id}: ").removeprefix(f"{name}: ")
                )


def _require_valid_row(table: Table[Any], row: sqlite3.Row) -> None:
    """Raise Damaged for a row that is not a value of its table."""
    if _UNSAFE_ID.search(str(row[table.key])) or len(str(row[table.key])) > 200:
        raise Damaged("its id is not valid")
    for column in table.columns:
        cell = row[column]
        if isinstance(cell, float) and not math.isfinite(cell):
            raise Damaged(f"its {_format_column(column)} is not a number")
        low, high = _BOUNDS.get((table.name, column), (None, None))
        if low is not None and high is not None and cell is not None and not low <= cell <= high:
            raise Damaged(f"its {_format_column(column)} is {cell}, outside {low} to {high}")
    value = table.decode([row[column] for column in table.columns])
    _MORE.get(table.name, lambda value: None)(value)


def _format_column(column: str) -> str:
    return column.replace("_", " ")


def _require_valid_rate(rate: Fraction) -> None:
    low, high = RATE_LIMITS
    if not low <= rate <= high:
        raise Damaged(f"its rate is {rate}, outside {low} to {high} frames per second")


def _require_valid_asset(value: Any) -> None:
    if value.rate is not None and not 0 < value.rate <= 10_000:
        raise Damaged(f"its rate is {value.rate}")
    if value.seconds is not None and value.seconds < 0:
        raise Damaged("its length is negative")
    if value.digest and not _DIGEST.fullmatch(value.digest):
        raise Damaged("its checksum is not valid")
    parse_stream_facts(value.facts)


def _require_valid_take(value: Any) -> None:
    _make_json_object_check("spec")(value)
    if value.likeness:
        _make_json_object_check("likeness")(value)


def _require_valid_line_take(value: Any) -> None:
    _make_json_object_check("spec")(value)
    _require_json_list("words", value.words)


def _require_valid_talk(value: Any) -> None:
    """Check the notes of a model that looked for contradictions. Each note is a JSON object."""
    if value.task == "check" and not all(map(_is_json_object, value.notes)):
        raise Damaged("its notes can't be read")


def _is_json_object(text: str) -> bool:
    try:
        parse_json_object(text)
    except UNREADABLE:
        return False
    return True


def _make_json_object_check(*columns: str) -> Callable[[Any], None]:
    """Return a check that these columns contain a JSON object."""

    def check(value: Any) -> None:
        for column in columns:
            if not _is_json_object(getattr(value, column)):
                raise Damaged(f"its {_format_column(column)} can't be read")

    return check


def _make_breakdown_check(kind: Hashable) -> Callable[[Any], None]:
    """Return a check that the column `breakdown` is empty or holds a breakdown of class `kind`."""

    def check(value: Any) -> None:
        try:
            read_stored_json(kind, value.breakdown)
        except UNREADABLE:
            raise Damaged("its breakdown can't be read") from None

    return check


def _require_valid_element(value: Any) -> None:
    kind = Place if value.kind is ElementKind.LOCATION else Person
    _make_breakdown_check(kind)(value)


def _require_valid_reading(value: Any) -> None:
    _make_json_object_check("film")(value)
    for name in ("scenes", "prompts"):
        _require_json_list(name, getattr(value, name))


def _require_json_list(name: str, text: str) -> None:
    try:
        is_list = isinstance(json.loads(text), list)
    except UNREADABLE:
        is_list = False
    if not is_list:
        raise Damaged(f"its {name} can't be read")


_MORE: dict[str, Callable[[Any], None]] = {
    "project": lambda value: _require_valid_rate(value.rate),
    "cut": lambda value: _require_valid_rate(value.rate),
    "asset": _require_valid_asset,
    "take": _require_valid_take,
    "sound_take": _make_json_object_check("spec"),
    "line_take": _require_valid_line_take,
    "talk": _require_valid_talk,
    "scene": _make_breakdown_check(SceneBreakdown),
    "element": _require_valid_element,
    "reading": _require_valid_reading,
    "reading_answer": _make_json_object_check("text"),
    "provenance": _make_json_object_check("said", "machine"),
    "render": _make_json_object_check("settings", "report"),
}


def _find_faults_in_history(connection: sqlite3.Connection) -> Iterator[RowFault]:
    for row in connection.execute("SELECT seq, id, changes FROM edit"):
        try:
            entries = journal.parse_journal_entries(row["changes"])
            known = all(
                entry.change.table in EDITED and isinstance(entry.change.id, str) for entry in entries
            )
        except (Damaged, *UNREADABLE):
            known = False
        if not known:
            yield RowFault("edit", str(row["id"]), "its changes can't be read")
    for row in connection.execute("SELECT key, value FROM setting"):
        try:
            json.loads(row["value"])
        except UNREADABLE:
            yield RowFault("setting", str(row["key"]), "its value can't be read")


def _find_faults_in_references(connection: sqlite3.Connection) -> Iterator[RowFault]:
    for table, rowid, named, key in connection.execute("PRAGMA foreign_key_check").fetchall():
        keys = connection.execute(f"PRAGMA foreign_key_list({table})")
        column = next(each["from"] for each in keys if each["id"] == key)
        first = "key" if table == "setting" else "job" if table == "seen" else "id"
        row = connection.execute(f'SELECT "{first}" FROM "{table}" WHERE rowid = ?', (rowid,)).fetchone()
        yield RowFault(
            table, str(row[0]) if row else "", f"its {_format_column(column)} is a missing {named}"
        )
    if connection.execute("SELECT 1 FROM project").fetchone() is None:
        yield RowFault("project", "", "the film's own row is missing")


def _find_faults_in_cuts(cuts: Iterable[Cut]) -> Iterator[RowFault]:
    for cut in cuts:
        try:
            problem = find_cut_fault(cut)
        except UNREADABLE as error:
            problem = f"it can't be laid out ({reason(error)})"
        if problem:
            yield RowFault("cut", cut.id, problem)


def _find_circular_references(connection: sqlite3.Connection) -> Iterator[RowFault]:
    """Yield a fault for a cut that contains itself and for a shot that continues itself, directly or through
    others. Following such references would never end.
    """
    shows: dict[str, set[str]] = {}
    for cut, source in connection.execute(
        "SELECT cut, source FROM clip WHERE source_kind = ?", (SourceKind.CUT.value,)
    ):
        shows.setdefault(cut, set()).add(source)
    goes_on = {
        row["id"]: {row["continues"]}
        for row in connection.execute("SELECT id, continues FROM shot WHERE continues IS NOT NULL")
    }
    for table, edges, sentence in (
        ("cut", shows, "it shows itself"),
        ("shot", goes_on, "it continues itself"),
    ):
        for id in edges:
            if id in _find_reachable_ids(edges, id):
                yield RowFault(table, id, sentence)
                break


def _find_reachable_ids(edges: dict[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    ahead = list(edges.get(start, ()))
    while ahead:
        id = ahead.pop()
        if id not in seen:
            seen.add(id)
            ahead.extend(edges.get(id, ()))
    return seen
