"""Helpers to declare table columns (text, integers, real numbers, references) and to produce the SQL of
tables.

This module imports SQLModel, which is slow. Only code that creates or migrates a database imports it, and
only then.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, Text, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.types import REAL, TypeEngine
from sqlmodel import Field

Default = str | int | float | None
STRICT = {"sqlite_strict": True}  # SQLite then refuses values of another type.


def _make_column_field(kind: type[TypeEngine[Any]], default: Default, optional: bool, **more: Any) -> Any:
    if default is not None:
        quoted = "'" + default.replace("'", "''") + "'" if isinstance(default, str) else str(default)
        more["server_default"] = text(quoted)
    return Field(sa_column=Column(kind, nullable=optional, **more))


def text_key_column() -> Any:
    """Declare the primary key of a row: an opaque text id."""
    return Field(sa_column=Column(Text, primary_key=True, nullable=False))


def number_key_column() -> Any:
    """Declare a numeric primary key, which SQLite increments if no number is given."""
    return Field(sa_column=Column(Integer, primary_key=True, nullable=False))


def text_column(default: str | None = None, *, unique: bool = False, index: bool = False) -> Any:
    """Declare a text column that may not be NULL."""
    return _make_column_field(Text, default, False, unique=unique, index=index)


def nullable_text_column() -> Any:
    """Declare a text column that may be NULL."""
    return _make_column_field(Text, None, True)


def integer_column(default: int | None = None, *, key: bool = False) -> Any:
    """Declare an integer column that may not be NULL."""
    return _make_column_field(Integer, default, False, primary_key=key)


def nullable_integer_column() -> Any:
    """Declare an integer column that may be NULL."""
    return _make_column_field(Integer, None, True)


def real_column(default: float | None = None, *, key: bool = False) -> Any:
    """Declare a column of real numbers that may not be NULL."""
    return _make_column_field(REAL, default, False, primary_key=key)


def nullable_real_column() -> Any:
    """Declare a column of real numbers that may be NULL."""
    return _make_column_field(REAL, None, True)


def reference_column(target: str, *, gone: str = "", optional: bool = False, index: bool = True) -> Any:
    """Declare a foreign key that is checked at commit, so that rows of one edit may be written in any order.

    `gone` is the action when the referenced row is deleted: CASCADE or SET NULL. Without `gone`, deleting the
    row is an error while a reference remains.
    """
    link = ForeignKey(target, ondelete=gone or None, deferrable=True, initially="DEFERRED")
    return Field(sa_column=Column(Text, link, nullable=optional, index=index))


def owner_key_column(target: str) -> Any:
    """Declare a part of the primary key that names the owner row. The row is deleted with its owner; checked
    at once.
    """
    link = ForeignKey(target, ondelete="CASCADE")
    return Field(sa_column=Column(Text, link, primary_key=True, nullable=False))


def format_all_tables_sql(metadata: MetaData) -> str:
    """Return the SQL of all tables and their indexes, one statement after another, in the order of their
    classes.
    """
    return format_tables_sql(*metadata.tables.values())


def format_tables_sql(*tables: Table) -> str:
    """Return the SQL of the given tables and their indexes."""
    dialect = sqlite.dialect()
    statements: list[str] = []
    for table in tables:
        statements.append(str(CreateTable(table).compile(dialect=dialect)))
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        statements.extend(str(CreateIndex(index).compile(dialect=dialect)) for index in indexes)
    text = ";\n".join([*statements, ""]).replace("\t", "  ")
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    return "\n".join(lines).replace(")\n STRICT\n;", ") STRICT;") + "\n"
