"""Rebuild a damaged database from the rows that can be read. The new file replaces the damaged file, which is
preserved under another name.

All lost rows are reported. No process may have the file open during the recovery.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from milimo_tui.core.errors import Refused
from milimo_tui.core.host import explain_os_error, fsync_file, fsync_folder
from milimo_tui.core.ids import new_id
from milimo_tui.core.order_keys import create_key_between
from milimo_tui.store.sqlite import salvage
from milimo_tui.store.sqlite.failures import explain_sqlite_errors
from milimo_tui.store.sqlite.migrations import connect
from milimo_tui.store.sqlite.salvage import Salvage, SalvagedLeaf
from milimo_tui.store.sqlite.schema import Schema
from milimo_tui.store.sqlite.statements import insert_row

_LOCKS = 0x40000000  # offset of the byte range that SQLite locks in a database file (os_unix.c)
_LOCK_BYTES = 512
_PASSES = 20
# Up to this number of lost rows of a table are reported by their keys; the others are only counted.
_NAMES = 12
_PLAIN = re.compile(r"[\w@/. -]{1,80}")

# For each column of a table: name, type, and True if the column may be NULL.
Columns = tuple[tuple[str, str, bool], ...]
# A function that repairs the restored rows of a database. It yields a sentence for each loss.
Mending = Callable[[sqlite3.Connection], Iterator[str]]


@dataclass
class RecoveryResult:
    """The result of a recovery: in `rows` the number of rows by table, in `lost` a sentence for each loss.

    `kept` is the path under which the damaged file is preserved.
    """

    kept: Path
    rows: dict[str, int] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)


def recover_database(path: Path, schema: Schema, mend: Mending) -> RecoveryResult:
    """Replace a database with a new file that contains all rows that can be read.

    `mend` repairs the restored rows. Raises Refused if a program has the database open or its schema is too
    old, DiskFull, ReadOnly, Failed; then nothing is changed.
    """
    try:
        schema.refuse_older(salvage.read_schema_number(path), path)
    except OSError as error:
        raise explain_os_error(error, path, "recover") from error
    with _swap_damaged_database(path) as (kept, fresh):
        done = RecoveryResult(kept)
        with explain_sqlite_errors(fresh, "write"):
            _rebuild_database(kept, fresh, schema, mend, done)
    return done


def replace_damaged_database(path: Path, make: Callable[[Path], None]) -> Path:
    """Replace a damaged database with a complete one. `make` creates the new database at the path that it
    receives.

    Returns the path under which the damaged file is preserved. Raises the exceptions of `make`, Refused if a
    program has the database open, DiskFull, ReadOnly; then nothing is changed.
    """
    with _swap_damaged_database(path) as (kept, fresh):
        make(fresh)
    return kept


@contextmanager
def _swap_damaged_database(path: Path) -> Iterator[tuple[Path, Path]]:
    """Provide two paths for the `with` block: the path at which the damaged file is preserved, and the path
    at which the block must create the new file.

    If the block succeeds, the new file replaces the damaged file.
    """
    with lock_database_exclusively(path, "recover"):
        try:
            kept = _preserve_damaged_file(path)
            fresh = path.with_name(f".{path.name}.recovered")
            fresh.unlink(missing_ok=True)
            try:
                yield kept, fresh
                fsync_file(fresh)
                for log in ("-wal", "-shm"):  # A log is only valid for the file that it was written for.
                    path.with_name(path.name + log).unlink(missing_ok=True)
                fsync_folder(path.parent)
                os.replace(fresh, path)
                fsync_folder(path.parent)
            finally:
                for part in ("", "-wal", "-shm", "-journal"):
                    fresh.with_name(fresh.name + part).unlink(missing_ok=True)
        except OSError as error:
            raise explain_os_error(error, path, "recover") from error


@contextmanager
def lock_database_exclusively(path: Path, action: str) -> Iterator[None]:
    """Hold the locks by which SQLite prevents all other processes from using the file.

    This process must not have the file open, because closing any handle of the file releases the locks.
    `action` completes "could not …". Raises Refused if another process has the file open.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError as error:
        raise explain_os_error(error, path, action) from error
    try:
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, _LOCK_BYTES, _LOCKS)
        except OSError:
            raise Refused(
                f"{path} is open in another program", "close every studio that uses it first"
            ) from None
        yield
    finally:
        os.close(handle)


