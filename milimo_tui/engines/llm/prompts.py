"""The words that language models are told, read from `prompts.toml`; lengths by a clip's seconds. Pure."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

TASKS = (
    "enhance",
    "enhance_seen",
    "enhance_picture",
    "continue",
    "breakdown",
    "answer",
    "rewrite",
    "ask",
    "check",
    "scenario",
    "structure",
)


@dataclass(frozen=True, slots=True)
class Words:
    """What a model is told for one task: the system's words and the person's."""

    system: str
    user: str


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("prompts.toml").read_text(encoding="utf-8"))


def length_for(seconds: float) -> str:
    """How long the prompt of a clip that long is to be, in words a model follows."""
    for row in _table()["lengths"]:
        if seconds <= row["until"]:
            return str(row["words"])
    raise AssertionError("the last row of lengths has no end")


def words_for(task: str, *, system: str = "", **values: Any) -> Words:
    """The words of a task, filled in. `system` takes the place of the task's own."""
    row = _table()[task]
    background = values.get("background", "")
    if background and "background" in row:
        values["background"] = row["background"].lstrip("\n").format(background=background)
    own = row["system"].strip().format(**values)
    return Words(system.strip() or own, row["user"].strip("\n").format(**values))


def shown_seconds(seconds: float) -> str:
    """`4`, `4.8`: a length as people write it."""
    return f"{seconds:.1f}".removesuffix(".0")
