"""Open a database: set pragmas, check the file, back it up, and create or migrate its tables in one
transaction.

In the file, `user_version` is the schema number, and `application_id` identifies this program and the kind of
database.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from milimo_tui.core.errors import Damaged, Newer, Refused
from milimo_tui.core.host import fsync_file, fsync_folder, make_private
from milimo_tui.store.sqlite.failures import explain_sqlite_errors
from milimo_tui.store.sqlite.failures import make_damaged_error as make_damaged_error
from milimo_tui.store.sqlite.schema import Schema


def connect(path: Path, *, read_only: bool = False, immutable: bool = False) -> sqlite3.Connection:
    """Return a connection with this program's pragmas, in autocommit mode: begin transactions with BEGIN
    IMMEDIATE.

    Committed data survives a power failure. `immutable` is for reading a file that no process writes; the
    file's log is ignored.
    """
    mode = ("ro" if read_only else "rwc") + ("&immutable=1" if immutable else "")
    with explain_sqlite_errors(path, "open"):
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


def read_schema_version(connection: sqlite3.Connection, path: Path) -> int:
    """Return the schema number of a database, 0 for a new file."""
    with explain_sqlite_errors(path, "read"):
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate_database(connection: sqlite3.Connection, path: Path, schema: Schema) -> None:
    """Migrate a database to the newest schema. An older database is first copied to `<name>.v<N>.bak`.

    Raises Newer if the file has a later schema than this program, Refused if its schema is too old to open,
    Damaged if it is not a database of this kind.
    """
    if check_schema_version(connection, path, schema) == schema.newest:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have created or upgraded the database while this one waited.
        version = check_schema_version(connection, path, schema)
        if not version:
            schema.make(connection)
        elif version < schema.newest:
            _back_up_before_migration(path, version)
            for step in schema.steps[version - schema.first :]:
                step(connection)
        connection.execute(f"PRAGMA application_id = {schema.application_id}")
        connection.execute(f"PRAGMA user_version = {schema.newest}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # If the disk is full, SQLite has already rolled back.
            connection.execute("ROLLBACK")
        raise


def check_schema_version(connection: sqlite3.Connection, path: Path, schema: Schema) -> int:
    """Return the schema number, or 0 for a new file.

    Raises Damaged if the file belongs to another program, Newer, and Refused if the schema is too old or the
    file has triggers, views or virtual tables.
    """
    version = read_schema_version(connection, path)
    refuse_executable_schema(connection, path)
    owner = int(connection.execute("PRAGMA application_id").fetchone()[0])
    if version and owner != schema.application_id:
        raise Damaged(f"{path} is not a database of this kind", "move it away or restore a copy")
    if version > schema.newest:
        raise Newer(
            f"{path} was written by a newer Milimo (schema {version}, this one knows {schema.newest})",
            "upgrade Milimo to change it; nothing was changed",
        )
    schema.refuse_older(version, path)
    return version


def require_intact(connection: sqlite3.Connection, path: Path) -> None:
    """Check every page and every index. Raises Damaged."""
    with explain_sqlite_errors(path, "check"):
        (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != "ok":
        raise make_damaged_error(path)


def refuse_executable_schema(connection: sqlite3.Connection, path: Path) -> None:
    """Raise Refused if the file has triggers, views or virtual tables, which this program never makes.

    They are recognized because they have no root page of their own, unlike all other schema objects.
    """
    with explain_sqlite_errors(path, "read"):
        found = connection.execute(
            "SELECT type, name FROM sqlite_schema WHERE coalesce(rootpage, 0) = 0 LIMIT 1"
        ).fetchone()
    if found is not None:
        kind = "virtual table" if found["type"] == "table" else found["type"]
        raise Refused(
            f"{path} contains the {kind} “{found['name']:.60}”, which Milimo never makes",
            "another program added it; use a copy that you trust",
        )


def _back_up_before_migration(path: Path, version: int) -> None:
    """Copy a database to its backup file completely or not at all. This process holds the write lock on the
    database.
    """
    backup = path.with_name(f"{path.name}.v{version}.bak")
    unfinished = path.with_name(f".{backup.name}.{os.getpid()}.tmp")
    # A second connection is needed, because SQLite cannot copy from within a write transaction.
    reader = connect(path, read_only=True)
    try:
        reader.execute("VACUUM INTO ?", (str(unfinished),))
        make_private(unfinished)
        fsync_file(unfinished)
        os.replace(unfinished, backup)
        fsync_folder(backup.parent)
    finally:
        reader.close()
        unfinished.unlink(missing_ok=True)
