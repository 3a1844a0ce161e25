"""Provide the base class of the row modules of `studio.db`, with their common connection, and functions that
build SQL.

The module knows no table. SQL is built from column names in the code, never from the input of a client.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from functools import cache

from milimo_tui.store.jobs.home_paths import HomePathConverter
from milimo_tui.store.sqlite.statements import format_placeholders


class StudioRows:
    """The base class of the row classes, with an open connection. It is not thread-safe: its owner uses it in
    one thread.
    """

    _db: sqlite3.Connection
    _places: HomePathConverter


@cache
def build_assignments_sql(columns: tuple[str, ...], known: tuple[str, ...]) -> str:
    """Return `a = ?, b = ?` for the given columns. Raises KeyError for a column that is not in `known`."""
    unknown = set(columns) - set(known)
    if unknown:
        raise KeyError(f"no such column: {', '.join(sorted(unknown))}")
    return ", ".join(f"{name} = ?" for name in columns)


def build_in_condition(column: str, values: Collection[object]) -> str:
    """Return an SQL condition that a column has one of the values."""
    return f"{column} IN ({format_placeholders(len(values))})"
