"""A field: one thing that is asked for, with its kind, what it has now and what may stand in it.

A value is a text as a person types it, in every kind: a wrong one can stay as it was typed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction


class Kind(Enum):
    """How a field is shown, typed and stepped."""

    TEXT = "text"
    CHOICE = "choice"
    WORDS = "words"  # several, with commas between
    NUMBER = "number"
    TIME = "time"
    SWITCH = "switch"
    PATH = "path"


@dataclass(frozen=True, slots=True)
class Choice:
    """A word that may be taken, and what it is for."""

    word: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One thing that is asked for.

    `text` is what it has; empty: `default`, which `source` set, stands there quietly. `is_free`: other words
    than the choices will do. A number lies from `least` to `most`, whose bounds these are says `limit`
    (`ltx2`); `special` are words that it may be as well (`auto`). A time is counted at `rate`, and its bounds
    are frames. `help` says what it is, `note` what to know while it is open. `begins_anew`: a first letter
    replaces what stands there, as in numbers and choices. `check` returns what else is wrong with a text,
    empty for nothing. Of a path: `suffixes` are the endings of files that are meant, `look` finds out what
    one leads to, `✓ 3 scenes` or `✕ …`, where its size on disk says too little.
    """

    key: str
    label: str
    kind: Kind = Kind.TEXT
    text: str = ""
    choices: tuple[Choice, ...] = ()
    is_free: bool = False
    least: float | None = None
    most: float | None = None
    step: float = 1
    big: float = 10
    is_whole: bool = False
    unit: str = ""
    special: tuple[str, ...] = ()
    rate: Fraction = Fraction(25)
    default: str = ""
    source: str = ""
    is_needed: bool = False
    help: str = ""
    limit: str = ""
    section: str = ""
    begins_anew: bool = False
    note: str = ""
    check: Callable[[str], str] | None = None
    suffixes: tuple[str, ...] = ()
    look: Callable[[str], Awaitable[str]] | None = None

    @property
    def is_strict(self) -> bool:
        """Return whether nothing but one of its choices will do."""
        return self.kind is Kind.CHOICE and not self.is_free

    @property
    def steps(self) -> bool:
        """Return whether less and more mean something to it."""
        by_choice = self.kind is Kind.CHOICE and bool(self.choices)
        return by_choice or self.kind in (Kind.NUMBER, Kind.TIME, Kind.SWITCH)


def choices_of(words: Iterable[str], notes: Mapping[str, str] | None = None) -> tuple[Choice, ...]:
    """Return choices of words, each with its note where `notes`, by word, has one."""
    known = notes or {}
    return tuple(Choice(word, known.get(word, "")) for word in words)


SWITCH = (Choice("on"), Choice("off"))


def free_words(label: str, words: tuple[str, ...], text: str = "") -> FormField:
    """Return a field of any text in which some words are known."""
    return FormField(
        key=label, label=label, kind=Kind.CHOICE, text=text, choices=choices_of(words), is_free=True
    )
