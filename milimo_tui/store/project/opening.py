"""Opening of a project.db: check and migrate it, or open it read-only with the reason as a sentence.

A film in a folder that cannot be written still opens. SQLite can read a WAL database there only if it has no
log, so a film with a log is read from a private copy.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from dataclasses import dataclass
from pathlib import Path

from milimo_tui.core.errors import Damaged, Failed, MilimoError, Newer, NotFound, ReadOnly, Refused
from milimo_tui.core.host import explain, make_private
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store.project.schema import SCHEMA
from milimo_tui.store.rows.stored_values import Peek
from milimo_tui.store.sqlite.failures import damaged, explaining
from milimo_tui.store.sqlite.migrations import (
    check_version,
    connect,
    migrate,
    refuse_what_runs,
    require_intact,
    version_of,
)
from milimo_tui.store.sqlite.own_schema import refuse_strangers
from milimo_tui.store.sqlite.schema import Schema

# A page check reads the complete file, which takes less than 10 ms up to this size.
QUICK_CHECK_BYTES = 4 * 2**20
_HEADER = 100


@dataclass(slots=True)
class Opened:
    """An open database. If the film is read-only, every write raises `refusal`; otherwise `refusal` is
    None.
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


def open_database(path: Path, schema: Schema = SCHEMA) -> Opened:
    """Open a film's database and migrate an older file. Raises NotFound, Damaged, Failed, Refused if it is
    too old.
    """
    check_file(path)
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        refusal = ReadOnly(f"{path.parent} is read-only", "check its owner and permissions")
        return _open_to_read(path, refusal, schema)
    for ours in (path.parent, path):
        make_private(ours)
    try:
        connection = connect(path)
    except ReadOnly as error:
        return _open_to_read(path, error, schema)
    try:
        check_pages(connection, path)
        if version_of(connection, path) == 0:
            raise never_begun(path)
        with explaining(path, "open"):
            migrate(connection, path, schema)
    except Newer as error:
        connection.execute("PRAGMA query_only = ON")
        return Opened(connection, path, error)
    except BaseException:
        connection.close()
        raise
    return Opened(connection, path)


def never_begun(path: Path) -> Damaged:
    """Return the error for a file without a film, which an interrupted creation left."""
    sentence = f"{path} is empty: the film was never begun"
    return Damaged(sentence, f"milimo project delete {path.parent.name} --yes")


def check_file(path: Path) -> None:
    """Check that the file exists, is readable and is not empty. Raises NotFound, ReadOnly, Damaged.

    The file is never opened: closing it would drop each lock that SQLite holds on it for this process
    (POSIX).
    """
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise NotFound(f"there is no film in {path.parent}", "milimo project list shows them") from None
    except PermissionError:
        raise _not_ours(path) from None
    except OSError as error:
        raise explain(error, path, "read") from error
    if not os.access(path, os.R_OK):
        raise _not_ours(path)
    if not size:
        raise never_begun(path)
    if size < _HEADER:
        raise damaged(path)


def _not_ours(path: Path) -> ReadOnly:
    return ReadOnly(f"{path} may not be read by this user", "check its owner and permissions")


def check_length(connection: sqlite3.Connection, path: Path) -> None:
    """Check that the file is as long as its page count says, whatever its size. Raises Damaged."""
    with explaining(path, "check"):
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        (page,) = connection.execute("PRAGMA page_size").fetchone()
    if not _has_log(path) and path.stat().st_size < pages * page:
        raise damaged(path)


def check_pages(connection: sqlite3.Connection, path: Path) -> None:
    """Check the length, and also every page if the file is small. Raises Damaged."""
    check_length(connection, path)
    if path.stat().st_size > QUICK_CHECK_BYTES:
        return
    with explaining(path, "check"):
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise damaged(path)


def _has_log(path: Path) -> bool:
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def _open_to_read(path: Path, refusal: MilimoError, schema: Schema) -> Opened:
    """Open a film without writing next to its file. `refusal` is the reason, which every write will raise."""
    opened = _connect_to_read(path, refusal)
    try:
        version = check_version(opened.connection, path, schema)
        if version < schema.newest:
            if opened.copy is None:
                opened.close()
                opened = _copied(path, refusal)
            with explaining(path, "upgrade a copy of"):
                migrate(opened.connection, opened.file, schema)
    except Newer as error:
        opened.refusal = error
    except BaseException:
        opened.close()
        raise
    return opened


