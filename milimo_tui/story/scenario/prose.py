"""Split prose in any language into paragraphs, sentences and speech. Speech is in quotes or follows a
dash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from milimo_tui.core.late_patterns import compile_lazily

_PARAGRAPH = compile_lazily(r"[^\n]+(?:\n(?!\s*\n)[^\n]+)*")
_RULE = compile_lazily(
    r"\s*(?:[*#~=_•·-]\s*){3,}\s*|\s*(?:chapter|chapitre|part|partie|第.{1,4}章)\b.{0,60}", re.IGNORECASE
)
_ENDS = compile_lazily(r"(?<=[。！？])|(?<=[.!?…])(?=[\"”’»)]*\s)|(?<=[.!?…][\"”’»])(?=\s)")
_SHORT = compile_lazily(r"(?:^|[\s(])(?:Mr|Mrs|Ms|Dr|St|Mme|Mlle|M|Prof|Capt|[A-Z])\.$")
_QUOTED = compile_lazily(
    r"“([^”]{1,2000})”|\"([^\"]{1,2000})\"|«\s?([^»]{1,2000}?)\s?»|「([^」]{1,2000})」|『([^』]{1,2000})』"
)
_ABBREVIATED = compile_lazily(r"\b(Mr|Mrs|Ms|Dr|St|Mme|Mlle|M|Prof|Capt)\.(?=\s)")
# Replaces a full stop that does not end a sentence. It is one character too, so that offsets stay valid.
NO_STOP = "\N{ONE DOT LEADER}"
_ASIDES = (
    re.compile(r"(?<=[^\s—–―])\s?[—–―]{1,2}\s?[^—–―\n]{1,200}?\s?[—–―]{1,2}(?=\s?[^\sA-ZÀ-Þ—–―])"),
    re.compile(r"\s?[(（][^()（）]{1,200}[)）]"),
    re.compile(
        r"(?<=[\wà-ÿ]),\s(?:who|whose|which|qui|dont|the|an?|his|her|le|la|l['’]|une?|son|sa)\b[^,.;:!?]{1,120},"
    ),
)
_DASHED = compile_lazily(r"^\s*[—–]\s*(.+)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ProseParagraph:
    """A paragraph of a story and its offset in the text. `is_break` is True for a separator such as `***` or
    a chapter heading.
    """

    text: str
    at: int
    is_break: bool = False


@dataclass(frozen=True, slots=True)
class ProseSpeech:
    """Spoken words in a paragraph, with the offsets of their beginning and end. `dashed` is True for speech
    after a dash.
    """

    words: str
    start: int
    end: int
    dashed: bool = False


def iterate_paragraphs(text: str) -> Iterator[ProseParagraph]:
    """Yield the paragraphs of a text in order. A line that begins with a dash or a quote is a separate
    paragraph.
    """
    for found in _PARAGRAPH.finditer(text):
        start = found.start()
        for line in re.split(r"(?<=\n)(?=\s*[—–「『\"“«])", found[0]):
            bare = line.strip()
            if bare:
                at = start + (len(line) - len(line.lstrip()))
                yield ProseParagraph(" ".join(bare.split("\n")), at, _RULE.fullmatch(bare) is not None)
            start += len(line)


def split_prose_sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of a text. The full stop of an abbreviation does not end a sentence."""
    out: list[str] = []
    for piece in _ENDS.split(text):
        if out and (
            _SHORT.search(out[-1].strip()) or not piece.strip() or re.match(r"\s*[\"”’»)]+\s*$", piece)
        ):
            out[-1] += piece
        elif piece.strip():
            out.append(piece)
    return tuple(sentence.strip() for sentence in out if sentence.strip())


def find_speech(text: str) -> tuple[ProseSpeech, ...]:
    """Return the speech in a paragraph: words in any kind of quotes. If there are no quotes but the paragraph
    begins with a dash, as in French, return all words after the dash.
    """
    found = tuple(
        ProseSpeech(next(filter(None, match.groups())).strip(), match.start(), match.end())
        for match in _QUOTED.finditer(text)
    )
    if found:
        return found
    if dashed := _DASHED.match(text):
        return (ProseSpeech(dashed[1].strip(), dashed.start(1), dashed.end(1), dashed=True),)
    return ()


def mask_abbreviation_stops(text: str) -> str:
    """Return the text with the full stops of abbreviations replaced by `NO_STOP`, so that `Mrs. Hale` is not
    split. The length of the text does not change.
    """
    return _ABBREVIATED.sub(rf"\1{NO_STOP}", text)


def restore_abbreviation_stops(text: str) -> str:
    """Return the text with each `NO_STOP` replaced by a full stop again."""
    return text.replace(NO_STOP, ".")


def strip_prose_asides(sentence: str) -> str:
    """Return the sentence without insertions: words between dashes, in brackets, or in a clause such as `,
    who was late,`.
    """
    for pattern in _ASIDES:
        sentence = pattern.sub("", sentence)
    return sentence
