"""Find screenplay files in the usual folders of this machine, the newest first."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from milimo_tui.core.file_suffixes import SCREENPLAY_SUFFIXES

FOLDERS = ("", "Documents", "Desktop", "Downloads", "Scripts", "scripts", "Screenplays", "screenplays")
TEXT_SUFFIX = ".txt"  # A text file counts as a screenplay only if its beginning has a scene heading.
# The number of files that are examined in each folder, so that a very large folder costs little time.
MAX_FILES_PER_FOLDER = 3000
MAX_OPENED_TEXTS = 30  # The number of text files that are opened to look for scene headings, newest first.
HEAD = 4096  # The number of bytes of a text file that are searched for a scene heading.
_HEADING = re.compile(rb"^\s*(?:INT|EXT|EST|I/E)[. /]", re.M)


@dataclass(frozen=True, slots=True)
class ScriptFile:
    """The path of a screenplay, and its modification time in seconds since 1970."""

    path: Path
    written: float


def find_script_files(working: Path, *, most: int = 5) -> list[ScriptFile]:
    """Return up to `most` screenplay files in the working folder and the usual document folders, newest
    first. Reads the disk.

    Subfolders are not searched, because that could take long on a large disk.
    """
    folders = dict.fromkeys([working, *(Path.home() / name for name in FOLDERS)])
    found: dict[Path, float] = {}
    maybe: list[tuple[float, Path]] = []
    for folder in folders:
        for entry in _list_visible_files(folder):
            suffix = os.path.splitext(entry.name)[1].lower()
            if suffix in SCREENPLAY_SUFFIXES:
                found[Path(entry.path)] = entry.stat().st_mtime
            elif suffix == TEXT_SUFFIX:
                maybe.append((entry.stat().st_mtime, Path(entry.path)))
    for written, path in sorted(maybe, reverse=True)[:MAX_OPENED_TEXTS]:
        if _is_screenplay(path):
            found[path] = written
    newest = sorted(found, key=lambda path: (-found[path], str(path)))
    return [ScriptFile(path, found[path]) for path in _drop_same_files(newest)][:most]


def _list_visible_files(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Yield the files of a folder that are not hidden. Yield nothing if the folder can't be read."""
    try:
        with os.scandir(folder) as entries:
            for _, entry in zip(range(MAX_FILES_PER_FOLDER), entries, strict=False):
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


def _drop_same_files(paths: Iterable[Path]) -> list[Path]:
    """Return the paths without paths that lead to the same file as an earlier path. On a disk that ignores
    case, `Scripts/a` and `scripts/a` are the same file.
    """
    seen: dict[tuple[int, int], Path] = {}
    for path in paths:
        try:
            stat = path.stat()
        except OSError:
            continue
        seen.setdefault((stat.st_dev, stat.st_ino), path)
    return list(seen.values())
