"""Hashes of weights: which files of a folder count as weights, and the SHA-256 of each. Complete files are
read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from milimo_tui.core.host import explain_os_error
from milimo_tui.engines.catalog.installed_weights import WeightFile

CHUNK = 1 << 20
# files hashed at a time: a core needs two minutes for 50 GB, and the disk is faster than one core
PARALLEL_HASHES = 4
STUDIO_FILES = ("milimo.json",)


def ignore_hash_progress(done: int) -> None:
    """Ignore the progress of hashing."""


def hash_file(path: Path, on_bytes: Callable[[int], None] = ignore_hash_progress) -> str:
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
        raise explain_os_error(error, path, "read") from error
    return taken.hexdigest()


def list_weight_names(root: Path, path: Path) -> tuple[str, ...]:
    """Return the names of the files below a folder of weights, or of the single file, relative to `root`.

    The names are sorted; the studio's own files and hidden files are left out.
    """
    found = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    names = (one.relative_to(root) for one in found)
    return tuple(
        sorted(
            name.as_posix()
            for name in names
            if name.name not in STUDIO_FILES and not any(part.startswith(".") for part in name.parts)
        )
    )


def hash_weight_files(root: Path, path: Path) -> tuple[WeightFile, ...]:
    """Hash every file of a folder of weights, or the single file, several at a time. Names are relative to
    `root`.

    Raises the error that `explain` makes for a file that cannot be read.
    """
    names = list_weight_names(root, path)
    with ThreadPoolExecutor(PARALLEL_HASHES) as hashing:
        digests = hashing.map(lambda name: hash_file(root / name), names)
        return tuple(
            WeightFile(name, (root / name).stat().st_size, digest)
            for name, digest in zip(names, digests, strict=True)
        )
