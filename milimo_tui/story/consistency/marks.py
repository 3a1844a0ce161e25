"""Marks on lines of the screenplay: questions about possible contradictions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from milimo_tui.story.values.text import fold


class MarkKind(StrEnum):
    """The kinds of consistency marks, one for each check."""

    NAME = "name"  # Two names that may belong to one person.
    PLACE = "place"  # A person in two places at the same time.
    ENTRANCE = "entrance"  # A person who speaks without having entered.
    KNOWS = "knows"  # A person who knows something that nobody told them.
    LOOK = "look"  # A description of appearance that contradicts another.


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsistencyMark:
    """A question to the writer about a line of the screenplay. `line` is the number of this line, from 1.
    `other` is the number of the line that contradicts it, or 0 for none.

    `who` is the name of the person in question. `words` are the script's words on the line, by which the mark
    is found again after the line has moved. `by` is the source of the mark: the rules, or the name of a
    language model.
    """

    kind: MarkKind
    line: int
    who: str
    sentence: str
    words: str = ""
    other: int = 0
    by: str = "rules"

    @property
    def stable_key(self) -> str:
        """Ten hexadecimal digits that stay the same for the same question when the rest of the script
        changes.
        """
        text = "\n".join((self.kind, fold(self.who), " ".join(fold(self.words).split())))
        return hashlib.sha256(text.encode()).hexdigest()[:10]


def sort_marks(marks: Iterable[ConsistencyMark]) -> tuple[ConsistencyMark, ...]:
    """Return the marks sorted by line. Repetitions of the same question are left out."""
    known: dict[str, ConsistencyMark] = {}
    for mark in sorted(marks, key=lambda each: (each.line, each.kind, each.who)):
        known.setdefault(mark.stable_key, mark)
    return tuple(known.values())