def _connect_to_read(path: Path, refusal: MilimoError) -> Opened:
    try:
        connection = connect(path, read_only=True)
        connection.execute("SELECT count(*) FROM sqlite_master")
        check_length(connection, path)
    except (sqlite3.OperationalError, Failed):
        # SQLite cannot create the log's index in this folder. Without a log the file itself is complete.
        if _has_log(path):
            return _copied(path, refusal)
        connection = connect(path, read_only=True, immutable=True)
    except sqlite3.DatabaseError as error:
        raise damaged(path) from error
    return Opened(connection, path, refusal)


def _copied(path: Path, refusal: MilimoError) -> Opened:
    """Open a private copy of a film, because reading its log or migrating its schema needs to write."""
    folder = tempfile.TemporaryDirectory(prefix="milimo-")
    copy = Path(folder.name) / path.name
    try:
        for name in (path.name, f"{path.name}-wal"):
            source = path.with_name(name)
            if source.exists():
                shutil.copyfile(source, copy.with_name(name))
        return Opened(connect(copy), copy, refusal, folder)
    except OSError as error:
        folder.cleanup()
        raise explain(error, path, "copy") from error
    except BaseException:
        folder.cleanup()
        raise


def peek(paths: ProjectPaths) -> Peek:
    """Return a summary of a film for a list of films, without migrating it. If the film is unreadable,
    `problem` says why.
    """
    try:
        opened = _open_to_peek(paths.db)
        try:
            with explaining(paths.db, "read"):
                version = version_of(opened.connection, paths.db)
                if version == 0:
                    raise never_begun(paths.db)
                SCHEMA.refuse_older(version, paths.db)
                row = opened.connection.execute(
                    "SELECT id, name, created, updated,"
                    " (SELECT count(*) FROM shot WHERE state = 'live' AND parked = 0) AS shots,"
                    " (SELECT count(*) FROM take WHERE binned = 0) AS takes FROM project"
                ).fetchone()
        finally:
            opened.close()
        if row is None:
            raise damaged(paths.db)
    except MilimoError as error:
        return Peek(root=paths.root, name=paths.root.name, problem=error.message)
    return Peek(root=paths.root, **dict(row))


def _open_to_peek(path: Path) -> Opened:
    check_file(path)
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        # The connection is not read-only, because a read-only connection would leave its log files in the
        # folder.
        opened = Opened(connect(path), path)
    else:
        opened = _connect_to_read(path, ReadOnly(f"{path.parent} is read-only"))
    try:
        check_length(opened.connection, opened.file)
        refuse_what_runs(opened.connection, path)
    except BaseException:
        opened.close()
        raise
    return opened


def problem_of(paths: ProjectPaths) -> str:
    """Check every page and every row of a film's database. Return its problem, or an empty string if it is
    intact.

    Nothing is migrated or changed.
    """
    # Imported lazily: pydantic is slow to import and only needed here.
    from milimo_tui.store.project import row_faults

    try:
        opened = _open_to_peek(paths.db)
        try:
            with explaining(paths.db, "check"):
                require_intact(opened.connection, paths.db)
                version = check_version(opened.connection, paths.db, SCHEMA)
                if version == SCHEMA.newest:
                    return next((str(fault) for fault in row_faults.faults(opened.connection)), "")
        finally:
            opened.close()
    except (Damaged, Refused) as error:
        return error.message
    except MilimoError:
        return ""  # The file is newer, busy or not readable. Opening the film reports that.
    return ""


def check_stranger(path: Path, schema: Schema = SCHEMA) -> None:
    """Check a film's database from elsewhere before any of its content is used.

    An older database is migrated first. Raises Damaged, Newer, and Refused for tables that differ from this
    program's.
    """
    check_file(path)
    connection = connect(path)
    try:
        check_length(connection, path)
        with explaining(path, "check"):
            migrate(connection, path, schema)
            refuse_strangers(connection, path, schema)
            require_intact(connection, path)
    finally:
        connection.close()
