"""The values of a parsed screenplay: elements with their lines and bytes, grouped into scenes.

`story.screenplay.fountain` creates these values; `story.shots.shots` and `story.shots.script_check` read
them. Nothing here changes the text. An edit of the script replaces the bytes of a span, so that all other
text stays exactly as typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from milimo_tui.story.values.shot_words import Setting


class ScreenplayMode(StrEnum):
    """The method for reading a text: as Fountain, or as one of the simpler formats. With AUTO the parser
    chooses. A parsed screenplay contains the method that was used.
    """

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


# The kinds of elements that may follow a cue, as parts of its speech.
SPEECH_KINDS = frozenset(
    {ScriptElementKind.PARENTHETICAL, ScriptElementKind.DIALOGUE, ScriptElementKind.LYRIC}
)

# The kinds that hold comments of the writer. A comment may be anywhere, even between a cue and its speech.
COMMENT_KINDS = frozenset({ScriptElementKind.NOTE, ScriptElementKind.BONEYARD})


@dataclass(frozen=True, slots=True)
class ScriptSpan:
    """A range of the text. Lines count from 1 and include the last line. Bytes count from 0; `end` is
    exclusive and before the line ending.
    """

    line: int
    end_line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ScriptProblem:
    """A problem in the screenplay that the user should look at. Line and column count from 1; columns are
    characters.
    """

    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True)
class Slug:
    """The parts of a scene heading as typed. `number` is the scene number in the script, or empty.
    `is_intercut` is True after the words INTERCUT WITH, which cut between this scene and the scene before.
    """

    setting: Setting = Setting.NONE
    location: str = ""
    time_of_day: str = ""
    number: str = ""
    is_intercut: bool = False


@dataclass(frozen=True, slots=True)
class Cue:
    """The parts of a character cue: the name as typed, the extensions without brackets, and whether it is
    dual dialogue.
    """

    name: str
    extensions: tuple[str, ...] = ()
    dual: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptElement:
    """An element of the screenplay, such as a heading, an action or a line of dialogue.

    `text` is the text without forcing marks, notes and boneyard; its lines are joined by newlines. `depth` is
    the level of a section. Headings have a `slug` and cues have a `cue`.
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
    """A scene: its heading and the elements after it. Text before the first heading is a separate scene with
    the number "0".

    `number` is the number in the script or, if the script has none, a count. `text` is the text under the
    heading as typed. Neither `text` nor `elements` includes the heading.
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
    """A parsed text. `elements` has all elements in order; `scenes` has the same elements grouped by
    scene.
    """

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
# The keys whose values are centred on an exported title page, in their order on the page.
CENTRED_TITLE_KEYS = ("title", "credit", "author", "authors", "source")
