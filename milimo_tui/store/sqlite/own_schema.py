"""Check that a database has exactly this program's schema, because a file from elsewhere may contain SQL that
runs by itself.

Triggers, views and virtual tables are refused whenever any file is opened. In a file from elsewhere, each
table and index is also compared with a newly created file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from milimo_tui.core.errors import Refused
from milimo_tui.store.sqlite.schema import Schema

_OWN_OF_SQLITE = ("sqlite_autoindex_", "sqlite_stat", "sqlite_sequence")

# Maps the kind and name of each schema object to SQLite's description of its columns.
Shape = dict[tuple[str, str], list[tuple[object, ...]]]


def refuse_foreign_schema(connection: sqlite3.Connection, path: Path, schema: Schema) -> None:
    """Raise Refused unless the tables and indexes are exactly those that `schema` creates. Rows are not
    checked.
    """
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        schema.make(fresh)
        ours = _describe_schema(fresh)
    theirs = _describe_schema(connection)
    for kind, name in theirs:
        if (kind, name) not in ours:
            raise Refused(f"{path.name} contains the {kind} “{name}”, which Milimo never makes")
    for (kind, name), columns in ours.items():
        if (kind, name) not in theirs:
            raise Refused(f"{path.name} does not have the {kind} “{name}”")
        if theirs[kind, name] != columns:
            raise Refused(f"{path.name} has the {kind} “{name}” in another form than Milimo makes it")


def _describe_schema(connection: sqlite3.Connection) -> Shape:
    return {
        (kind, name): list(_iterate_schema_columns(connection, kind, name))
        for kind, name in connection.execute("SELECT type, name FROM sqlite_schema")
        if not name.startswith(_OWN_OF_SQLITE)
    }


def _iterate_schema_columns(
    connection: sqlite3.Connection, kind: str, name: str
) -> Iterator[tuple[object, ...]]:
    questions = {
        "table": ("table_xinfo", "foreign_key_list"),
        "index": ("index_xinfo",),
    }
    for question in questions.get(kind, ()):
        for row in connection.execute(f"SELECT * FROM pragma_{question}(?)", (name,)):
            yield tuple(row)
    if kind == "table":
        for row in connection.execute("SELECT wr, strict FROM pragma_table_list WHERE name = ?", (name,)):
            yield tuple(row)
