"""Create and delete folders atomically. A folder is built or deleted under a temporary name next to its final
path.

The process that builds or deletes a folder holds a lock on it. A temporary folder without a lock was left by
a killed process.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from milimo_tui.core.errors import Refused
from milimo_tui.core.host import fsync_folder, fsync_tree
from milimo_tui.core.ids import new_id

_BUILT, _GONE = ".new_", ".gone_"
_TAKEN = (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR)


@contextmanager
def build_folder_atomically(target: Path) -> Iterator[Path]:
    """Provide a private folder for the `with` block. If the block succeeds, the folder is synced to disk and
    renamed to `target`; otherwise it is deleted.

    Raises Refused if `target` exists, OSError.
    """
    delete_leftover_folders(target.parent)
    temporary, handle = _make_locked_folder(target)
    try:
        yield temporary
        fsync_tree(temporary)
        try:
            os.rename(temporary, target)
        except OSError as error:
            if error.errno not in _TAKEN:
                raise
            sentence = f"there is something in {target} already"
            raise Refused(sentence, "open it, or choose another name") from None
        fsync_folder(target.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        os.close(handle)


def _make_locked_folder(target: Path) -> tuple[Path, int]:
    """Return a new empty folder next to `target`, and the open handle that holds its lock."""
    while True:
        temporary = target.with_name(f".{new_id('new')}")
        temporary.mkdir(mode=0o700, parents=True)
        # Another process may delete the folder before it is locked.
        with suppress(FileNotFoundError, BlockingIOError):
            handle = _open_locked_folder(temporary)
            if temporary.exists():
                return temporary, handle
            os.close(handle)


@contextmanager
def rename_for_deletion(folder: Path) -> Iterator[Path]:
    """Lock a folder and rename it to a temporary name, so that the block can delete its content undisturbed.
    Provides the new path. Raises OSError.
    """
    renamed = folder.with_name(f".{new_id('gone')}")
    with lock_folder(folder):
        os.rename(folder, renamed)
        yield renamed


def delete_leftover_folders(folder: Path) -> None:
    """Delete the temporary folders that killed processes left in `folder`. Errors are ignored."""
    for left in iterate_leftover_folders(folder):
        shutil.rmtree(left, ignore_errors=True)


def iterate_leftover_folders(folder: Path) -> Iterator[Path]:
    """Yield each temporary folder in `folder` that a killed process left. Each is locked while the caller
    uses it.
    """
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path.name.startswith((_BUILT, _GONE)) and path.is_dir() and not path.is_symlink():
            # A BlockingIOError means that another process works in the folder.
            with suppress(OSError), lock_folder(path):
                yield path


def _open_locked_folder(folder: Path) -> int:
    """Lock a folder until the returned handle is closed. Raises BlockingIOError if another process has the
    lock, OSError.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BaseException:
        os.close(handle)
        raise
    return handle


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder. Raises BlockingIOError if another process has the lock, OSError."""
    handle = _open_locked_folder(folder)
    try:
        yield
    finally:
        os.close(handle)
