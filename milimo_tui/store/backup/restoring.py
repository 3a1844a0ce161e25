"""Restore a backup: a complete home in a new folder, or one film next to the existing films."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from milimo_tui.core.errors import BadInput, Damaged, Refused
from milimo_tui.core.host import (
    explain_os_error,
    fsync_folder,
    fsync_tree,
    make_folders,
    require_free_space,
    write_file_atomically,
)
from milimo_tui.core.paths import Home, ProjectPaths
from milimo_tui.store.backup.backup_folder import BackupFolder
from milimo_tui.store.backup.manifest import BackedUpFilm, BackupEntry, Manifest
from milimo_tui.store.backup.stored_files import restore_stored_file
from milimo_tui.store.project.atomic_folder import build_folder_atomically, lock_folder

# A progress callback: the number of files restored, and the path of the next file relative to the home.
Count = Callable[[int, str], None]


def restore_home(
    folder: BackupFolder, backup: Manifest, target: Path, count: Count, *, lacking: bool = False
) -> tuple[str, ...]:
    """Create a home at `target` from a backup. If this fails, `target` is not created.

    With `lacking`, files whose stored copies are damaged are left out, and their paths are returned. Without
    it, such a file raises Damaged. `count` receives the progress. Raises BadInput if the target is not empty,
    DiskFull, ReadOnly.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BadInput(f"{target} is a file or a folder that is not empty", "name a new or empty folder")
    try:
        make_folders(target.parent)
        require_free_space(target.parent, backup.bytes, "restore")
        with _build_next_to_target(target) as temporary:
            home = Home(temporary)
            for made in (home.projects, home.models):
                make_folders(made, mode=0o700)
            left = _restore_entries(folder, backup.entries, temporary, count, lacking=lacking)
            write_file_atomically(home.mark, b"A Milimo studio home.\n", 0o600)
    except OSError as error:
        raise explain_os_error(error, target, "restore") from error
    return left


def _restore_entries(
    folder: BackupFolder,
    entries: Iterable[BackupEntry],
    target: Path,
    count: Count,
    *,
    lacking: bool,
    below: str = "",
) -> tuple[str, ...]:
    left = []
    for done, entry in enumerate(entries):
        count(done, entry.place)
        try:
            place = entry.place.removeprefix(below)
            restore_stored_file(folder, entry.digest, target / place, lambda moved: None, entry.changed)
        except Damaged as error:
            if not lacking or entry.place.endswith(".db"):
                hint = "another backup may have it undamaged: milimo backup check"
                raise Damaged(f"{entry.place} can't be restored: {error.message}", hint) from error
            left.append(entry.place)
    return tuple(left)


@contextmanager
def _build_next_to_target(target: Path) -> Iterator[Path]:
    """Provide a temporary folder next to `target`. Rename it to `target` if the block succeeds, and delete it
    otherwise.
    """
    temporary = target.with_name(f".{target.name}.restored")
    temporary.mkdir(mode=0o700, exist_ok=True)
    try:
        with lock_folder(temporary):
            # Entries of the temporary folder were left by a process that was killed.
            for left in temporary.iterdir():
                shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()
            try:
                yield temporary
                fsync_tree(temporary)
                os.rename(temporary, target)
                fsync_folder(target.parent)
            finally:
                if temporary.exists():
                    shutil.rmtree(temporary, ignore_errors=True)
    except BlockingIOError as error:
        raise Refused(
            f"another restore into {target} is running", "wait for it, or name another folder"
        ) from error
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
            raise BadInput(
                f"{target} is a file or a folder that is not empty", "name a new folder"
            ) from error
        raise


def restore_film(
    folder: BackupFolder,
    backup: Manifest,
    film: BackedUpFilm,
    target: Path,
    count: Count,
    settle: Callable[[ProjectPaths], None],
    *,
    lacking: bool = False,
) -> tuple[str, ...]:
    """Create the folder of a film at `target` in the state that a backup has. If this fails, `target` is not
    created.

    `settle` is called before the folder gets its final name; it may check or change the film. With `lacking`,
    files whose stored copies are damaged are left out, and their paths are returned. `count` receives the
    progress. Raises Refused if the target exists, Damaged, DiskFull.
    """
    entries = backup.list_film_entries(film)
    require_free_space(target.parent, sum(entry.bytes for entry in entries), "restore the film")
    try:
        with build_folder_atomically(target) as temporary:
            left = _restore_entries(
                folder, entries, temporary, count, lacking=lacking, below=f"{film.place}/"
            )
            for part in ("media", "renders", "cache", "workspace"):
                (temporary / part).mkdir(exist_ok=True)
            paths = ProjectPaths(temporary)
            paths.bin_record.unlink(missing_ok=True)
            settle(paths)
    except OSError as error:
        raise explain_os_error(error, target, "restore the film to") from error
    return left
