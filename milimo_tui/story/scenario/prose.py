"""Prose taken apart: paragraphs, sentences, and what is said in quotes or behind a dash. In any language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from milimo_tui.core.late_patterns import late

_PARAGRAPH = late(r"[^\n]+(?:\n(?!\s*\n)[^\n]+)*")
_RULE = late(
    r"\s*(?:[*#~=_•·-]\s*){3,}\s*|\s*(?:chapter|chapitre|part|partie|第.{1,4}章)\b.{0,60}", re.IGNORECASE
)
_ENDS = late(r"(?<=[。！？])|(?<=[.!?…])(?=[\"”’»)]*\s)|(?<=[.!?…][\"”’»])(?=\s)")
_SHORT = late(r"(?:^|[\s(])(?:Mr|Mrs|Ms|Dr|St|Mme|Mlle|M|Prof|Capt|[A-Z])\.$")
_QUOTED = late(
    r"“([^”]{1,2000})”|\"([^\"]{1,2000})\"|«\s?([^»]{1,2000}?)\s?»|「([^」]{1,2000})」|『([^』]{1,2000})』"
)
_ABBREVIATED = late(r"\b(Mr|Mrs|Ms|Dr|St|Mme|Mlle|M|Prof|Capt)\.(?=\s)")
NO_STOP = "\N{ONE DOT LEADER}"  # a stop that ends no sentence
_ASIDES = (
    re.compile(r"(?<=[^\s—–―])\s?[—–―]{1,2}\s?[^—–―\n]{1,200}?\s?[—–―]{1,2}(?=\s?[^\sA-ZÀ-Þ—–―])"),
    re.compile(r"\s?[(（][^()（）]{1,200}[)）]"),
    re.compile(
        r"(?<=[\wà-ÿ]),\s(?:who|whose|which|qui|dont|the|an?|his|her|le|la|l['’]|une?|son|sa)\b[^,.;:!?]{1,120},"
    ),
)
_DASHED = late(r"^\s*[—–]\s*(.+)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph and where it begins; `is_break` where it is only a mark between two parts."""

    text: str
    at: int
    is_break: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What is said in a paragraph: the words, where they stand in it, what comes before and behind."""

    words: str
    start: int
    end: int
    dashed: bool = False


def paragraphs(text: str) -> Iterator[Paragraph]:
    """The paragraphs of a text, in order. A line that begins with a dash or a quote is one of its own."""
    for found in _PARAGRAPH.finditer(text):
        start = found.start()
        for line in re.split(r"(?<=\n)(?=\s*[—–「『\"“«])", found[0]):
            bare = line.strip()
            if bare:
                at = start + (len(line) - len(line.lstrip()))
                yield Paragraph(" ".join(bare.split("\n")), at, _RULE.fullmatch(bare) is not None)
            start += len(line)


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text; an abbreviation ends none."""
    out: list[str] = []
    for piece in _ENDS.split(text):
        if out and (
            _SHORT.search(out[-1].strip()) or not piece.strip() or re.match(r"\s*[\"”’»)]+\s*$", piece)
        ):
            out[-1] += piece
        elif piece.strip():
            out.append(piece)
    return tuple(sentence.strip() for sentence in out if sentence.strip())


def spoken(text: str) -> tuple[Said, ...]:
    """What is said in a paragraph: in quotes of any kind, else all of it behind a dash (as in French)."""
    found = tuple(
        Said(next(filter(None, match.groups())).strip(), match.start(), match.end())
        for match in _QUOTED.finditer(text)
    )
    if found:
        return found
    if dashed := _DASHED.match(text):
        return (Said(dashed[1].strip(), dashed.start(1), dashed.end(1), dashed=True),)
    return ()


def quieted(text: str) -> str:
    """The text with no stop behind an abbreviation, letter for letter as long: `Mrs. Hale` is no end."""
    return _ABBREVIATED.sub(rf"\1{NO_STOP}", text)


def loud(text: str) -> str:
    """The text of a quieted one."""
    return text.replace(NO_STOP, ".")


def without_asides(sentence: str) -> str:
    """The sentence without what is put in between: behind dashes, in brackets, `, who was late,`."""
    for aside in _ASIDES:
        sentence = aside.sub("", sentence)
    return sentence
