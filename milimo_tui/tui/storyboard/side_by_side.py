"""Two texts side by side in rows of cells, with the words highlighted that only one of them has. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import NamedTuple

from rich.cells import cell_len, chop_cells
from rich.style import Style
from rich.text import Text

GAP = 3  # Cells between the columns.
_BARE = re.compile(r"\W+")


class Word(NamedTuple):
    """A word of one text; `differs`: the other text does not have it at this place."""

    text: str
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Inks:
    """The styles of words: in both texts, only in the old text, only in the new text."""

    same: Style
    gone: Style
    new: Style


def words_apart(now: str, suggested: str) -> tuple[list[Word], list[Word]]:
    """Return the words of both texts, marked where they differ; capitals and punctuation are ignored."""
    left, right = now.split(), suggested.split()
    matcher = SequenceMatcher(None, list(map(_bare, left)), list(map(_bare, right)), autojunk=False)
    out = [Word(word, True) for word in left], [Word(word, True) for word in right]
    for block in matcher.get_matching_blocks():
        for step in range(block.size):
            out[0][block.a + step] = Word(left[block.a + step])
            out[1][block.b + step] = Word(right[block.b + step])
    return out


def wrap_words(words: Sequence[Word], cells: int) -> list[list[Word]]:
    """Wrap words into rows of at most `cells` cells; a word that is longer than a row is broken."""
    cells = max(2, cells)
    rows: list[list[Word]] = []
    room = 0
    for word in words:
        for piece in chop_cells(word.text, cells) or [""]:
            need = cell_len(piece)
            if not rows or need + 1 > room:
                rows.append([])
                room = cells + 1
            rows[-1].append(Word(piece, word.differs))
            room -= need + 1
    return rows


def beside(now: str, suggested: str, width: int, inks: Inks) -> list[Text]:
    """Return rows with both texts in two columns; if one text is empty, no word is marked."""
    left, right = words_apart(now, suggested) if now and suggested else (_plain(now), _plain(suggested))
    half = max(2, (width - GAP) // 2)
    out = []
    for mine, other in zip_longest(wrap_words(left, half), wrap_words(right, half), fillvalue=()):
        row = _drawn(mine, inks.same, inks.gone)
        row.append(" " * (half + GAP - row.cell_len))
        row.append_text(_drawn(other, inks.same, inks.new))
        out.append(row)
    return out


def _plain(text: str) -> list[Word]:
    return [Word(word) for word in text.split()]


def _drawn(words: Sequence[Word], same: Style, other: Style) -> Text:
    row = Text(no_wrap=True, end="")
    for at, word in enumerate(words):
        if at:
            row.append(" ", other if word.differs and words[at - 1].differs else Style())
        row.append(word.text, other if word.differs else same)
    return row


def _bare(word: str) -> str:
    return _BARE.sub("", word).casefold() or word
