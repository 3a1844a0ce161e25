"""Drawing scopes: a dark ground, thin lines of its scale, and counts as light.

Colours are RGB, 0…255; `Rgb` pictures are (height, width, 3).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from milimo_tui.media.picture.colour import Rgb

Counts = NDArray[np.int64]  # (rows, columns), the highest level in row 0
Colour = tuple[int, int, int]

# Greys that 256 colours have as they are: of others they make a chequered ground.
GROUND: Colour = (0, 0, 0)
SCALE: Colour = (78, 78, 78)
FAINT: Colour = (48, 48, 48)
LIGHT: Colour = (190, 245, 200)
RED, GREEN, BLUE = (255, 92, 84), (92, 235, 110), (104, 140, 255)

_FULL = 8  # an eighth of a column's samples in one cell is as bright as can be
_ROWS = 96  # of a scope in which that holds
_LEAST = 0.3  # of full light: one sample is seen


def ground(width: int, height: int) -> Rgb:
    """Return an empty scope of a size in pixels."""
    return np.full((height, width, 3), GROUND, np.uint8)


def light(counts: NDArray[np.int64], whole: float) -> NDArray[np.float32]:
    """Return how bright (0…1) each count is, where `whole` samples are all that could be there.

    In a high scope they are parted among more rows, each of which is to be seen as well.
    """
    rows = max(1.0, counts.shape[0] / _ROWS)
    share = counts.astype(np.float32) * np.float32(_FULL * rows / max(1.0, whole))
    bright: NDArray[np.float32] = np.sqrt(np.minimum(share, 1, out=share), out=share)
    return np.where(counts > 0, np.maximum(bright, np.float32(_LEAST)), np.float32(0))


def glow(scope: Rgb, bright: NDArray[np.float32], colour: Colour | Rgb) -> None:
    """Lay light of a colour, or of a colour each, over a scope, in place."""
    wanted = np.asarray(colour, np.float32)
    below = scope.astype(np.float32)
    scope[:] = below + (np.maximum(wanted, below) - below) * bright[..., None]


def row_of(level: int, height: int) -> int:
    """Return the row of a level of 0…255 in a scope of so many rows, 255 at the top."""
    return (255 - level) * height // 256


def level_lines(scope: Rgb, levels: dict[int, Colour], thick: int = 1) -> None:
    """Draw a line across a scope at each level of 0…255, in place; thick ones lie on a grid of that."""
    for level, colour in levels.items():
        first = row_of(level, scope.shape[0]) // thick * thick
        scope[first : first + thick] = colour
