"""Paragraphs of Final Draft as those of a screenplay, and what of them Fountain has no word for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from milimo_tui.core.format import plural
from milimo_tui.interchange.screenplays.fdx_tree import FdxTree, Paragraph
from milimo_tui.interchange.screenplays.fountain_blocks import Block, block, to_fountain
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
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_OUTLINE = re.compile(r"Outline (\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What stands and goes together: a paragraph with its notes, a speech's lines, two who speak at once.

    `blocks` is how it reads; `paragraphs` are its places in the file's list.
    """

    blocks: tuple[Block, ...]
    paragraphs: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFdx:
    """A file's Fountain, the units it is made of with the line at which each begins (0: it has none), and
    sentences on what Fountain has no word for.
    """

    text: str
    lines: tuple[int, ...]
    units: tuple[Unit, ...]
    told: tuple[str, ...]


def read_fdx(tree: FdxTree) -> ReadFdx:
    """Read paragraphs as Fountain. Pure."""
    units = tuple(_units(tree.paragraphs))
    blocks = [each for unit in units for each in unit.blocks]
    written = to_fountain(blocks, title_of(tree))
    starts = iter(written.lines)
    lines = tuple(next((line for line in [next(starts) for _ in unit.blocks] if line), 0) for unit in units)
    return ReadFdx(text=written.text, lines=lines, units=units, told=tuple(_told(tree)))


def kind_of(paragraph: Paragraph) -> Kind:
    """Say what a paragraph is by its type; of a type that is nobody's, action."""
    outline = _OUTLINE.fullmatch(paragraph.type)
    if outline:
        return Kind.SECTION
    kind = KINDS.get(paragraph.type, Kind.ACTION)
    centred = paragraph.attributes.get("Alignment") == "Center"
    return Kind.CENTRED if kind is Kind.ACTION and centred else kind


def _units(paragraphs: Sequence[Paragraph]) -> Iterator[Unit]:
    at = 0
    while at < len(paragraphs):
        stop = at + 1
        if paragraphs[at].pair:
            while stop < len(paragraphs) and paragraphs[stop].pair == paragraphs[at].pair:
                stop += 1
        elif kind_of(paragraphs[at]) is Kind.DIALOGUE:
            while stop < len(paragraphs) and _goes_on(paragraphs[stop - 1], paragraphs[stop]):
                stop += 1
        blocks = tuple(_blocks(paragraphs[at:stop]))
        yield Unit(blocks=blocks, paragraphs=tuple(range(at, stop)))
        at = stop


def _goes_on(before: Paragraph, each: Paragraph) -> bool:
    """Whether one speech's lines stand in two paragraphs: Fountain has them as one."""
    return kind_of(each) is Kind.DIALOGUE and not each.pair and not before.notes


def _blocks(paragraphs: Sequence[Paragraph]) -> Iterator[Block]:
    waiting: list[Run] = []
    cues = 0
    for at, each in enumerate(paragraphs):
        kind = kind_of(each)
        if each.attributes.get("StartsNewPage") == "Yes":
            yield block(Kind.PAGE_BREAK)
        runs = each.runs
        if any("\r" in run.text or "\u2028" in run.text for run in runs):
            runs = tuple(replace(run, text=_plain_ends(run.text)) for run in runs)
        if kind is Kind.ACTION and any("\n" in run.text for run in runs):  # a blank line would end it
            runs = tuple(replace(run, text=_BLANK_LINES.sub("\n", run.text)) for run in runs)
        more = at + 1 < len(paragraphs) and kind_of(paragraphs[at + 1]) is Kind.DIALOGUE
        if kind is Kind.DIALOGUE:
            waiting += [Run("\n"), *runs] if waiting else runs
            if more and not each.notes:
                continue
            yield Block(kind=kind, runs=tuple(waiting))
            waiting = []
        elif kind is Kind.CUE:
            cues += 1
            yield Block(kind=kind, runs=runs, dual=bool(each.pair) and cues == 2)
        elif any(run.text.strip() for run in runs):
            outline = _OUTLINE.fullmatch(each.type)
            yield Block(kind=kind, runs=runs, number=each.number, depth=int(outline[1]) if outline else 0)
        yield from (block(Kind.NOTE, note.text) for note in each.notes)


def _plain_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")


def title_of(tree: FdxTree) -> list[tuple[str, list[str]]]:
    """Read a title page by its layout."""
    return title_entries(
        (each.text, each.attributes.get("Alignment") == "Center") for each in tree.title_page
    )


def _told(tree: FdxTree) -> Iterator[str]:
    types = Counter(each.type for each in tree.paragraphs if each.text.strip())
    for name, count in types.items():
        if name and name not in KINDS and not _OUTLINE.fullmatch(name):
            yield f"{plural(count, 'paragraph')} of the type “{name:.30}” read as action"
    revised = sum(each.revised for each in tree.paragraphs)
    if revised:
        yield f"{plural(revised, 'revised paragraph')}, without the marks"
