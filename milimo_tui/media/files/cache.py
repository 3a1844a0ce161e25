"""Paths of small files made from media, which are cached in a project's `cache/` until `milimo clean`.

A key consists of the source's hash, the kind, the parameters and the version of the code, so no file becomes
outdated.
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
    """Return the path of a result in a cache folder, whether or not the file exists."""
    text = json.dumps([digest, kind, version, parameters], sort_keys=True)
    key = hashlib.sha256(text.encode()).hexdigest()[:40]
    return cache / kind / key[:2] / f"{key}{suffix}"


def write_cached_file(path: Path, data: bytes) -> None:
    """Write a result atomically. Raises DiskFull or ReadOnly."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise explain_os_error(error, path.parent, "make") from error
    write_file_atomically(path, data)


def identify_source(path: Path) -> str:
    """Return the identity of a source: the hash in the name of a managed file, else path, size and
    modification time.

    A linked file may be large, so its content is not hashed for every small file made from it. Raises
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
