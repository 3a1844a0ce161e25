"""Glyphs that fill a part of a cell, with masks of 2×4 subcells that describe the filled part.

A mask is a byte: bit 0 is the upper left subcell, bit 1 its right neighbour, bit 7 the lower right subcell.
Sources: the Unicode charts of Block Elements, Symbols for Legacy Computing and its Supplement (octants,
Unicode 16).
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from milimo_tui.media.viewer.terminal_facts import OCTANTS, QUADRANTS

BLANK, FULL, UPPER = 0x20, 0x2588, 0x2580
SHARES = {0.25: 0x2591, 0.5: 0x2592, 0.75: 0x2593}
"""The shade characters by the share of the cell that is foreground."""

_LEFT = 0b01010101
_HALVES = {0x0F: 0x2580, 0xF0: 0x2584, _LEFT: 0x258C, 0xFF ^ _LEFT: 0x2590}
_QUARTERS = {
    0x05: 0x2598, 0x0A: 0x259D, 0x50: 0x2596, 0xA0: 0x2597, 0xA5: 0x259A, 0x5A: 0x259E,
    0x5F: 0x259B, 0xAF: 0x259C, 0xF5: 0x2599, 0xFA: 0x259F,
}  # fmt: skip
# 2×4 patterns that are not among the octants, because they have code points in other blocks: bars of one or
# three quarters of the height, and quarters of the left or right half.
_ELSEWHERE = {
    0xC0: 0x2582, 0xFC: 0x2586, 0x03: 0x1FB82, 0x3F: 0x1FB85, 0x14: 0x1FBE6, 0x28: 0x1FBE7,
    0x01: 0x1CEA8, 0x02: 0x1CEAB, 0x40: 0x1CEA3, 0x80: 0x1CEA0,
}  # fmt: skip
# Bars that grow from the bottom: seven glyphs, which fill one to seven eighths of the height.
_LOWER_BARS = tuple(range(0x2581, 0x2588))
# Bars that grow from the left: seven glyphs, which fill one to seven eighths of the width.
_LEFT_BARS = tuple(range(0x258F, 0x2588, -1))
_SEXTANT_LEFT, _SEXTANT_RIGHT = 0x15, 0x2A


@cache
def list_octants() -> NDArray[np.uint32]:
    """Return the code points of the glyphs for all 256 patterns of 2×4 subcells, indexed by mask."""
    known = {0x00: BLANK, 0xFF: FULL, **_HALVES, **_QUARTERS, **_ELSEWHERE}
    out = np.zeros(256, np.uint32)
    following = iter(range(0x1CD00, 0x1CDE6))
    for mask in range(256):
        out[mask] = known.get(mask) or next(following)
    return out


@cache
def list_sextants() -> NDArray[np.uint32]:
    """Return the code points of the glyphs for all 64 patterns of 2×3 subcells, indexed by mask. Bit 0 is the
    upper left subcell.
    """
    known = {0: BLANK, 63: FULL, _SEXTANT_LEFT: _HALVES[_LEFT], _SEXTANT_RIGHT: _HALVES[0xFF ^ _LEFT]}
    out = np.zeros(64, np.uint32)
    following = iter(range(0x1FB00, 0x1FB3C))
    for mask in range(64):
        out[mask] = known.get(mask) or next(following)
    return out


def masks_to_braille(masks: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return the braille code points for 2×4 masks, with a dot for each set bit."""
    # Dots are numbered down the columns, except for the lowest row, which was added later.
    order = (0, 3, 1, 4, 2, 5, 6, 7)
    out = np.full(masks.shape, 0x2800, np.uint32)
    for bit, dot in enumerate(order):
        out |= (masks >> bit & 1).astype(np.uint32) << dot
    return out


def list_family_masks(families: frozenset[str]) -> NDArray[np.uint8]:
    """Return the masks of 2×4 subcells that the glyphs of the given families can draw, directly or with
    foreground and background exchanged. The blank mask is left out.
    """
    if OCTANTS in families:
        return np.arange(1, 128, dtype=np.uint8)
    known = [*_HALVES, *(_QUARTERS if QUADRANTS in families else ())]
    return np.array(sorted({min(mask, 0xFF ^ mask) for mask in known}), np.uint8)


def list_bars(*, lower: bool) -> NDArray[np.uint32]:
    """Return the seven bar glyphs in order of size: filled from below if `lower`, else from the left."""
    return np.array(_LOWER_BARS if lower else _LEFT_BARS, np.uint32)


@cache
def compute_glyph_coverage() -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
    """Return all code points in ascending order, and the share of each of 8×8 parts of the cell that the
    glyph fills.

    The shapes are (n,) and (n, 64), row by row, with shares from 0 to 1. A braille dot counts as its full
    subcell.
    """
    shapes: dict[int, NDArray[np.float32]] = {BLANK: np.zeros((8, 8), np.float32)}
    masks = np.arange(256, dtype=np.uint8)
    for mask, octant, dots in zip(
        masks.tolist(), list_octants().tolist(), masks_to_braille(masks).tolist(), strict=True
    ):
        shapes[octant] = shapes[dots] = _mask_to_grid(mask, 4)
    for mask, sextant in enumerate(list_sextants().tolist()):
        shapes[sextant] = _mask_to_grid(mask, 3)
    for eighth in range(1, 8):
        lower, left = np.zeros((8, 8), np.float32), np.zeros((8, 8), np.float32)
        lower[8 - eighth :] = left[:, :eighth] = 1
        shapes[_LOWER_BARS[eighth - 1]], shapes[_LEFT_BARS[eighth - 1]] = lower, left
    for share, shade in SHARES.items():
        shapes[shade] = np.full((8, 8), share, np.float32)
    points = sorted(shapes)
    return np.array(points, np.uint32), np.stack([shapes[point].reshape(64) for point in points])


def _mask_to_grid(mask: int, rows: int) -> NDArray[np.float32]:
    """Return a mask of 2×`rows` subcells as a grid of 8×8 shares. If a subcell's edge divides a grid part,
    the share is between 0 and 1.
    """
    fine = np.zeros((24, 8), np.float32)
    high = 24 // rows
    for bit in range(2 * rows):
        if mask >> bit & 1:
            row, column = divmod(bit, 2)
            fine[row * high : (row + 1) * high, column * 4 : column * 4 + 4] = 1
    return np.asarray(fine.reshape(8, 3, 8).mean(axis=1), np.float32)
