"""The palettes of terminals: the numbers of 256 and 16 colours, nearest to a colour, and steady dithering.

The push of a place depends on the place alone, so that a flat area does not shimmer from frame to frame.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

# The 16 colours as terminals commonly show them (VGA).
_ANSI = (
    (0, 0, 0), (170, 0, 0), (0, 170, 0), (170, 85, 0),
    (0, 0, 170), (170, 0, 170), (0, 170, 170), (170, 170, 170),
    (85, 85, 85), (255, 85, 85), (85, 255, 85), (255, 255, 85),
    (85, 85, 255), (255, 85, 255), (85, 255, 255), (255, 255, 255),
)  # fmt: skip
_CUBE = (0, 95, 135, 175, 215, 255)
EYES = np.array((3, 4, 2), np.float32)  # how much a difference in red, green and blue counts, as eyes see it
_BAYER = np.array(((0, 8, 2, 10), (12, 4, 14, 6), (3, 11, 1, 9), (15, 7, 13, 5)), np.float32)
# How far dithering pushes a channel, by the palette's steps. Of 256 colours more would cost a third more
# bytes, and is no nearer in the mean of a cell.
_SPREAD = {"256": 16, "16": 72}
_BITS = 5  # of each channel, by which the nearest number is looked up


@cache
def colours_of(palette: str) -> NDArray[np.uint8]:
    """Return RGB by number, shape (256, 3): of 16 or 256 colours (whose first 16 are a terminal's own)."""
    out = np.zeros((256, 3), np.uint8)
    out[:16] = _ANSI
    if palette == "256":
        out[16:232] = [(red, green, blue) for red in _CUBE for green in _CUBE for blue in _CUBE]
        out[232:] = (8 + 10 * np.arange(24))[:, None]
    return out


@cache
def _nearest(palette: str) -> NDArray[np.uint8]:
    """The number nearest to each colour of five bits a channel; of 256 the cube and the greys alone."""
    first, last = (16, 256) if palette == "256" else (0, 16)
    weights = np.ones(3, np.float32) if palette == "256" else EYES
    steps = np.arange(1 << _BITS, dtype=np.float32) * 255 / ((1 << _BITS) - 1)
    every = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(-1, 3)
    known = colours_of(palette)[first:last].astype(np.float32)
    # |a − b|² = |a|² − 2ab + |b|², of which |a|² is the same for all.
    off = (known**2 * weights).sum(axis=1) - 2 * (every * weights) @ known.T
    return np.asarray(off.argmin(axis=1) + first, np.uint8)


def numbers(colours: NDArray[np.float32], palette: str) -> NDArray[np.uint8]:
    """Return the palette number nearest to each colour; the last axis is red, green and blue."""
    levels = np.clip(colours * (((1 << _BITS) - 1) / 255) + 0.5, 0, (1 << _BITS) - 1).astype(np.uint16)
    place = levels[..., 0] << 2 * _BITS | levels[..., 1] << _BITS | levels[..., 2]
    return np.asarray(_nearest(palette)[place], np.uint8)


def is_known(colours: NDArray[np.float32], palette: str) -> NDArray[np.bool_]:
    """Return which colours the palette has: these are shown as they are, never mixed of two others."""
    nearest = colours_of(palette)[numbers(colours, palette)].astype(np.float32)
    return np.asarray((np.abs(colours - nearest) < 1).all(axis=-1))


def pushes(palette: str, rows: int, columns: int) -> NDArray[np.float32]:
    """Return what to add at each place before the nearest is taken; shape (rows, columns, 1)."""
    tile = (_BAYER - 7.5) / 16 * _SPREAD[palette]
    whole = np.tile(tile, (-(-rows // 4), -(-columns // 4)))
    return np.asarray(whole[:rows, :columns, None], np.float32)
