"""Conversion of Final Draft paragraphs to blocks of a screenplay, and notes on data that Fountain cannot
represent.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from milimo_tui.core.format import plural
from milimo_tui.interchange.screenplays.fdx_tree import FdxTree, Paragraph
from milimo_tui.interchange.screenplays.fountain_blocks import (
    ACTION,
    CUE,
    DIALOGUE,
    Block,
    block,
    to_fountain,
)
from milimo_tui.interchange.screenplays.title_page import title_entries
from milimo_tui.story.screenplay.screenplay import Kind
from milimo_tui.story.values.emphasis import Run

KINDS = {
    "Scene Heading": Kind.HEADING,
    "Action": Kind.ACTION,
    "General": Kind.ACTION,
    "Shot": Kind.ACTION,
    "Cast List": Kind.ACTION,
    "Character": Kind.CUE,
    "Parenthetical": Kind.PARENTHETICAL,
    "Dialogue": Kind.DIALOGUE,
    "Singing": Kind.LYRIC,
    "Lyrics": Kind.LYRIC,
    "Transition": Kind.TRANSITION,
    "New Act": Kind.CENTRED,
    "End of Act": Kind.CENTRED,
    "Outline Body": Kind.SYNOPSIS,
}
SECTION = Kind.SECTION
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_OUTLINE = re.compile(r"Outline (\d)")


class Unit(NamedTuple):
    """Paragraphs that belong together: one with its notes, the lines of a speech, or a pair of dual dialogue.

    `blocks` is its content; `paragraphs` are its indices in the file's list.
    """

    blocks: tuple[Block, ...]
    paragraphs: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFdx:
    """The Fountain text of a file, its units with their starting lines (0 for none), and the data that was
    lost.

    `told` are sentences about data that Fountain cannot represent.
    """

    text: str
    lines: tuple[int, ...]
    units: tuple[Unit, ...]
    told: tuple[str, ...]


def read_fdx(tree: FdxTree) -> ReadFdx:
    """Convert the paragraphs of a file to Fountain. A pure function."""
    units = tuple(_units(tree.paragraphs))
    blocks = [each for unit in units for each in unit.blocks]
    written = to_fountain(blocks, title_of(tree))
    starts, lines, at = written.lines, [], 0
    for unit in units:
        stop = at + len(unit.blocks)
        lines.append(starts[at] if stop == at + 1 else next(filter(None, starts[at:stop]), 0))
        at = stop
    return ReadFdx(text=written.text, lines=tuple(lines), units=units, told=tuple(_told(tree)))


def kind_of(paragraph: Paragraph) -> Kind:
    """Return the kind of a paragraph by its type. An unknown type becomes action."""
    kind = KINDS.get(paragraph.type)
    if kind is None:
        kind = SECTION if _OUTLINE.fullmatch(paragraph.type) else ACTION
    centred = kind is ACTION and paragraph.attributes.get("Alignment") == "Center"
    return Kind.CENTRED if centred else kind


def _units(paragraphs: Sequence[Paragraph]) -> Iterator[Unit]:
    kinds = [*map(kind_of, paragraphs)]
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
        if stop == at + 1 and (alone := _simple(first, kinds[at])):
            yield Unit((alone,), (at,))
        else:
            blocks = tuple(_blocks(paragraphs[at:stop], kinds[at:stop]))
            yield Unit(blocks=blocks, paragraphs=tuple(range(at, stop)))
        at = stop


def _simple(each: Paragraph, kind: Kind) -> Block | None:
    """Return the block of a simple paragraph (one line of text without notes), or None for any other."""
    runs = each.runs
    if len(runs) != 1 or each.notes or each.pair or kind is SECTION:
        return None
    text = runs[0].text
    if "\n" in text or "\r" in text or "\u2028" in text or text.isspace():
        return None
    if each.attributes.get("StartsNewPage") == "Yes":
        return None
    is_speech = kind is CUE or kind is DIALOGUE
    return Block(kind=kind, runs=runs, number="" if is_speech else each.number)


def _blocks(paragraphs: Sequence[Paragraph], kinds: Sequence[Kind]) -> Iterator[Block]:
    waiting: list[Run] = []
    cues = 0
    for at, (each, kind) in enumerate(zip(paragraphs, kinds, strict=True)):
        if each.attributes.get("StartsNewPage") == "Yes":
            yield block(Kind.PAGE_BREAK)
        runs, text = each.runs, each.text
        if "\r" in text or "\u2028" in text:
            runs = tuple(replace(run, text=_plain_ends(run.text)) for run in runs)
            text = _plain_ends(text)
        if kind is ACTION and "\n" in text:  # A blank line would end the action block.
            runs = tuple(replace(run, text=_BLANK_LINES.sub("\n", run.text)) for run in runs)
        if kind is DIALOGUE:
            waiting += [Run("\n"), *runs] if waiting else runs
            if at + 1 < len(kinds) and kinds[at + 1] is DIALOGUE and not each.notes:
                continue
            yield Block(kind=kind, runs=tuple(waiting))
            waiting = []
        elif kind is CUE:
            cues += 1
            yield Block(kind=kind, runs=runs, dual=bool(each.pair) and cues == 2)
        elif text.strip():
            outline = _OUTLINE.fullmatch(each.type) if kind is SECTION else None
            yield Block(kind=kind, runs=runs, number=each.number, depth=int(outline[1]) if outline else 0)
        for note in each.notes:
            yield block(Kind.NOTE, note.text)


def _plain_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")


def title_of(tree: FdxTree) -> list[tuple[str, list[str]]]:
    """Return the entries of a title page, found by its layout."""
    return title_entries(
        (each.text, each.attributes.get("Alignment") == "Center") for each in tree.title_page
    )


def _told(tree: FdxTree) -> Iterator[str]:
    types = Counter([each.type for each in tree.paragraphs if each.text.strip()])
    for name, count in types.items():
        if name and name not in KINDS and not _OUTLINE.fullmatch(name):
            yield f"{plural(count, 'paragraph')} of the type “{name:.30}” read as action"
    revised = sum(each.revised for each in tree.paragraphs)
    if revised:
        yield f"{plural(revised, 'revised paragraph')}, without the marks"
