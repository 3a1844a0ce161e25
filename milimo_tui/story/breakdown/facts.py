"""A fact of a breakdown: a statement with its source and the passage of the script that proves it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FactSource(StrEnum):
    """The source of a fact. Facts of the source SCRIPT follow from the format of the screenplay, such as the
    time of day in a heading. Facts of the source RULE were found by the reading rules of earlier versions.
    """

    SCRIPT = "script"
    MODEL = "model"
    RULE = "rule"
    USER = "user"


@dataclass(frozen=True, slots=True)
class Fact:
    """A statement about the film, such as the clothes of a person. Without text, nothing is known.

    `quote` is the passage of the script that proves the statement, letter for letter. The passage is between
    the lines `line` and `end_line`, both included. Lines of a scene count from its heading, which is line 0.
    """

    text: str = ""
    source: FactSource = FactSource.MODEL
    line: int = 0
    end_line: int = 0
    quote: str = ""

    def __bool__(self) -> bool:
        return bool(self.text)


UNKNOWN = Fact()
