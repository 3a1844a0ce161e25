"""What a kind of database is: its number, the tables of a new file, the steps that lead an older one there.

The tables are SQLModel classes (`store.project.tables`, `store.jobs.studio_tables`), written with
`store.sqlite.columns`. A step adds columns at the end of tables: rows of a damaged file are read by place.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from milimo_tui.core.errors import Refused

Step = Callable[[sqlite3.Connection], None]


@dataclass(frozen=True, slots=True)
class Schema:
    """One kind of database. `make` makes the newest tables in an empty file.

    `first` is the number of the oldest schema that is opened; each of `steps` leads to the next number.
    `older` says what to do with a file that is older still.
    """

    application_id: int
    first: int
    make: Step
    steps: tuple[Step, ...] = ()
    older: str = ""

    @property
    def newest(self) -> int:
        """The number of the schema that new files have."""
        return self.first + len(self.steps)

    def refuse_older(self, version: int | None, path: Path) -> None:
        """Raise Refused for a file of a schema from before `first`; 0 and None are no schema's number."""
        if version and version < self.first:
            raise Refused(
                f"{path} has schema {version}, of a Milimo before its first release;"
                f" this one opens schema {self.first} and later",
                self.older,
            )


def run_script(connection: sqlite3.Connection, script: str) -> None:
    """Run statements inside the transaction at hand (`executescript` would commit it first)."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""
