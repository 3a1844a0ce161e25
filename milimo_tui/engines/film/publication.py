"""A finished film gets its name in one step, a folder of files like a file; what was there goes then."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from milimo_tui.core.host import explain, fsync_folder, require_space


def publish(source: Path, target: Path) -> None:
    """Give a finished file or folder its name, whole or not at all; `source` stays, so that this can be done
    again. Raises DiskFull and ReadOnly.
    """
    # Named by the job's workspace: a retry after a kill finds it and takes it away.
    beside = target.with_name(f".{target.name}.{source.parent.name}.part")
    try:
        _remove(beside)
        if source.is_dir():
            beside.mkdir()
            for file in sorted(source.iterdir()):
                _copy(file, beside / file.name)
            fsync_folder(beside)
            if target.is_dir():
                _remove(target)  # a folder can't be replaced by another in one step
        else:
            _copy(source, beside)
        os.replace(beside, target)
        fsync_folder(target.parent)
    except OSError as error:
        raise explain(error, target, "write") from error
    finally:
        _remove(beside)


def bytes_at(path: Path) -> int:
    """The size of a file, or of a folder's files."""
    if path.is_dir():
        return sum(entry.stat().st_size for entry in os.scandir(path))
    return path.stat().st_size


def _copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        require_space(target.parent, source.stat().st_size, "write the film")
        shutil.copyfile(source, target)
        with target.open("rb") as handle:
            os.fsync(handle.fileno())


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
