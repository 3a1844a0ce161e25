"""Read the tables of words, which are TOML files in this package."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def list_prompt_rows(table: str, name: str) -> tuple[dict[str, Any], ...]:
    """Return the rows under the key `name` in the file of `table`, in order."""
    text = files(__package__).joinpath(f"{table}.toml").read_text("utf-8")
    return tuple(tomllib.loads(text)[name])
