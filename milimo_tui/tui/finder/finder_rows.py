"""The finder's list: a row for each result, the number of results of each kind, the examples shown at
first.
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

KIND = 9  # Width of the kind, in cells.
SHORT = 8  # Greatest width of the name column; a longer name moves its text to the right.
MOST = 500  # Rows that are listed; further results are only counted.
TEACHES = (
    ("ticket", "who said it, where it is seen, what is noted of it"),
    ("line:", "before the words: lines alone; so with shot: take: note: media: …"),
    ("2B", "the shot of that number"),
    ("mrkt", "letters in order find names: Market"),
    ("ctrl+f", "goes to the commands, with what was typed"),
)


def build_find_rows(found: Sequence[Findable], query: FindQuery, ink: TextStyles) -> list[LazyRow]:
    """Return a row for each result, with the names in a column."""
    widths = [cell_len(each.name) for each in found[:MOST]]
    wide = max((width for width in widths if width <= SHORT), default=0)
    who = max((cell_len(each.who) for each in found[:MOST]), default=0)
    return [
        LazyRow(each.unique_key, partial(_format_find_row, each, wide, min(who, 12), query, ink))
        for each in found[:MOST]
    ]


def _format_find_row(
    each: Findable, wide: int, who: int, query: FindQuery, ink: TextStyles
) -> tuple[Text, Text]:
    speaks = f"{each.who:<{who}}  " if each.who else ""
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
    """Return the positions of a folded word in a displayed text, as (first letter, one past the last)."""
    low = shown.casefold()
    if fold_search_text(low) != " ".join(low.split()) or len(low) != len(shown):
        return []  # With accents, letters are not at the same positions as in the folded text.
    starts = [found.start() for found in compile_word_start(word).finditer(low)]
    at = low.find(word) if not starts else -1
    return [(start, start + len(word)) for start in (starts or ([at] if at >= 0 else []))]


def format_find_counts(found: Sequence[Findable], kind: str, ink: TextStyles) -> Text:
    """Return the number of results in total and by kind; the kind of the query is highlighted."""
    out = join_line(("all ", ink.muted), (str(len(found)), ink.muted if kind else ink.strong))
    for name, count in count_by_kind(found):
        style = ink.strong if name == kind else ink.muted
        out.append_text(join_line("  ", (f"{name} ", style), (str(count), style)))
    return out
