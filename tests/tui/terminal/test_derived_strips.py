"""What a row of cells keeps of the rows that were made of it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import textual.strip
from rich.segment import Segment
from rich.style import Style
from textual.cache import FIFOCache
from textual.strip import Strip

from milimo_tui.tui.terminal.patches.derived_strips import MOST, FewPieces, put_in

LONG = 60


@contextmanager
def as_textual_is() -> Iterator[None]:
    textual.strip.FIFOCache = FIFOCache  # type: ignore[attr-defined]
    try:
        yield
    finally:
        put_in()


def pieces(row: Strip) -> list[list[tuple[str, Style | None]]]:
    """Cut and colour a row in many ways, as panels do that come and go before it."""
    made: list[Strip] = []
    for begin in range(12):
        part = row.crop(begin, LONG - begin)
        made += [part, part.apply_style(Style(bold=True)), part.adjust_cell_length(LONG + begin)]
        made += part.divide([begin + 1, part.cell_length])
        made.append(part.crop_extend(1, 9, None))
    return [[(segment.text, segment.style) for segment in each] for each in made]


def kept_of(row: Strip) -> int:
    """Count the rows that are alive because this one is."""
    gc.collect()
    before = sum(isinstance(each, Strip) for each in gc.get_objects())
    pieces(row)
    gc.collect()
    return sum(isinstance(each, Strip) for each in gc.get_objects()) - before


def row() -> Strip:
    return Strip([Segment(letter * 6, Style(color="red")) for letter in "abcdefghij"], LONG)


def test_a_row_keeps_few_of_its_pieces_and_they_are_the_same() -> None:
    with as_textual_is():
        wanted = pieces(row())
    put_in()
    one = row()
    assert pieces(one) == wanted
    assert kept_of(one) <= 0  # those of before went for them
    assert one.crop(3, 9) is one.crop(3, 9)


def test_textual_still_keeps_every_piece_of_a_row() -> None:
    with as_textual_is():
        assert kept_of(row()) > 12 * 4


def test_the_oldest_piece_goes_first() -> None:
    few = FewPieces[int, str](16)
    assert few.get(1) is None
    for number in range(MOST + 1):
        few[number] = str(number)
    few[MOST] = "new"
    assert [few.get(number) for number in range(MOST + 1)] == [None, *map(str, range(1, MOST)), "new"]
