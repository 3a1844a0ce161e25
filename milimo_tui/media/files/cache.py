"""Small files made from media, kept in a project's `cache/` until `milimo clean`: where each one lies.

A key is the source's hash, the kind, the parameters and the maker's version, so nothing here goes stale.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from milimo_tui.core.errors import NotFound
from milimo_tui.core.host import explain, write_atomic


def place(cache: Path, digest: str, kind: str, suffix: str, version: int, **parameters: int | str) -> Path:
    """Where that result lies (or would lie) in a cache folder."""
    text = json.dumps([digest, kind, version, parameters], sort_keys=True)
    key = hashlib.sha256(text.encode()).hexdigest()[:40]
    return cache / kind / key[:2] / f"{key}{suffix}"


def keep(path: Path, data: bytes) -> None:
    """Write a result whole. Raises DiskFull or ReadOnly."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise explain(error, path.parent, "make") from error
    write_atomic(path, data)


def identity(path: Path) -> str:
    """What a source is known by: the hash in the name of a managed file, else place, size and time of change.

    A linked file may be large: it is not hashed for every small thing that is made of it. Raises NotFound.
    """
    stem = path.stem
    if len(stem) == 64 and path.parent.name == stem[:2] and not set(stem) - set("0123456789abcdef"):
        return stem
    try:
        stat = path.stat()
    except FileNotFoundError as error:
        raise NotFound(f"{path.name}: there is no such file", f"looked for {path}") from error
    except OSError as error:
        raise explain(error, path, "read") from error
    text = f"{path.absolute()} {stat.st_size} {stat.st_mtime_ns}"
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()
