"""A form field: the value that is asked for, with its kind, present text and allowed values.

Every value is the text that the user types, whatever its kind, so that a wrong value stays visible as typed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction


class FieldKind(Enum):
    """The kind of a field. It decides how the field is drawn, checked and changed by steps."""

    TEXT = "text"
    CHOICE = "choice"
    WORDS = "words"  # Several words, separated by commas.
    NUMBER = "number"
    TIME = "time"
    SWITCH = "switch"
    PATH = "path"


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """A word that can be chosen in a field, with its explanation."""

    word: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """A field that asks for one value.

    - `text` is the present text. If it is empty, `default` is shown in grey; `source` names the origin of the
      default.
    - `is_free` allows other words than the choices.
    - `least` and `most` are the bounds of a number; `limit` names their origin (`ltx2`). `special` are words
      that are allowed in place of a number (`auto`).
    - `rate` is the frame rate of a time; the bounds of a time are in frames.
    - `help` describes the field; `note` is shown while the field is open.
    - `begins_anew` makes the first typed character replace the text.
    - `check` returns a further reason to refuse a text; empty for none.
    - `suffixes` are the endings of suitable files, for a path.
    - `look` describes the file at a path (`✓ 3 scenes` or `✕ …`), for kinds of files whose size says too
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
        """True if the field only allows one of its choices."""
        return self.kind is FieldKind.CHOICE and not self.is_free

    @property
    def is_steppable(self) -> bool:
        """True if keys can step the value up and down."""
        by_choice = self.kind is FieldKind.CHOICE and bool(self.choices)
        return by_choice or self.kind in (FieldKind.NUMBER, FieldKind.TIME, FieldKind.SWITCH)


def make_choices(words: Iterable[str], notes: Mapping[str, str] | None = None) -> tuple[FieldChoice, ...]:
    """Return choices for `words`, each with its explanation from `notes` if there is one."""
    known = notes or {}
    return tuple(FieldChoice(word, known.get(word, "")) for word in words)


SWITCH = (FieldChoice("on"), FieldChoice("off"))


def make_free_choice_field(label: str, words: tuple[str, ...], text: str = "") -> FormField:
    """Return a field that offers `words` as choices, but accepts any text."""
    return FormField(
        key=label, label=label, kind=FieldKind.CHOICE, text=text, choices=make_choices(words), is_free=True
    )
