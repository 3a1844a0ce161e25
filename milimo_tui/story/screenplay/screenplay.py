"""The screenplay as parsed: elements with their line and byte spans, grouped into scenes.

Values only; `story.screenplay.fountain` makes them, `story.shots.shots` and `story.shots.script_check` read
them. Nothing here changes text: an edit of the script splices bytes by span, so that all the rest stays
exactly as it was typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from milimo_tui.story.values.film import Setting


class Mode(StrEnum):
    """How a text is read; a parsed screenplay never says AUTO."""

    AUTO = "auto"
    SCREENPLAY = "screenplay"
    FREEFORM = "freeform"
    NUMBERED = "numbered"


class Kind(StrEnum):
    HEADING = "heading"
    ACTION = "action"
    CUE = "cue"
    PARENTHETICAL = "parenthetical"
    DIALOGUE = "dialogue"
    LYRIC = "lyric"
    TRANSITION = "transition"
    CENTRED = "centred"
    SECTION = "section"
    SYNOPSIS = "synopsis"
    NOTE = "note"
    BONEYARD = "boneyard"
    PAGE_BREAK = "page break"


@dataclass(frozen=True, slots=True)
class Span:
    """A place in the text: lines from 1, both inclusive; bytes from 0, `end` exclusive, no line ending."""

    line: int
    end_line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Something the reader should look at; line and column count from 1, columns in characters."""

    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True)
class Slug:
    """What a heading says. `number` is the script's own, or empty; the rest is as typed."""

    setting: Setting = Setting.NONE
    location: str = ""
    time_of_day: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Cue:
    """Who speaks: the name as typed, every extension without its brackets, and whether it is dual."""

    name: str
    extensions: tuple[str, ...] = ()
    dual: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptElement:
    """One element of the screenplay.

    `text` is what is read: forcing marks, notes and boneyard are taken out, lines joined by newlines.
    `depth` is a section's level; `slug` belongs to headings and `cue` to cues.
    """

    kind: Kind
    text: str
    span: Span
    forced: bool = False
    depth: int = 0
    slug: Slug | None = None
    cue: Cue | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptScene:
    """A heading and what follows it. Text before the first heading is a scene of its own, number "0".

    `number` is the script's own or counted; `text` is the body's lines as typed, without the heading;
    `elements` leaves the heading out.
    """

    number: str
    heading: str
    slug: Slug
    elements: tuple[ScriptElement, ...]
    span: Span
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleEntry:
    """A line of the title page: its key as typed, its values line by line."""

    key: str
    values: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Screenplay:
    """A parsed text. `elements` holds every element in order, `scenes` the same ones by scene."""

    mode: Mode
    title_page: tuple[TitleEntry, ...] = ()
    elements: tuple[ScriptElement, ...] = ()
    scenes: tuple[ScriptScene, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def title(self) -> str:
        """The title page's title on one line, or an empty text."""
        for entry in self.title_page:
            if entry.key.casefold() in TITLE_KEYS:
                return " ".join(entry.values)
        return ""


TITLE_KEYS = frozenset({"title", "titel", "titre", "título", "titulo", "titolo", "название", "заголовок"})
