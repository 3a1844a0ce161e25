"""Opening a database: with pragmas, checked, backed up, made or migrated in one transaction.

`user_version` numbers the schema, `application_id` says whose file it is.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from milimo_tui.core.errors import Damaged, Newer, Refused
from milimo_tui.core.host import fsync_file, fsync_folder, make_private
from milimo_tui.store.sqlite.failures import damaged as damaged
from milimo_tui.store.sqlite.failures import explaining
from milimo_tui.store.sqlite.schema import Schema


def connect(path: Path, *, read_only: bool = False, immutable: bool = False) -> sqlite3.Connection:
    """A connection with our pragmas; autocommit, so that transactions are begun by hand (BEGIN IMMEDIATE).
    What it commits outlives a power cut.

    `immutable` reads a file that nobody can write, and ignores a log beside it.
    """
    mode = ("ro" if read_only else "rwc") + ("&immutable=1" if immutable else "")
    with explaining(path, "open"):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            timeout=5.0,
            check_same_thread=False,
        )
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA trusted_schema = OFF")
            if not read_only:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
        except sqlite3.Error:
            connection.close()
            raise
    return connection


def version_of(connection: sqlite3.Connection, path: Path) -> int:
    with explaining(path, "read"):
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection, path: Path, schema: Schema) -> None:
    """Bring a database to the schema's newest tables; one that is older is copied to `<name>.v<N>.bak` first.

    Raises Newer when the file is ahead of this program, Refused when it is older than any that is opened,
    Damaged when it is not a database of this kind.
    """
    if check_version(connection, path, schema) == schema.newest:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Someone else may have made or upgraded it while we waited.
        version = check_version(connection, path, schema)
        if not version:
            schema.make(connection)
        elif version < schema.newest:
            _back_up(path, version)
            for step in schema.steps[version - schema.first :]:
                step(connection)
        connection.execute(f"PRAGMA application_id = {schema.application_id}")
        connection.execute(f"PRAGMA user_version = {schema.newest}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk has rolled it back already
            connection.execute("ROLLBACK")
        raise


def check_version(connection: sqlite3.Connection, path: Path, schema: Schema) -> int:
    """The schema's number; 0 for a file that is new. Raises Damaged for another's file, Newer, and Refused
    for one that is too old or brings what would run by itself.
    """
    version = version_of(connection, path)
    refuse_what_runs(connection, path)
    owner = int(connection.execute("PRAGMA application_id").fetchone()[0])
    if version and owner != schema.application_id:
        raise Damaged(f"{path} is not a database of this kind", "move it away or restore a copy")
    if version > schema.newest:
        raise Newer(
            f"{path} was written by a newer Milimo (schema {version}, this one knows {schema.newest})",
            "upgrade Milimo to change it; nothing was touched",
        )
    schema.refuse_older(version, path)
    return version


def require_intact(connection: sqlite3.Connection, path: Path) -> None:
    """Look at every page and every index. Raises Damaged."""
    with explaining(path, "check"):
        (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != "ok":
        raise damaged(path)


def refuse_what_runs(connection: sqlite3.Connection, path: Path) -> None:
    """None of our files has triggers, views or virtual tables: only these have no page of their own."""
    with explaining(path, "read"):
        found = connection.execute(
            "SELECT type, name FROM sqlite_schema WHERE coalesce(rootpage, 0) = 0 LIMIT 1"
        ).fetchone()
    if found is not None:
        kind = "virtual table" if found["type"] == "table" else found["type"]
        raise Refused(
            f"{path} holds the {kind} “{found['name']:.60}”, which Milimo never makes",
            "somebody else put it there: use a copy from where you trust it",
        )


def _back_up(path: Path, version: int) -> None:
    """Copy a database that we hold the write lock of, whole or not at all."""
    backup = path.with_name(f"{path.name}.v{version}.bak")
    unfinished = path.with_name(f".{backup.name}.{os.getpid()}.tmp")
    reader = connect(path, read_only=True)  # SQLite can't copy from within a write transaction
    try:
        reader.execute("VACUUM INTO ?", (str(unfinished),))
        make_private(unfinished)
        fsync_file(unfinished)
        os.replace(unfinished, backup)
        fsync_folder(backup.parent)
    finally:
        reader.close()
        unfinished.unlink(missing_ok=True)
