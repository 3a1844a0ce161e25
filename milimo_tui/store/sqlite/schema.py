"""The description of a kind of database: its number, the tables of a new file, and the steps that migrate
older files.

The tables are SQLModel classes (`store.project.tables`, `store.jobs.studio_tables`), made with
`store.sqlite.columns`. A step adds columns only at the end of tables, because rows of a damaged file are read
by position.
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
    """A kind of database. `make` creates the newest tables in an empty file.

    `first` is the number of the oldest schema that can be opened. Each of `steps` migrates to the next
    number. `older` is the advice for a file that is older still.
    """

    application_id: int
    first: int
    make: Step
    steps: tuple[Step, ...] = ()
    older: str = ""

    @property
    def newest(self) -> int:
        """The schema number of new files."""
        return self.first + len(self.steps)

    def refuse_older(self, version: int | None, path: Path) -> None:
        """Raise Refused for a file whose schema is older than `first`. 0 and None are not schema numbers."""
        if version and version < self.first:
            raise Refused(
                f"{path} was written by a Milimo before the first release (schema {version}); this "
                f"one opens schema {self.first} and later",
                self.older,
            )


def run_script(connection: sqlite3.Connection, script: str) -> None:
    """Run SQL statements inside the current transaction; `executescript` would commit it first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""
