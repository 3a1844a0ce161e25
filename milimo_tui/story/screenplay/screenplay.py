"""The parsed screenplay: elements with their line and byte spans, grouped into scenes.

This module has values only; `story.screenplay.fountain` makes them, `story.shots.shots` and
`story.shots.script_check` read them. Nothing here changes text: an edit of the script splices bytes by span,
so that all other text stays exactly as it was typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from milimo_tui.story.values.film import Setting


class ScreenplayMode(StrEnum):
    """The method by which a text is read; a parsed screenplay never has AUTO."""

    AUTO = "auto"
    SCREENPLAY = "screenplay"
    FREEFORM = "freeform"
    NUMBERED = "numbered"


class ScriptElementKind(StrEnum):
    """The kind of an element of a screenplay."""

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
class ScriptSpan:
    """A range of the text: lines from 1, both inclusive; bytes from 0, `end` exclusive, without the line
    ending.
    """

    line: int
    end_line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ScriptProblem:
    """A problem that the user should look at; line and column count from 1, columns in characters."""

    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True)
class Slug:
    """The parts of a heading. `number` is the script's own number, or empty; the other parts are as typed."""

    setting: Setting = Setting.NONE
    location: str = ""
    time_of_day: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Cue:
    """The parts of a cue: the name as typed, every extension without its brackets, and whether it is dual."""

    name: str
    extensions: tuple[str, ...] = ()
    dual: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptElement:
    """An element of the screenplay.

    `text` is the text to read: without forcing marks, notes and boneyard, with lines joined by newlines.
    `depth` is the level of a section; headings have a `slug`, and cues have a `cue`.
    """

    kind: ScriptElementKind
    text: str
    span: ScriptSpan
    forced: bool = False
    depth: int = 0
    slug: Slug | None = None
    cue: Cue | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptScene:
    """A heading and the elements after it. Text before the first heading is a separate scene with number "0".

    `number` is the script's own or counted; `text` has the lines of the body as typed, without the heading;
    `elements` leaves out the heading.
    """

    number: str
    heading: str
    slug: Slug
    elements: tuple[ScriptElement, ...]
    span: ScriptSpan
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleEntry:
    """A line of the title page: its key as typed, and its values line by line."""

    key: str
    values: tuple[str, ...]
    span: ScriptSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class Screenplay:
    """A parsed text. `elements` has every element in order, `scenes` has the same elements by scene."""

    mode: ScreenplayMode
    title_page: tuple[TitleEntry, ...] = ()
    elements: tuple[ScriptElement, ...] = ()
    scenes: tuple[ScriptScene, ...] = ()
    problems: tuple[ScriptProblem, ...] = ()

    @property
    def title(self) -> str:
        """The title of the title page on one line, or an empty string."""
        for entry in self.title_page:
            if entry.key.casefold() in TITLE_KEYS:
                return " ".join(entry.values)
        return ""


TITLE_KEYS = frozenset({"title", "titel", "titre", "título", "titulo", "titolo", "название", "заголовок"})
