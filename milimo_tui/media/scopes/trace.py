"""Drawing functions that scopes share: a dark background, thin lines of the scale, and counts shown as
brightness.

Colours are RGB, 0…255. A `Rgb` picture is an array (height, width, 3).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from milimo_tui.media.picture.colour import Rgb

Counts = NDArray[np.int64]  # An array (rows, columns) in which row 0 is the highest level.
Colour = tuple[int, int, int]

# The greys are from the 256-colour terminal palette, because other greys would be dithered to a chequered
# background.
GROUND: Colour = (0, 0, 0)
SCALE: Colour = (78, 78, 78)
FAINT: Colour = (48, 48, 48)
LIGHT: Colour = (190, 245, 200)
RED, GREEN, BLUE = (255, 92, 84), (92, 235, 110), (104, 140, 255)

_FULL = 8  # A point is at full brightness if it has one eighth of the samples of its column.
# In a scope with more rows than this, a point needs fewer samples than `_FULL` says for full brightness.
_ROWS = 96
# The brightness of a point with a single sample, as a share of full brightness, so that the point is visible.
_LEAST = 0.3


def make_empty_scope(width: int, height: int) -> Rgb:
    """Return a scope of width × height pixels that contains only the background colour."""
    return np.full((height, width, 3), GROUND, np.uint8)


def counts_to_brightness(counts: NDArray[np.int64], whole: float) -> NDArray[np.float32]:
    """Return the brightness (0…1) of each point of a scope. `counts` is the number of samples at each point,
    and `whole` is the number of samples that belong to one column.

    In a high scope the samples are spread over more rows, so fewer samples per point give full brightness.
    """
    rows = max(1.0, counts.shape[0] / _ROWS)
    share = counts.astype(np.float32) * np.float32(_FULL * rows / max(1.0, whole))
    bright: NDArray[np.float32] = np.sqrt(np.minimum(share, 1, out=share), out=share)
    return np.where(counts > 0, np.maximum(bright, np.float32(_LEAST)), np.float32(0))


def add_glow(scope: Rgb, bright: NDArray[np.float32], colour: Colour | Rgb) -> None:
    """Blend a colour into a scope in place, by the brightness (0…1) of each pixel. `colour` is one colour, or
    a colour for each pixel.
    """
    wanted = np.asarray(colour, np.float32)
    below = scope.astype(np.float32)
    scope[:] = below + (np.maximum(wanted, below) - below) * bright[..., None]


def level_to_row(level: int, height: int) -> int:
    """Return the row of a level of 0…255 in a scope of `height` rows, 255 at the top."""
    return (255 - level) * height // 256


def draw_level_lines(scope: Rgb, levels: dict[int, Colour], thick: int = 1) -> None:
    """Draw a line across a scope at each level of 0…255, in place; lines are aligned to multiples of
    `thick`.
    """
    for level, colour in levels.items():
        first = level_to_row(level, scope.shape[0]) // thick * thick
        scope[first : first + thick] = colour
