"""Search for screenplay files in the usual folders of this machine, the newest first."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDERS = ("", "Documents", "Desktop", "Downloads", "Scripts", "scripts", "Screenplays", "screenplays")
SUFFIXES = (".fountain", ".spmd", ".fdx", ".highland")
MAYBE = ".txt"  # A text file is a screenplay if its first lines have a scene heading.
MOST_SEEN = 3000  # Files of a folder that are examined.
MOST_OPENED = 30  # Text files that are opened to look for scene headings.
HEAD = 4096  # Bytes.
_HEADING = re.compile(rb"^\s*(?:INT|EXT|EST|I/E)[. /]", re.M)


@dataclass(frozen=True, slots=True)
class ScriptFile:
    """The path of a screenplay, and its modification time in seconds since 1970."""

    path: Path
    written: float


def scripts_here(working: Path, *, most: int = 5) -> list[ScriptFile]:
    """Return screenplay files in the working folder and the usual document folders. Reads the disk.

    Subfolders are not searched, so that large disks take no time.
    """
    folders = dict.fromkeys([working, *(Path.home() / name for name in FOLDERS)])
    found: dict[Path, float] = {}
    maybe: list[tuple[float, Path]] = []
    for folder in folders:
        for entry in _entries(folder):
            suffix = os.path.splitext(entry.name)[1].lower()
            if suffix in SUFFIXES:
                found[Path(entry.path)] = entry.stat().st_mtime
            elif suffix == MAYBE:
                maybe.append((entry.stat().st_mtime, Path(entry.path)))
    for written, path in sorted(maybe, reverse=True)[:MOST_OPENED]:
        if _is_screenplay(path):
            found[path] = written
    newest = sorted(found, key=lambda path: (-found[path], str(path)))
    return [ScriptFile(path, found[path]) for path in _once(newest)][:most]


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Yield the files of a folder; none if it can't be read."""
    try:
        with os.scandir(folder) as entries:
            for _, entry in zip(range(MOST_SEEN), entries, strict=False):
                if entry.name[:1] != "." and entry.is_file():
                    yield entry
    except OSError:
        return


def _is_screenplay(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return _HEADING.search(file.read(HEAD)) is not None
    except OSError:
        return False


def _once(paths: Iterable[Path]) -> list[Path]:
    """Return the paths without second names of a file: `Scripts` and `scripts` may be one folder."""
    seen: dict[tuple[int, int], Path] = {}
    for path in paths:
        try:
            stat = path.stat()
        except OSError:
            continue
        seen.setdefault((stat.st_dev, stat.st_ino), path)
    return list(seen.values())
