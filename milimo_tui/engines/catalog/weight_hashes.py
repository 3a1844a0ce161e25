"""Hashes of weights: which files of a folder count as weights, and the SHA-256 of each. Complete files are
read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from milimo_tui.core.host import explain
from milimo_tui.engines.catalog.installed_weights import WeightFile

CHUNK = 1 << 20
# files hashed at a time: a core needs two minutes for 50 GB, and the disk is faster than one core
AT_A_TIME = 4
OURS = ("milimo.json",)


def nothing(done: int) -> None:
    """Ignore the progress of hashing."""


def digest_of(path: Path, on_bytes: Callable[[int], None] = nothing) -> str:
    """Return the SHA-256 of a file in hexadecimal.

    `on_bytes` receives the size of each chunk after it was read; it may raise to stop.
    """
    taken = hashlib.sha256()
    try:
        with path.open("rb", buffering=0) as file:
            while piece := file.read(CHUNK):
                taken.update(piece)
                on_bytes(len(piece))
    except OSError as error:
        raise explain(error, path, "read") from error
    return taken.hexdigest()


def names_of(root: Path, path: Path) -> tuple[str, ...]:
    """Return the names of the files below a folder of weights, or of the single file, relative to `root`.

    The names are sorted; the studio's own files and hidden files are left out.
    """
    found = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    names = (one.relative_to(root) for one in found)
    return tuple(
        sorted(
            name.as_posix()
            for name in names
            if name.name not in OURS and not any(part.startswith(".") for part in name.parts)
        )
    )


def files_of(root: Path, path: Path) -> tuple[WeightFile, ...]:
    """Hash every file of a folder of weights, or the single file, several at a time. Names are relative to
    `root`.

    Raises the error that `explain` makes for a file that cannot be read.
    """
    names = names_of(root, path)
    with ThreadPoolExecutor(AT_A_TIME) as hashing:
        digests = hashing.map(lambda name: digest_of(root / name), names)
        return tuple(
            WeightFile(name, (root / name).stat().st_size, digest)
            for name, digest in zip(names, digests, strict=True)
        )
