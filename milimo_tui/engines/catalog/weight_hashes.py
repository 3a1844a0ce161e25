"""Hashing weights: which files count as weights of a folder, and the SHA-256 of each. Reads whole files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from milimo_tui.core.host import explain
from milimo_tui.engines.catalog.installed_weights import WeightFile

CHUNK = 1 << 20
AT_A_TIME = 4  # files: one of 50 GB takes a core two minutes, and a disk has more to give
OURS = ("milimo.json",)


def nothing(done: int) -> None:
    """Nobody listens."""


def digest_of(path: Path, on_bytes: Callable[[int], None] = nothing) -> str:
    """SHA-256 hex of a file; `on_bytes` gets the bytes of each piece read; it may raise to stop."""
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
    """The files below a folder of weights, or the single one, by their names from `root` on; sorted, without
    our own and hidden ones.
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
    """Hash every file of a folder of weights, or the single one, some at a time; names begin at `root`.
    Raises what `explain` makes of a file that can't be read.
    """
    names = names_of(root, path)
    with ThreadPoolExecutor(AT_A_TIME) as hashing:
        digests = hashing.map(lambda name: digest_of(root / name), names)
        return tuple(
            WeightFile(name, (root / name).stat().st_size, digest)
            for name, digest in zip(names, digests, strict=True)
        )
