"""The schema of project.db: its versions in order, each a function that leads from the one before.

A version that was released never changes: its text is frozen in `schema_v<N>.sql`, whatever becomes of
`store.project.tables`.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from milimo_tui.store.sqlite.migrations import Migration, run_script

APPLICATION_ID = 0x4D696C6D  # "Milm"


def version_1(connection: sqlite3.Connection) -> None:
    """The first schema."""
    run_script(connection, Path(__file__).with_name("schema_v1.sql").read_text(encoding="utf-8"))


def version_2(connection: sqlite3.Connection) -> None:
    """Notes on takes, and which results a person has looked at; takes from before count as looked at."""
    run_script(connection, Path(__file__).with_name("schema_v2.sql").read_text(encoding="utf-8"))


def version_3(connection: sqlite3.Connection) -> None:
    """What models wrote for shots and which pictures are reference sheets; what a model is asked for: weights
    and schedule, LoRA stacks, what a shot follows and from where; masks of single objects.
    """
    run_script(connection, Path(__file__).with_name("schema_v3.sql").read_text(encoding="utf-8"))


def version_4(connection: sqlite3.Connection) -> None:
    """Effects of clips, how transitions go, what a file's streams are, how a film was made and checked."""
    run_script(connection, Path(__file__).with_name("schema_v4.sql").read_text(encoding="utf-8"))


def version_5(connection: sqlite3.Connection) -> None:
    """Sync locks of tracks, links and groups of clips, notes and their replies, edits that are one step,
    shots that wait to be placed in a cut.
    """
    run_script(connection, Path(__file__).with_name("schema_v5.sql").read_text(encoding="utf-8"))


def version_6(connection: sqlite3.Connection) -> None:
    """Which text the shots were made from is the film's, and goes with undo."""
    run_script(connection, Path(__file__).with_name("schema_v6.sql").read_text(encoding="utf-8"))


def version_7(connection: sqlite3.Connection) -> None:
    """Whether a person picked a shot's take, what a person set on a scene, where an edit was made."""
    run_script(connection, Path(__file__).with_name("schema_v7.sql").read_text(encoding="utf-8"))


def version_8(connection: sqlite3.Connection) -> None:
    """Handles of takes: frames before a shot's first and behind its last; takes from before have none."""
    run_script(connection, Path(__file__).with_name("schema_v8.sql").read_text(encoding="utf-8"))


MIGRATIONS: tuple[Migration, ...] = (
    version_1,
    version_2,
    version_3,
    version_4,
    version_5,
    version_6,
    version_7,
    version_8,
)
