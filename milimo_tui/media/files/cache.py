"""Paths of small files that are derived from media and cached in a project's `cache/` folder until `milimo
clean`.

The name of a file is a hash of its source, kind, parameters and code version. A change of any of them leads
to another file, so a cached file is never outdated.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from milimo_tui.core.errors import NotFound
from milimo_tui.core.host import explain_os_error, write_file_atomically


def locate_cached_file(
    cache: Path, digest: str, kind: str, suffix: str, version: int, **parameters: int | str
) -> Path:
    """Return the path of a derived file in the folder `cache`, whether or not the file exists.

    `digest` identifies the source. `kind` names the sort of file, and `suffix` is the ending of its name.
    `version` is the version of the code that makes the file. `parameters` are all other values that affect
    the file.
    """
    text = json.dumps([digest, kind, version, parameters], sort_keys=True)
    key = hashlib.sha256(text.encode()).hexdigest()[:40]
    return cache / kind / key[:2] / f"{key}{suffix}"


def write_cached_file(path: Path, data: bytes) -> None:
    """Write a derived file atomically and create its folder if necessary. Raises DiskFull or ReadOnly."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise explain_os_error(error, path.parent, "make") from error
    write_file_atomically(path, data)


def identify_source(path: Path) -> str:
    """Return a text that identifies the content of a source file.

    For a file managed by the program this is the content hash in its name. For a linked file it is a hash of
    path, size and modification time, because hashing the content of large files would take too long. Raises
    NotFound.
    """
    stem = path.stem
    if len(stem) == 64 and path.parent.name == stem[:2] and not set(stem) - set("0123456789abcdef"):
        return stem
    try:
        stat = path.stat()
    except FileNotFoundError as error:
        raise NotFound(f"{path.name} does not exist", f"its path was {path}") from error
    except OSError as error:
        raise explain_os_error(error, path, "read") from error
    text = f"{path.absolute()} {stat.st_size} {stat.st_mtime_ns}"
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()
