"""What the row modules of `studio.db` share: the connection they work on, and texts of statements built once.

Knows no table. Texts are made from column names that stand in the code, never from what a client sent.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from functools import cache

from milimo_tui.store.jobs.home_paths import Places


class Rows:
    """One open connection. Not safe for threads: its owner calls it from one."""

    _db: sqlite3.Connection
    _places: Places


@cache
def marks(count: int) -> str:
    """`?, ?, ?` for so many values."""
    return ", ".join("?" * count)


@cache
def insert(table: str, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks(len(columns))})"


@cache
def assignments(columns: tuple[str, ...], known: tuple[str, ...]) -> str:
    """`a = ?, b = ?`. Raises KeyError for a column that is not known."""
    unknown = set(columns) - set(known)
    if unknown:
        raise KeyError(f"no such column: {', '.join(sorted(unknown))}")
    return ", ".join(f"{name} = ?" for name in columns)


def among(column: str, values: Collection[object]) -> str:
    return f"{column} IN ({marks(len(values))})"
