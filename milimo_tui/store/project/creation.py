"""Create the database and folders of a new film. They are built under a temporary name, so that the film
appears complete or not at all.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from milimo_tui.core.errors import Refused
from milimo_tui.core.host import HOST, explain_os_error
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store.project import atomic_folder
from milimo_tui.store.project.schema import SCHEMA
from milimo_tui.store.rows.mapping import PROJECT
from milimo_tui.store.sqlite.failures import explain_sqlite_errors
from milimo_tui.store.sqlite.migrations import connect, migrate_database
from milimo_tui.store.sqlite.statements import insert_row
from milimo_tui.story.values.film import Project


@contextmanager
def create_film_folder(paths: ProjectPaths, project: Project) -> Iterator[ProjectPaths]:
    """Provide the folders and the database of a new film under a temporary name. They are renamed to their
    final name if the `with` block succeeds.

    The block must close everything that it opens there. Raises Refused if the film exists, DiskFull,
    ReadOnly.
    """
    if paths.db.exists():
        raise Refused(f"a film already exists in {paths.root}", "open it, or choose another name")
    try:
        with atomic_folder.build_folder_atomically(paths.root) as folder:
            new = ProjectPaths(folder)
            for part in (new.media, new.renders, new.cache, new.workspace):
                part.mkdir()
            with closing(_create_film_database(new.db, project)):
                pass
            yield new
    except OSError as error:
        raise explain_os_error(error, paths.root, "create") from error


def _create_film_database(path: Path, project: Project) -> sqlite3.Connection:
    """Create the tables of a new film and the row with its name and settings, in one transaction. Return the
    connection.
    """

    def make(connection: sqlite3.Connection) -> None:
        SCHEMA.make(connection)
        now = HOST.now()
        row = {**PROJECT.encode(project), "slot": 1, "updated": now, "created": project.created or now}
        insert_row(connection, "project", row)

    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    connection = connect(path)
    try:
        with explain_sqlite_errors(path, "create"):
            migrate_database(connection, path, replace(SCHEMA, make=make))
    except BaseException:
        connection.close()
        raise
    return connection
