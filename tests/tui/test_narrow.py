"""Partial updates write the changed cells and no others; other versions of Textual are left alone."""

from __future__ import annotations

import importlib.util
import io
import re
from itertools import pairwise

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate
from textual.strip import Strip

from milimo_tui.tui import narrow

CONSOLE = Console(file=io.StringIO(), force_terminal=True, color_system="truecolor")


def update(*spans: tuple[int, int, int]) -> ChopsUpdate:
    """A screen of one row: three widgets of ten cells, each of two colours."""
    text = "abcdefghijklmnopqrstuvwxyz1234"
    cuts = [0, 10, 20, 30]
    line: dict[int, Strip | None] = {}
    for start, end in pairwise(cuts):
        halves = (text[start : start + 5], "red"), (text[start + 5 : end], "blue")
        line[start] = Strip([Segment(words, Style(color=colour)) for words, colour in halves], end - start)
    return ChopsUpdate([line], list(spans), [cuts[1:]])


def written(sequences: str) -> dict[int, str]:
    """Column → text of each piece that was written, without its colours."""
    bare = re.sub(r"\x1b\[[0-9;]*m", "", sequences)
    return {int(column) - 1: text for column, text in re.findall(r"\x1b\[1;(\d+)H([^\x1b\n]*)", bare)}


def cells(sequences: str) -> dict[int, str]:
    """What stands in each column after the sequences."""
    out: dict[int, str] = {}
    for column, text in written(sequences).items():
        out |= {column + at: char for at, char in enumerate(text)}
    return out


def test_a_span_is_written_from_its_first_cell_to_its_last() -> None:
    text = "abcdefghijklmnopqrstuvwxyz1234"
    for spans in ([(0, 12, 17)], [(0, 8, 22)], [(0, 1, 2), (0, 28, 30)], [(0, 10, 20)], [(0, 0, 30)]):
        expected = {at: text[at] for _, first, last in spans for at in range(first, last)}
        assert cells(narrow.render_segments(update(*spans), CONSOLE)) == expected


def test_each_style_of_a_small_update_is_sent_once() -> None:
    assert narrow.render_segments(update((0, 0, 30)), CONSOLE).count("\x1b[31m") == 1
    large = ChopsUpdate(*_large())
    assert cells(narrow.render_segments(large, CONSOLE)) == dict.fromkeys(range(200), "x")


def _large() -> tuple[list[dict[int, Strip | None]], list[tuple[int, int, int]], list[list[int]]]:
    """A row of 200 segments in turn of two colours."""
    segments = [Segment("x", Style(color=("red", "blue")[at % 2])) for at in range(200)]
    return [{0: Strip(segments, 200)}], [(0, 0, 200)], [[200]]


def test_colours_stay_with_their_cells() -> None:
    text = narrow.render_segments(update((0, 4, 6)), CONSOLE)
    assert re.findall(r"\x1b\[([0-9;]+)m\x1b\[1;\d+H([a-z]+)", text) == [("31", "e"), ("34", "f")]


def test_other_versions_keep_their_own_way() -> None:
    assert not narrow.crop_both_sides("9.0.0")
    assert narrow.crop_both_sides("8.2.8")
    assert ChopsUpdate.render_segments is narrow.render_segments


def test_textual_still_sends_the_row_from_its_left() -> None:
    """When this fails, Textual crops by itself: remove `tui/narrow.py`.

    Its own method is taken from the module read anew: another test may have put ours in its place.
    """
    spec = importlib.util.find_spec("textual._compositor")
    assert spec is not None
    assert spec.loader is not None
    fresh = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fresh)
    assert written(fresh.ChopsUpdate.render_segments(update((0, 12, 17)), CONSOLE)) == {10: "klmnopq"}
