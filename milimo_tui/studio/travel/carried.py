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
from milimo_tui.core.host import LONGEST_NAME, explain, write_atomic
from milimo_tui.core.paths import SCRIPTS, ProjectPaths
from milimo_tui.core.untrusted_json import read_json
from milimo_tui.studio.keeping.archive import KEPT
from milimo_tui.studio.travel.asks import Named

_DIGEST = re.compile("[0-9a-f]{64}")
_BY_HASH = ("media", SCRIPTS)  # folders whose files are named by their hashes and never change
_BLOCK = 1 << 20


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file. Raises DiskFull, ReadOnly, Failed."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise explain(error, path, "read") from error


def files_of(paths: ProjectPaths) -> tuple[Named, ...]:
    """Return all files of a film that are transferred, by place. Files that are being written are left
    out.
    """
    known = _known_hashes(paths)
    kept: dict[str, list[object]] = {}
    out = []
    for part in KEPT:
        for path in sorted((paths.root / part).rglob("*")):
            if path.name.startswith(".") or path.is_symlink() or not path.is_file():
                continue
            place = path.relative_to(paths.root).as_posix()
            with suppress(FileNotFoundError):  # The file may be deleted while it is being read.
                found = path.stat()
                digest = named_hash(place)
                if not digest:
                    stamp = [found.st_size, found.st_mtime_ns]
                    before = known.get(place, [])
                    digest = str(before[2]) if before[:2] == stamp else digest_of(path)
                    kept[place] = [*stamp, digest]
                out.append(Named(place, found.st_size, digest))
    if kept != known:
        with suppress(MilimoError):  # The cached hashes can be computed again.
            write_atomic(_hashes(paths), json.dumps(kept).encode())
    return tuple(out)


def _hashes(paths: ProjectPaths) -> Path:
    return paths.cache / "hashes.json"


def _known_hashes(paths: ProjectPaths) -> dict[str, list[object]]:
    try:
        known = read_json(_hashes(paths).read_bytes())
    except (OSError, ValueError):
        return {}
    is_ours = isinstance(known, dict) and all(
        isinstance(row, list) and len(row) == 3 for row in known.values()
    )
    return known if is_ours else {}


def named_hash(place: str) -> str:
    """Return the hash that a file is named by; empty for a file with another name."""
    path = PurePosixPath(place)
    return path.stem if path.parts[0] in _BY_HASH and _DIGEST.fullmatch(path.stem) else ""


def require_place(file: Named) -> None:
    """Check the place of a file. Raises BadInput for a place where films have no files, or a name with
    another hash.
    """
    parts = PurePosixPath(file.path).parts
    bad = (
        len(parts) < 2
        or parts[0] not in KEPT
        or "/".join(parts) != file.path
        or any(
            part in (".", "..")
            or part[0] == "."
            or len(part.encode()) > LONGEST_NAME
            or not part.isprintable()
            for part in parts
        )
    )
    if bad or named_hash(file.path) not in ("", file.digest):
        raise BadInput(f"no file of a film lies at {file.path[:100]!a}", "have the same Milimo on both boxes")


def sift(
    paths: ProjectPaths,
    offered: Iterable[Named],
    then: Mapping[str, str],
    here: Mapping[str, str],
    put: Mapping[str, str],
    named: frozenset[str],
) -> tuple[list[Named], list[str]]:
    """Return the offered files that are needed here, and the places of files that both sides changed.

    Files that both sides changed are not replaced. `then` and `here` are hashes by place: in the last common
    state, and in the film on this box. `put` has the hashes of files that an interrupted push put here.
    `named` are the places that the film on this box refers to. Raises BadInput for a place that films do not
    have.
    """
    wanted, kept = [], []
    for file in offered:
        require_place(file)
        before, now = then.get(file.path, ""), here.get(file.path, "")
        if not now:
            # A file that was deleted here and that the film does not refer to stays deleted.
            if before != file.digest or file.path in named:
                wanted.append(file)
        elif named_hash(file.path):
            if paths.inside(file.path).stat().st_size != file.bytes:  # an incomplete file
                wanted.append(file)
        elif now != file.digest:
            if now in (before, put.get(file.path)):
                wanted.append(file)
            elif before != file.digest:
                kept.append(file.path)
    return wanted, kept
