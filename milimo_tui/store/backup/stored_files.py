"""A file's way into a folder of backups and out of it: shared where the disk can do so, else copied.

What is shared takes no room. A reflink is parted from the original when one of both is written; a hard link
is not, so that only files that are never written again are linked: media, by their hashes.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from milimo_tui.core.errors import Damaged
from milimo_tui.core.host import (
    clone_file,
    explain,
    fsync_file,
    fsync_folder,
    identity,
    make_folders,
    require_space,
)
from milimo_tui.store.backup.backup_folder import BackupFolder

BLOCK = 8 << 20
# Told of bytes as they are read or copied; the place where a cancel is heard.
Moved = Callable[[int], None]


def hash_of(path: Path, moved: Moved) -> str:
    """SHA-256 of a file. Raises OSError."""
    whole = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            whole.update(block)
            moved(len(block))
    return whole.hexdigest()


def copy(source: Path, target: Path, moved: Moved) -> str:
    """Copy a file to a new one, durably; the SHA-256 of what was read. Raises OSError."""
    whole = hashlib.sha256()
    with source.open("rb") as stream, target.open("xb") as out:
        while block := stream.read(BLOCK):
            whole.update(block)
            out.write(block)
            moved(len(block))
        out.flush()
        os.fsync(out.fileno())
    return whole.hexdigest()


def put_in(
    folder: BackupFolder, source: Path, scratch: Path, *, share: bool, immutable: bool, moved: Moved
) -> tuple[str, int]:
    """Keep a file in a folder of backups, once; returns its SHA-256 and how many bytes were copied for it.

    `share`: by a reflink, or a hard link where it is `immutable`, if the disk can. Raises OSError, DiskFull.
    """
    beside = scratch / "file"
    beside.unlink(missing_ok=True)
    copied = 0
    if share and _shared(source, beside, immutable=immutable):
        digest = hash_of(beside, moved)
    else:
        copied = source.stat().st_size
        require_space(folder.root, copied, "back up")
        digest = copy(source, beside, moved)
    return digest, copied if keep(folder, beside, digest) else 0


def keep(folder: BackupFolder, beside: Path, digest: str) -> bool:
    """Have a finished file of that hash be kept; False where it is kept already: then this one goes."""
    if folder.has(digest, beside.stat().st_size):
        beside.unlink()
        return False
    place(beside, folder.file(digest))
    return True


def _shared(source: Path, target: Path, *, immutable: bool) -> bool:
    if clone_file(source, target):
        return True
    if immutable:
        try:
            os.link(source, target)
            return True
        except OSError:  # another disk, or one without links
            return False
    return False


def place(beside: Path, target: Path) -> None:
    """Give a finished file its place, durably. Raises OSError."""
    make_folders(target.parent, mode=0o700)
    fsync_file(beside)
    os.replace(beside, target)
    fsync_folder(target.parent)


def take_out(folder: BackupFolder, digest: str, target: Path, moved: Moved, changed: int = 0) -> None:
    """Make a file of the one of that hash at `target`, which shares nothing that a write could reach.

    Raises Damaged where the backup's own is gone or not what it was, DiskFull, ReadOnly; then there is none.
    """
    source = folder.file(digest)
    try:
        make_folders(target.parent, mode=0o700)
        if not source.is_file():
            raise Damaged(
                f"the file {digest[:12]}… is gone from the backups", "milimo backup check tells all"
            )
        require_space(target.parent, source.stat().st_size, "restore")
        try:
            found = hash_of(target, moved) if clone_file(source, target) else copy(source, target, moved)
            if found != digest:
                raise Damaged(
                    f"the file {digest[:12]}… is damaged in the backups", "milimo backup check tells all"
                )
            if changed:
                os.utime(target, ns=(changed, changed))
        except BaseException:
            target.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise explain(error, target, "restore") from error


def is_same(folder: BackupFolder, digest: str, path: Path) -> bool:
    """Whether the file at `path` is the very file that the backups hold: a link to it."""
    return identity(folder.file(digest)) == identity(path) is not None
