"""Convert the packed cells of a picture (`media.viewer.cells`) to a drawing: strips of text for Textual.

Works without NumPy, which the user interface process does not import. A packed cell has ten bytes: code
point, foreground and background.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from rich.color import Color, ColorType
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from milimo_tui.tui.terminal.capabilities import Terminal
from milimo_tui.tui.terminal.images.drawing import Drawing
from milimo_tui.tui.terminal.line.cell_styles import PictureStyle, make_picture_style

if TYPE_CHECKING:
    from milimo_tui.media.viewer.client import ViewerAnswer

CELL = struct.Struct("<I3B3B")
# Maximum number of cached styles. It is enough for several film frames, because these have many styles in
# common. `Looks` has a larger cache.
_MAX_CACHED_STYLES = 1 << 13

Cell = tuple[int, int, int, int, int, int, int]
"""A code point, then red, green and blue of the foreground and of the background. With a palette, the first
number of each is the palette index.
"""


def make_cell_drawing(terminal: Terminal, answer: ViewerAnswer) -> Drawing:
    """Convert the packed cells of a picture, and its labels, to a drawing. Cells missing from the data are
    blank.

    `terminal` must have the colours that were requested from the viewer.
    """
    wide = answer.columns * CELL.size
    data = answer.data.ljust(wide * answer.rows, b"\0")
    style = _STYLES[terminal.colours]
    strips = [
        Strip(list(_group_cell_segments(CELL.iter_unpack(data[at : at + wide]), style)), answer.columns)
        for at in range(0, wide * answer.rows, wide)
    ]
    labels = answer.facts.get("labels", ())
    return Drawing(_add_cell_labels(strips, labels, terminal.colours), facts=answer.facts)


def _add_cell_labels(
    strips: list[Strip], labels: Iterable[tuple[int, int, str]], colours: str
) -> list[Strip]:
    """Return the strips with text labels written over them. A label has the background of the cells that it
    covers.

    `labels` are tuples of column, row and text. A label that does not fit into the strips is left out.
    """
    out = list(strips)
    for column, row, text in labels:
        if not 0 <= row < len(out) or column + len(text) > out[row].cell_length:
            continue
        left, below, right = out[row].divide([column, column + len(text), out[row].cell_length])
        ground = next((segment.style.bgcolor for segment in below if segment.style), None)
        words = Segment(text, Style(color=_LABELS[colours], bgcolor=ground))
        out[row] = Strip.join([left, Strip([words], len(text)), right])
    return out


def _group_cell_segments(
    cells: Iterable[Cell], style: Callable[[tuple[int, ...]], PictureStyle]
) -> Iterator[Segment]:
    """Yield the text segments of one row of cells. Neighbouring cells with the same colours share a
    segment.
    """
    for look, run in groupby(cells, key=lambda cell: cell[1:]):
        yield Segment("".join([chr(cell[0] or 0x20) for cell in run]), style(look))


@lru_cache(_MAX_CACHED_STYLES)
def _make_truecolour_style(look: tuple[int, ...]) -> PictureStyle:
    return make_picture_style(color=_make_truecolour(look[:3]), bgcolor=_make_truecolour(look[3:]))


@lru_cache(_MAX_CACHED_STYLES)
def _make_truecolour(rgb: tuple[int, ...]) -> Color:
    return Color("", ColorType.TRUECOLOR, None, ColorTriplet(*rgb))


@lru_cache(_MAX_CACHED_STYLES)
def _make_indexed_style(look: tuple[int, ...]) -> PictureStyle:
    return make_picture_style(color=Color.from_ansi(look[0]), bgcolor=Color.from_ansi(look[3]))


@lru_cache(1)
def _make_colourless_style(look: tuple[int, ...]) -> PictureStyle:
    return make_picture_style(color=None)


# The muted text colour of a dark theme. Labels are written on scopes, which have a dark background in every
# theme.
_LABELS = {
    "truecolor": Color.from_rgb(176, 182, 190),
    "256": Color.from_ansi(249),
    "16": Color.from_ansi(7),
    "none": None,
}
_STYLES: dict[str, Callable[[tuple[int, ...]], PictureStyle]] = {
    "truecolor": _make_truecolour_style,
    "256": _make_indexed_style,
    "16": _make_indexed_style,
    "none": _make_colourless_style,
}
