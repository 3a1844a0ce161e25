"""Copy files into a folder of backups and out of it. Disk blocks are shared instead of copied if the disk
supports that.

A file that shares its blocks uses no extra disk space. With a reflink, source and copy become separate when
either is written. With a hard link they stay the same file, so hard links are only used for files that are
never written again: media named by their hashes.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from milimo_tui.core.errors import Damaged
from milimo_tui.core.host import (
    clone_file,
    explain_os_error,
    fsync_file,
    fsync_folder,
    make_folders,
    require_free_space,
)
from milimo_tui.store.backup.backup_folder import BackupFolder

BLOCK = 8 << 20
# A progress callback: the number of bytes just read or copied. It may raise an exception to cancel the work.
Moved = Callable[[int], None]


def hash_file_with_progress(path: Path, moved: Moved) -> str:
    """Return the SHA-256 of a file. `moved` receives the progress. Raises OSError."""
    whole = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            whole.update(block)
            moved(len(block))
    return whole.hexdigest()


def copy_file_with_hash(source: Path, target: Path, moved: Moved) -> str:
    """Copy a file to a new file that survives a power failure, and return the SHA-256 of the bytes read.
    Raises OSError.
    """
    whole = hashlib.sha256()
    with source.open("rb") as stream, target.open("xb") as out:
        while block := stream.read(BLOCK):
            whole.update(block)
            out.write(block)
            moved(len(block))
        out.flush()
        os.fsync(out.fileno())
    return whole.hexdigest()


def store_file(
    folder: BackupFolder, source: Path, scratch: Path, *, share: bool, immutable: bool, moved: Moved
) -> tuple[str, int]:
    """Store a file in a folder of backups, unless its content is stored already.

    Returns the SHA-256 and the number of bytes that were copied. With `share`, the disk blocks are shared if
    the disk supports that: by a reflink, or by a hard link if the file is `immutable`. Raises OSError,
    DiskFull.
    """
    temporary = scratch / "file"
    temporary.unlink(missing_ok=True)
    copied = 0
    if share and _link_or_clone_file(source, temporary, immutable=immutable):
        digest = hash_file_with_progress(temporary, moved)
    else:
        copied = source.stat().st_size
        require_free_space(folder.root, copied, "back up")
        digest = copy_file_with_hash(source, temporary, moved)
    return digest, copied if store_finished_file(folder, temporary, digest) else 0


def store_finished_file(folder: BackupFolder, path: Path, digest: str) -> bool:
    """Move the temporary file `path` into the folder of backups, to the path for content with the hash
    `digest`. Return True.

    If that content is stored already, `path` is deleted instead and False is returned.
    """
    if folder.has_stored_file(digest, path.stat().st_size):
        path.unlink()
        return False
    place_file_durably(path, folder.get_stored_path(digest))
    return True


def _link_or_clone_file(source: Path, target: Path, *, immutable: bool) -> bool:
    if clone_file(source, target):
        return True
    if immutable:
        try:
            os.link(source, target)
            return True
        except OSError:  # The target is on another disk, or the disk does not support links.
            return False
    return False


def place_file_durably(path: Path, target: Path) -> None:
    """Rename a finished file to its final path and sync it to disk. Raises OSError."""
    make_folders(target.parent, mode=0o700)
    fsync_file(path)
    os.replace(path, target)
    fsync_folder(target.parent)


def restore_stored_file(
    folder: BackupFolder, digest: str, target: Path, moved: Moved, changed: int = 0
) -> None:
    """Restore the stored file with hash `digest` to `target`. Writing to the result never changes the stored
    file.

    `changed` is the modification time to set, in nanoseconds since 1970 (0: none). Raises Damaged if the
    stored file is missing or changed, DiskFull, ReadOnly. After an error, `target` does not exist.
    """
    source = folder.get_stored_path(digest)
    try:
        make_folders(target.parent, mode=0o700)
        if not source.is_file():
            raise Damaged("the copy is missing from the backups", "milimo backup check lists all faults")
        require_free_space(target.parent, source.stat().st_size, "restore")
        try:
            found = (
                hash_file_with_progress(target, moved)
                if clone_file(source, target)
                else copy_file_with_hash(source, target, moved)
            )
            if found != digest:
                raise Damaged(
                    "the copy in the backups is damaged",
                    "milimo backup check lists all faults",
                )
            if changed:
                os.utime(target, ns=(changed, changed))
        except BaseException:
            target.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise explain_os_error(error, target, "restore") from error
