"""The text of the finder's list: a row for each result, the number of results by kind, and the examples shown
before a search.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from rich.cells import cell_len
from rich.text import Text

from milimo_tui.studio.project.find_words import FindQuery, compile_word_start, count_by_kind
from milimo_tui.studio.project.findables import Findable, fold_search_text
from milimo_tui.tui.terminal.theme import TextStyles
from milimo_tui.tui.widgets.rows import LazyRow
from milimo_tui.tui.widgets.text import join_line

KIND = 9  # Width of the column with a result's kind, in cells.
# Maximum width of the column with names, in cells. A longer name shifts the text of its row to the right.
SHORT = 8
MOST = 500  # Maximum number of rows. Further results are counted, but not listed.
TEACHES = (
    ("ticket", "who says it, where it appears, notes about it"),
    ("line:", "searches only lines; also shot: take: note: media: …"),
    ("2B", "the shot of that number"),
    ("mrkt", "letters in order find names: Market"),
    ("ctrl+f", "searches the commands for the same words"),
)


def build_find_rows(found: Sequence[Findable], query: FindQuery, ink: TextStyles) -> list[LazyRow]:
    """Return a row for each result, with names aligned in a column. The words of the query are
    highlighted.
    """
    widths = [cell_len(each.name) for each in found[:MOST]]
    wide = max((width for width in widths if width <= SHORT), default=0)
    speaker_width = max((cell_len(each.who) for each in found[:MOST]), default=0)
    return [
        LazyRow(each.unique_key, partial(_format_find_row, each, wide, min(speaker_width, 12), query, ink))
        for each in found[:MOST]
    ]


def _format_find_row(
    each: Findable, wide: int, speaker_width: int, query: FindQuery, ink: TextStyles
) -> tuple[Text, Text]:
    speaks = f"{each.who:<{speaker_width}}  " if each.who else ""
    name = f"{each.name:<{wide}}  " if each.name or each.who else ""
    text = join_line(
        (f"{each.kind:<{KIND}}", ink.muted), (name, ink.strong), (speaks, ink.muted), (each.text, ink.text)
    )
    if each.beside:
        text.append(f"  {each.beside}", ink.muted)
    for word in query.words:
        for start, end in locate_folded_word(word, text.plain[KIND:]):
            text.stylize(ink.accent, KIND + start, KIND + end)
    return text, join_line((each.film, ink.muted)) if each.film else Text()


def locate_folded_word(word: str, shown: str) -> list[tuple[int, int]]:
    """Find a search word in a displayed text. Return the position of each occurrence as a pair of indexes
    (start, end).

    `word` is in lower case and without accents.
    """
    low = shown.casefold()
    if fold_search_text(low) != " ".join(low.split()) or len(low) != len(shown):
        # Folding removed accents or changed the length, so positions in the folded text do not match the
        # displayed text.
        return []
    starts = [found.start() for found in compile_word_start(word).finditer(low)]
    at = low.find(word) if not starts else -1
    return [(start, start + len(word)) for start in (starts or ([at] if at >= 0 else []))]


def format_find_counts(found: Sequence[Findable], kind: str, ink: TextStyles) -> Text:
    """Return the number of all results and the number of each kind. `kind` is highlighted."""
    out = join_line(("all ", ink.muted), (str(len(found)), ink.muted if kind else ink.strong))
    for name, count in count_by_kind(found):
        style = ink.strong if name == kind else ink.muted
        out.append_text(join_line("  ", (f"{name} ", style), (str(count), style)))
    return out
