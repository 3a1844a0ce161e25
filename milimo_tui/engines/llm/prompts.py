"""The prompts for language models, read from `prompts.toml`, and the prompt length that suits the duration of
a clip. All functions are pure.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class TaskPrompt:
    """The prompt of a task: the system text and the user text."""

    system: str
    user: str


@cache
def _read_prompt_table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("prompts.toml").read_text(encoding="utf-8"))


def describe_prompt_length(seconds: float) -> str:
    """Return the length that a prompt should have for a clip of `seconds`, in words for a language model."""
    for row in _read_prompt_table()["lengths"]:
        if seconds <= row["until"]:
            return str(row["words"])
    raise AssertionError("the last row of lengths has no end")


def fill_task_prompt(task: str, *, system: str = "", **values: Any) -> TaskPrompt:
    """Return the prompt of a task with `values` filled in. A non-empty `system` replaces the system text of
    the task.
    """
    row = _read_prompt_table()[task]
    background = values.get("background", "")
    if background and "background" in row:
        values["background"] = row["background"].lstrip("\n").format(background=background)
    own = row["system"].strip().format(**values)
    return TaskPrompt(system.strip() or own, row["user"].strip("\n").format(**values))


def format_clip_seconds(seconds: float) -> str:
    """Return a number of seconds with at most one decimal: `4`, `4.8`."""
    return f"{seconds:.1f}".removesuffix(".0")
