"""Tables of words in TOML files of this package."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def list_prompt_rows(table: str, name: str) -> tuple[dict[str, Any], ...]:
    """Return the rows of that name in a table, in order."""
    text = files(__package__).joinpath(f"{table}.toml").read_text("utf-8")
    return tuple(tomllib.loads(text)[name])
