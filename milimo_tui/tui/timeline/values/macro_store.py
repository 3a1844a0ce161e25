"""Macros: what was typed on the timeline, by letter, kept with the project so that it outlives a restart.

A macro is a list of steps; a step is the keys of one key command, and what was answered where it asked.
Reading and keeping are blocking (the project's database): call from a thread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from milimo_tui.tui.keys.keymap import show

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import Studio

KEY = "macros"
DEEPEST = 12  # macros that run macros


@dataclass(frozen=True, slots=True)
class Step:
    """One key command as it was typed. `answers` are those given to its questions, in their order."""

    keys: tuple[str, ...]
    answers: tuple[str | None, ...] = ()  # None where a question was left

    def __str__(self) -> str:
        return "".join([show(self.keys).replace(" ", ""), *(f"“{words or ''}”" for words in self.answers)])

    def as_json(self) -> dict[str, Any]:
        return {"keys": list(self.keys), "said": list(self.answers)}

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> Step:
        return cls(tuple(value["keys"]), tuple(value["said"]))


def is_name(key: str) -> bool:
    """Return whether a key can name a macro: one letter or digit."""
    return len(key) == 1 and key.isalnum()


def macro_text(steps: Sequence[Step]) -> str:
    """Format a macro as people read it: `75l dw`."""
    return " ".join(str(step) for step in steps)


def keep(studio: Studio, name: str, steps: Sequence[Step]) -> None:
    """Store a macro under a letter; one without steps removes what was there."""
    project = studio.project()
    kept = dict(project.ui.get(KEY) or {})
    kept.pop(name, None)
    if steps:
        kept[name] = [step.as_json() for step in steps]
    project.ui.set(KEY, kept)


def recall(studio: Studio) -> dict[str, tuple[Step, ...]]:
    """Return every macro by its letter."""
    kept = studio.project().ui.get(KEY) or {}
    return {name: tuple(Step.of_json(step) for step in steps) for name, steps in sorted(kept.items())}
