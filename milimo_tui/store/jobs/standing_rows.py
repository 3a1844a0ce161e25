"""What stands in `studio.db` until it is taken back: full films, the command for the end, watched folders.

Plain SQL, no rules; every write belongs to a change of the queue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace

from milimo_tui.store.jobs.studio_sql import Rows, insert
from milimo_tui.store.jobs.studio_values import Off, WatchedFile, WatchedFolder

_OFF = tuple(each.name for each in fields(Off))
_FOLDER = tuple(each.name for each in fields(WatchedFolder))
_FILE = tuple(each.name for each in fields(WatchedFile))


class StandingRows(Rows):
    # Films over their quota

    def full_films(self) -> dict[str, str]:
        """Why no job of a film begins, by the film's folder."""
        rows = self._db.execute("SELECT project, reason FROM full_film ORDER BY project")
        return {self._places.absolute(row[0]): row[1] for row in rows}

    def set_full_films(self, reasons: Mapping[str, str]) -> None:
        """Note which films are over their quota, and no others."""
        self._db.execute("DELETE FROM full_film")
        rows = [(self._places.relative(project), reason) for project, reason in reasons.items()]
        self._db.executemany("INSERT INTO full_film (project, reason) VALUES (?, ?)", rows)

    # Off when done

    def off(self) -> Off | None:
        """What is run once all is done; None where nothing was asked for."""
        row = self._db.execute(f"SELECT {', '.join(_OFF)} FROM off").fetchone()
        return Off(*row) if row else None

    def set_off(self, off: Off | None) -> None:
        """Note what is run once all is done, in place of what was."""
        self._db.execute("DELETE FROM off")
        if off is not None:
            self._db.execute(insert("off", _OFF), [getattr(off, name) for name in _OFF])

    # Watched folders

    def watched_folders(self) -> list[WatchedFolder]:
        """The folders that are watched, the first one first."""
        rows = self._db.execute(f"SELECT {', '.join(_FOLDER)} FROM watched_folder ORDER BY began, id")
        found = [WatchedFolder(*row) for row in rows]
        return [replace(each, project=self._places.absolute(each.project)) for each in found]

    def add_watched_folder(self, folder: WatchedFolder) -> None:
        """Watch a folder from now on."""
        kept = replace(folder, project=self._places.relative(folder.project))
        self._db.execute(insert("watched_folder", _FOLDER), [getattr(kept, name) for name in _FOLDER])

    def set_watch_problem(self, id: str, problem: str) -> None:
        """Note why nothing is taken from a folder now; empty: it is."""
        self._db.execute("UPDATE watched_folder SET problem = ? WHERE id = ?", (problem, id))

    def drop_watched_folder(self, id: str) -> bool:
        """Watch a folder no more, and forget its files. False: it was not watched."""
        return self._db.execute("DELETE FROM watched_folder WHERE id = ?", (id,)).rowcount == 1

    def watched_files(self, folder: str) -> list[WatchedFile]:
        """The files of a folder that were taken in or could not be, oldest first."""
        rows = self._db.execute(
            f"SELECT {', '.join(_FILE)} FROM watched_file WHERE folder = ? ORDER BY at", (folder,)
        )
        return [WatchedFile(*row) for row in rows]

    def add_watched_file(self, file: WatchedFile) -> None:
        """Note what became of a file; the same one later takes its place."""
        self._db.execute(
            f"{insert('watched_file', _FILE)} ON CONFLICT (folder, digest) DO UPDATE SET"
            " name = excluded.name, at = excluded.at, stamp = excluded.stamp, problem = excluded.problem",
            [getattr(file, name) for name in _FILE],
        )
