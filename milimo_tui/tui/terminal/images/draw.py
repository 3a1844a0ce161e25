"""A picture ready to be drawn: strips of cells, and what the terminal must be given for them.

The one place that knows which way of drawing the terminal has.
"""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.strip import Strip

from milimo_tui.tui.terminal.capabilities import Terminal
from milimo_tui.tui.terminal.images import cells
from milimo_tui.tui.terminal.line import direct, kitty

if TYPE_CHECKING:
    from milimo_tui.media.viewer.client import Answer

# Pixels a cell is taken to have where a terminal does not tell; it scales to its own.
CELL = (8, 16)
_KITTY_KEYS = {"png": "f=100", "zlib": "f=24,o=z", "rgb": "f=24"}


@dataclass(frozen=True, slots=True)
class Drawing:
    """`strips` are the cells; `pixels` go to the terminal under the `id` that the cells name, 0 for none."""

    strips: list[Strip]
    pixels: kitty.Pixels | direct.DirectPicture | None = None
    id: int = 0

    @property
    def is_once(self) -> bool:
        """Return whether it can be sent but once: a terminal that has lost it needs another."""
        return isinstance(self.pixels, kitty.Pixels) and self.pixels.is_once


class PictureIds:
    """Ids of pictures in the terminal, 24 bits: none is given twice while it is in use.

    They begin at a place of the process's own, for two studios may share a terminal.
    """

    def __init__(self, first: int = 0) -> None:
        self._next = first
        self._used: set[int] = set()

    def take(self) -> int:
        """Return an id that nothing uses; never 0."""
        while True:
            self._next = self._next % MOST_IDS + 1
            if self._next not in self._used:
                self._used.add(self._next)
                return self._next

    def give_back(self, id: int) -> None:
        """Let an id be taken again: its picture was freed."""
        self._used.discard(id)


MOST_IDS = (1 << 24) - 1
PICTURE_IDS = PictureIds(os.getpid() * 4099 % MOST_IDS)


def pixels_for(columns: int, rows: int) -> tuple[int, int]:
    """Return the pixels that so many cells are, as pictures are asked for; see `way`."""
    return columns * CELL[0], rows * CELL[1]


def way(terminal: Terminal, width: int, height: int, budget: int = 0) -> dict[str, Any]:
    """Return what the viewer is asked for, to fill width × height pixels of `pixels_for` (`viewer.ways`).

    `budget` is how many bytes a picture in full may have, 0 for any number.
    """
    columns, rows = max(1, width // CELL[0]), max(1, height // CELL[1])
    if terminal.pictures in ("kitty", "iterm2", "sixel"):  # their cells name their own columns and rows
        columns, rows = min(columns, kitty.MOST_COLUMNS), min(rows, kitty.MOST_ROWS)
    asked: dict[str, Any] = {"columns": columns, "rows": rows, "cell": list(terminal.cell or CELL)}
    if terminal.pictures in ("iterm2", "sixel"):
        return asked | {"kind": terminal.pictures, "budget": budget}
    if terminal.pictures == "kitty":
        if terminal.medium != "direct":
            return asked | {"kind": "kitty", "medium": terminal.medium}
        return asked | {"kind": "kitty", "budget": budget}
    return asked | {"kind": "cells", "colours": terminal.colours, "signs": list(terminal.signs)}


def draw(terminal: Terminal, answer: Answer) -> Drawing:
    """Return what the viewer handed over, ready to be shown."""
    if answer.way == "cells":
        strips = cells.strips(answer.data, answer.columns, answer.rows, terminal.colours)
        return Drawing(cells.labelled(strips, answer.facts.get("labels", ()), terminal.colours))
    if answer.way in ("iterm2", "sixel"):
        columns, rows, id = answer.columns, answer.rows, PICTURE_IDS.take()
        picture = direct.iterm2(answer.data, columns, rows) if answer.way == "iterm2" else _sixels(answer)
        return Drawing(direct.strips(id, columns, rows), picture, id)
    keys, data = _KITTY_KEYS[answer.format], answer.data
    if answer.place:
        medium = {"shared": "s", "file": "t"}[terminal.medium]
        keys, data = f"{keys},t={medium},S={answer.size}", answer.place.encode()
    text = base64.standard_b64encode(data).decode("ascii")
    pixels = kitty.Pixels(keys, text, answer.width, answer.height, answer.columns, answer.rows)
    id = PICTURE_IDS.take()
    return Drawing(kitty.strips(id, answer.columns, answer.rows), pixels, id)


def _sixels(answer: Answer) -> direct.DirectPicture:
    """Return a picture of sixels, its bands as the viewer has parted them."""
    bands, at = [], 0
    for part in answer.parts:
        words = answer.data[at : at + part.bytes].decode("ascii")
        bands.append(direct.Band(part.row, part.rows, words))
        at += part.bytes
    return direct.DirectPicture(answer.columns, answer.rows, tuple(bands))
