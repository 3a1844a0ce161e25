"""A form field: one requested value with its kind, its current text and the allowed values.

A value is text as the user types it, whatever the kind, so that a wrong value can stay as it was typed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction


class FieldKind(Enum):
    """The kind of a field, which decides how the field is shown, typed and stepped."""

    TEXT = "text"
    CHOICE = "choice"
    WORDS = "words"  # several words, separated by commas
    NUMBER = "number"
    TIME = "time"
    SWITCH = "switch"
    PATH = "path"


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """A word that may be chosen, and its explanation."""

    word: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """A field that asks for one value.

    `text` is the current text. If it is empty, `default` is shown in grey, and `source` names what set the
    default. `is_free`: other words than the choices are allowed. A number is between `least` and `most`;
    `limit` names what sets these bounds (`ltx2`); `special` are words that are allowed as well (`auto`). A
    time is counted at `rate`, and its bounds are frames. `help` describes the field, `note` is shown while it
    is open. `begins_anew`: the first typed letter replaces the text, as in numbers and choices. `check`
    returns a further reason to refuse a text, empty for none. For a path, `suffixes` are the endings of
    suitable files, and `look` describes the file, `✓ 3 scenes` or `✕ …`, where its size on disk says too
    little.
    """

    key: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    text: str = ""
    choices: tuple[FieldChoice, ...] = ()
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
        """True if only one of the choices is allowed."""
        return self.kind is FieldKind.CHOICE and not self.is_free

    @property
    def is_steppable(self) -> bool:
        """True if the value can be decreased and increased."""
        by_choice = self.kind is FieldKind.CHOICE and bool(self.choices)
        return by_choice or self.kind in (FieldKind.NUMBER, FieldKind.TIME, FieldKind.SWITCH)


def make_choices(words: Iterable[str], notes: Mapping[str, str] | None = None) -> tuple[FieldChoice, ...]:
    """Return choices for words, each with its explanation if `notes` has one."""
    known = notes or {}
    return tuple(FieldChoice(word, known.get(word, "")) for word in words)


SWITCH = (FieldChoice("on"), FieldChoice("off"))


def make_free_choice_field(label: str, words: tuple[str, ...], text: str = "") -> FormField:
    """Return a field for free text that offers some known words."""
    return FormField(
        key=label, label=label, kind=FieldKind.CHOICE, text=text, choices=make_choices(words), is_free=True
    )
