"""The files of a film that are transferred with its database, each with its SHA-256, and the choice of needed
files.
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
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.studio.keeping.archive import EXPORTED_FOLDERS
from milimo_tui.studio.travel.asks import TravellingFile

_DIGEST = re.compile("[0-9a-f]{64}")
_HASH_NAMED_FOLDERS = ("media", SCRIPTS)  # folders whose files are named by their hashes and never change
_BLOCK = 1 << 20


def compute_file_hash(path: Path) -> str:
    """Return the SHA-256 of a file. Raises DiskFull, ReadOnly, Failed."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise explain_os_error(error, path, "read") from error


def list_transferred_files(paths: ProjectPaths) -> tuple[TravellingFile, ...]:
    """Return all files of a film that are transferred, by place. Files that are being written are left
    out.
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
        with suppress(MilimoError):  # The cached hashes can be computed again.
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
    """Return the hash that a file is named by; empty for a file with another name."""
    path = PurePosixPath(place)
    return path.stem if path.parts[0] in _HASH_NAMED_FOLDERS and _DIGEST.fullmatch(path.stem) else ""


def require_valid_place(file: TravellingFile) -> None:
    """Check the place of a file. Raises BadInput for a place where films have no files, or a name with
    another hash.
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
            or not part.isprintable()
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
    """Return the offered files that are needed here, and the places of files that both sides changed.

    Files that both sides changed are not replaced. `then` and `here` are hashes by place: in the last common
    state, and in the film on this box. `put` has the hashes of files that an interrupted push put here.
    `named` are the places that the film on this box refers to. Raises BadInput for a place that films do not
    have.
    """
    wanted, kept = [], []
    for file in offered:
        require_valid_place(file)
        before, now = then.get(file.path, ""), here.get(file.path, "")
        if not now:
            # A file that was deleted here and that the film does not refer to stays deleted.
            if before != file.digest or file.path in named:
                wanted.append(file)
        elif get_hash_in_name(file.path):
            if paths.resolve_managed_path(file.path).stat().st_size != file.bytes:  # an incomplete file
                wanted.append(file)
        elif now != file.digest:
            if now in (before, put.get(file.path)):
                wanted.append(file)
            elif before != file.digest:
                kept.append(file.path)
    return wanted, kept
