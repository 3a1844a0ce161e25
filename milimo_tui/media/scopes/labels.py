"""The labels of a scope's scale: their positions, and how they are drawn into a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from milimo_tui.media.picture import fonts
from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.scopes.trace import Colour

LABEL_COLOUR: Colour = (176, 182, 190)
_LETTERS = 0.8  # Font size, as a share of a cell's height.


@dataclass(frozen=True, slots=True)
class Label:
    """A text at a position of a picture, in pixels. `left` is its left edge, `row` its vertical middle."""

    left: int
    row: int
    text: str


def labels_to_cells(labels: Sequence[Label], cell: tuple[int, int]) -> list[list[int | str]]:
    """Return each label as column, row and text, counted in terminal cells from the upper left. `cell` is the
    size of a cell in pixels.
    """
    return [[max(0, label.left // cell[0]), label.row // cell[1], label.text] for label in labels]


def draw_labels(picture: Rgb, labels: Sequence[Label], cell: tuple[int, int]) -> Rgb:
    """Return a copy of a picture with the labels drawn into it, in letters about as high as a terminal
    cell.
    """
    image = Image.fromarray(np.ascontiguousarray(picture))
    draw = ImageDraw.Draw(image)
    face = fonts.load_font(max(6, round(cell[1] * _LETTERS)))
    for label in labels:
        middle = min(max(label.row, cell[1] // 2), picture.shape[0] - cell[1] // 2)
        text = label.text.replace("−", "-")  # The bundled font has no minus sign, so a hyphen is drawn.
        draw.text((label.left, middle), text, LABEL_COLOUR, face, anchor="lm")
    return np.array(image)
