"""Repair a recovered queue: delete the rows whose JSON columns cannot be read."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

from milimo_tui.store.sqlite.recovery import list_own_tables


def delete_unreadable_queue_rows(connection: sqlite3.Connection) -> Iterator[str]:
    """Delete jobs, attempts, events and notices with unreadable JSON. Yield a sentence for each deleted
    row.
    """
    texts = {
        "job": ("spec", "outputs", "live", "parts", "with_shots"),
        "attempt": ("spec",),
        "event": ("data",),
        "notice": ("body",),
    }
    names = {row["name"] for row in list_own_tables(connection)}
    for table in texts.keys() & names:
        for row in connection.execute(f'SELECT rowid AS "rowid of it", * FROM "{table}"').fetchall():
            if not all(_is_readable_json(row[name]) for name in texts[table] if name in row.keys()):  # noqa: SIM118
                connection.execute(f'DELETE FROM "{table}" WHERE rowid = ?', (row["rowid of it"],))
                yield f"{table} {row[1]}: its contents can't be read"


def _is_readable_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
