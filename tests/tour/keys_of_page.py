"""Read the keys from a table of docs/tour.md: the text in backticks and the names of keys in each row."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "tour.md"
Keys = tuple[str, ...]


def rows(heading: str, before: str = "") -> list[Keys]:
    """Return the keys of each table row below `heading`, up to the heading `before`."""
    table = PAGE.read_text().partition(heading)[2]
    table = table.partition(before)[0] if before else table
    cells = re.findall(r"^\| (.+?) \| .+ \|$", table, re.M)
    typed = [tuple(a or b for a, b in re.findall(r"`([^`]+)`|(Enter|Esc|Tab|space)", cell)) for cell in cells]
    return [keys for keys in typed if keys]
