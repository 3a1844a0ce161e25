"""The keys of a table of docs/tour.md: what stands in backticks in a row, and names of keys."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "tour.md"
Keys = tuple[str, ...]


def rows(heading: str, before: str = "") -> list[Keys]:
    """The keys of each row below a heading, up to another one."""
    table = PAGE.read_text().partition(heading)[2]
    table = table.partition(before)[0] if before else table
    cells = re.findall(r"^\| (.+?) \| .+ \|$", table, re.M)
    typed = [tuple(a or b for a, b in re.findall(r"`([^`]+)`|(Enter|Esc|Tab|space)", cell)) for cell in cells]
    return [keys for keys in typed if keys]
