"""The schema of `studio.db`: the number that today's tables have, and how they are made.

Who changes `store.jobs.studio_tables` writes a step here; a test holds the two equal.
"""

from __future__ import annotations

import sqlite3

from milimo_tui.store.sqlite.schema import Schema, run_script


def _make(connection: sqlite3.Connection) -> None:
    from milimo_tui.store.jobs.studio_tables import StudioTable  # SQLModel: only where a queue begins
    from milimo_tui.store.sqlite.columns import ddl

    run_script(connection, ddl(StudioTable.metadata))


def _jobs_of_several_shots(connection: sqlite3.Connection) -> None:
    """Which shots a job makes beside its own: none in an older queue."""
    run_script(connection, "ALTER TABLE job ADD COLUMN with_shots TEXT DEFAULT '[]' NOT NULL;\n")


SCHEMA = Schema(
    application_id=0x4D4C4A51,  # "MLJQ"
    first=3,
    make=_make,
    steps=(_jobs_of_several_shots,),
    older="move it away: a new queue begins, and films keep all that was made",
)
