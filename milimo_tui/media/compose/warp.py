"""Warping of pictures: scale, move, crop and rotate a picture to a position between raster pixels.

Pillow resamples each plane bicubically. Edges are smooth because a pixel at the edge gets an alpha equal to
the area that the picture covers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from milimo_tui.media.compose.effect_values import PicturePlacing, Rect
from milimo_tui.media.picture.alpha import change_premultiplied
from milimo_tui.media.picture.yuv import Alpha, PlanarFormat, Plane

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _WarpMapping:
    """The mapping from pixels of the raster to pixels of a picture.

    `x`, `y`, `width` and `height` describe the part of the raster that is drawn, in even numbers of pixels.
    `where` is the picture's rectangle on the raster before rotation. `cos` and `sin` are those of the
    rotation angle.
    """

    x: int
    y: int
    width: int
    height: int
    # Left, top, right and bottom edge on the raster after cropping and before rotation.
    seen: tuple[float, float, float, float]
    where: Rect
    cos: float
    sin: float

    @property
    def turned(self) -> bool:
        return abs(self.sin) > 1e-9 or self.cos < 0


def warp_onto_raster(
    kind: PlanarFormat,
    planes: Sequence[Plane],
    alpha: Alpha | None,
    where: Rect,
    placing: PicturePlacing,
    raster: tuple[int, int],
) -> tuple[tuple[Plane, ...], Alpha, int, int] | None:
    """Return the planes and alpha of the visible part of a picture, and the x and y of its upper left corner
    (even pixels).

    `where` is the picture's complete rectangle before cropping and rotation. Returns None if no part of the
    picture is on the raster.
    """
    plan = _plan_warp(where, placing, raster)
    if plan is None:
        return None
    covered = _measure_coverage(plan)
    size = planes[0].shape[1], planes[0].shape[0]
    if alpha is None:
        drawn = tuple(_warp_plane(kind, plane, index, plan, size) for index, plane in enumerate(planes))
        return drawn, _share_to_bytes(covered), plan.x, plan.y

    def change(plane: Floats, index: int) -> Floats:
        return _resample_plane(plane, kind.get_subsampling(index), plan, size)

    drawn, seen = change_premultiplied(kind, planes, alpha, change)
    return drawn, _share_to_bytes(covered * (seen.astype(np.float32) / np.float32(255))), plan.x, plan.y


def _share_to_bytes(share: Floats) -> Alpha:
    levels: Alpha = np.rint(share * np.float32(255)).astype(np.uint8)
    return levels


def _plan_warp(where: Rect, placing: PicturePlacing, raster: tuple[int, int]) -> _WarpMapping | None:
    angle = math.radians(placing.degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    left, right = where.left + placing.left * where.width, where.left + (1 - placing.right) * where.width
    top, bottom = where.top + placing.top * where.height, where.top + (1 - placing.bottom) * where.height
    if right <= left or bottom <= top:
        return None
    middle_x, middle_y = where.middle
    corners = [(x - middle_x, y - middle_y) for x in (left, right) for y in (top, bottom)]
    across = [middle_x + x * cos - y * sin for x, y in corners]
    down = [middle_y + x * sin + y * cos for x, y in corners]
    x0, x1 = max(0, _even_below(min(across))), min(raster[0], _even_above(max(across)))
    y0, y1 = max(0, _even_below(min(down))), min(raster[1], _even_above(max(down)))
    if x1 - x0 < 2 or y1 - y0 < 2:
        return None
    return _WarpMapping(x0, y0, x1 - x0, y1 - y0, (left, top, right, bottom), where, cos, sin)


def _even_below(value: float) -> int:
    return math.floor(value / 2 + 1e-6) * 2


def _even_above(value: float) -> int:
    return math.ceil(value / 2 - 1e-6) * 2


def _measure_coverage(mapping: _WarpMapping) -> Floats:
    """Return for each drawn pixel how much of it the picture covers, 0…1."""
    across = (np.arange(mapping.width, dtype=np.float32) + np.float32(mapping.x + 0.5))[None, :]
    down = (np.arange(mapping.height, dtype=np.float32) + np.float32(mapping.y + 0.5))[:, None]
    if mapping.turned:
        middle_x, middle_y = mapping.where.middle
        dx, dy = across - np.float32(middle_x), down - np.float32(middle_y)
        cos, sin = np.float32(mapping.cos), np.float32(mapping.sin)
        across, down = dx * cos + dy * sin + np.float32(middle_x), dy * cos - dx * sin + np.float32(middle_y)
    left, top, right, bottom = mapping.seen
    return _measure_overlap(across, left, right) * _measure_overlap(down, top, bottom)


def _measure_overlap(at: Floats, first: float, last: float) -> Floats:
    """Return for each pixel how much of it is between the edges `first` and `last`, 0…1. `at` holds the
    positions of the middles of the pixels, in the same coordinates as the edges.
    """
    low = np.maximum(at - np.float32(0.5), np.float32(first))
    high = np.minimum(at + np.float32(0.5), np.float32(last))
    inside: Floats = np.clip(high - low, 0, 1)
    return inside


def _warp_plane(
    kind: PlanarFormat, plane: Plane, index: int, mapping: _WarpMapping, size: tuple[int, int]
) -> Plane:
    """Warp one plane of an opaque picture of `size`. A plane with more than 8 bits is computed in floats and
    rounded.
    """
    drawn = _resample_plane(
        plane if kind.depth == 8 else plane.astype(np.float32), kind.get_subsampling(index), mapping, size
    )
    if kind.depth == 8:
        return drawn
    levels: Plane = np.rint(np.clip(drawn, 0, (1 << kind.depth) - 1)).astype(np.uint16)
    return levels


def _resample_plane(
    plane: NDArray[Any], sampled: tuple[int, int], mapping: _WarpMapping, size: tuple[int, int]
) -> NDArray[Any]:
    """Resample one plane onto the part of the raster that is drawn.

    `size` is the picture's size in luma pixels. `sampled` holds two numbers, for width and height: 1 if the
    plane has half as many samples as luma, else 0. Outside the picture the pixels of its edge are repeated.
    """
    shrink_x, shrink_y = 1 << sampled[0], 1 << sampled[1]
    out = mapping.width // shrink_x, mapping.height // shrink_y
    per_x, per_y = (
        size[0] / mapping.where.width,
        size[1] / mapping.where.height,
    )  # The numbers of source pixels per raster pixel, across and down.
    pad_x, pad_y = math.ceil(3 * per_x / shrink_x) + 2, math.ceil(3 * per_y / shrink_y) + 2
    image = Image.fromarray(np.pad(plane, ((pad_y, pad_y), (pad_x, pad_x)), "edge"))
    if not mapping.turned:
        left = (mapping.x - mapping.where.left) * per_x / shrink_x + pad_x
        top = (mapping.y - mapping.where.top) * per_y / shrink_y + pad_y
        box = (left, top, left + out[0] * per_x, top + out[1] * per_y)
        return np.asarray(image.resize(out, Image.Resampling.BICUBIC, box=box))
    middle_x, middle_y = mapping.where.middle
    dx, dy = mapping.x - middle_x, mapping.y - middle_y
    ratio = per_x / shrink_x, per_y / shrink_y
    affine = (
        ratio[0] * mapping.cos * shrink_x,
        ratio[0] * mapping.sin * shrink_y,
        ratio[0] * (dx * mapping.cos + dy * mapping.sin) + size[0] / 2 / shrink_x + pad_x,
        -ratio[1] * mapping.sin * shrink_x,
        ratio[1] * mapping.cos * shrink_y,
        ratio[1] * (dy * mapping.cos - dx * mapping.sin) + size[1] / 2 / shrink_y + pad_y,
    )
    return np.asarray(image.transform(out, Image.Transform.AFFINE, affine, Image.Resampling.BICUBIC))
