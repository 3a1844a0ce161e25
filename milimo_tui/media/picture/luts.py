"""LUT files (.cube): told apart and refused with a sentence before a filter meets them.

The form is Adobe's Cube LUT Specification 1.0: a table of one or of three dimensions.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.host import explain

_LARGEST = {"LUT_1D_SIZE": 65536, "LUT_3D_SIZE": 256}
_FILTERS = {"LUT_1D_SIZE": "lut1d", "LUT_3D_SIZE": "lut3d"}
_MOST_BYTES = 1 << 29


@dataclass(frozen=True, slots=True)
class Lut:
    """A readable one: the filter that applies it, and what changes when its file does."""

    path: str
    filter: str
    size: int
    stamp: tuple[int, int]


def lut(path: str) -> Lut:
    """The LUT of a file. Raises NotFound, ReadOnly, and BadInput for what is none."""
    try:
        stat = Path(path).stat()
    except FileNotFoundError as error:
        raise NotFound(f"{Path(path).name}: there is no such LUT", f"looked for {path}") from error
    except OSError as error:
        raise explain(error, Path(path), "read") from error
    if stat.st_size > _MOST_BYTES:
        raise BadInput(f"{Path(path).name} is too large for a LUT", "use one of at most 256 steps a side")
    return _read(path, (stat.st_ino, stat.st_mtime_ns))


@lru_cache(maxsize=64)
def _read(path: str, stamp: tuple[int, int]) -> Lut:
    name, found, rows = Path(path).name, "", 0
    size = 0
    try:
        with Path(path).open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                words = line.split()
                if not words or words[0].startswith("#"):
                    continue
                if words[0] in _FILTERS and not found:
                    found, size = words[0], _size(name, words)
                elif _is_row(words):
                    rows += 1
    except OSError as error:
        raise explain(error, Path(path), "read") from error
    if not found:
        raise BadInput(f"{name} is not a LUT", "choose a .cube file with LUT_3D_SIZE or LUT_1D_SIZE")
    wanted = size**3 if found == "LUT_3D_SIZE" else size
    if rows != wanted:
        raise BadInput(f"{name} is a damaged LUT: it has {rows} rows where {wanted} belong")
    return Lut(path, _FILTERS[found], size, stamp)


def _size(name: str, words: list[str]) -> int:
    if len(words) != 2 or not words[1].isdecimal() or not 2 <= int(words[1]) <= _LARGEST[words[0]]:
        raise BadInput(f"{name} is a damaged LUT: {' '.join(words)[:60]}")
    return int(words[1])


def _is_row(words: list[str]) -> bool:
    if len(words) != 3:
        return False
    try:
        [float(word) for word in words]
    except ValueError:
        return False
    return True
