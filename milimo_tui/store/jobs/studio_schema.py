"""The frozen schemas of `studio.db`, one text a version, and the steps between them.

A text that was released never changes; `studio_tables` describes the newest, and a test compares the two.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from milimo_tui.store.jobs.home_paths import KEPT, spellings
from milimo_tui.store.sqlite.migrations import Migration

APPLICATION_ID = 0x4D4C4A51  # "MLJQ"

VERSION_1 = """
CREATE TABLE job (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  engine TEXT NOT NULL,
  lane TEXT NOT NULL,
  state TEXT NOT NULL,
  revision INTEGER NOT NULL,
  label TEXT NOT NULL,
  project TEXT NOT NULL,
  shot TEXT NOT NULL,
  batch TEXT NOT NULL,
  priority INTEGER NOT NULL,
  position INTEGER NOT NULL,
  spec TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  faults INTEGER NOT NULL,
  deaths INTEGER NOT NULL,
  reached INTEGER NOT NULL,
  progress REAL,
  stage TEXT NOT NULL,
  steps_done INTEGER NOT NULL,
  steps_total INTEGER NOT NULL,
  eta REAL,
  worker TEXT NOT NULL,
  error_kind TEXT NOT NULL,
  error TEXT NOT NULL,
  hint TEXT NOT NULL,
  reason TEXT NOT NULL,
  outputs TEXT NOT NULL,
  due REAL,
  created REAL NOT NULL,
  started REAL,
  ended REAL,
  tidy INTEGER NOT NULL
) STRICT;
CREATE INDEX job_line ON job (state, lane, priority, position);
CREATE INDEX job_project ON job (project, state);
CREATE INDEX job_position ON job (position);
CREATE TABLE attempt (
  job TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  token TEXT NOT NULL,
  worker TEXT NOT NULL,
  lease REAL NOT NULL,
  outcome TEXT NOT NULL,
  reached INTEGER NOT NULL,
  spec TEXT NOT NULL,
  result TEXT NOT NULL,
  error TEXT NOT NULL,
  started REAL NOT NULL,
  ended REAL,
  PRIMARY KEY (job, number)
) STRICT;
CREATE TABLE dependency (
  job TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  needs TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  PRIMARY KEY (job, needs)
) STRICT;
CREATE INDEX dependency_needs ON dependency (needs);
CREATE TABLE event (
  seq INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  at REAL NOT NULL,
  kind TEXT NOT NULL,
  job TEXT NOT NULL,
  data TEXT NOT NULL
) STRICT;
CREATE INDEX event_job ON event (job, kind);
CREATE TABLE worker (
  id TEXT NOT NULL PRIMARY KEY,
  lane TEXT NOT NULL,
  pid INTEGER NOT NULL,
  ticks INTEGER NOT NULL,
  boot TEXT NOT NULL,
  started REAL NOT NULL
) STRICT;
CREATE TABLE lane (
  id TEXT NOT NULL PRIMARY KEY,
  paused INTEGER NOT NULL,
  reason TEXT NOT NULL
) STRICT;
"""

VERSION_2 = """
ALTER TABLE job ADD COLUMN not_before REAL;
ALTER TABLE job ADD COLUMN affinity TEXT NOT NULL DEFAULT '';
ALTER TABLE job ADD COLUMN workload TEXT NOT NULL DEFAULT '';
ALTER TABLE job ADD COLUMN units REAL NOT NULL DEFAULT 0;
ALTER TABLE job ADD COLUMN rung INTEGER NOT NULL DEFAULT 0;
ALTER TABLE job ADD COLUMN live TEXT NOT NULL DEFAULT '{}';
ALTER TABLE job ADD COLUMN parts TEXT NOT NULL DEFAULT '[]';
ALTER TABLE job ADD COLUMN origin TEXT NOT NULL DEFAULT '';
DROP INDEX job_project;
CREATE INDEX job_project ON job (project);
DROP INDEX job_line;
CREATE INDEX job_line ON job (state, lane, priority DESC, position);
CREATE INDEX job_created ON job (created, id);
CREATE INDEX job_batch ON job (batch);
CREATE INDEX job_not_before ON job (not_before) WHERE not_before IS NOT NULL;
CREATE INDEX job_ended ON job (ended, id) WHERE ended IS NOT NULL;
ALTER TABLE attempt ADD COLUMN resumed TEXT NOT NULL DEFAULT '';
ALTER TABLE attempt ADD COLUMN peak_bytes INTEGER NOT NULL DEFAULT 0;
CREATE TABLE batch (
  id TEXT NOT NULL PRIMARY KEY,
  label TEXT NOT NULL,
  project TEXT NOT NULL,
  paused INTEGER NOT NULL,
  reason TEXT NOT NULL,
  created REAL NOT NULL
) STRICT;
INSERT INTO batch SELECT batch, '', project, 0, '', min(created) FROM job WHERE batch != '' GROUP BY batch;
CREATE TABLE timing (
  id INTEGER PRIMARY KEY NOT NULL,
  job TEXT NOT NULL,
  workload TEXT NOT NULL,
  units REAL NOT NULL,
  seconds REAL NOT NULL,
  estimate REAL,
  at REAL NOT NULL
) STRICT;
CREATE INDEX timing_workload ON timing (workload, id);
CREATE TABLE absence (
  began REAL NOT NULL PRIMARY KEY,
  ended REAL
) STRICT;
CREATE TABLE notice (
  id INTEGER PRIMARY KEY NOT NULL,
  at REAL NOT NULL,
  what TEXT NOT NULL,
  target TEXT NOT NULL,
  body TEXT NOT NULL,
  tries INTEGER NOT NULL,
  due REAL NOT NULL,
  state TEXT NOT NULL,
  error TEXT NOT NULL
) STRICT;
CREATE INDEX notice_due ON notice (state, due);
"""

VERSION_3 = """
CREATE TABLE home (
  id TEXT NOT NULL PRIMARY KEY,
  root TEXT NOT NULL,
  file TEXT NOT NULL
) STRICT;
"""

# Columns with paths, and with JSON that names some.
PATHS = (("job", "project"), ("batch", "project"))
TEXTS = (
    ("job", "spec"),
    ("job", "outputs"),
    ("job", "live"),
    ("job", "parts"),
    ("attempt", "spec"),
    ("attempt", "result"),
    ("event", "data"),
)


def apply(connection: sqlite3.Connection, script: str) -> None:
    """Run a script statement by statement: `executescript` would commit the transaction it runs in."""
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""


def _name_places_from_home(connection: sqlite3.Connection) -> None:
    """Version 3: what lies in the home is named without where the home lies."""
    apply(connection, VERSION_3)
    # Lanes that paused themselves did so for ever; a lane rests by itself now, and in no file.
    connection.execute("DELETE FROM lane WHERE reason LIKE 'its workers end as soon as they start%'")
    home = Path(connection.execute("PRAGMA database_list").fetchone()[2]).parent
    projects = {row[0] for row in connection.execute("SELECT DISTINCT project FROM job")}
    roots = {str(home), *_former_roots(home, projects)}
    for root in sorted(roots, key=len, reverse=True):  # one may lie in another
        for table, column in PATHS:
            connection.execute(
                f"UPDATE {table} SET {column} = substr({column}, ?) WHERE substr({column}, 1, ?) = ?",
                (len(root) + 2, len(root) + 1, f"{root}/"),
            )
        for spelled in spellings(f"{root}/"):
            for table, column in TEXTS:
                connection.execute(
                    f"UPDATE {table} SET {column} = replace({column}, ?, ?) WHERE instr({column}, ?)",
                    (spelled, KEPT, spelled),
                )


def _former_roots(home: Path, projects: Iterable[str]) -> set[str]:
    """Other paths of this home that its jobs know: links to it, and where it was before somebody moved it.

    A studio queued films of its own home alone: one of the same name in this home is the one meant.
    """
    found = set[str]()
    for project in map(Path, filter(None, projects)):
        folder = project.parent
        if (
            folder.name == "projects"
            and folder.parent != home
            and (home / "projects" / project.name).is_dir()
        ):
            found.add(str(folder.parent))
    return found


MIGRATIONS: tuple[Migration, ...] = (
    lambda connection: apply(connection, VERSION_1),
    lambda connection: apply(connection, VERSION_2),
    _name_places_from_home,
)
