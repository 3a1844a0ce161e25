"""What the script does not say for sure: each doubt of a shot, with the guess and what else it could be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

NOBODY = "nobody"  # the answer that there is no one


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
