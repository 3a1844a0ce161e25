"""Make SQLModel classes from the values that tables store, declare further columns, and produce the SQL of
tables.

This module imports SQLModel, which is slow. It is only imported by code that creates or migrates a database,
at the time of doing so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import NoneType, new_class
from typing import Any, get_args, get_type_hints

from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, Text, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.types import REAL, TypeEngine
from sqlmodel import Field, SQLModel

from milimo_tui.core.changes import Scalar
from milimo_tui.store.sqlite.value_table import Table as ValueTable

STRICT = {"sqlite_strict": True}  # makes SQLite refuse values of another type


def _make_column_field(kind: type[TypeEngine[Any]], default: Scalar, optional: bool, **more: Any) -> Any:
    if default is not None:
        quoted = "'" + default.replace("'", "''") + "'" if isinstance(default, str) else str(default)
        more["server_default"] = text(quoted)
    return Field(sa_column=Column(kind, nullable=optional, **more))


def text_key_column() -> Any:
    """Declare the primary key of a row, which is an id as text."""
    return Field(sa_column=Column(Text, primary_key=True, nullable=False))


def number_key_column() -> Any:
    """Declare a numeric primary key. SQLite assigns the next number if none is given."""
    return Field(sa_column=Column(Integer, primary_key=True, nullable=False))


def text_column(default: str | None = None, *, unique: bool = False, index: bool = False) -> Any:
    """Declare a text column that may not be NULL."""
    return _make_column_field(Text, default, False, unique=unique, index=index)


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


def reference_column(target: str, *, on_delete: str = "", optional: bool = False, index: bool = True) -> Any:
    """Declare a foreign key that is checked at the commit, so that the rows of one edit can be written in any
    order.

    `target` is the referenced column. `on_delete` is the action when the referenced row is deleted: CASCADE
    or SET NULL. Without `on_delete`, deleting that row is an error while the reference exists.
    """
    link = ForeignKey(target, ondelete=on_delete or None, deferrable=True, initially="DEFERRED")
    return Field(sa_column=Column(Text, link, nullable=optional, index=index))


def owner_key_column(target: str) -> Any:
    """Declare a column of the primary key that refers to the owner of the row, which is a row of another
    table. `target` is the referenced column of that table. The row is deleted together with its owner. The
    reference is checked immediately.
    """
    link = ForeignKey(target, ondelete="CASCADE")
    return Field(sa_column=Column(Text, link, primary_key=True, nullable=False))


def _make_value_column(hint: Any, default: Scalar) -> Any:
    """Declare the column of a field by its type hint. Flags and integers are stored as integers, other values
    that are not numbers as text.
    """
    kinds = get_args(hint)
    optional = NoneType in kinds
    kind = next(each for each in kinds if each is not NoneType) if optional else hint
    sql = Integer if kind in (int, bool) else REAL if kind is float else Text
    return _make_column_field(sql, default, optional)


def make_table_class(
    base: type[SQLModel],
    stored: ValueTable[Any],
    *,
    args: tuple[Any, ...] = (STRICT,),
    defaults: Collection[str] | None = None,
    after: Mapping[str, str] | None = None,
    **columns: Any,
) -> Any:
    """Return the SQLModel class of a table, with a column for each field of the value that the table stores.

    - `columns` declares the columns that exist only in the database, and the columns of fields that are keys,
      references or indexed.
    - `args` has constraints and indexes, as in `__table_args__`.
    - `defaults` names the fields whose default is also the default of the column. None means all fields.
    - `after` is for columns that are not in the order of the fields. It maps each to the column before it; an
      empty name puts the column first.
    """
    hints, empty = get_type_hints(stored.kind), stored.encode_defaults()
    made = {stored.key: text_key_column(), **columns}
    for name in stored.columns:
        if name not in made:
            default = empty.get(name) if defaults is None or name in defaults else None
            made[name] = _make_value_column(hints[name], default)
    names = [*stored.columns, *(name for name in columns if name not in stored.columns)]
    for name, before in (after or {}).items():
        names.remove(name)
        names.insert(names.index(before) + 1 if before else 0, name)
    body: dict[str, Any] = {name: made[name] for name in names}
    types = {name: made[name].sa_column.type.python_type for name in names}
    body["__annotations__"] = {
        name: kind | None if made[name].sa_column.nullable else kind for name, kind in types.items()
    }
    body |= {"__tablename__": stored.name, "__table_args__": args, "__doc__": stored.kind.__doc__}
    body["__module__"] = base.__module__
    class_name = stored.name.title().replace("_", "") + "Row"
    return new_class(class_name, (base,), {"table": True}, lambda space: space.update(body))


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
