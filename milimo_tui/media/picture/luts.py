"""Validation of colour look-up tables (`.cube`), at import and again before a filter uses them.

The format is Adobe's Cube LUT Specification 1.0: a one- or three-dimensional table. DaVinci Resolve's
keywords for the input range are accepted where libavfilter, which applies the table, accepts them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.host import explain_os_error

SUFFIX = ".cube"
HINT = "use a .cube file of one or three dimensions"

_LARGEST = {"LUT_1D_SIZE": 65536, "LUT_3D_SIZE": 256}
_MOST_BYTES = 1 << 29  # The largest file in bytes: 256³ colours, written with about nine digits per number.
_OTHER_WORDS = ("TITLE", "DOMAIN_MIN", "DOMAIN_MAX", "LUT_1D_INPUT_RANGE", "LUT_3D_INPUT_RANGE")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class Lut:
    """A validated LUT.

    `dimensions` is 1 or 3, `size` is the number of points per dimension, and `stamp` changes when the file
    changes.
    """

    path: str
    dimensions: int
    size: int
    stamp: tuple[int, int]


def load_lut(path: str) -> Lut:
    """Validate the LUT in a file and return its description. Raises NotFound, ReadOnly, and BadInput for a
    file that is not a LUT.
    """
    try:
        stat = Path(path).stat()
    except FileNotFoundError as error:
        raise NotFound(f"the LUT {Path(path).name} does not exist", f"its path was {path}") from error
    except OSError as error:
        raise explain_os_error(error, Path(path), "read") from error
    if stat.st_size > _MOST_BYTES:
        raise BadInput(
            f"{Path(path).name} is too large for a LUT", f"at most {_MOST_BYTES >> 20} MB can be read"
        )
    return _read_lut_file(path, (stat.st_ino, stat.st_mtime_ns))


@lru_cache(maxsize=64)
def _read_lut_file(path: str, stamp: tuple[int, int]) -> Lut:
    try:
        with Path(path).open(encoding="utf-8", errors="replace") as lines:
            word, size = _validate_lut_lines(Path(path).name, lines)
    except OSError as error:
        raise explain_os_error(error, Path(path), "read") from error
    return Lut(path, 3 if word == "LUT_3D_SIZE" else 1, size, stamp)


def _validate_lut_lines(name: str, lines: Iterable[str]) -> tuple[str, int]:
    """Check all lines of a LUT file. Return the keyword for the type of its table (one- or three-dimensional)
    and the number of points per dimension. Raises BadInput with the problem and the line. `name` is the
    file's name for messages.
    """
    found, size, rows = "", 0, 0
    for number, line in enumerate(lines, 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if words[0] in _LARGEST and line.startswith(words[0]):
            if found:
                raise BadInput(f"{name} is not a LUT: it has two tables", HINT)
            found, size = words[0], _parse_lut_size(name, words)
        elif words[0] == "LUT_3D_INPUT_RANGE" and found:
            raise BadInput(
                f"{name} can't be applied: it has the line {words[0]} below {found}",
                "remove that line if it says 0 to 1, or write DOMAIN_MIN and DOMAIN_MAX",
            )
        elif words[0] not in _OTHER_WORDS:
            if len(words) != 3 or not all(_NUMBER.fullmatch(word) for word in words):
                raise BadInput(f"{name} is not a LUT: line {number} is not three numbers", HINT)
            if not found:
                raise BadInput(f"{name} is not a LUT: line {number} comes before its size", HINT)
            rows += 1
    if not found:
        raise BadInput(f"{name} is not a LUT: it has no LUT_3D_SIZE or LUT_1D_SIZE", HINT)
    wanted = size**3 if found == "LUT_3D_SIZE" else size
    if rows != wanted:
        raise BadInput(f"{name} is a damaged LUT: it has {rows} colours instead of {wanted}", "save it again")
    return found, size


def _parse_lut_size(name: str, words: list[str]) -> int:
    most = _LARGEST[words[0]]
    if len(words) == 2 and words[1].isdecimal() and 2 <= int(words[1]) <= most:
        return int(words[1])
    raise BadInput(f"{name} is a damaged LUT: {words[0]} must be 2 to {most}", "save it again")
