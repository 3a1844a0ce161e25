"""Convert Final Draft paragraphs to screenplay blocks, and note the data that Fountain cannot represent."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from milimo_tui.core.format import format_count
from milimo_tui.interchange.screenplays.fdx_tree import FdxParagraph, FdxTree
from milimo_tui.interchange.screenplays.fountain_blocks import (
    ACTION,
    CUE,
    DIALOGUE,
    ScriptBlock,
    make_block,
    to_fountain,
)
from milimo_tui.interchange.screenplays.title_page import classify_title_lines
from milimo_tui.story.screenplay.screenplay import ScriptElementKind
from milimo_tui.story.values.emphasis import StyledRun

KINDS = {
    "Scene Heading": ScriptElementKind.HEADING,
    "Action": ScriptElementKind.ACTION,
    "General": ScriptElementKind.ACTION,
    "Shot": ScriptElementKind.ACTION,
    "Cast List": ScriptElementKind.ACTION,
    "Character": ScriptElementKind.CUE,
    "Parenthetical": ScriptElementKind.PARENTHETICAL,
    "Dialogue": ScriptElementKind.DIALOGUE,
    "Singing": ScriptElementKind.LYRIC,
    "Lyrics": ScriptElementKind.LYRIC,
    "Transition": ScriptElementKind.TRANSITION,
    "New Act": ScriptElementKind.CENTRED,
    "End of Act": ScriptElementKind.CENTRED,
    "Outline Body": ScriptElementKind.SYNOPSIS,
}
SECTION = ScriptElementKind.SECTION
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_OUTLINE = re.compile(r"Outline (\d)")


class FdxUnit(NamedTuple):
    """A group of Final Draft paragraphs that belong together: a paragraph with its notes, the lines of a
    speech, or a pair of dual dialogue.

    `blocks` is the content of the group; `paragraphs` are the indices of its paragraphs in the file's list.
    """

    blocks: tuple[ScriptBlock, ...]
    paragraphs: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFdx:
    """The result of converting a Final Draft file to Fountain: the Fountain text and the units of the file.

    `lines` has, for each unit, the number of the line of `text` at which the unit starts, or 0 if it is not
    in the text. `notes` are sentences for the user about data that Fountain cannot represent.
    """

    text: str
    lines: tuple[int, ...]
    units: tuple[FdxUnit, ...]
    notes: tuple[str, ...]


def read_fdx(tree: FdxTree) -> ReadFdx:
    """Convert the paragraphs of a Final Draft file to Fountain. A pure function."""
    units = tuple(_iterate_units(tree.paragraphs))
    blocks = [each for unit in units for each in unit.blocks]
    written = to_fountain(blocks, read_fdx_title_page(tree))
    starts, lines, at = written.lines, [], 0
    for unit in units:
        stop = at + len(unit.blocks)
        lines.append(starts[at] if stop == at + 1 else next(filter(None, starts[at:stop]), 0))
        at = stop
    return ReadFdx(
        text=written.text, lines=tuple(lines), units=units, notes=tuple(_describe_unsupported_data(tree))
    )


def classify_fdx_paragraph(paragraph: FdxParagraph) -> ScriptElementKind:
    """Return the kind of a paragraph by its type in the file. An unknown type counts as action."""
    kind = KINDS.get(paragraph.type)
    if kind is None:
        kind = SECTION if _OUTLINE.fullmatch(paragraph.type) else ACTION
    centred = kind is ACTION and paragraph.attributes.get("Alignment") == "Center"
    return ScriptElementKind.CENTRED if centred else kind


def _iterate_units(paragraphs: Sequence[FdxParagraph]) -> Iterator[FdxUnit]:
    kinds = [*map(classify_fdx_paragraph, paragraphs)]
    at, count = 0, len(paragraphs)
    while at < count:
        first, stop = paragraphs[at], at + 1
        if first.pair:
            while stop < count and paragraphs[stop].pair == first.pair:
                stop += 1
        elif kinds[at] is DIALOGUE:
            # The lines of one speech may be in several paragraphs. In Fountain they are one block.
            while (
                stop < count
                and kinds[stop] is DIALOGUE
                and not paragraphs[stop].pair
                and not paragraphs[stop - 1].notes
            ):
                stop += 1
        if stop == at + 1 and (block := _make_simple_block(first, kinds[at])):
            yield FdxUnit((block,), (at,))
        else:
            blocks = tuple(_iterate_fdx_blocks(paragraphs[at:stop], kinds[at:stop]))
            yield FdxUnit(blocks=blocks, paragraphs=tuple(range(at, stop)))
        at = stop


def _make_simple_block(each: FdxParagraph, kind: ScriptElementKind) -> ScriptBlock | None:
    """Return the block of a simple paragraph: one line of text in one style, without notes. Return None for
    any other paragraph, because it needs special handling.
    """
    runs = each.runs
    if len(runs) != 1 or each.notes or each.pair or kind is SECTION:
        return None
    text = runs[0].text
    if "\n" in text or "\r" in text or "\u2028" in text or text.isspace():
        return None
    if each.attributes.get("StartsNewPage") == "Yes":
        return None
    is_speech = kind is CUE or kind is DIALOGUE
    return ScriptBlock(kind=kind, runs=runs, number="" if is_speech else each.number)


def _iterate_fdx_blocks(
    paragraphs: Sequence[FdxParagraph], kinds: Sequence[ScriptElementKind]
) -> Iterator[ScriptBlock]:
    waiting: list[StyledRun] = []
    cues = 0
    for at, (each, kind) in enumerate(zip(paragraphs, kinds, strict=True)):
        if each.attributes.get("StartsNewPage") == "Yes":
            yield make_block(ScriptElementKind.PAGE_BREAK)
        runs, text = each.runs, each.text
        if "\r" in text or "\u2028" in text:
            runs = tuple(replace(run, text=_normalize_line_ends(run.text)) for run in runs)
            text = _normalize_line_ends(text)
        # Blank lines are removed, because in Fountain they would end the action block.
        if kind is ACTION and "\n" in text:
            runs = tuple(replace(run, text=_BLANK_LINES.sub("\n", run.text)) for run in runs)
        if kind is DIALOGUE:
            waiting += [StyledRun("\n"), *runs] if waiting else runs
            if at + 1 < len(kinds) and kinds[at + 1] is DIALOGUE and not each.notes:
                continue
            yield ScriptBlock(kind=kind, runs=tuple(waiting))
            waiting = []
        elif kind is CUE:
            cues += 1
            yield ScriptBlock(kind=kind, runs=runs, dual=bool(each.pair) and cues == 2)
        elif text.strip():
            outline = _OUTLINE.fullmatch(each.type) if kind is SECTION else None
            yield ScriptBlock(
                kind=kind, runs=runs, number=each.number, depth=int(outline[1]) if outline else 0
            )
        for note in each.notes:
            yield make_block(ScriptElementKind.NOTE, note.text)


def _normalize_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")


def read_fdx_title_page(tree: FdxTree) -> list[tuple[str, list[str]]]:
    """Return the entries of the file's title page as pairs of key and values. The keys are guessed from the
    layout.
    """
    return classify_title_lines(
        (each.text, each.attributes.get("Alignment") == "Center") for each in tree.title_page
    )


def _describe_unsupported_data(tree: FdxTree) -> Iterator[str]:
    types = Counter([each.type for each in tree.paragraphs if each.text.strip()])
    for name, count in types.items():
        if name and name not in KINDS and not _OUTLINE.fullmatch(name):
            yield f"{format_count(count, 'paragraph')} of the type “{name:.30}” read as action"
    revised = sum(each.revised for each in tree.paragraphs)
    if revised:
        yield f"{format_count(revised, 'revised paragraph')}, without revision marks"
