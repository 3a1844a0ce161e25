"""The kinds of columns that tables are written with (words, whole and real numbers, references), and the SQL
text of tables.

Imports SQLModel: only what makes or migrates a database imports this module, and only when it does.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, Text, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.types import REAL, TypeEngine
from sqlmodel import Field

Default = str | int | float | None
STRICT = {"sqlite_strict": True}  # SQLite then refuses a value of another type


def _column(kind: type[TypeEngine[Any]], default: Default, optional: bool, **more: Any) -> Any:
    if default is not None:
        quoted = "'" + default.replace("'", "''") + "'" if isinstance(default, str) else str(default)
        more["server_default"] = text(quoted)
    return Field(sa_column=Column(kind, nullable=optional, **more))


def key() -> Any:
    """The id of a row: opaque text."""
    return Field(sa_column=Column(Text, primary_key=True, nullable=False))


def number_key() -> Any:
    """The number of a row, which SQLite counts up where none is given."""
    return Field(sa_column=Column(Integer, primary_key=True, nullable=False))


def words(default: str | None = None, *, unique: bool = False, index: bool = False) -> Any:
    return _column(Text, default, False, unique=unique, index=index)


def maybe_words() -> Any:
    return _column(Text, None, True)


def whole(default: int | None = None, *, key: bool = False) -> Any:
    return _column(Integer, default, False, primary_key=key)


def maybe_whole() -> Any:
    return _column(Integer, None, True)


def real(default: float | None = None, *, key: bool = False) -> Any:
    return _column(REAL, default, False, primary_key=key)


def maybe_real() -> Any:
    return _column(REAL, None, True)


def ref(target: str, *, gone: str = "", optional: bool = False, index: bool = True) -> Any:
    """A reference, checked at commit, so that rows of one edit may be written in any order.

    `gone` is what happens when the row it names is purged: CASCADE, SET NULL, or nothing may dangle.
    """
    link = ForeignKey(target, ondelete=gone or None, deferrable=True, initially="DEFERRED")
    return Field(sa_column=Column(Text, link, nullable=optional, index=index))


def part_of(target: str) -> Any:
    """A part of a row's key that names the row it belongs to, and goes with it; checked at once."""
    link = ForeignKey(target, ondelete="CASCADE")
    return Field(sa_column=Column(Text, link, primary_key=True, nullable=False))


def ddl(metadata: MetaData) -> str:
    """Tables and their indexes as SQL text, one statement after the other, in the order of their classes."""
    return table_ddl(*metadata.tables.values())


def table_ddl(*tables: Table) -> str:
    """The SQL text of some tables and their indexes."""
    dialect = sqlite.dialect()
    statements: list[str] = []
    for table in tables:
        statements.append(str(CreateTable(table).compile(dialect=dialect)))
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        statements.extend(str(CreateIndex(index).compile(dialect=dialect)) for index in indexes)
    text = ";\n".join([*statements, ""]).replace("\t", "  ")
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    return "\n".join(lines).replace(")\n STRICT\n;", ") STRICT;") + "\n"
