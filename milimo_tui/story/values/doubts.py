"""What the script does not say for sure: each doubt of a shot, with the guess and what else it could be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

NOBODY = "nobody"  # the answer that there is no one
YES, NO = "yes", "no"  # whether a state still holds
NOT_TOLD = "not told"  # of a look: nothing says what it is


class DoubtKind(StrEnum):
    CAST = "cast"
    PLACE = "place"
    TIME = "time"
    LOOK = "look"
    LENGTH = "length"


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing that was guessed. `words` are the script's ("She"), `guess` what they were taken for.

    `others` are the next best answers; `sure` is from 0 to 1, `reason` says why it was made.
    """

    kind: DoubtKind
    words: str
    guess: str
    others: tuple[str, ...] = ()
    sure: float = 0.0
    reason: str = ""


def asked_about(words: str) -> str:
    """What a field of a person's own begins with that answers a doubt with these words."""
    return f"sure that {words.casefold()} is "


def answer_to(own: Iterable[tuple[str, str]], words: str) -> str:
    """Return what a person answered to a doubt with these words; empty where nobody did."""
    asked = asked_about(words)
    return next((name.removeprefix(asked) for name, _ in own if name.startswith(asked)), "")
