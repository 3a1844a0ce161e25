"""Test the memory use of rows of pictures that were cut into pieces, as happens when a panel covers part of a
picture.
"""

from __future__ import annotations

import gc
import importlib.util
from typing import Any

import pytest
from rich.color import Color
from rich.segment import Segment

from milimo_tui.core.kitty_marks import MARKS, PLACEHOLDER
from milimo_tui.tui.terminal.line.cell_styles import PictureStyle, make_picture_style
from milimo_tui.tui.terminal.patches.cut_text_cache import MAX_CACHED_CUTS, install_small_cut_cache

PICTURES = 3_000


@pytest.fixture(autouse=True)
def mended() -> None:
    install_small_cut_cache()


def alive() -> int:
    """Return the number of picture styles in memory."""
    gc.collect()
    return sum(type(each) is PictureStyle for each in gc.get_objects())


def left_of(kind: Any) -> int:
    """Return the number of picture styles in memory after many pictures were shown in turn and a row of each
    was cut in two.
    """
    text = "".join(PLACEHOLDER + MARKS[0] + mark for mark in MARKS[:20])
    for number in range(PICTURES):
        ink = Color.from_rgb(number >> 16, number >> 8 & 255, number & 255)
        kind(text, make_picture_style(color=ink, picture=number + 1)).split_cells(12)
    return alive()


def test_cached_cuts_of_pictures_are_removed_with_them() -> None:
    others = alive()
    first = left_of(Segment)
    assert first < others + PICTURES
    assert left_of(Segment) <= first + MAX_CACHED_CUTS


def test_texts_are_cut_as_before() -> None:
    assert [part.text for part in Segment("a한b").split_cells(2)] == ["a ", " b"]
    assert [part.text for part in Segment("한글").split_cells(2)] == ["한", "글"]
    assert [part.text for part in Segment("한글").split_cells(9)] == ["한글", ""]


def test_rich_still_caches_sixteen_thousand_cuts() -> None:
    spec = importlib.util.find_spec("rich.segment")
    assert spec is not None
    assert spec.loader is not None
    as_it_is = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(as_it_is)
    others = alive()
    assert left_of(as_it_is.Segment) >= others + PICTURES
