"""Drawing of the vectorscope: the colours of a picture, with hue as direction and saturation as distance from
the middle.

Cb grows to the right and Cr upwards; grey (128, 128) is in the middle. Boxes mark the six colours of 75 %
bars: the matrix follows ITU-R BT.709-6, the bars SMPTE RP 219. A line marks skin tones (the +I axis of NTSC).
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.scopes.levels import ScopePlanes, thin_plane
from milimo_tui.media.scopes.trace import (
    FAINT,
    SCALE,
    Counts,
    add_glow,
    counts_to_brightness,
    make_empty_scope,
)

_RED, _BLUE = 0.2126, 0.0722  # The shares of red and blue in luma (BT.709-6, item 3.2).
BARS = {"R": (1, 0, 0), "Yl": (1, 1, 0), "G": (0, 1, 0), "Cy": (0, 1, 1), "B": (0, 0, 1), "Mg": (1, 0, 1)}
BAR_LEVEL = 0.75
_SKIN = math.radians(123)  # The angle of the skin tone line, from the Cb axis anticlockwise.
_BOX = 1 / 36  # Half a box's side as a share of the scope's side, about 7 levels.


def rgb_to_chroma(red: float, green: float, blue: float) -> tuple[float, float]:
    """Return Cb and Cr (16…240) of a colour of 0…1, by BT.709's matrix."""
    luma = _RED * red + (1 - _RED - _BLUE) * green + _BLUE * blue
    return (
        128 + 224 * (blue - luma) / (2 * (1 - _BLUE)),
        128 + 224 * (red - luma) / (2 * (1 - _RED)),
    )


def list_bar_targets() -> dict[str, tuple[float, float]]:
    """Return Cb and Cr of the six colours of 75 % bars, by the letters of each colour (R, Yl, G, Cy, B,
    Mg).
    """
    return {
        name: rgb_to_chroma(BAR_LEVEL * red, BAR_LEVEL * green, BAR_LEVEL * blue)
        for name, (red, green, blue) in BARS.items()
    }


def count_chroma(planes: ScopePlanes, width: int, height: int) -> Counts:
    """Return how many samples have each colour, (height, width), with Cb to the right and Cr upwards."""
    level = np.arange(256, dtype=np.intp)
    cb, cr = thin_plane(planes.cb), thin_plane(planes.cr)
    places = ((255 - level) * height // 256 * width)[cr]
    places += (level * width // 256)[cb]
    counts: Counts = np.bincount(places.ravel(), minlength=width * height).reshape(height, width)
    return counts


def draw_vectorscope(planes: ScopePlanes, width: int, height: int, aspect: Fraction = Fraction(1)) -> Rgb:
    """Draw the vectorscope of a picture in the middle of an area of `width` × `height` pixels, and return the
    area (height, width, 3).

    `aspect` is a pixel's height divided by its width. The scope takes it into account and is therefore square
    on the screen.
    """
    left, top, wide, high = locate_vectorscope(width, height, aspect)
    face, hues = _draw_empty_vectorscope(wide, high)
    scope = face.copy()
    counts = count_chroma(planes, wide, high)
    add_glow(scope, counts_to_brightness(counts, counts.sum() / 24), hues)
    out = make_empty_scope(width, height)
    out[top : top + high, left : left + wide] = scope
    return out


def locate_vectorscope(width: int, height: int, aspect: Fraction) -> tuple[int, int, int, int]:
    """Return the rectangle of a vectorscope within width × height pixels: left, top, width and height."""
    high = max(1, min(height, int(width / aspect)))
    wide = max(1, min(width, round(high * aspect)))
    return (width - wide) // 2, (height - high) // 2, wide, high


@lru_cache(maxsize=8)
def _draw_empty_vectorscope(width: int, height: int) -> tuple[Rgb, Rgb]:
    """Return two pictures: the scope without any samples, and the colour that each position of the scope
    represents at a medium luma.
    """
    scope = make_empty_scope(width, height)
    scope[height // 2, :], scope[:, width // 2] = FAINT, FAINT
    steps = np.arange(max(width, height) // 2) / max(1, max(width, height) // 2)
    x = np.rint((width // 2) * (1 + steps * math.cos(_SKIN))).astype(int)
    y = np.rint((height // 2) * (1 - steps * math.sin(_SKIN))).astype(int)
    scope[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)] = SCALE
    half_width, half_height = max(1, round(width * _BOX)), max(1, round(height * _BOX))
    for cb, cr in list_bar_targets().values():
        x_at, y_at = int(cb * width / 256), int((255 - cr) * height / 256)
        left, right = max(0, x_at - half_width), min(width - 1, x_at + half_width)
        top, bottom = max(0, y_at - half_height), min(height - 1, y_at + half_height)
        scope[top : bottom + 1, [left, right]] = SCALE
        scope[[top, bottom], left : right + 1] = SCALE
    across, up = np.meshgrid(_make_chroma_axis(width), -_make_chroma_axis(height))
    luma, green = 0.6, 1 - _RED - _BLUE
    red, blue = luma + 2 * (1 - _RED) * up, luma + 2 * (1 - _BLUE) * across
    hues = np.stack([red, (luma - _RED * red - _BLUE * blue) / green, blue], axis=-1)
    return scope, (np.clip(hues, 0.15, 1) * 255).astype(np.uint8)


def _make_chroma_axis(size: int) -> NDArray[np.float64]:
    """Return the chroma (Cb or Cr) at the middle of each of `size` columns or rows of the scope,
    −0.57…0.57.
    """
    return ((np.arange(size) + 0.5) * 256 / size - 128) / 224
