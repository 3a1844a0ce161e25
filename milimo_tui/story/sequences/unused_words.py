"""Find the words of a brief that the plan of its sequence does not use, so that the user can add them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.sequences.brief import SequenceBrief
from milimo_tui.story.values.text import fold

_WORD = compile_lazily(r"[^\W_]+(?:['’-][^\W_]+)*")
_SMALL_WORDS = """a an the this that these those and or but of in on at to from with without by for about into
through under over near across along between inside outside during before after while as when where who whom
whose which is are was were be been being as has have had do does he she it they we i him her them us his its
their our my your one some any each every shot shots scene sequence film style manner mood there here then not
no up down out off"""
_SMALL = frozenset(_SMALL_WORDS.split())  # Words that carry no content of their own.


def find_unused_words(brief: SequenceBrief, used: Iterable[str], patterns: Iterable[str]) -> tuple[str, ...]:
    """Return the words of a brief that are not used, in order. Neighbouring words are joined.

    `used` are the texts of the plan: its heading, people and actions. `patterns` match the words by which the
    mood, the kind and the style were chosen.
    """
    known = _SMALL | {word for text in used for word in _list_folded_words(text)}
    for pattern in patterns:
        for found in re.finditer(rf"\b(?:{pattern})\b", brief.text, re.IGNORECASE):
            known |= set(_list_folded_words(found[0]))
    out: list[str] = []
    ends = -1
    for found in _WORD.finditer(brief.text):
        if fold(found[0]) in known:
            continue
        if out and not brief.text[ends : found.start()].strip():
            out[-1] += f" {found[0]}"
        else:
            out.append(found[0])
        ends = found.end()
    return tuple(out)


def _list_folded_words(text: str) -> list[str]:
    """Return the words of a text. A word with a hyphen is listed complete and in parts."""
    words = [fold(word) for word in _WORD.findall(text)]
    return words + [part for word in words for part in re.split(r"['’-]", word)]
