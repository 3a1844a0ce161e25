"""Find rows of the queue whose JSON columns cannot be read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from milimo_tui.core.untrusted_json import parse_untrusted_json

# The JSON columns of each table, with the kind of value that each column stores.
_COLUMNS: dict[str, dict[str, type]] = {
    "job": {"spec": dict, "outputs": dict, "live": dict, "parts": list, "with_shots": list},
    "attempt": {"spec": dict, "result": dict},
    "event": {"data": dict},
    "notice": {"body": dict},
}
# The words for columns whose names are no words for people.
_COLUMN_WORDS = {"with_shots": "list of shots", "live": "progress"}
# The columns that contain an empty text until their value is known.
_MAY_BE_EMPTY = {("attempt", "result")}
# An expression for each table that names a row for people. A job without a label is named by its kind.
_NAMES = {
    "job": "coalesce(nullif(label, ''), kind)",
    "attempt": "coalesce((SELECT coalesce(nullif(label, ''), kind) FROM job WHERE id = attempt.job), '')",
    "event": "seq",
    "notice": "id",
}


@dataclass(frozen=True, slots=True)
class UnreadableRow:
    """A row of the queue with a JSON column that cannot be read. `name` names the row for people."""

    table: str
    row_number: int
    name: str
    column: str

    def describe_unreadable_column(self) -> str:
        """Return a sentence that names the row and the column."""
        column = _COLUMN_WORDS.get(self.column, self.column)
        return f"{self.table} “{self.name}”: its {column} can't be read"


def list_unreadable_rows(connection: sqlite3.Connection) -> Iterator[UnreadableRow]:
    """Yield each row of the queue with an unreadable JSON column. A row with several of them is yielded once.

    SQLite finds the candidates, which is fast. Python decides, because SQLite refuses the NaN that Python
    writes.
    """
    for table, kinds in _COLUMNS.items():
        present = {row["name"] for row in connection.execute(f'PRAGMA table_info("{table}")')}
        reported = set[int]()
        for column in kinds.keys() & present:
            name = "object" if kinds[column] is dict else "array"
            rows = connection.execute(
                f'SELECT rowid AS place, {_NAMES[table]} AS title, "{column}" AS text FROM "{table}" WHERE '
                f'CASE WHEN json_valid("{column}") THEN json_type("{column}") ELSE \'\' END <> ?',
                (name,),
            ).fetchall()
            for row in rows:
                is_empty = row["text"] == "" and (table, column) in _MAY_BE_EMPTY
                if row["place"] in reported or is_empty or _is_json_of_kind(row["text"], kinds[column]):
                    continue
                reported.add(row["place"])
                yield UnreadableRow(table, row["place"], str(row["title"]), column)


def _is_json_of_kind(text: str, kind: type) -> bool:
    try:
        return isinstance(parse_untrusted_json(text), kind)
    except ValueError:
        return False
