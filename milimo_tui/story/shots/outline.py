"""Make the outline of a screenplay for the script editor. The outline has the kind of each line, the scenes,
the shots, and the names that the editor offers for completion.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from milimo_tui.core.errors import MilimoError
from milimo_tui.story.screenplay.screenplay import (
    COMMENT_KINDS,
    ScriptElement,
    ScriptElementKind,
    ScriptProblem,
)
from milimo_tui.story.values.film import iterate_shot_numbers
from milimo_tui.story.values.shot_text import get_shot_words
from milimo_tui.story.values.shot_words import Function, Size

if TYPE_CHECKING:
    from milimo_tui.story.shots.shots import SceneDraft

TITLE_PAGE = "title page"


class ShotLine(NamedTuple):
    """A shot in the outline. Its line numbers are counted from the heading of its scene, which is line 0.

    Outlines are made while the user types and can have thousands of shots. Tuples are used because they are
    fast to create.
    """

    number: str
    size: Size
    function: Function
    frames: int
    words: str
    line: int
    end_line: int
    digest: str


class SceneLines(NamedTuple):
    """A scene with its shots, and the line of the text where the scene begins."""

    number: str
    heading: str
    line: int
    shots: tuple[ShotLine, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """The outline of a complete text, which the script screen shows."""

    kinds: tuple[str | None, ...] = ()
    scenes: tuple[SceneLines, ...] = ()
    names: tuple[str, ...] = ()
    problems: tuple[ScriptProblem, ...] = ()
    problem: str = ""

    @property
    def shots(self) -> tuple[ShotLine, ...]:
        """All shots, in order."""
        return tuple(shot for scene in self.scenes for shot in scene.shots)

    @property
    def start_lines(self) -> Iterator[int]:
        """The start lines of all scenes and shots, in the order of the outline: first the line of a scene,
        then the lines of its shots, then the next scene.
        """
        for scene in self.scenes:
            yield scene.line
            for shot in scene.shots:
                yield scene.line + shot.line

    def find_shot_at(self, line: int) -> tuple[ShotLine, int] | None:
        """Return the first shot that was made from line `line` of the text, together with the line at which
        its scene begins. Return None if no shot was made from this line.
        """
        return next(
            (
                (shot, scene.line)
                for scene in self.scenes
                for shot in scene.shots
                if scene.line + shot.line <= line <= scene.line + shot.end_line
            ),
            None,
        )


def make_outline(text: str, line_count: int, rate: Fraction) -> Outline:
    """Parse a complete text and return its outline. `line_count` is its number of lines, `rate` is frames per
    second.
    """
    from milimo_tui.story.screenplay import fountain

    # Imported lazily: the module is only needed to parse a text, not to show an existing outline.
    from milimo_tui.story.shots import shots

    try:
        screenplay = fountain.parse(text.encode())
        drafts = shots.break_down_script(screenplay, rate)
    except MilimoError as error:
        return Outline(problem=error.message)
    kinds: list[str | None] = [None] * line_count
    names = Counter[str]()
    for entry in screenplay.title_page:
        for row in range(entry.span.line - 1, min(entry.span.end_line, line_count)):
            kinds[row] = TITLE_PAGE
    comments = [element for element in screenplay.elements if element.kind in COMMENT_KINDS]
    for element in screenplay.elements:
        if element.kind in COMMENT_KINDS:
            continue
        for row in range(element.span.line - 1, min(element.span.end_line, line_count)):
            kinds[row] = element.kind
        if element.cue is not None:
            names[element.cue.name] += 1
        elif element.kind is ScriptElementKind.HEADING:
            names[element.text] += 1
    for row, kind in _list_comment_rows(text, comments) if comments else ():
        if row < line_count:
            kinds[row] = kind
    numbers = [scene.number for scene in drafts]
    scenes = tuple(_outline_scene(scene, numbers) for scene in drafts)
    often = tuple(name for name, _ in names.most_common())
    return Outline(tuple(kinds), scenes, often, screenplay.problems)


def _list_comment_rows(text: str, comments: Sequence[ScriptElement]) -> Iterator[tuple[int, str]]:
    """Yield each line that has no words outside notes and boneyard: its index and the kind of the comment. A
    heading with a note after it is a heading.
    """
    # Imported lazily, as in `make_outline`.
    from milimo_tui.story.screenplay.lines import split_source_lines

    data = text.encode()
    visible = bytearray(data)
    for element in comments:
        span = element.span
        visible[span.start : span.end] = b" " * (span.end - span.start)
    lines = split_source_lines(data)
    for element in comments:
        for row in range(element.span.line - 1, element.span.end_line):
            if not visible[lines[row].start : lines[row].end].strip():
                yield row, element.kind


def _outline_scene(scene: SceneDraft, numbers: Sequence[str]) -> SceneLines:

    lines = tuple(
        ShotLine(
            number,
            shot.size,
            shot.function,
            shot.frames,
            get_shot_words(shot),
            shot.line - scene.line,
            shot.end_line - scene.line,
            shot.digest,
        )
        for number, shot in zip(iterate_shot_numbers(scene.number, numbers), scene.shots, strict=False)
    )
    return SceneLines(scene.number, scene.heading, scene.line, lines)
