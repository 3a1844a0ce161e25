"""The drawn rows of a thousand widgets are kept that were closed long ago.

`StylesCache.get_inner_outer` remembers what it mixed by an `lru_cache` that holds the widget's rows too:
it was meant to be a class method. In five minutes of random keys 30,000 rows stayed with it. The two colours
alone say what is mixed.
Goes when `test_textual_still_keeps_the_rows_of_a_closed_widget` fails.
"""

from __future__ import annotations

from functools import lru_cache

from textual._styles_cache import StylesCache
from textual.color import Color
from textual.style import Style

from milimo_tui.tui.terminal.patches.patch import Patch

MOST = 1024  # pairs of colours


@lru_cache(MOST)
def _mixed(ground: Color, own: Color) -> tuple[Style, Style]:
    return Style(background=ground + own), Style(background=ground)


def _inner_outer(rows: StylesCache, base_background: Color, background: Color) -> tuple[Style, Style]:
    """Return the style inside of a widget and that around it, as Textual does."""
    return _mixed(base_background, background)


def put_in() -> None:
    """Have rows go with their widget."""
    StylesCache.get_inner_outer = _inner_outer  # type: ignore[method-assign,assignment]


PATCH = Patch("the rows of closed widgets are kept", put_in)
