"""Tables of words, as TOML files beside this module."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def rows(table: str, name: str) -> tuple[dict[str, Any], ...]:
    """The rows of that name of a table, in its order."""
    text = files(__package__).joinpath(f"{table}.toml").read_text("utf-8")
    return tuple(tomllib.loads(text)[name])
