"""Back up a running home: first the queue, then the films' databases, then their files.

This order keeps the backup consistent while the home is in use. A job is marked as done only after its take
was stored in its film, so each finished job in the backup has its take. A row of a film refers only to files
that exist, so each of these files is in the backup. A job that was running during the backup runs again after
a restore, and its film stores the result only once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from milimo_tui import __version__
from milimo_tui.core.errors import Damaged
from milimo_tui.core.host import HOST, explain_os_error, require_free_space
from milimo_tui.core.paths import Home, ProjectPaths
from milimo_tui.store.backup.backup_folder import BackupFolder
from milimo_tui.store.backup.home_files import (
    HomeFile,
    iterate_home_files,
    list_home_films,
    list_named_media,
    list_open_job_inputs,
    parse_hash_in_name,
)
from milimo_tui.store.backup.manifest import PROJECTS, BackedUpFilm, BackupEntry, Manifest
from milimo_tui.store.backup.stored_files import hash_file_with_progress, store_file, store_finished_file
from milimo_tui.store.project.opening import read_film_summary
from milimo_tui.store.sqlite.failures import explain_sqlite_errors, make_damaged_error
from milimo_tui.store.sqlite.migrations import connect

QUEUE = "studio.db"
# A progress callback: the stage, bytes done and total bytes. It may raise an exception to cancel the backup.
Tell = Callable[[str, int, int], None]


@dataclass
class BackupResult:
    """A finished backup: its manifest, the number of its files, and the bytes that were copied for it."""

    manifest: Manifest
    files: int = 0
    copied: int = 0  # number of bytes written into the backup folder for this backup


@dataclass
class _BackupRun:
    """The work of one backup in progress. It collects the lists from which the manifest is made, and reports
    the progress.

    `known` has the entries of the previous backup by path, so that unchanged files are not read again.
    """

    folder: BackupFolder
    scratch: Path
    share: bool
    known: Mapping[str, BackupEntry]
    tell: Tell
    entries: list[BackupEntry] = field(default_factory=list)
    films: list[BackedUpFilm] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    # The hash of each media file that the films refer to, by path relative to the home
    wanted: dict[str, str] = field(default_factory=dict)
    copied: int = 0
    done: int = 0
    total: int = 0

    def report_backed_up_bytes(self, count: int) -> None:
        """Add `count` bytes to the bytes backed up, and report the progress."""
        self.done += count
        self.tell("backing up", min(self.done, self.total), self.total)

    def copy_consistent_database(self, source: Path, copy: Path) -> bool:
        """Copy a database in a consistent state. If the database is damaged, record a problem and return
        False.
        """
        require_free_space(self.folder.root, source.stat().st_size, "back up")
        try:
            copy_database(source, copy)
        except Damaged as error:
            self.problems.append(error.message)
            return False
        return True

    def store_database_copy(self, source: Path, copy: Path, place: str) -> None:
        """Store the copy of a database in the backup folder and add an entry for it.

        `source` is the home's database, and `place` is its path relative to the home.
        """
        size, changed = copy.stat().st_size, source.stat().st_mtime_ns
        digest = hash_file_with_progress(copy, lambda count: None)
        if store_finished_file(self.folder, copy, digest):
            self.copied += size
        self.entries.append(BackupEntry(place, size, digest, changed))

    def back_up_queue(self, home: Home) -> list[HomeFile]:
        """Back up the queue's database and return the input files of its unfinished jobs."""
        copy = self.scratch / QUEUE
        if not self.copy_consistent_database(home.studio_db, copy):
            return []
        inputs = list_open_job_inputs(copy, home)
        self.store_database_copy(home.studio_db, copy, QUEUE)
        return inputs

    def back_up_film_database(self, paths: ProjectPaths) -> None:
        """Back up the database of a film, and note which media files it refers to."""
        folder = ProjectPaths(self.scratch / paths.root.name)
        folder.root.mkdir()
        if not self.copy_consistent_database(paths.db, folder.db):
            return
        before, summary = f"{PROJECTS}/{paths.root.name}/", read_film_summary(folder)
        if summary.problem:
            self.problems.append(summary.problem.replace(str(folder.root), str(paths.root)))
        else:
            self.films.append(
                BackedUpFilm(paths.root.name, summary.id, summary.name, summary.shots, summary.takes)
            )
            self.wanted |= {
                before + place: parse_hash_in_name(place) for place in list_named_media(folder.db)
            }
        self.store_database_copy(paths.db, folder.db, f"{before}project.db")

    def back_up_file(self, file: HomeFile) -> None:
        """Back up a file in its current state. A file that disappears, or that changes in two successive
        attempts, is left out.
        """
        for _ in range(2):
            try:
                before = file.path.stat()
                size, changed = before.st_size, before.st_mtime_ns
                known = self.known.get(file.place)
                kept = self.folder.get_stored_size(file.named) if file.named else None
                if kept is not None:
                    # The backup folder has an intact version of this media file, which is used even if the
                    # file in the home is damaged now.
                    digest, size = file.named, kept
                    self.report_backed_up_bytes(before.st_size)
                    break
                if (
                    known
                    and (known.bytes, known.changed) == (size, changed)
                    and self.folder.has_stored_file(known.digest, size)
                ):
                    digest = known.digest
                    self.report_backed_up_bytes(size)
                else:
                    digest, copied = store_file(
                        self.folder,
                        file.path,
                        self.scratch,
                        share=self.share,
                        immutable=bool(file.named),
                        moved=self.report_backed_up_bytes,
                    )
                    self.copied += copied
                after = file.path.stat()
            except FileNotFoundError:
                return
            except OSError as error:
                raise explain_os_error(error, file.path, "back up") from error
            if (after.st_size, after.st_mtime_ns) == (size, changed):
                break
        else:
            return
        if file.named and digest != file.named:
            self.problems.append(f"{file.place} is damaged: its contents do not match the hash in its name")
            return
        self.entries.append(BackupEntry(file.place, size, digest, changed))

    def add_missing_media(self) -> None:
        """Add entries for media that films refer to and that the home lacks, if an earlier backup has stored
        them.
        """
        places = {entry.place for entry in self.entries}
        for place, digest in self.wanted.items():
            size = self.folder.get_stored_size(digest)
            if place not in places and size is not None:
                self.entries.append(BackupEntry(place, size, digest, 0))


