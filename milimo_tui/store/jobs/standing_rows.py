"""Read and write rows of `studio.db` that stay in force until a user or the program removes them: films over
their quota, the when-done command and watched folders.

The module contains plain SQL and no rules. Every write is part of a change of the queue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from milimo_tui.store.jobs.studio_sql import StudioRows
from milimo_tui.store.jobs.studio_values import WatchedFile, WatchedFolder, WhenDoneCommand
from milimo_tui.store.sqlite.value_table import Table

OFF = Table("off", WhenDoneCommand, key="command")
FOLDER = Table("watched_folder", WatchedFolder)
FILE = Table("watched_file", WatchedFile, key="digest")


class StandingRows(StudioRows):
    """The part of `StudioFile` that reads and writes films over their quota, the when-done command and
    watched folders.
    """

    def list_full_films(self) -> dict[str, str]:
        """Return the films that have reached their disk quota: a map from the film's folder to the reason why
        none of its jobs may start.
        """
        rows = self._db.execute("SELECT project, reason FROM full_film ORDER BY project")
        return {self._places.make_absolute(row[0]): row[1] for row in rows}

    def set_full_films(self, reasons: Mapping[str, str]) -> None:
        """Store which films are over their quota, replacing the previous list."""
        self._db.execute("DELETE FROM full_film")
        rows = [(self._places.make_relative(project), reason) for project, reason in reasons.items()]
        self._db.executemany("INSERT INTO full_film (project, reason) VALUES (?, ?)", rows)

    def select_when_done_command(self) -> WhenDoneCommand | None:
        """Return the command to run once the queue is empty, or None."""
        row = self._db.execute(f"SELECT {OFF.select} FROM off").fetchone()
        return OFF.decode(row) if row else None

    def set_when_done_command(self, off: WhenDoneCommand | None) -> None:
        """Store the command to run once the queue is empty, replacing the previous command. None removes
        it.
        """
        self._db.execute("DELETE FROM off")
        if off is not None:
            self._db.execute(OFF.insert, OFF.list_cells(off))

    def select_watched_folders(self) -> list[WatchedFolder]:
        """Return the watched folders, oldest first."""
        rows = self._db.execute(f"SELECT {FOLDER.select} FROM watched_folder ORDER BY began, id")
        found = [FOLDER.decode(row) for row in rows]
        return [replace(each, project=self._places.make_absolute(each.project)) for each in found]

    def add_watched_folder(self, folder: WatchedFolder) -> None:
        """Start watching a folder."""
        kept = replace(folder, project=self._places.make_relative(folder.project))
        self._db.execute(FOLDER.insert, FOLDER.list_cells(kept))

    def set_watch_problem(self, id: str, problem: str) -> None:
        """Store the reason why no files are imported from a folder at present. An empty text means that there
        is no problem.
        """
        self._db.execute("UPDATE watched_folder SET problem = ? WHERE id = ?", (problem, id))

    def drop_watched_folder(self, id: str) -> bool:
        """Stop watching a folder and delete the records of its files. Returns False if it was not watched."""
        return self._db.execute("DELETE FROM watched_folder WHERE id = ?", (id,)).rowcount == 1

    def select_watched_files(self, folder: str) -> list[WatchedFile]:
        """Return the files of a watched folder that were imported or could not be imported, oldest first."""
        rows = self._db.execute(
            f"SELECT {FILE.select} FROM watched_file WHERE folder = ? ORDER BY at", (folder,)
        )
        return [FILE.decode(row) for row in rows]

    def add_watched_file(self, file: WatchedFile) -> None:
        """Store the result of importing a file. A later result for a file with the same content replaces
        it.
        """
        self._db.execute(
            f"{FILE.insert} ON CONFLICT (folder, digest) DO UPDATE SET"
            " name = excluded.name, at = excluded.at, stamp = excluded.stamp, problem = excluded.problem",
            FILE.list_cells(file),
        )
