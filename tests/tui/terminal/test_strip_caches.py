"""Test the objects that are created together with a row of cells."""

from __future__ import annotations

import gc
import importlib.util
from typing import Any

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from milimo_tui.tui.terminal.patches.strip_memories import install_lazy_strip_caches

RED = Style(color="red")


def made_by(kind: Any) -> int:
    """Return the number of objects that are created with a row, including the row and its list."""
    segments = [Segment("words", RED)]
    gc.disable()
    try:
        before = len(gc.get_objects())
        strip = kind(segments, 5)
        return len(gc.get_objects()) - before + (strip is None)
    finally:
        gc.enable()


def test_row_creates_its_caches_on_demand() -> None:
    install_lazy_strip_caches()
    assert made_by(Strip) <= 3
    strip = Strip([Segment("one ", RED), Segment("two")], 7)
    first, second = strip.divide([4, 7])
    assert (first.text, second.text) == ("one ", "two")
    assert strip.divide([4, 7])[0] is first
    assert strip.crop(1, 3) is strip.crop(1, 3)
    assert strip.adjust_cell_length(9) is strip.adjust_cell_length(9)
    assert strip.apply_style(RED) is strip.apply_style(RED)
    assert strip.crop_extend(2, 9, None).text == "e two  "
    assert strip.apply_offsets(1, 2).text == "one two"
    assert strip.link_ids == Strip([Segment("one ", RED), Segment("two")]).link_ids
    with pytest.raises(AttributeError):
        _ = strip.nothing  # type: ignore[attr-defined]


def test_textual_still_creates_caches_for_each_row() -> None:
    install_lazy_strip_caches()
    spec = importlib.util.find_spec("textual.strip")
    assert spec is not None
    assert spec.loader is not None
    as_it_is = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(as_it_is)
    assert made_by(as_it_is.Strip) > 2 * made_by(Strip)
