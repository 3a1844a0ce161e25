"""Define the schema of `studio.db`: its current number, the creation of its tables, and the migration steps.

A migration step must be added here whenever a stored value gets a field, or `store.jobs.studio_tables`
changes in another way. A test checks that migration and creation result in the same tables.
"""

from __future__ import annotations

import sqlite3

from milimo_tui.store.sqlite.schema import Schema, run_script


def _create_studio_tables(connection: sqlite3.Connection) -> None:
    # Imported lazily: SQLModel is slow to import and only needed to create a queue.
    from milimo_tui.store.jobs.studio_tables import StudioTable
    from milimo_tui.store.sqlite.columns import format_all_tables_sql

    run_script(connection, format_all_tables_sql(StudioTable.metadata))


def _add_with_shots_column(connection: sqlite3.Connection) -> None:
    """Add the column `with_shots`, the further shots that a job makes. It is empty for existing jobs."""
    run_script(connection, "ALTER TABLE job ADD COLUMN with_shots TEXT DEFAULT '[]' NOT NULL;\n")


def _add_quota_and_watch_tables(connection: sqlite3.Connection) -> None:
    """Add empty tables for films over their quota, the when-done command, and watched folders."""
    run_script(connection, _ROOM_AND_WATCHING)


_ROOM_AND_WATCHING = """\
CREATE TABLE full_film (
  project TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (project)
) STRICT;
CREATE TABLE off (
  command TEXT NOT NULL,
  seconds REAL NOT NULL,
  asked REAL NOT NULL,
  PRIMARY KEY (command)
) STRICT;
CREATE TABLE watched_folder (
  id TEXT NOT NULL,
  folder TEXT NOT NULL,
  project TEXT NOT NULL,
  began REAL NOT NULL,
  problem TEXT NOT NULL,
  PRIMARY KEY (id)
) STRICT;
CREATE TABLE watched_file (
  folder TEXT NOT NULL,
  digest TEXT NOT NULL,
  name TEXT NOT NULL,
  at REAL NOT NULL,
  stamp TEXT NOT NULL,
  problem TEXT NOT NULL,
  PRIMARY KEY (folder, digest),
  FOREIGN KEY(folder) REFERENCES watched_folder (id) ON DELETE CASCADE
) STRICT;
"""


SCHEMA = Schema(
    application_id=0x4D4C4A51,  # ASCII “MLJQ”
    first=3,
    make=_create_studio_tables,
    steps=(_add_with_shots_column, _add_quota_and_watch_tables),
    older="move it away: a new queue is started, and films keep their takes",
)
