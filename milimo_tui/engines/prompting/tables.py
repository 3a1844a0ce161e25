"""Read the tables of words with which prompts are composed. They are TOML files in this package."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def list_prompt_rows(table: str, name: str) -> tuple[dict[str, Any], ...]:
    """Return the rows under the key `name` of a table, in the order of the file. `table` is the name of the
    TOML file without its suffix.
    """
    text = files(__package__).joinpath(f"{table}.toml").read_text("utf-8")
    return tuple(tomllib.loads(text)[name])
