"""Motion trails, drawn as the authors of LTX-2 draw them for their motion-track LoRA. Uses only numpy.

A trail shows the last 50 frames of a path as circles. The trails are drawn on a picture whose shorter side is
1080 pixels, which is then scaled to the wanted size. Source: the node of ComfyUI-LTXVideo that draws sparse
tracks, June 2026.

The radius of a circle grows from 2 pixels (oldest) to 8 (newest), and its colour changes from red through
yellow and green to blue (newest). The authors' source code names the colours in reverse order and swaps red
and blue at the end. This module uses the order in the pictures that their code draws, because the LoRA was
trained on such pictures.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from milimo_tui.engines.controls.paths import Way
from milimo_tui.media.picture.colour import Rgb

LONG = 50  # length of a trail in frames
LEAST, MOST = 2.0, 8.0  # smallest and largest radius of a circle, in pixels
SIDE = 1080  # shorter side, in pixels, of the picture in which trails are drawn
_HALF = int(MOST) + 1


def draw_trails(paths: Sequence[Way], frame: int, width: int, height: int) -> Rgb:
    """Return a picture of the trails at frame `frame`, as a uint8 array (height, width, 3) on a black
    background. `paths` are the paths of the points.

    A path may end before `frame`. The circles of its last frames are then still drawn, until they are older
    than the length of a trail.
    """
    wide, high = _compute_drawing_size(width, height)
    large = np.zeros((high, wide, 3), np.float32)
    scale = np.array([wide / width, high / height])
    # From the oldest to the newest, so that newer circles cover older ones
    for moment in range(max(0, frame - LONG), frame + 1):
        share = 1.0 - (frame - moment) / LONG
        disc = _make_disc(LEAST + (MOST - LEAST) * share)
        for path in paths:
            if moment < len(path):
                _stamp_disc(large, np.rint(path[moment] * scale), disc, _pick_circle_colour(share))
    return np.rint(_resize_bilinear(large, width, height) * 255).astype(np.uint8)


def _compute_drawing_size(width: int, height: int) -> tuple[int, int]:
    if height <= width:
        return width * SIDE // height, SIDE
    return SIDE, height * SIDE // width


def _pick_circle_colour(share: float) -> tuple[float, float, float]:
    """Return the red, green and blue of a circle. `share` is the position of the circle in its trail: 0 is
    the oldest circle, 1 the newest.
    """
    third = share * 3
    if third <= 1:
        return 1 - third, third, 0.0
    if third <= 2:
        return 0.0, 1.0, third - 1
    return 0.0, 3 - third, 1.0


def _make_disc(radius: float) -> NDArray[np.bool_]:
    down, across = np.mgrid[-_HALF : _HALF + 1, -_HALF : _HALF + 1]
    return np.asarray(down**2 + across**2 <= radius**2)


def _stamp_disc(
    into: NDArray[np.float32], at: NDArray[np.float64], disc: NDArray[np.bool_], colour: tuple[float, ...]
) -> None:
    """Paint the disc around the pixel `at` into a picture. Clip the disc at the edges of the picture."""
    if not np.isfinite(at).all() or (np.abs(at) > 1e6).any():
        return
    left, top = int(at[0]) - _HALF, int(at[1]) - _HALF
    rows = slice(max(0, top), min(into.shape[0], top + len(disc)))
    columns = slice(max(0, left), min(into.shape[1], left + len(disc)))
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return
    seen = disc[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    into[rows, columns][seen] = colour


def _resize_bilinear(large: NDArray[np.float32], width: int, height: int) -> NDArray[np.float32]:
    """Return the picture resized bilinearly with aligned pixel centres, as torch does."""
    top, below, down = _compute_sample_positions(large.shape[0], height)
    left, right, across = _compute_sample_positions(large.shape[1], width)
    rows = large[top] * (1 - down)[:, None, None] + large[below] * down[:, None, None]
    mixed = rows[:, left] * (1 - across)[:, None] + rows[:, right] * across[:, None]
    return np.asarray(mixed, np.float32)


def _compute_sample_positions(
    there: int, wanted: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """Return three arrays with one value for each of `wanted` output pixels: the input pixel before it, the
    input pixel after it, and the fraction between them. `there` is the number of input pixels.
    """
    at = np.maximum((np.arange(wanted) + 0.5) * there / wanted - 0.5, 0)
    first = np.minimum(at.astype(np.int64), there - 1)
    return first, np.minimum(first + 1, there - 1), (at - first).astype(np.float32)
