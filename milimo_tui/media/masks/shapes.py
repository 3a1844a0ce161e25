"""Rasterisation of brush strokes and closed lines: a pixel is inside if its middle is inside. Uses numpy
alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from milimo_tui.media.picture.mattes import FULL, Mask, make_empty_mask


def fill_polygon(points: Sequence[tuple[float, float]], width: int, height: int) -> Mask:
    """Return a mask with the inside of a closed line white, including areas that the line encloses twice in
    one direction.

    The winding number of a pixel's middle decides if the pixel is inside. Every edge of the line that crosses
    the middle of a row changes the winding number of all pixels to the right of the crossing.
    """
    turns = np.zeros((height, width + 1), np.int32)
    corners = np.asarray(points, np.float64)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y0 == y1:
            continue
        low, high = min(y0, y1), max(y0, y1)
        first, last = max(0, int(np.ceil(low - 0.5))), min(height, int(np.ceil(high - 0.5)))
        if first >= last:
            continue
        rows = np.arange(first, last)
        crossing = x0 + (rows + 0.5 - y0) * (x1 - x0) / (y1 - y0)
        columns = np.clip(np.ceil(crossing - 0.5), 0, width).astype(np.int64)
        np.add.at(turns, (rows, columns), 1 if y1 > y0 else -1)
    inside = np.cumsum(turns[:, :width], axis=1) != 0
    out = make_empty_mask(width, height)
    out[inside] = FULL
    return out


def draw_brush_stroke(points: Sequence[tuple[float, float]], radius: float, width: int, height: int) -> Mask:
    """Return a mask with the area under a round brush white: all pixels whose middle is within `radius` of
    the brush's path.

    The pixel under the brush is always covered, even if the brush is thinner than a pixel.
    """
    out = make_empty_mask(width, height)
    path = np.asarray(points, np.float64)
    pairs = list(itertools.pairwise(path)) or [(path[0], path[0])]
    for begin, end in pairs:
        _draw_brush_segment(out, begin, end, radius)
    for x, y in points:
        if 0 <= x < width and 0 <= y < height:
            out[int(y), int(x)] = FULL
    return out


def _draw_brush_segment(
    out: Mask, begin: NDArray[np.float64], end: NDArray[np.float64], radius: float
) -> None:
    height, width = out.shape
    left = max(0, int(np.floor(min(begin[0], end[0]) - radius)))
    right = min(width, int(np.ceil(max(begin[0], end[0]) + radius)) + 1)
    top = max(0, int(np.floor(min(begin[1], end[1]) - radius)))
    bottom = min(height, int(np.ceil(max(begin[1], end[1]) + radius)) + 1)
    if left >= right or top >= bottom:
        return
    across = np.arange(left, right)[None, :] + 0.5 - begin[0]
    down = np.arange(top, bottom)[:, None] + 0.5 - begin[1]
    segment = end - begin
    length = float(segment @ segment)
    share = np.clip((across * segment[0] + down * segment[1]) / length, 0.0, 1.0) if length else 0.0
    near = (across - share * segment[0]) ** 2 + (down - share * segment[1]) ** 2 <= radius * radius
    out[top:bottom, left:right][near] = FULL
