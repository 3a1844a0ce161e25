"""Manage the folder that holds backups: one manifest for each backup, and each file once, stored under its
SHA-256.

A backup exists as soon as its manifest has its final name. The manifest is written last and atomically, so an
interrupted backup leaves only stored files that no manifest refers to. A lock lets only one process at a time
write.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from milimo_tui.core.errors import BadInput, MilimoError, NotFound, Refused
from milimo_tui.core.host import explain_os_error, hold_file_lock, make_folders, write_file_atomically
from milimo_tui.core.ids import new_id
from milimo_tui.store.backup.manifest import Manifest, format_manifest, parse_manifest

MARK = ".milimo-backups"
NEWEST = "latest"
_NEW = ".new_"
_NAME = "%Y%m%d-%H%M%S"  # the form of backup names, in this machine's local time


class BackupFolder:
    """A folder with the backups of one or several homes."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def manifests_folder(self) -> Path:
        """The subfolder with the manifests."""
        return self.root / "backups"

    @property
    def stored_files_folder(self) -> Path:
        """The subfolder with the stored files."""
        return self.root / "files"

    def get_stored_path(self, digest: str) -> Path:
        """Return the path at which the file with SHA-256 `digest` is stored, whether or not the file
        exists.
        """
        return self.stored_files_folder / digest[:2] / digest

    def get_stored_size(self, digest: str) -> int | None:
        """Return the size in bytes of the stored file with this hash, or None if there is no such file."""
        try:
            return self.get_stored_path(digest).stat().st_size
        except OSError:
            return None

    def has_stored_file(self, digest: str, size: int) -> bool:
        """Return True if the file with this hash is stored and has the expected size."""
        return self.get_stored_size(digest) == size

    def is_backup_folder(self) -> bool:
        """Return True if this folder contains the marker file of a folder of backups."""
        return (self.root / MARK).is_file()

    def require_backups(self) -> BackupFolder:
        """Return this folder. Raises NotFound if it is not a folder of backups."""
        if not self.is_backup_folder():
            raise NotFound(f"there are no backups in {self.root}", "milimo backup now makes the first one")
        return self

    def create_marked_folder(self) -> None:
        """Create the folder and mark it as a folder of backups. Raises BadInput if it has other contents,
        ReadOnly, DiskFull.
        """
        try:
            if not self.is_backup_folder() and self._has_other_contents():
                raise BadInput(
                    f"{self.root} is not a folder of backups, and it is not empty",
                    "choose another: milimo config set backup_folder FOLDER",
                )
            make_folders(self.root, mode=0o700)
            # The mark is written first, so that a folder left by a killed process is recognized.
            if not self.is_backup_folder():
                write_file_atomically(self.root / MARK, b"Backups of a Milimo studio home.\n", 0o600)
            for folder in (self.manifests_folder, self.stored_files_folder):
                make_folders(folder, mode=0o700)
        except OSError as error:
            raise explain_os_error(error, self.root, "make the folder of backups") from error

    def _has_other_contents(self) -> bool:
        if not self.root.is_dir():
            return self.root.exists()
        return any(not path.name.startswith(f".{MARK}") for path in self.root.iterdir())

    @contextmanager
    def lock_for_writing(self) -> Iterator[None]:
        """Hold the lock on writing to the folder. Raises Refused if another process holds the lock."""
        with hold_file_lock(self.root / "lock", wait=False) as ours:
            if not ours:
                raise Refused(
                    f"another backup is running in {self.root}",
                    "try again when it has ended: milimo job list",
                )
            yield

    @contextmanager
    def make_scratch_folder(self) -> Iterator[Path]:
        """Provide a private temporary folder, which is deleted at the end. Also delete temporary folders that
        killed processes left. Call only while the lock is held.
        """
        for left in self.root.glob(f"{_NEW}*"):
            shutil.rmtree(left, ignore_errors=True)
        for left in (*self.root.glob(f".{MARK}.*.tmp"), *self.manifests_folder.glob(".*.tmp")):
            left.unlink(missing_ok=True)
        folder = self.root / f".{new_id('new')}"
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def list_backup_ids(self) -> tuple[str, ...]:
        """Return the names of the backups, oldest first."""
        if not self.manifests_folder.is_dir():
            return ()
        return tuple(
            sorted(path.stem for path in self.manifests_folder.glob("*.json") if path.name[0] != ".")
        )

    def read_manifest(self, id: str) -> Manifest:
        """Return the manifest of a backup. Raises NotFound, Damaged, Newer."""
        try:
            return parse_manifest((self.manifests_folder / f"{id}.json").read_bytes(), id)
        except FileNotFoundError:
            raise NotFound(f"there is no backup {id}", "milimo backup list shows the backups") from None
        except OSError as error:
            raise explain_os_error(error, self.manifests_folder / f"{id}.json", "read") from error

    def list_backups(self) -> tuple[tuple[Manifest, ...], tuple[tuple[str, str], ...]]:
        """Return the readable backups, oldest first, and the name and problem of each unreadable backup."""
        found: list[Manifest] = []
        damaged: list[tuple[str, str]] = []
        for id in self.list_backup_ids():
            try:
                found.append(self.read_manifest(id))
            except NotFound:
                continue  # Another process deleted this backup in the meantime.
            except MilimoError as error:
                damaged.append((id, error.message))
        return tuple(sorted(found, key=lambda one: one.created)), tuple(damaged)

    def read_newest_backup_time(self) -> float | None:
        """Return the time of the newest backup in seconds since 1970, or None without backups. The time is
        parsed from the backup's name, so no manifest is read.
        """
        for id in reversed(self.list_backup_ids()):
            with suppress(ValueError, OverflowError):
                return time.mktime(time.strptime(id[:15], _NAME))
        return None

    def find_backup(self, words: str, film: str = "") -> Manifest:
        """Return the manifest of the backup that the user describes with `words`: its name or the beginning
        of its name, a time, or `latest`.

        For a time, the newest backup made at or before this time is returned. An empty text means `latest`.
        `film` (a folder, id or name) restricts the search to backups that contain this film. Raises NotFound,
        BadInput.
        """
        there, damaged = self.require_backups().list_backups()
        if film:
            there = tuple(one for one in there if any(film in (f.folder, f.id, f.name) for f in one.films))
        if not there:
            what = f"no backup in {self.root} holds the film “{film}”" if film else "there is no backup yet"
            raise NotFound(what, "milimo backup list shows the backups")
        if words in ("", NEWEST):
            return there[-1]
        called = [one for one in there if one.id == words] or [
            one for one in there if one.id.startswith(words)
        ]
        if called:
            return called[-1]
        for id, problem in damaged:
            if id.startswith(words):
                self.read_manifest(id)
                raise NotFound(problem, "milimo backup list shows other backups")
        until = _parse_backup_time(words)
        before = [one for one in there if one.created <= until]
        if not before:
            raise NotFound(f"no backup is as old as {words}", f"the oldest: {there[0].id}")
        return before[-1]

    def choose_backup_id(self, now: float) -> str:
        """Return an unused name for a backup made at `now` (seconds since 1970)."""
        base = time.strftime(_NAME, time.localtime(now))
        id, number = base, 2
        while (self.manifests_folder / f"{id}.json").exists():
            id, number = f"{base}-{number}", number + 1
        return id

    def write_manifest(self, manifest: Manifest) -> None:
        """Write a backup's manifest, which completes the backup. Raises DiskFull, ReadOnly."""
        write_file_atomically(self.manifests_folder / f"{manifest.id}.json", format_manifest(manifest), 0o600)

    def delete_backups(self, ids: Collection[str]) -> int:
        """Delete backups by name, and the stored files that no other backup needs. Return the number of bytes
        freed.

        No stored file is deleted while the manifest of another backup cannot be read, because that backup may
        need the file. Call only while the lock is held.
        """
        try:
            for id in ids:
                (self.manifests_folder / f"{id}.json").unlink(missing_ok=True)
        except OSError as error:
            raise explain_os_error(error, self.manifests_folder, "forget backups in") from error
        there, damaged = self.list_backups()
        return (
            0
            if damaged
            else self._delete_unneeded_files({entry.digest for one in there for entry in one.entries})
        )

    def _delete_unneeded_files(self, needed: Collection[str]) -> int:
        freed = 0
        for path in self.stored_files_folder.glob("??/*"):
            if path.name not in needed:
                with suppress(OSError):
                    found = path.stat()
                    path.unlink()
                    freed += found.st_size if found.st_nlink == 1 else 0
        for folder in self.stored_files_folder.iterdir():
            with suppress(OSError):
                os.rmdir(folder)
        return freed


_MOMENTS = (("%Y-%m-%d %H:%M:%S", 1), ("%Y-%m-%d %H:%M", 60), ("%Y-%m-%dT%H:%M", 60), ("%Y-%m-%d", 86400))


def _parse_backup_time(words: str) -> float:
    """Return the end of the second, minute or day that `words` name, in seconds since 1970. Raises
    BadInput.
    """
    for pattern, length in _MOMENTS:
        with suppress(ValueError, OverflowError):
            return time.mktime(time.strptime(words, pattern)) + length - 0.001
    raise BadInput(
        f"“{words[:60]}” is neither a backup nor a time",
        "give a name, “latest”, or a time: 2026-11-27, “2026-11-27 14:00”",
    )
