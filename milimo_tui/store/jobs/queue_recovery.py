"""Repair a recovered queue: delete the rows whose JSON columns cannot be read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from milimo_tui.store.jobs.unreadable_rows import list_unreadable_rows


def delete_unreadable_queue_rows(connection: sqlite3.Connection) -> Iterator[str]:
    """Delete jobs, attempts, events and notices with unreadable JSON. Yield a sentence for each deleted
    row.
    """
    for row in list(list_unreadable_rows(connection)):
        connection.execute(f'DELETE FROM "{row.table}" WHERE rowid = ?', (row.row_number,))
        yield row.describe_unreadable_column()
