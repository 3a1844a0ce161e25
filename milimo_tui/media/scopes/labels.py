"""The numbers and letters of a scope's scale: their positions, and drawing them into a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from milimo_tui.media.picture import fonts
from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.scopes.trace import Colour

LABEL_COLOUR: Colour = (176, 182, 190)
_LETTERS = 0.8  # share of a cell's height


@dataclass(frozen=True, slots=True)
class Label:
    """A text whose first cell begins at a pixel of the picture; `row` is the vertical middle of its
    letters.
    """

    left: int
    row: int
    text: str


def labels_to_cells(labels: Sequence[Label], cell: tuple[int, int]) -> list[list[int | str]]:
    """Return labels as column, row and text, in cells from the upper left."""
    return [[max(0, label.left // cell[0]), label.row // cell[1], label.text] for label in labels]


def draw_labels(picture: Rgb, labels: Sequence[Label], cell: tuple[int, int]) -> Rgb:
    """Return a picture with labels in letters as high as a cell."""
    image = Image.fromarray(np.ascontiguousarray(picture))
    draw = ImageDraw.Draw(image)
    face = fonts.load_font(max(6, round(cell[1] * _LETTERS)))
    for label in labels:
        middle = min(max(label.row, cell[1] // 2), picture.shape[0] - cell[1] // 2)
        text = label.text.replace("−", "-")  # the bundled font has no minus sign
        draw.text((label.left, middle), text, LABEL_COLOUR, face, anchor="lm")
    return np.array(image)
