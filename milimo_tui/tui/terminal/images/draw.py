"""Request pictures in the protocol of the terminal, and convert the viewer's answers to drawings.

The only module that knows which picture protocol the terminal uses.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from milimo_tui.tui.terminal.capabilities import Terminal
from milimo_tui.tui.terminal.images.cells import make_cell_drawing
from milimo_tui.tui.terminal.images.drawing import Drawing
from milimo_tui.tui.terminal.line import direct, kitty

if TYPE_CHECKING:
    from milimo_tui.media.viewer.client import ViewerAnswer

# Width and height in pixels that a cell is assumed to have in requests to the viewer. The terminal scales the
# picture to its real cells.
CELL = (8, 16)
_KITTY_KEYS = {"png": "f=100", "zlib": "f=24,o=z", "rgb": "f=24"}


class PictureIds:
    """A pool of 24-bit ids for pictures in the terminal. An id is never used for two pictures at the same
    time.

    Each process starts at a different number, because two studios may share a terminal.
    """

    def __init__(self, first: int = 0) -> None:
        self._next = first
        self._used: set[int] = set()

    def take_id(self) -> int:
        """Return an id that is not in use, never 0, and mark it as used."""
        while True:
            self._next = self._next % MOST_IDS + 1
            if self._next not in self._used:
                self._used.add(self._next)
                return self._next

    def release_id(self, id: int) -> None:
        """Mark an id as unused, because the terminal no longer has its picture."""
        self._used.discard(id)


MOST_IDS = (1 << 24) - 1
PICTURE_IDS = PictureIds(os.getpid() * 4099 % MOST_IDS)


def cells_to_pixels(columns: int, rows: int) -> tuple[int, int]:
    """Return the width and height in pixels for a picture of `columns` × `rows` cells, with an assumed cell
    size. `build_viewer_parameters` converts such pixels back to cells.
    """
    return columns * CELL[0], rows * CELL[1]


def build_viewer_parameters(terminal: Terminal, width: int, height: int, budget: int = 0) -> dict[str, Any]:
    """Return the parameters of a picture request to the viewer (see `viewer.ways`).

    `width` and `height` are in the assumed pixels of `cells_to_pixels`. `budget` is the maximum number of
    bytes of a picture in real pixels; 0 means no limit.
    """
    columns, rows = max(1, width // CELL[0]), max(1, height // CELL[1])
    # With these protocols a cell encodes its own column and row, and only a limited range can be encoded.
    if terminal.pictures in ("kitty", "iterm2", "sixel"):
        columns, rows = min(columns, kitty.MOST_COLUMNS), min(rows, kitty.MOST_ROWS)
    if terminal.pictures == "sixel" and terminal.longest_side and terminal.cell:
        columns = min(columns, max(1, terminal.longest_side // terminal.cell[0]))
    parameters: dict[str, Any] = {"columns": columns, "rows": rows, "cell": list(terminal.cell or CELL)}
    if terminal.pictures in ("iterm2", "sixel"):
        return parameters | {"kind": terminal.pictures, "budget": budget}
    if terminal.pictures == "kitty":
        if terminal.medium != "direct":
            return parameters | {"kind": "kitty", "medium": terminal.medium}
        return parameters | {"kind": "kitty", "budget": budget}
    return parameters | {"kind": "cells", "colours": terminal.colours, "signs": list(terminal.signs)}


def _make_kitty_drawing(terminal: Terminal, answer: ViewerAnswer) -> Drawing:
    keys, data = _KITTY_KEYS[answer.format], answer.data
    if answer.place:
        medium = {"shared": "s", "file": "t"}[terminal.medium]
        keys, data = f"{keys},t={medium},S={answer.size}", answer.place.encode()
    text = base64.standard_b64encode(data).decode("ascii")
    pixels = kitty.Pixels(keys, text, answer.width, answer.height, answer.columns, answer.rows)
    id = PICTURE_IDS.take_id()
    strips = kitty.make_placeholder_strips(id, answer.columns, answer.rows)
    return Drawing(strips, pixels, id, answer.facts)


def _make_iterm2_drawing(_: Terminal, answer: ViewerAnswer) -> Drawing:
    picture = direct.make_iterm2_picture(answer.data, answer.columns, answer.rows)
    return _make_direct_drawing(picture, answer.facts)


def _make_sixel_drawing(_: Terminal, answer: ViewerAnswer) -> Drawing:
    """Return a sixel picture, divided into bands as the viewer did."""
    bands, at = [], 0
    for part in answer.parts:
        words = answer.data[at : at + part.bytes].decode("ascii")
        bands.append(direct.Band(part.row, part.rows, words))
        at += part.bytes
    picture = direct.DirectPicture(answer.columns, answer.rows, tuple(bands))
    return _make_direct_drawing(picture, answer.facts)


def _make_direct_drawing(picture: direct.DirectPicture, facts: Mapping[str, Any]) -> Drawing:
    id = PICTURE_IDS.take_id()
    return Drawing(direct.make_direct_strips(id, picture.columns, picture.rows), picture, id, facts)


# For each display mode, a function that converts an answer of the viewer to a drawing.
MAKE_DRAWING: Mapping[str, Callable[[Terminal, ViewerAnswer], Drawing]] = {
    "cells": make_cell_drawing,
    "kitty": _make_kitty_drawing,
    "iterm2": _make_iterm2_drawing,
    "sixel": _make_sixel_drawing,
}
