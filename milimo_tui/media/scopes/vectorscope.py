"""The vectorscope: which colours a picture has, by direction its hue, by distance how strong it is.

Cb grows to the right and Cr upwards, 128 in the middle. Boxes stand where the six colours of bars of 75 %
lie (ITU-R BT.709-6 for the matrix, SMPTE RP 219 for the bars), the line where skin does (NTSC's +I axis).
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.scopes.levels import Planes, thinned
from milimo_tui.media.scopes.trace import FAINT, SCALE, Counts, glow, ground, light

_RED, _BLUE = 0.2126, 0.0722  # shares of luma, BT.709-6 item 3.2
BARS = {"R": (1, 0, 0), "Yl": (1, 1, 0), "G": (0, 1, 0), "Cy": (0, 1, 1), "B": (0, 0, 1), "Mg": (1, 0, 1)}
BAR_LEVEL = 0.75
_SKIN = math.radians(123)  # from Cb upwards
_BOX = 1 / 36  # of the size: half a box's side, some 7 levels


def chroma_of(red: float, green: float, blue: float) -> tuple[float, float]:
    """Return Cb and Cr (16…240) of a colour of 0…1, by BT.709's matrix."""
    luma = _RED * red + (1 - _RED - _BLUE) * green + _BLUE * blue
    return (
        128 + 224 * (blue - luma) / (2 * (1 - _BLUE)),
        128 + 224 * (red - luma) / (2 * (1 - _RED)),
    )


def targets() -> dict[str, tuple[float, float]]:
    """Return Cb and Cr of the six colours of 75 % bars, by their letters."""
    return {
        name: chroma_of(BAR_LEVEL * red, BAR_LEVEL * green, BAR_LEVEL * blue)
        for name, (red, green, blue) in BARS.items()
    }


def chroma_counts(planes: Planes, size: int) -> Counts:
    """Count a picture's colours: (size, size), Cb to the right, Cr upwards."""
    level = np.arange(256, dtype=np.intp)
    cb, cr = thinned(planes.cb), thinned(planes.cr)
    places = ((255 - level) * size // 256 * size)[cr]
    places += (level * size // 256)[cb]
    counts: Counts = np.bincount(places.ravel(), minlength=size * size).reshape(size, size)
    return counts


def vectorscope(planes: Planes, width: int, height: int) -> Rgb:
    """Draw the colours of a picture in the middle of width × height pixels: (height, width, 3)."""
    size = min(width, height)
    face, hues = _face(size)
    scope = face.copy()
    counts = chroma_counts(planes, size)
    glow(scope, light(counts, counts.sum() / 24), hues)
    out = ground(width, height)
    top, left = (height - size) // 2, (width - size) // 2
    out[top : top + size, left : left + size] = scope
    return out


@lru_cache(maxsize=8)
def _face(size: int) -> tuple[Rgb, Rgb]:
    """Return the empty scope, and the colour that each place of it stands for, at a middle luma."""
    scope = ground(size, size)
    middle = size // 2
    scope[middle, :], scope[:, middle] = FAINT, FAINT
    for step in range(middle):
        x, y = round(middle + step * math.cos(_SKIN)), round(middle - step * math.sin(_SKIN))
        scope[max(0, y), max(0, x)] = SCALE
    half = max(1, round(size * _BOX))
    for cb, cr in targets().values():
        x, y = int(cb * size / 256), int((255 - cr) * size / 256)
        left, right, top, bottom = max(0, x - half), x + half, max(0, y - half), y + half
        scope[top : bottom + 1, [left, min(size - 1, right)]] = SCALE
        scope[[top, min(size - 1, bottom)], left : right + 1] = SCALE
    axis = (np.arange(size) + 0.5) * 256 / size - 128
    across, up = np.meshgrid(axis / 224, -axis / 224)
    luma, green = 0.6, 1 - _RED - _BLUE
    red, blue = luma + 2 * (1 - _RED) * up, luma + 2 * (1 - _BLUE) * across
    hues = np.stack([red, (luma - _RED * red - _BLUE * blue) / green, blue], axis=-1)
    return scope, (np.clip(hues, 0.15, 1) * 255).astype(np.uint8)
