"""Fault of Textual: a memory leak that keeps the drawn rows of up to a thousand closed widgets.

`StylesCache.get_inner_outer` caches mixed colours in an `lru_cache`. The key of the cache includes `self`,
which holds the widget's rows, although the two colours alone determine the result. In five minutes of random
keys it held 30,000 rows. Remove the patch when `test_textual_still_keeps_the_rows_of_a_closed_widget` fails.
"""

from __future__ import annotations

from functools import lru_cache

from textual._styles_cache import StylesCache
from textual.color import Color
from textual.style import Style

from milimo_tui.tui.terminal.patches.patch import Patch

MAX_COLOUR_PAIRS = 1024  # Maximum number of cached pairs of colours.


@lru_cache(MAX_COLOUR_PAIRS)
def _mix_styles(ground: Color, own: Color) -> tuple[Style, Style]:
    return Style(background=ground + own), Style(background=ground)


def _get_inner_outer(rows: StylesCache, base_background: Color, background: Color) -> tuple[Style, Style]:
    """Return two styles computed from the background colours: the style inside a widget and the style around
    it. The result is the same as Textual's.
    """
    return _mix_styles(base_background, background)


def install_colour_pair_cache() -> None:
    """Replace Textual's method by one whose cache does not refer to widgets."""
    StylesCache.get_inner_outer = _get_inner_outer  # type: ignore[method-assign,assignment]


PATCH = Patch("the rows of closed widgets are kept", install_colour_pair_cache)
