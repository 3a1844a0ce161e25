"""A stamp of a file on disk, which changes when the file is replaced."""

from __future__ import annotations

from pathlib import Path


def stamp_file(path: str) -> str:
    """Return a text that changes when the file at `path` is replaced; empty for an empty path."""
    if not path:
        return ""
    try:
        stat = Path(path).stat()
    except OSError:
        return "gone"
    return f"{stat.st_ino} {stat.st_mtime_ns}"
