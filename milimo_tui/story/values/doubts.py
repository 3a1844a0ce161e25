"""Doubts of a shot: what the script does not state for sure, with the guess and the alternatives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

NOBODY = "nobody"  # The answer that there is nobody.
YES, NO = "yes", "no"  # Answers to the question if a state still applies.
NOT_TOLD = "not told"  # The answer for a look that the script does not describe.


class DoubtKind(StrEnum):
    """The kinds of doubt."""

    CAST = "cast"
    PLACE = "place"
    TIME = "time"
    LOOK = "look"
    LENGTH = "length"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A guess about the script. `words` are the script's words ("She"), `guess` is their meaning.

    `others` are the next best answers. `sure` is the confidence, from 0 to 1; `reason` says why the guess was
    made.
    """

    kind: DoubtKind
    words: str
    guess: str
    others: tuple[str, ...] = ()
    sure: float = 0.0
    reason: str = ""


def make_doubt_key(words: str) -> str:
    """Return the prefix of the key in `own` that holds the answer to a doubt with these words."""
    return f"sure that {words.casefold()} is "


def find_doubt_answer(own: Iterable[tuple[str, str]], words: str) -> str:
    """Return the user's answer to a doubt with these words, or an empty string."""
    asked = make_doubt_key(words)
    return next((name.removeprefix(asked) for name, _ in own if name.startswith(asked)), "")
