"""A mark on a line of the screenplay: what may not go together there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from milimo_tui.story.values.text import fold


class MarkKind(StrEnum):
    NAME = "name"  # two names that may be one person's
    PLACE = "place"  # somebody in two places at once
    ENTRANCE = "entrance"  # somebody who speaks where nothing brought them
    KNOWS = "knows"  # somebody who knows what nobody told them
    LOOK = "look"  # a look that contradicts another


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One question. `line` counts from 1, `other` is the line that it does not go with (0: none).

    `who` is a name; `words` are the script's on that line, by which the mark is known again wherever the line
    moves; `by` is who found it: the rules, or a model's name.
    """

    kind: MarkKind
    line: int
    who: str
    sentence: str
    words: str = ""
    other: int = 0
    by: str = "rules"

    @property
    def key(self) -> str:
        """Ten letters that are the same for the same question, whatever else of the script changes."""
        said = "\n".join((self.kind, fold(self.who), " ".join(fold(self.words).split())))
        return hashlib.sha256(said.encode()).hexdigest()[:10]


def in_order(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Marks by their line, each question once."""
    known: dict[str, Mark] = {}
    for mark in sorted(marks, key=lambda each: (each.line, each.kind, each.who)):
        known.setdefault(mark.key, mark)
    return tuple(known.values())
