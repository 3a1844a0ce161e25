"""Colour look-up tables in `.cube` files: whether one is whole. Text alone; libavfilter applies them."""

from __future__ import annotations

import re
from pathlib import Path

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.host import explain

SUFFIX = ".cube"
MOST_BYTES = 64 * 2**20
SIDES = (2, 256)  # points along each axis of the cube (Adobe's Cube LUT Specification 1.0)

HINT = "a .cube file is read, one of three dimensions"

_WORDS = ("TITLE", "DOMAIN_MIN", "DOMAIN_MAX", "LUT_3D_INPUT_RANGE")
_NUMBER = re.compile(r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")


def check_cube(path: Path) -> int:
    """How many points a side of the cube has. Raises BadInput with the line where it is wrong, NotFound."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadInput(f"{path.name} is too large for a LUT", f"at most {MOST_BYTES >> 20} MB are read")
        lines = path.read_text("utf-8", errors="replace").splitlines()
    except FileNotFoundError as error:
        raise NotFound(f"{path.name}: there is no such file", f"looked for {path}") from error
    except OSError as error:
        raise explain(error, path, "read") from error
    side = rows = 0
    for number, line in enumerate(lines, 1):
        words = line.split()
        if not words or words[0].startswith("#") or words[0] in _WORDS:
            continue
        if words[0] == "LUT_1D_SIZE":
            raise BadInput(f"{path.name} is a LUT of one dimension", "a .cube of three (LUT_3D_SIZE) is read")
        if words[0] == "LUT_3D_SIZE":
            side = _side(path, words)
        elif len(words) == 3 and all(_NUMBER.match(word) for word in words):
            rows += 1
        else:
            raise BadInput(
                f"{path.name} is no LUT: line {number} is not three numbers", "a .cube file is read"
            )
    if not side:
        raise BadInput(f"{path.name} is no LUT: it has no LUT_3D_SIZE", HINT)
    if rows != side**3:
        raise BadInput(
            f"{path.name} is not whole: it has {rows} colours where {side**3} belong", "save it anew"
        )
    return side


def _side(path: Path, words: list[str]) -> int:
    low, high = SIDES
    if len(words) == 2 and words[1].isdigit() and low <= int(words[1]) <= high:
        return int(words[1])
    raise BadInput(f"{path.name} is no LUT: LUT_3D_SIZE is {low} to {high}", "save it anew")
