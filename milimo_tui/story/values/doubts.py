"""Define the doubts of a shot. A doubt is a fact that the script does not state clearly. It has a guess and
the alternatives to this guess.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

NOBODY = "nobody"  # Answer to a doubt about a person: there is nobody.
YES, NO = "yes", "no"  # Answers to a question that asks if a state, such as “soaked”, still applies.
NOT_TOLD = "not told"  # Answer to a doubt about a look: the script does not describe it.
# Keys of a scene's field `own`. With the first, the user confirmed a guessed time; its value is the heading
# for which the guess was made. With the second, the heading has changed since the user set the time.
CONFIRMED_TIME = "confirmed time of day"
CHANGED_HEADING = "changed heading"


class DoubtKind(StrEnum):
    """The subject of a doubt."""

    CAST = "cast"
    PLACE = "place"
    TIME = "time"
    LOOK = "look"
    LENGTH = "length"
    FRAMING = "framing"
    WEATHER = "weather"
    FACT = "fact"  # A statement of a reading that the script does not confirm.
    SAME = "same person"  # Two names that may belong to one person.


@dataclass(frozen=True, slots=True)
class Doubt:
    """A guess about the script. `words` are the unclear words of the script (“She”), and `guess` is their
    supposed meaning.

    `others` are the next best answers. `sure` is the confidence from 0 to 1. `reason` explains the guess.

    If the doubt asks whether a value that the user set still applies, `field` is the field of the shot and
    `guess` is the user's value. Otherwise `field` is empty.
    """

    kind: DoubtKind
    words: str
    guess: str
    others: tuple[str, ...] = ()
    sure: float = 0.0
    reason: str = ""
    field: str = ""


def make_doubt_key(words: str) -> str:
    """Return the first part of the key under which a shot stores the user's answer to a doubt about these
    words. The key is in the shot's `own` field.
    """
    return f"sure that {words.casefold()} is "


def is_answer_about(key: str, text: str) -> bool:
    """Return True if `key` of a shot's `own` field stores an answer to a doubt about words of `text`."""
    words = key.removeprefix("sure that ").partition(" is ")[0]
    return key.startswith("sure that ") and words in text.casefold()


def find_doubt_answer(own: Iterable[tuple[str, str]], words: str) -> str:
    """Return the user's answer to a doubt about these words, or an empty string. `own` is the field of the
    shot that stores answers.
    """
    key = make_doubt_key(words)
    return next((name.removeprefix(key) for name, _ in own if name.startswith(key)), "")
