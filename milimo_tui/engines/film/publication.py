"""Publication of a finished film: its file or folder gets the final name in one step and replaces an earlier
film of that name.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from milimo_tui.core.host import explain_os_error, fsync_folder, require_free_space


def publish_film_file(source: Path, target: Path) -> None:
    """Copy or link a finished file or folder to its final name, atomically. Raises DiskFull and ReadOnly.

    `source` is not removed, so that the publication can be repeated.
    """
    # The temporary name contains the name of the job's workspace. A retry after a kill therefore finds the
    # partial copy and removes it.
    temporary = target.with_name(f".{target.name}.{source.parent.name}.part")
    try:
        _remove_path(temporary)
        if source.is_dir():
            temporary.mkdir()
            for file in sorted(source.iterdir()):
                _link_or_copy(file, temporary / file.name)
            fsync_folder(temporary)
            if target.is_dir():
                # Remove the old folder first, because a folder cannot replace another folder in one step.
                _remove_path(target)
        else:
            _link_or_copy(source, temporary)
        os.replace(temporary, target)
        fsync_folder(target.parent)
    except OSError as error:
        raise explain_os_error(error, target, "write") from error
    finally:
        _remove_path(temporary)


def measure_size(path: Path) -> int:
    """Return the size in bytes of a file, or of all files of a folder."""
    if path.is_dir():
        return sum(entry.stat().st_size for entry in os.scandir(path))
    return path.stat().st_size


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # copy: the target is on another file system, or hard links are not supported
        require_free_space(target.parent, source.stat().st_size, "write the film")
        shutil.copyfile(source, target)
        with target.open("rb") as handle:
            os.fsync(handle.fileno())


def _remove_path(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