def make_backup(home: Home, folder: BackupFolder, *, share: bool, report_progress: Tell) -> BackupResult:
    """Back up the home in its current state. If this fails, no backup is added to the folder.

    Damaged files of the home are left out and listed in the manifest's `problems`; an older backup may have
    intact copies. With `share`, files use no extra disk space if the backup folder is on the home's disk.
    `report_progress` receives the progress. Raises Refused if another process works in the folder, BadInput,
    DiskFull, ReadOnly, Failed.
    """
    folder.create_marked_folder()
    with folder.lock_for_writing(), folder.make_scratch_folder() as scratch:
        there, _ = folder.list_backups()
        mine = [one for one in there if one.home == str(home.root)]
        known = {entry.place: entry for entry in mine[-1].entries} if mine else {}
        making = _BackupRun(folder, scratch, share, known, report_progress)
        created = HOST.now()
        report_progress("reading", 0, 1)
        inputs = making.back_up_queue(home) if home.studio_db.is_file() else []
        for paths in list_home_films(home):
            making.back_up_film_database(paths)
        listed = {file.place: file for file in (*inputs, *iterate_home_files(home))}
        files = [listed[place] for place in sorted(listed)]
        making.total = max(1, sum(_get_size_if_present(file.path) for file in files))
        for file in files:
            making.back_up_file(file)
        making.add_missing_media()
        manifest = Manifest(
            id=folder.choose_backup_id(created),
            created=created,
            home=str(home.root),
            version=__version__,
            films=tuple(making.films),
            entries=tuple(making.entries),
            problems=tuple(making.problems),
        )
        folder.write_manifest(manifest)
    return BackupResult(manifest, len(making.entries), making.copied)


def _get_size_if_present(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # The file was deleted in the meantime.
        return 0


def copy_database(source: Path, target: Path) -> None:
    """Copy a database in a consistent state while other processes write to it, and check every page of the
    copy.

    Raises Damaged, DiskFull, Failed.
    """
    connection = connect(source, read_only=source.name == QUEUE)
    try:
        with explain_sqlite_errors(source, "back up"), closing(sqlite3.connect(target)) as new:
            connection.backup(new)
            (verdict,) = new.execute("PRAGMA integrity_check(1)").fetchone()
    finally:
        connection.close()
    if verdict != "ok":
        raise make_damaged_error(source)
