"""Store what the screens and commands of a film remember in the film's database: any JSON value, by key. Undo
does not affect these values.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.store.project.transactions import Transactions


class RememberedValues:
    """The values that screens and commands remember, available as `ProjectFile.ui`."""

    def __init__(self, db: Transactions) -> None:
        self._db = db

    def set(self, key: str, value: Any) -> None:
        """Store a value under a key. Views of the film are not notified."""
        with self._db.write_transaction("remember in", counts=False, shows=False, lasts=False) as connection:
            store_setting(connection, key, value)

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value that is stored under a key. Return `default` if there is none."""
        with self._db.read_transaction() as connection:
            return read_setting(connection, key, default)


def store_setting(connection: sqlite3.Connection, key: str, value: Any) -> None:
    """Store a value inside the caller's transaction."""
    connection.execute(
        "INSERT INTO setting (key, value) VALUES (?, ?)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, json.dumps(value, ensure_ascii=False)),
    )


def read_setting(connection: sqlite3.Connection, key: str, default: Any = None) -> Any:
    """Return the value stored under a key, inside the caller's transaction. Return the default if there is no
    value or if it can't be read, so that a film with a damaged value can be opened. `milimo doctor` reports
    such a value.
    """
    row = connection.execute("SELECT value FROM setting WHERE key = ?", (key,)).fetchone()
    try:
        return default if row is None else parse_untrusted_json(row["value"])
    except ValueError:
        return default
