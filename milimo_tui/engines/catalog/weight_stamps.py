"""Identify weights by the files that are read, not only by the hash that a manifest expects.

A manifest describes the files as they should be. If a file is damaged or replaced, its recorded hash stays
the same, so caches of loaded weights and of values computed with them also depend on the files' stamps.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def identify_weights(digest: str, files: Iterable[Path]) -> str:
    """Return a SHA-256 that changes if one of the files is replaced or changed: it depends on the path, size,
    modification time and inode of each file. `digest` is the recorded hash, or the id if there is none.
    """
    stamps = sorted(map(_stamp_weight_file, files))
    return hashlib.sha256("\n".join((digest, *stamps)).encode(errors="surrogateescape")).hexdigest()


def _stamp_weight_file(path: Path) -> str:
    try:
        stat = path.stat()
        real = path.resolve()
    except OSError:
        return f"{path}\0missing"
    return f"{real}\0{stat.st_size} {stat.st_mtime_ns} {stat.st_ino} {stat.st_dev}"
