"""Draws two texts in two columns, and highlights the words that occur in only one of them. Pure functions."""

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


class ComparedWord(NamedTuple):
    """A word of one text. `differs` is True if the other text does not have the word at this position."""

    text: str
    differs: bool = False


@dataclass(frozen=True, slots=True)
class ComparisonStyles:
    """The text styles for a comparison of two texts: for words in both texts, only in the old text, and only
    in the new text.
    """

    same: Style
    removed: Style
    new: Style


def compare_words(now: str, suggested: str) -> tuple[list[ComparedWord], list[ComparedWord]]:
    """Compare two texts by words. Return the words of `now` and the words of `suggested`. In each list,
    `differs` is True for the words that the other text does not have. Capitals and punctuation are ignored.
    """
    left, right = now.split(), suggested.split()
    matcher = SequenceMatcher(
        None, list(map(_strip_punctuation, left)), list(map(_strip_punctuation, right)), autojunk=False
    )
    out = [ComparedWord(word, True) for word in left], [ComparedWord(word, True) for word in right]
    for block in matcher.get_matching_blocks():
        for step in range(block.size):
            out[0][block.a + step] = ComparedWord(left[block.a + step])
            out[1][block.b + step] = ComparedWord(right[block.b + step])
    return out


def wrap_compared_words(words: Sequence[ComparedWord], cells: int) -> list[list[ComparedWord]]:
    """Wrap words into rows of at most `cells` cells; a word that is longer than a row is broken."""
    cells = max(2, cells)
    rows: list[list[ComparedWord]] = []
    room = 0
    for word in words:
        for piece in chop_cells(word.text, cells) or [""]:
            need = cell_len(piece)
            if not rows or need + 1 > room:
                rows.append([])
                room = cells + 1
            rows[-1].append(ComparedWord(piece, word.differs))
            room -= need + 1
    return rows


def draw_side_by_side(now: str, suggested: str, width: int, inks: ComparisonStyles) -> list[Text]:
    """Return rows with both texts in two columns, `width` cells wide in total. If one text is empty, no word
    is highlighted.
    """
    left, right = (
        compare_words(now, suggested)
        if now and suggested
        else (_make_unmarked_words(now), _make_unmarked_words(suggested))
    )
    half = max(2, (width - GAP) // 2)
    out = []
    for mine, other in zip_longest(
        wrap_compared_words(left, half), wrap_compared_words(right, half), fillvalue=()
    ):
        row = _draw_compared_words(mine, inks.same, inks.removed)
        row.append(" " * (half + GAP - row.cell_len))
        row.append_text(_draw_compared_words(other, inks.same, inks.new))
        out.append(row)
    return out


def _make_unmarked_words(text: str) -> list[ComparedWord]:
    return [ComparedWord(word) for word in text.split()]


def _draw_compared_words(words: Sequence[ComparedWord], same: Style, other: Style) -> Text:
    row = Text(no_wrap=True, end="")
    for at, word in enumerate(words):
        if at:
            row.append(" ", other if word.differs and words[at - 1].differs else Style())
        row.append(word.text, other if word.differs else same)
    return row


def _strip_punctuation(word: str) -> str:
    return _BARE.sub("", word).casefold() or word
