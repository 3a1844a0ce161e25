"""Open a film's database: check the file and migrate it. If the film cannot be written, open it read-only,
with a message that gives the reason.

SQLite cannot read the log of a WAL database in a folder that cannot be written. A film with a log in such a
folder is therefore read from a private copy.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from dataclasses import dataclass
from pathlib import Path

from milimo_tui.core.errors import Damaged, Failed, MilimoError, Newer, NotFound, ReadOnly, Refused
from milimo_tui.core.host import explain_os_error, make_private
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store.project.schema import SCHEMA
from milimo_tui.store.rows.stored_values import Peek
from milimo_tui.store.sqlite.failures import explain_sqlite_errors, make_damaged_error
from milimo_tui.store.sqlite.migrations import (
    check_schema_version,
    connect,
    migrate_database,
    read_schema_version,
    refuse_executable_schema,
    require_intact,
)
from milimo_tui.store.sqlite.own_schema import refuse_foreign_schema
from milimo_tui.store.sqlite.schema import Schema

# Up to this file size every page is checked when a film is opened, because reading the file takes less than
# 10 ms.
QUICK_CHECK_BYTES = 4 * 2**20
_HEADER = 100


@dataclass(slots=True)
class OpenedDatabase:
    """An open database of a film. If the film is read-only, `refusal` is the error that every write raises,
    otherwise None.
    """

    connection: sqlite3.Connection
    file: Path
    refusal: MilimoError | None = None
    copy: tempfile.TemporaryDirectory[str] | None = None

    def close(self) -> None:
        """Close the connection and delete the private copy, if there is one."""
        self.connection.close()
        if self.copy is not None:
            self.copy.cleanup()


def open_database(path: Path, schema: Schema = SCHEMA) -> OpenedDatabase:
    """Open a film's database and migrate an older file. Raises NotFound, Damaged, Failed, Refused if it is
    too old.
    """
    require_readable_file(path)
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        refusal = ReadOnly(f"{path.parent} is read-only", "check its owner and permissions")
        return _open_read_only(path, refusal, schema)
    for ours in (path.parent, path):
        make_private(ours)
    try:
        connection = connect(path)
    except ReadOnly as error:
        return _open_read_only(path, error, schema)
    try:
        require_sound_pages(connection, path)
        if read_schema_version(connection, path) == 0:
            raise make_never_begun_error(path)
        with explain_sqlite_errors(path, "open"):
            migrate_database(connection, path, schema)
    except Newer as error:
        connection.execute("PRAGMA query_only = ON")
        return OpenedDatabase(connection, path, error)
    except BaseException:
        connection.close()
        raise
    return OpenedDatabase(connection, path)


def make_never_begun_error(path: Path) -> Damaged:
    """Return the error for a database file that contains no film. Such a file is left if the creation of a
    film was interrupted.
    """
    sentence = f"{path} is empty: its film was never created"
    return Damaged(sentence, f"milimo project delete {path.parent.name} --yes")


def require_readable_file(path: Path) -> None:
    """Check that the file exists, is readable and is not empty. Raises NotFound, ReadOnly, Damaged.

    The file is checked without opening it. By POSIX rules, closing it would release all locks that SQLite
    holds on it for this process.
    """
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise NotFound(f"there is no film in {path.parent}", "milimo project list shows the films") from None
    except PermissionError:
        raise _make_unreadable_file_error(path) from None
    except OSError as error:
        raise explain_os_error(error, path, "read") from error
    if not os.access(path, os.R_OK):
        raise _make_unreadable_file_error(path)
    if not size:
        raise make_never_begun_error(path)
    if size < _HEADER:
        raise make_damaged_error(path)


def _make_unreadable_file_error(path: Path) -> ReadOnly:
    return ReadOnly(f"this user has no permission to read {path}", "check its owner and permissions")


def require_full_length(connection: sqlite3.Connection, path: Path) -> None:
    """Check that the file is not shorter than its page count requires. Raises Damaged."""
    with explain_sqlite_errors(path, "check"):
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        (page,) = connection.execute("PRAGMA page_size").fetchone()
    if not _has_wal_log(path) and path.stat().st_size < pages * page:
        raise make_damaged_error(path)


def require_sound_pages(connection: sqlite3.Connection, path: Path) -> None:
    """Check the length of the file, and every page of a small file. Raises Damaged."""
    require_full_length(connection, path)
    if path.stat().st_size > QUICK_CHECK_BYTES:
        return
    with explain_sqlite_errors(path, "check"):
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise make_damaged_error(path)


def _has_wal_log(path: Path) -> bool:
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def _open_read_only(path: Path, refusal: MilimoError, schema: Schema) -> OpenedDatabase:
    """Open a film without writing in its folder. `refusal` is the error that every write will raise."""
    opened = _connect_read_only(path, refusal)
    try:
        version = check_schema_version(opened.connection, path, schema)
        if version < schema.newest:
            if opened.copy is None:
                opened.close()
                opened = _open_private_copy(path, refusal)
            with explain_sqlite_errors(path, "upgrade a copy of"):
                migrate_database(opened.connection, opened.file, schema)
    except Newer as error:
        opened.refusal = error
    except BaseException:
        opened.close()
        raise
    return opened


def _connect_read_only(path: Path, refusal: MilimoError) -> OpenedDatabase:
    try:
        connection = connect(path, read_only=True)
        connection.execute("SELECT count(*) FROM sqlite_master")
        require_full_length(connection, path)
    except (sqlite3.OperationalError, Failed):
        # A read-only folder prevents SQLite from creating the `-shm` file, without which it cannot read a
        # write-ahead log. If the film has no log, the database file alone is complete and can be read as
        # immutable.
        if _has_wal_log(path):
            return _open_private_copy(path, refusal)
        connection = connect(path, read_only=True, immutable=True)
    except sqlite3.DatabaseError as error:
        raise make_damaged_error(path) from error
    return OpenedDatabase(connection, path, refusal)


def _open_private_copy(path: Path, refusal: MilimoError) -> OpenedDatabase:
    """Open a private copy of a film. This is used if reading the film's log or migrating its schema would
    need to write in a folder that cannot be written.
    """
    folder = tempfile.TemporaryDirectory(prefix="milimo-")
    copy = Path(folder.name) / path.name
    try:
        for name in (path.name, f"{path.name}-wal"):
            source = path.with_name(name)
            if source.exists():
                shutil.copyfile(source, copy.with_name(name))
        return OpenedDatabase(connect(copy), copy, refusal, folder)
    except OSError as error:
        folder.cleanup()
        raise explain_os_error(error, path, "copy") from error
    except BaseException:
        folder.cleanup()
        raise


def read_film_summary(paths: ProjectPaths) -> Peek:
    """Return a summary of a film for a list of films. The film is not migrated. If it cannot be read,
    `problem` says why.
    """
    try:
        opened = _open_for_summary(paths.db)
        try:
            with explain_sqlite_errors(paths.db, "read"):
                version = read_schema_version(opened.connection, paths.db)
                if version == 0:
                    raise make_never_begun_error(paths.db)
                SCHEMA.refuse_older(version, paths.db)
                row = opened.connection.execute(
                    "SELECT id, name, created, updated,"
                    " (SELECT count(*) FROM shot WHERE state = 'live' AND parked = 0) AS shots,"
                    " (SELECT count(*) FROM take WHERE binned = 0) AS takes FROM project"
                ).fetchone()
        finally:
            opened.close()
        if row is None:
            raise make_damaged_error(paths.db)
    except MilimoError as error:
        return Peek(root=paths.root, name=paths.root.name, problem=error.message)
    return Peek(root=paths.root, **dict(row))


def _open_for_summary(path: Path) -> OpenedDatabase:
    require_readable_file(path)
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        # The connection is not read-only, because a read-only connection would leave
        # its log files in the folder.
        opened = OpenedDatabase(connect(path), path)
    else:
        opened = _connect_read_only(path, ReadOnly(f"{path.parent} is read-only"))
    try:
        require_full_length(opened.connection, opened.file)
        refuse_executable_schema(opened.connection, path)
    except BaseException:
        opened.close()
        raise
    return opened


def find_film_problem(paths: ProjectPaths) -> str:
    """Check every page and every row of a film's database. Return the problem, or an empty string if the
    database is intact.

    The database is neither migrated nor changed.
    """
    # Imported lazily: pydantic is slow to import and only needed here.
    from milimo_tui.store.project import row_faults

    try:
        opened = _open_for_summary(paths.db)
        try:
            with explain_sqlite_errors(paths.db, "check"):
                require_intact(opened.connection, paths.db)
                version = check_schema_version(opened.connection, paths.db, SCHEMA)
                if version == SCHEMA.newest:
                    return next((str(fault) for fault in row_faults.find_row_faults(opened.connection)), "")
        finally:
            opened.close()
    except (Damaged, Refused) as error:
        return error.message
    except MilimoError:
        return ""  # The file is newer, busy or not readable. That is reported when the film is opened.
    return ""


def check_foreign_film(path: Path, schema: Schema = SCHEMA) -> None:
    """Check the database of a film that came from elsewhere, such as another machine, before any of its
    content is used.

    An older database is migrated first. Raises Damaged, Newer, and Refused if its tables differ from this
    program's tables.
    """
    require_readable_file(path)
    connection = connect(path)
    try:
        require_full_length(connection, path)
        with explain_sqlite_errors(path, "check"):
            migrate_database(connection, path, schema)
            refuse_foreign_schema(connection, path, schema)
            require_intact(connection, path)
    finally:
        connection.close()
