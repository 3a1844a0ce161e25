"""Build SQL statements that insert rows. They are built from column names in the code, never from the input
of a client.
"""

from __future__ import annotations

import sqlite3
from functools import cache

from milimo_tui.core.changes import Row


@cache
def format_placeholders(count: int) -> str:
    """Return `?, ?, ?` for `count` values."""
    return ", ".join("?" * count)


@cache
def build_insert_sql(table: str, columns: tuple[str, ...]) -> str:
    """Return an INSERT statement for a table."""
    names = ", ".join(f'"{column}"' for column in columns)
    return f"INSERT INTO {table} ({names}) VALUES ({format_placeholders(len(columns))})"


def insert_row(connection: sqlite3.Connection, table: str, row: Row) -> int:
    """Insert a row, given as a mapping of columns, and return its number (`rowid`)."""
    return connection.execute(build_insert_sql(table, tuple(row)), tuple(row.values())).lastrowid or 0
