"""Compute the SHA-256 of the files of weights, and list the files in a folder that count as weights.

Hashing reads complete files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from milimo_tui.core.host import explain_os_error
from milimo_tui.engines.catalog.installed_weights import WeightFile

CHUNK = 1 << 20
# Number of files that are hashed at the same time. One CPU core needs two minutes for 50 GB, and the disk is
# faster than one core.
PARALLEL_HASHES = 4
STUDIO_FILES = ("milimo.json",)


def ignore_hash_progress(done: int) -> None:
    """Do nothing. Default for `on_bytes` if the caller does not show progress."""


def hash_file(path: Path, on_bytes: Callable[[int], None] = ignore_hash_progress) -> str:
    """Return the SHA-256 of a file as hexadecimal digits.

    `on_bytes` is called with the size of each chunk after the chunk was read. It may raise an error to stop.
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
    """Return the names of the weights files in a folder, or of a single file, relative to `root`.

    The names are sorted. The studio's own files and hidden files are left out.
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
    """Return every file of a folder of weights, or a single file, with its hash. Names are relative to
    `root`.

    Several files are hashed at the same time. Raises the errors of `hash_file` for a file that can't be read.
    """
    names = list_weight_names(root, path)
    with ThreadPoolExecutor(PARALLEL_HASHES) as hashing:
        digests = hashing.map(lambda name: hash_file(root / name), names)
        return tuple(
            WeightFile(name, (root / name).stat().st_size, digest)
            for name, digest in zip(names, digests, strict=True)
        )
