"""Folders that come and go whole: they are built, and taken apart, under another name beside their own.

Who does that holds a lock on the folder. One that nobody holds was left by a process that was killed.
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
def built(target: Path) -> Iterator[Path]:
    """A private folder to build in: it becomes `target`, whole and on the disk, when the block ends well, and
    is gone when it does not. Raises Refused where something lies at `target`, OSError.
    """
    sweep(target.parent)
    beside, handle = _begin(target)
    try:
        yield beside
        fsync_tree(beside)
        try:
            os.rename(beside, target)
        except OSError as error:
            if error.errno not in _TAKEN:
                raise
            sentence = f"there is something in {target} already"
            raise Refused(sentence, "open it, or choose another name") from None
        fsync_folder(target.parent)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        os.close(handle)


def _begin(target: Path) -> tuple[Path, int]:
    """An empty folder beside the target, and what holds it."""
    while True:
        beside = target.with_name(f".{new_id('new')}")
        beside.mkdir(mode=0o700, parents=True)
        with suppress(FileNotFoundError, BlockingIOError):  # before we held it somebody swept it away
            handle = _hold(beside)
            if beside.exists():
                return beside, handle
            os.close(handle)


@contextmanager
def set_aside(folder: Path) -> Iterator[Path]:
    """Take a folder's name away at once, to delete what lies in it in peace. Raises OSError."""
    aside = folder.with_name(f".{new_id('gone')}")
    with held(folder):
        os.rename(folder, aside)
        yield aside


def sweep(folder: Path) -> None:
    """Remove what killed processes left in it, as far as that may be removed."""
    for left in leftovers(folder):
        shutil.rmtree(left, ignore_errors=True)


def leftovers(folder: Path) -> Iterator[Path]:
    """Each folder in it that a killed process was building or taking apart, held while it is looked at."""
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path.name.startswith((_BUILT, _GONE)) and path.is_dir() and not path.is_symlink():
            with suppress(OSError), held(path):  # a BlockingIOError: somebody is at work in it
                yield path


def _hold(folder: Path) -> int:
    """Lock a folder until that handle is closed. Raises BlockingIOError where another has it, OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BaseException:
        os.close(handle)
        raise
    return handle


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder. Raises BlockingIOError where another has it, OSError."""
    handle = _hold(folder)
    try:
        yield
    finally:
        os.close(handle)
