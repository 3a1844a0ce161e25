"""The schema of project.db: the number that today's tables have, and how they are made.

Who changes `store.project.tables`, or adds a field to a shot (`story.values.film`), writes a step here, which
brings older films to the same tables; a test holds the two equal, beginning with the tables of schema 8, the
first that is opened.
"""

from __future__ import annotations

import sqlite3

from milimo_tui.store.sqlite.schema import Schema, run_script


def _make(connection: sqlite3.Connection) -> None:
    from milimo_tui.store.project.tables import Row  # SQLModel: not for who opens a film
    from milimo_tui.store.sqlite.columns import ddl

    run_script(connection, ddl(Row.metadata))


SCHEMA = Schema(
    application_id=0x4D696C6D,  # "Milm"
    first=8,
    make=_make,
    older="milimo cut export, with the Milimo that wrote it, carries its cuts over to a new film",
)
