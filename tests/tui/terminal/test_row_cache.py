"""Test that the drawn rows of a widget are freed together with the widget."""

from __future__ import annotations

import gc
import importlib.util
import weakref
from collections.abc import Callable
from typing import Any

from textual._styles_cache import StylesCache
from textual.color import Color
from textual.style import Style

from milimo_tui.tui.terminal.patches.closed_widget_rows import install_colour_pair_cache

RED, BLUE = Color.parse("red"), Color.parse("blue").with_alpha(0.5)


def stays(mix: Callable[..., Any]) -> bool:
    """Return True if a row cache stays in memory after its colours were mixed with `mix` and its last
    reference was deleted.
    """
    rows = StylesCache()
    mix(rows, RED, BLUE)
    left = weakref.ref(rows)
    del rows
    gc.collect()
    return left() is not None


def test_cached_rows_are_removed_with_their_widget_and_colours_are_equal() -> None:
    install_colour_pair_cache()
    ours: Callable[..., Any] = StylesCache.get_inner_outer
    assert not stays(ours)
    assert ours(StylesCache(), RED, BLUE) == (Style(background=RED + BLUE), Style(background=RED))


def test_textual_still_keeps_the_rows_of_a_closed_widget() -> None:
    spec = importlib.util.find_spec("textual._styles_cache")
    assert spec is not None
    assert spec.loader is not None
    as_it_is = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(as_it_is)
    assert stays(as_it_is.StylesCache.get_inner_outer)
