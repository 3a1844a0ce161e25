"""Store macros: sequences of keys recorded on a screen, each under a letter. They are stored with the film,
so that they survive a restart.

A macro is a list of steps. A step is the keys of one key command, the answers to its questions, and the keys
of the text typed after it. Each screen has its own macros, because a key has another meaning on another
screen. Reading and storing access the film's database and may block: call them in a thread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from milimo_tui.tui.keys.keymap import format_chord

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import Studio

# Maximum depth of macros that run other macros. A deeper macro is not run, because macros probably run each
# other endlessly.
DEEPEST = 12


@dataclass(frozen=True, slots=True)
class MacroStep:
    """A step of a macro: one key command as it was typed.

    `answers` are the answers to the command's questions, in order. `text` holds the keys of the text typed
    after the command.
    """

    keys: tuple[str, ...]
    answers: tuple[str | None, ...] = ()  # None stands for a question that the user cancelled.
    text: tuple[str, ...] = ()

    def __str__(self) -> str:
        answers = [f"“{words or ''}”" for words in self.answers]
        return "".join([format_chord(self.keys).replace(" ", ""), *answers, _format_written_keys(self.text)])

    def to_json(self) -> dict[str, Any]:
        return {"keys": list(self.keys), "said": list(self.answers), "text": list(self.text)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> MacroStep:
        return cls(tuple(value["keys"]), tuple(value["said"]), tuple(value.get("text", ())))


def _format_written_keys(keys: Sequence[str]) -> str:
    """Return the keys of a typed text as displayed: characters in quotes, other keys by their names."""
    parts = list[str]()
    for is_text, run in groupby(keys, lambda key: len(key) == 1 or key == "space"):
        typed = tuple(run)
        words = "".join(" " if key == "space" else key for key in typed)
        parts.append(f"“{words}”" if is_text else format_chord(typed))
    return " ".join(parts)


def is_macro_name(key: str) -> bool:
    """Return True if a key can name a macro: one letter or digit."""
    return len(key) == 1 and key.isalnum()


def format_macro(steps: Sequence[MacroStep]) -> str:
    """Return a macro as displayed, such as `75l dw`."""
    return " ".join(str(step) for step in steps)


def store_macro(studio: Studio, key: str, name: str, steps: Sequence[MacroStep]) -> None:
    """Store the macro `name` (a letter or digit) of a screen. Without steps, delete the stored macro.

    `key` is the key under which the film stores the screen's macros.
    """
    project = studio.require_project()
    kept = dict(project.ui.get(key) or {})
    kept.pop(name, None)
    if steps:
        kept[name] = [step.to_json() for step in steps]
    project.ui.set(key, kept)


def load_macros(studio: Studio, key: str) -> dict[str, tuple[MacroStep, ...]]:
    """Return all macros of a screen by name. `key` is the key under which the film stores them."""
    kept = studio.require_project().ui.get(key) or {}
    return {name: tuple(MacroStep.from_json(step) for step in steps) for name, steps in sorted(kept.items())}
