"""Making a new project.db and its folders: whole, or nothing is left behind."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from milimo_tui.core.errors import Refused
from milimo_tui.core.host import HOST, explain, make_folders
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store.failures import told
from milimo_tui.store.migrate import connect, migrate
from milimo_tui.store.opening import Opened
from milimo_tui.store.rows import PROJECT
from milimo_tui.store.schema import APPLICATION_ID, MIGRATIONS
from milimo_tui.story.values import Project


def create_database(paths: ProjectPaths, project: Project) -> Opened:
    """Make the folders and the database of a film.

    Raises Refused where one lies already, DiskFull, ReadOnly.
    """
    folders = (paths.root, paths.media, paths.renders, paths.cache, paths.workspace)
    missing = [folder for folder in folders if not folder.exists()]
    try:
        for folder in folders:
            make_folders(folder)
        _claim(paths.db)
    except OSError as error:
        raise explain(error, paths.root, "create") from error
    try:
        return Opened(_build(paths.db, project), paths.db)
    except BaseException:
        _unmake(paths.db, missing)
        raise


def _claim(path: Path) -> None:
    """Make the empty file, so that of two who create a film here one is refused."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o644))
    except FileExistsError:
        if path.stat().st_size:
            raise Refused(
                f"there is a film in {path.parent} already", "open it, or choose another name"
            ) from None


def _build(path: Path, project: Project) -> sqlite3.Connection:
    """The schema and the film's own row, in one transaction."""

    def last_step(connection: sqlite3.Connection) -> None:
        MIGRATIONS[-1](connection)
        now = HOST.now()
        row = {**PROJECT.encode(project), "slot": 1, "updated": now, "created": project.created or now}
        columns, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
        connection.execute(f"INSERT INTO project ({columns}) VALUES ({marks})", tuple(row.values()))

    connection = connect(path)
    try:
        with told(path, "create"):
            migrate(connection, path, (*MIGRATIONS[:-1], last_step), APPLICATION_ID)
    except BaseException:
        connection.close()
        raise
    return connection


def _unmake(path: Path, folders: Sequence[Path]) -> None:
    """Leave nothing of a film that could not be created."""
    path.unlink(missing_ok=True)
    for folder in reversed(folders):
        with suppress(OSError):  # something else lies there by now
            folder.rmdir()
