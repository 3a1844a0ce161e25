"""A picture ready to be drawn: strips of cells, and the words the terminal must get before them.

The one place that knows which way of drawing the terminal has.
"""

from __future__ import annotations

import itertools
import os
from dataclasses import dataclass
from typing import Protocol

from textual.strip import Strip

from milimo_tui.tui.terminal.capabilities import Terminal
from milimo_tui.tui.terminal.images import blocks, kitty

# Pixels a cell is taken to have where pictures are drawn in full; the terminal scales to its own.
CELL = (8, 16)
_ids = itertools.count(1)


class Pixels(Protocol):
    """RGB bytes of width × height, as the viewer hands them over."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def data(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Drawing:
    """`words` go to the terminal once, before the strips; `id` is the picture's there, 0 for none."""

    strips: list[Strip]
    words: str = ""
    id: int = 0


def pixels_for(terminal: Terminal, columns: int, rows: int) -> tuple[int, int]:
    """Return the size to ask the viewer for, so that nothing is scaled twice."""
    if terminal.pictures == "kitty":
        return columns * CELL[0], rows * CELL[1]
    return columns, rows * 2


def cells_for(terminal: Terminal, pixels: Pixels) -> tuple[int, int]:
    """Return the columns and rows that a picture of those pixels fills."""
    if terminal.pictures == "kitty":
        return max(1, round(pixels.width / CELL[0])), max(1, round(pixels.height / CELL[1]))
    return pixels.width, -(-pixels.height // 2)


def draw(terminal: Terminal, pixels: Pixels, columns: int, rows: int) -> Drawing:
    """Draw a picture for columns × rows cells, in the best way the terminal has."""
    if terminal.pictures == "off" or not pixels.width or not pixels.height:
        return Drawing([])
    if terminal.pictures == "kitty":
        id = (os.getpid() & 0xFFF) << 12 | next(_ids) & 0xFFF
        words = kitty.send(id, pixels.data, pixels.width, pixels.height, columns, rows, wrap=terminal.wrap)
        return Drawing(kitty.strips(id, columns, rows), words, id)
    return Drawing(blocks.strips(pixels.data, pixels.width, pixels.height, terminal.colours))
