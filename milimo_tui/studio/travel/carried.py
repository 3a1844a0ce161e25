"""The files of a film that are transferred together with its database, each with its SHA-256, and the choice
of the files that a box needs.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath

from milimo_tui.core.errors import BadInput, MilimoError
from milimo_tui.core.host import LONGEST_NAME, explain_os_error, write_file_atomically
from milimo_tui.core.paths import SCRIPTS, ProjectPaths
from milimo_tui.core.safe_text import find_forbidden_character
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.studio.keeping.archive import EXPORTED_FOLDERS
from milimo_tui.studio.travel.box_messages import TravellingFile

_DIGEST = re.compile("[0-9a-f]{64}")
# Files in these folders are named by the hash of their contents and never change.
_HASH_NAMED_FOLDERS = ("media", SCRIPTS)


def compute_file_hash(path: Path) -> str:
    """Return the SHA-256 of a file. Raises DiskFull, ReadOnly, Failed."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise explain_os_error(error, path, "read") from error


def list_transferred_files(paths: ProjectPaths) -> tuple[TravellingFile, ...]:
    """Return all files of a film that are transferred, sorted by path. Files that are still being written
    (with a leading dot) are left out.
    """
    known = _read_hash_cache(paths)
    kept: dict[str, list[object]] = {}
    out = []
    for part in EXPORTED_FOLDERS:
        for path in sorted((paths.root / part).rglob("*")):
            if path.name.startswith(".") or path.is_symlink() or not path.is_file():
                continue
            place = path.relative_to(paths.root).as_posix()
            with suppress(FileNotFoundError):  # The file may be deleted while it is being read.
                found = path.stat()
                digest = get_hash_in_name(place)
                if not digest:
                    stamp = [found.st_size, found.st_mtime_ns]
                    before = known.get(place, [])
                    digest = str(before[2]) if before[:2] == stamp else compute_file_hash(path)
                    kept[place] = [*stamp, digest]
                out.append(TravellingFile(place, found.st_size, digest))
    if kept != known:
        # A failure to write the cache is ignored, because the hashes can be computed again.
        with suppress(MilimoError):
            write_file_atomically(_get_hash_cache_path(paths), json.dumps(kept).encode())
    return tuple(out)


def _get_hash_cache_path(paths: ProjectPaths) -> Path:
    return paths.cache / "hashes.json"


def _read_hash_cache(paths: ProjectPaths) -> dict[str, list[object]]:
    try:
        known = parse_untrusted_json(_get_hash_cache_path(paths).read_bytes())
    except (OSError, ValueError):
        return {}
    is_ours = isinstance(known, dict) and all(
        isinstance(row, list) and len(row) == 3 for row in known.values()
    )
    return known if is_ours else {}


def get_hash_in_name(place: str) -> str:
    """Return the hash that a file has as its name, if the file is in a folder where files are named by their
    hashes. Return an empty text for any other file. `place` is the path of the file, relative to the film's
    folder.
    """
    path = PurePosixPath(place)
    return path.stem if path.parts[0] in _HASH_NAMED_FOLDERS and _DIGEST.fullmatch(path.stem) else ""


def require_valid_place(file: TravellingFile) -> None:
    """Check the path of a file that another box offers. Raises BadInput if a film has no files at such a
    path, or if the file's name is a hash but not the hash of the file.
    """
    parts = PurePosixPath(file.path).parts
    bad = (
        len(parts) < 2
        or parts[0] not in EXPORTED_FOLDERS
        or "/".join(parts) != file.path
        or any(
            part in (".", "..")
            or part[0] == "."
            or len(part.encode()) > LONGEST_NAME
            or find_forbidden_character(part) != ""
            for part in parts
        )
    )
    if bad or get_hash_in_name(file.path) not in ("", file.digest):
        raise BadInput(
            f"a film can't contain a file at {file.path[:100]!a}", "install the same Milimo on both machines"
        )


def split_offered_files(
    paths: ProjectPaths,
    offered: Iterable[TravellingFile],
    then: Mapping[str, str],
    here: Mapping[str, str],
    put: Mapping[str, str],
    named: frozenset[str],
) -> tuple[list[TravellingFile], list[str]]:
    """Choose from the files that another box offers. Return the files that this box needs, and the paths of
    files that both boxes changed, which are not replaced.

    - `then` has the hash of each file in the last common state, by path.
    - `here` has the hash of each file of the film on this box, by path.
    - `put` has the hashes of files that an interrupted transfer already put here, by path.
    - `named` has the paths that the film on this box refers to.

    Raises BadInput for a path where films have no files.
    """
    wanted, kept = [], []
    for file in offered:
        require_valid_place(file)
        before, now = then.get(file.path, ""), here.get(file.path, "")
        if not now:
            # The file was deleted on this box since the common state. It stays deleted, unless the other box
            # has changed it or the film here refers to it.
            if before != file.digest or file.path in named:
                wanted.append(file)
        elif get_hash_in_name(file.path):
            # A different size means that the file here is incomplete.
            if paths.resolve_managed_path(file.path).stat().st_size != file.bytes:
                wanted.append(file)
        elif now != file.digest:
            if now in (before, put.get(file.path)):
                wanted.append(file)
            elif before != file.digest:
                kept.append(file.path)
    return wanted, kept
