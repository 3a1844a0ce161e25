"""Conversion of sRGB colours to OKLab, a colour space in which equal distances look equally different.

Source: Björn Ottosson, “A perceptual color space for image processing”, 2020.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_CONES = np.array(
    (
        (0.4122214708, 0.5363325363, 0.0514459929),
        (0.2119034982, 0.6806995451, 0.1073969566),
        (0.0883024619, 0.2817188376, 0.6299787005),
    ),
    np.float32,
)
_OPPONENTS = np.array(
    (
        (0.2104542553, 0.7936177850, -0.0040720468),
        (1.9779984951, -2.4285922050, 0.4505937099),
        (0.0259040371, 0.7827717662, -0.8086757660),
    ),
    np.float32,
)


def srgb_to_oklab(colours: Floats) -> Floats:
    """Return lightness (0…1), a and b of sRGB colours. The last axis of `colours` is red, green and blue,
    0…255.
    """
    light = _make_linear_light_table()[np.clip(colours + 0.5, 0, 255).astype(np.uint8)]
    return np.asarray(np.cbrt(light @ _CONES.T) @ _OPPONENTS.T, np.float32)


@cache
def _make_linear_light_table() -> Floats:
    """Return the linear light of each of the 256 values of a channel (IEC 61966-2-1)."""
    value = np.arange(256) / 255
    return np.asarray(np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4), np.float32)
