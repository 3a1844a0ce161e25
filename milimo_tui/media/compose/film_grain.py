"""Vignette and film grain, which are applied after the grade of a layer. Both are computed in YUV, so that no
hue changes.

The grain is one field of noise that is shifted for every frame, so that a frame has the same grain in the
preview and in the rendered film.
"""

from __future__ import annotations

from functools import lru_cache

import av
import numpy as np
from numpy.typing import NDArray

from milimo_tui.media.picture.yuv import PlanarFormat, copy_frame, get_plane_views

Levels = NDArray[np.float32]

_FIELD = 512  # The side of the square noise field in pixels.
_STRONGEST = 40.0  # The strength of grain at the amount 1, as the standard deviation in 8-bit levels.
_INNER = 0.35  # A vignette begins at this share of the distance from the middle to a corner.
# On a raster with this many rows, a grain is one pixel large. On larger rasters it is larger.
_FINE_ROWS = 720


def apply_vignette_and_grain(
    frame: av.VideoFrame,
    kind: PlanarFormat,
    at: tuple[int, int],
    raster: tuple[int, int],
    *,
    vignette: float,
    grain: float,
    moment: int,
) -> av.VideoFrame:
    """Return a frame with darkened corners and film grain. `vignette` and `grain` are amounts from 0 to 1.

    `at` is the position (x, y) of the frame's upper left corner on the raster. `moment` is the frame number
    in the clip, which selects the grain.
    """
    if not vignette and not grain:
        return frame
    out = copy_frame(frame)
    planes = get_plane_views(out)
    for index, plane in enumerate(planes):
        across, down = kind.get_subsampling(index)
        middle = float(kind.black[index])
        levels = plane.astype(np.float32) - middle
        if vignette:
            seen = _make_vignette(raster, vignette)[at[1] : at[1] + frame.height, at[0] : at[0] + frame.width]
            levels *= seen[:: 1 << down, :: 1 << across][: plane.shape[0], : plane.shape[1]]
        if grain and not index:
            scale = float(1 << (kind.depth - 8))
            bright = np.clip(levels / (219.0 * scale), 0.0, 1.0)
            strength = grain * _STRONGEST * scale * (0.25 + 3.0 * bright * (1.0 - bright))
            levels += strength * _make_grain(raster[1], moment, at, plane.shape)
        plane[:] = np.rint(np.clip(levels + middle, 0, (1 << kind.depth) - 1))
    return out


@lru_cache(maxsize=4)
def _make_vignette(raster: tuple[int, int], amount: float) -> Levels:
    """Return, for each pixel of a raster, the factor by which a vignette darkens it."""
    across = (np.arange(raster[0], dtype=np.float32) + 0.5) / raster[0] * 2 - 1
    down = (np.arange(raster[1], dtype=np.float32) + 0.5) / raster[1] * 2 - 1
    far = np.sqrt((across[None, :] ** 2 + down[:, None] ** 2) / 2)
    x = np.clip((far - _INNER) / (1 - _INNER), 0.0, 1.0)
    out: Levels = (1 - amount * x * x * (3 - 2 * x)).astype(np.float32)
    return out


@lru_cache(maxsize=2)
def _make_noise_field(size: int) -> Levels:
    """Return a square field of noise with a standard deviation of 1. Each grain is `size` pixels wide. The
    field can be repeated without a visible seam.
    """
    count = _FIELD // size
    field = np.random.default_rng(1895).standard_normal((count, count)).astype(np.float32)
    soft = field + 0.35 * (np.roll(field, 1, 0) + np.roll(field, 1, 1))
    levels: Levels = np.kron(soft / soft.std(), np.ones((size, size), np.float32))
    return levels


def _make_grain(rows: int, moment: int, at: tuple[int, int], shape: tuple[int, ...]) -> Levels:
    """Return the grain of frame number `moment` in an array of `shape` (rows, columns), with its upper left
    corner at position `at` (x, y) of the raster.

    The noise field is repeated over the raster, shifted and mirrored differently for each frame. The pattern
    repeats only after many frames. `rows` is the height of the raster, which decides the size of the grains.
    """
    size = 1 << max(0, round(np.log2(max(1.0, rows / _FINE_ROWS))))
    down, across = np.arange(shape[0]) + at[1], np.arange(shape[1]) + at[0]
    if moment & 1:
        down = -1 - down
    if moment & 2:
        across = -1 - across
    field = _make_noise_field(size)
    # The columns are selected first, so that complete rows are copied afterwards, which is fast.
    grain: Levels = field.take((across - moment * 331) % _FIELD, 1).take((down - moment * 197) % _FIELD, 0)
    return grain
