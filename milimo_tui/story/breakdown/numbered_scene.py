"""A scene as a list of numbered paragraphs: the text that a model reads, and the text against which its facts
are checked.

Notes and omitted text (boneyard) are left out, because they are no part of the film.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from milimo_tui.story.screenplay.cast import FilmCast
from milimo_tui.story.screenplay.extensions import is_absent_extension
from milimo_tui.story.screenplay.list_items import split_list_items
from milimo_tui.story.screenplay.screenplay import (
    COMMENT_KINDS,
    SPEECH_KINDS,
    ScriptElement,
    ScriptElementKind,
    ScriptScene,
)
from milimo_tui.story.values.shot_words import Setting
from milimo_tui.story.values.text import collapse_text, compute_text_digest
from milimo_tui.story.values.vocabulary import is_montage_start

_LEFT_OUT = COMMENT_KINDS | {
    ScriptElementKind.SECTION,
    ScriptElementKind.SYNOPSIS,
    ScriptElementKind.PAGE_BREAK,
}


class ParagraphKind(StrEnum):
    """The kind of a numbered paragraph. A direction, such as LATER or CUT TO, shows nothing by itself."""

    ACTION = "action"
    SPEECH = "speech"
    CARD = "card"
    DIRECTION = "direction"


_KINDS = {
    ScriptElementKind.CUE: ParagraphKind.SPEECH,
    ScriptElementKind.CENTRED: ParagraphKind.CARD,
    ScriptElementKind.TRANSITION: ParagraphKind.DIRECTION,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedParagraph:
    """A paragraph of action, a speech with its cue, or a text card. Lines count from the heading of the
    scene.

    `speakers` are the people of a speech, and `is_absent` is True if the extension of its cue says that they
    are not in the picture.
    """

    kind: ParagraphKind
    line: int
    end_line: int
    text: str
    speakers: tuple[str, ...] = ()
    is_absent: bool = False
    cue: str = ""

    def format_for_model(self) -> str:
        """Return the paragraph as one numbered line of text."""
        if self.kind is ParagraphKind.SPEECH:
            return f"{self.line} {self.cue} says: {self.text}"
        return f"{self.line} {self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedScene:
    """A scene as numbered paragraphs. `setting` and `time_of_day` are those of the heading, as far as it has
    them.
    """

    number: str
    heading: str
    setting: Setting
    location: str
    time_of_day: str
    first_line: int  # First line of the scene in the script, counted from 1.
    has_heading: bool  # False for text before the first heading.
    paragraphs: tuple[NumberedParagraph, ...]

    @property
    def filmed(self) -> tuple[NumberedParagraph, ...]:
        """The paragraphs that show or say something: all but the directions."""
        return tuple(each for each in self.paragraphs if each.kind is not ParagraphKind.DIRECTION)

    @property
    def digest(self) -> str:
        """The digest of everything that a model reads of this scene."""
        return compute_text_digest(self.heading, *(each.format_for_model() for each in self.paragraphs))

    def format_for_model(self) -> str:
        """Return the heading, if the script has one, and the paragraphs, each on one line with its number."""
        head = [f"0 {self.heading}"] if self.has_heading else []
        return "\n".join((*head, *(each.format_for_model() for each in self.paragraphs)))

    def find_paragraph(self, line: int) -> NumberedParagraph | None:
        """Return the paragraph that contains a line, or None."""
        return next((each for each in self.paragraphs if each.line <= line <= each.end_line), None)

    def join_text(self, line: int, end_line: int) -> str:
        """Return the text of the heading and the paragraphs that overlap the lines, joined by spaces."""
        head = [self.heading] if line <= 0 and self.has_heading else []
        rows = [each for each in self.paragraphs if each.line <= end_line and line <= each.end_line]
        return " ".join((*head, *(f"{each.cue} {each.text}".strip() for each in rows)))


def number_scene(scene: ScriptScene, cast: FilmCast) -> NumberedScene:
    """Return a scene of the script as numbered paragraphs. Each item of a list, such as a picture of a
    montage, is a paragraph.
    """
    first = scene.span.line
    out: list[NumberedParagraph] = []
    elements = [each for each in scene.elements if each.kind not in _LEFT_OUT]
    is_montage = any(is_montage_start(row) for each in elements for row in each.text.split("\n"))
    at = 0
    while at < len(elements):
        head, at = elements[at], at + 1
        if head.kind is ScriptElementKind.ACTION:
            out += _number_action(head, first, is_montage=is_montage)
            continue
        spoken: list[ScriptElement] = []
        while head.cue is not None and at < len(elements) and elements[at].kind in SPEECH_KINDS:
            spoken.append(elements[at])
            at += 1
        text = " ".join(filter(None, map(_format_element_text, spoken or [head])))
        if not text or (head.cue is not None and not spoken):
            continue
        extensions = head.cue.extensions if head.cue is not None else ()
        out.append(
            NumberedParagraph(
                kind=_KINDS.get(head.kind, ParagraphKind.ACTION),
                line=head.span.line - first,
                end_line=max(each.span.end_line for each in (head, *spoken)) - first,
                text=text,
                speakers=cast.list_speakers(head.cue.name) if head.cue else (),
                is_absent=any(map(is_absent_extension, extensions)),
                cue=" ".join((head.cue.name, *(f"({each})" for each in extensions))) if head.cue else "",
            )
        )
    slug = scene.slug
    return NumberedScene(
        number=scene.number,
        heading=scene.heading,
        setting=slug.setting,
        location=slug.location,
        time_of_day=slug.time_of_day,
        first_line=first,
        # A note in the line of the heading is an element in the same line.
        has_heading=not scene.elements or scene.elements[0].span.start != scene.span.start,
        paragraphs=tuple(out),
    )


def _number_action(
    element: ScriptElement, first_line: int, *, is_montage: bool
) -> Iterator[NumberedParagraph]:
    rows = list(enumerate(element.text.split("\n"), start=element.span.line))
    for line, end_line, text in split_list_items(rows, is_montage):
        if text:
            last = min(end_line, element.span.end_line) - first_line
            yield NumberedParagraph(
                kind=ParagraphKind.ACTION, line=line - first_line, end_line=last, text=text
            )


def _format_element_text(element: ScriptElement) -> str:
    """Return the text of an element on one line, with the brackets of a parenthetical."""
    text = collapse_text(element.text)
    return f"({text})" if text and element.kind is ScriptElementKind.PARENTHETICAL else text
