"""Describe a kind of database: its schema number, the tables of a new file, and the steps that migrate older
files.

The tables are SQLModel classes (`store.project.tables`, `store.jobs.studio_tables`), made with
`store.sqlite.columns`. A migration step may add columns only at the end of a table, because the rows of a
damaged file are read by column position.
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
    """A kind of database and its schema.

    `make` creates the newest tables in an empty file. `first` is the number of the oldest schema that can be
    opened. Each of `steps` migrates a file to the next number. `older` is the advice for a file with a schema
    below `first`.
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
        """Raise Refused for a file whose schema number `version` is below `first`. 0 and None mean that there
        is no schema number.
        """
        if version and version < self.first:
            raise Refused(
                f"{path} was written by a Milimo before the first release (schema {version}); this "
                f"one opens schema {self.first} and later",
                self.older,
            )


def run_script(connection: sqlite3.Connection, script: str) -> None:
    """Run SQL statements inside the current transaction. `executescript` cannot be used, because it would
    first commit.
    """
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""