def _preserve_damaged_file(path: Path) -> Path:
    """Preserve the damaged file and its log by a link or copy with a new name, and return the new path.

    If an earlier, interrupted recovery has already preserved them, that copy is used.
    """
    number = 1
    while (kept := path.with_name(f"{path.name}.damaged-{number}")).exists():
        if kept.samefile(path):
            return kept
        number += 1
    # The database comes last, so that the copy is complete as soon as the database has its new name.
    for part in ("-wal", ""):
        if (source := path.with_name(path.name + part)).exists():
            target = kept.with_name(kept.name + part)
            target.unlink(missing_ok=True)
            try:
                os.link(source, target)
            except OSError:  # The disk does not support links.
                shutil.copyfile(source, target)
                fsync_file(target)
    fsync_folder(path.parent)
    return kept


def _rebuild_database(
    damaged: Path,
    fresh: Path,
    schema: Schema,
    mend: Mending,
    done: RecoveryResult,
) -> None:
    found = salvage.salvage_database(damaged)
    with closing(connect(fresh)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("BEGIN IMMEDIATE")
        schema.make(connection)
        tables = {
            row["name"]: _list_table_columns(connection, row["name"]) for row in list_own_tables(connection)
        }
        unread_counts = _insert_salvaged_rows(connection, found, tables, done)
        _report_lost_rows(connection, found, tables, unread_counts, done)
        connection.execute(f"PRAGMA application_id = {schema.application_id}")
        connection.execute(f"PRAGMA user_version = {schema.newest}")
        done.lost.extend(_repair_restored_rows(connection, mend))
        for name in tables:
            (done.rows[name],) = connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def list_own_tables(connection: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return the names of all tables except SQLite's internal tables."""
    return connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    ).fetchall()


def _list_table_columns(connection: sqlite3.Connection, table: str) -> Columns:
    return tuple(
        (row["name"], row["type"], not row["notnull"] or (row["pk"] == 1 and row["type"] == "INTEGER"))
        for row in connection.execute("SELECT * FROM pragma_table_info(?)", (table,))
    )


def _insert_salvaged_rows(
    connection: sqlite3.Connection, found: Salvage, tables: Mapping[str, Columns], done: RecoveryResult
) -> dict[str, int]:
    """Insert the salvaged rows into the new tables. Rows from pages that belong to a table's tree are
    inserted first. Rows on orphan pages, to which no tree leads, are inserted last.

    Returns, by table, the number of rows that could not be read or inserted.
    """
    unread_counts: dict[str, int] = {}
    for name, columns in tables.items():
        for leaf in found.leaves.get(name, ()):
            unread_counts[name] = (
                unread_counts.get(name, 0) + leaf.torn + _insert_leaf_rows(connection, name, columns, leaf)
            )
    for leaf in found.loose:
        if name := salvage.find_matching_table(leaf, tables):
            _insert_leaf_rows(connection, name, tables[name], leaf)
        else:
            done.lost.append(f"page {leaf.page}: {len(leaf.rows)} rows of an unknown table")
    return unread_counts


def _insert_leaf_rows(
    connection: sqlite3.Connection, table: str, columns: Columns, leaf: SalvagedLeaf
) -> int:
    """Insert the rows of one page into a table. Return how many rows could not be inserted. Rows that the
    table has already do not count.
    """
    refused = 0
    for row in leaf.rows:
        names = [name for name, _, _ in columns[: len(row.cells)]]
        cells = [
            row.rowid if cell is None and kind == "INTEGER" and index == 0 else cell
            for index, (cell, (_, kind, _)) in enumerate(zip(row.cells, columns, strict=False))
        ]
        listed = ", ".join(["rowid", *(f'"{name}"' for name in names)])
        marks = ", ".join("?" * (len(names) + 1))
        try:
            connection.execute(f'INSERT INTO "{table}" ({listed}) VALUES ({marks})', (row.rowid, *cells))
        except sqlite3.IntegrityError as error:
            refused += "UNIQUE" not in str(error)
        except sqlite3.Error:
            refused += 1
    return refused


def _report_lost_rows(
    connection: sqlite3.Connection,
    found: Salvage,
    tables: Mapping[str, Columns],
    unread_counts: Mapping[str, int],
    done: RecoveryResult,
) -> None:
    for name in tables:
        first = _find_key_column(connection, name)
        here = {str(row[0]) for row in connection.execute(f'SELECT "{first}" FROM "{name}"')}
        lost_keys = sorted(key for key in found.named.get(name, set()) - here if _PLAIN.fullmatch(key))
        for key in lost_keys[:_NAMES]:
            done.lost.append(f"{name} {key}: its row can't be read")
        if len(lost_keys) > _NAMES:
            done.lost.append(f"{name}: {len(lost_keys) - _NAMES} more rows can't be read")
        if not lost_keys and unread_counts.get(name):
            done.lost.append(f"{name}: {unread_counts[name]} rows can't be read")
        for page in found.lost.get(name, ()):
            if not lost_keys:
                done.lost.append(f"{name}: the rows on page {page} can't be read")
    if found.version is None or "sqlite_schema" in {k for k, v in found.lost.items() if v}:
        done.lost.append("the first page can't be read: rows were assigned to tables by their contents")


def _find_key_column(connection: sqlite3.Connection, table: str) -> str:
    """Return the column by which the rows of a table are identified in reports: the first column of its
    automatic index, or "rowid" if there is no such index.
    """
    index = f"sqlite_autoindex_{table}_1"
    row = connection.execute("SELECT name FROM pragma_index_info(?)", (index,)).fetchone()
    return str(row[0]) if row else "rowid"


def _repair_restored_rows(connection: sqlite3.Connection, mend: Mending) -> list[str]:
    """Repair or delete invalid rows and rows that refer to missing rows, repeatedly until nothing more is
    found.

    Returns a sentence for each loss.
    """
    lost: list[str] = []
    for _ in range(_PASSES):
        more = [*_repair_dangling_references(connection), *mend(connection)]
        if not more:
            break
        lost.extend(more)
    return lost


def _repair_dangling_references(connection: sqlite3.Connection) -> Iterator[str]:
    for table, rowid, named, key in connection.execute("PRAGMA foreign_key_check").fetchall():
        keys = connection.execute(f"PRAGMA foreign_key_list({table})")
        column = next(each["from"] for each in keys if each["id"] == key)
        row = connection.execute(f'SELECT * FROM "{table}" WHERE rowid = ?', (rowid,)).fetchone()
        if row is None:
            continue
        may_be_nothing = {name: empty for name, _, empty in _list_table_columns(connection, table)}[column]
        # A clip needs its anchor, because without the anchor it would have no position.
        if may_be_nothing and (table, column) != ("clip", "anchor"):
            connection.execute(f'UPDATE "{table}" SET "{column}" = NULL WHERE rowid = ?', (rowid,))
            yield f"{table} {row[0]}: its {column} was {named} {row[column]}, which is gone"
        elif _insert_placeholder_row(connection, named, row[column]):
            yield f"{named} {row[column]}: it is lost; an empty one replaces it"
        else:
            connection.execute(f'DELETE FROM "{table}" WHERE rowid = ?', (rowid,))
            yield f"{table} {row[0]}: it belongs to {named} {row[column]}, which is gone"


def _insert_placeholder_row(connection: sqlite3.Connection, table: str, id: str) -> bool:
    """Insert an empty scene, shot or cut in place of a lost row, so that the rows that belong to it remain.

    Returns True if the row exists now, and False for other tables.
    """
    if table not in ("scene", "shot", "cut"):
        return False
    if connection.execute(f"SELECT 1 FROM {table} WHERE id = ?", (id,)).fetchone():
        return True
    (last,) = connection.execute(f'SELECT max("order") FROM {table}').fetchone()
    row = {"id": id, "order": create_key_between(last, None)}
    match table:
        case "scene":
            row["heading"] = "RECOVERED"
        case "cut":
            row["name"] = "Recovered"
        case "shot":
            scene = connection.execute("SELECT id FROM scene WHERE state = 'live' LIMIT 1").fetchone()
            row["scene"] = scene[0] if scene else new_id("scene")
            row["action"] = "Recovered."
    insert_row(connection, table, row)
    return True
