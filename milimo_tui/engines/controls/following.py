"""Point tracking: following points of a clip from frame to frame, to find the paths of things and of the
camera. Uses only numpy and Pillow.

The points are corners found by the method of Shi and Tomasi (1994): the best corner in each cell of a grid.
They are followed by pyramidal Lucas-Kanade tracking (Bouguet 2001), which moves a window around each point
until the window matches its content in the previous picture.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from milimo_tui.engines.controls.paths import Way
from milimo_tui.media.picture.colour import Rgb

Grey = NDArray[np.float32]
Points = NDArray[np.float64]  # array of (n, 2): x and y of n points in pixels

SIDE = 360  # shorter side, in pixels, to which pictures are scaled down for tracking
ACROSS, DOWN = 8, 5  # number of grid columns and rows; each cell that contains a corner gives one point
REACH = 7  # number of pixels of the matching window on each side of its point
ROUNDS = 12
SMALLEST = 24  # shorter side, in pixels, of the smallest pyramid level
# Minimum of the mean squared brightness gradient around a corner, in the direction in which the gradient is
# weaker.
CORNER = 2e-4
# Maximum mean brightness difference of a window that still matches; 1 is full brightness. The point is lost
# above it.
MAX_DIFFERENCE = 0.12


class PointTracker:
    """A tracker of points that are chosen in the first picture. A point that is lost keeps the path up to
    where it was lost.
    """

    def __init__(self, first: Rgb) -> None:
        height, width = first.shape[:2]
        self._scale = min(1.0, SIDE / min(width, height))
        self._pyramid = self._build_pyramid(first)
        at = find_corners(self._pyramid[0])
        self._ways = [[point] for point in at]
        self._live = np.ones(len(at), bool)

    def track_picture(self, picture: Rgb) -> int:
        """Follow the points into the next picture; return the number of points that are still tracked."""
        following = self._build_pyramid(picture)
        live = np.flatnonzero(self._live)
        if len(live):
            at = np.array([self._ways[number][-1] for number in live])
            found, kept = track_points(self._pyramid, following, at)
            for number, point, is_kept in zip(live, found, kept, strict=True):
                self._live[number] = is_kept
                if is_kept:
                    self._ways[number].append(point)
        self._pyramid = following
        return int(self._live.sum())

    def get_tracked_paths(self) -> list[Way]:
        """Return the path of each point so far, in pixels of the clip's original pictures."""
        return [np.array(path) / self._scale for path in self._ways]

    def _build_pyramid(self, picture: Rgb) -> list[Grey]:
        image = Image.fromarray(picture).convert("L")
        if self._scale < 1:
            wide, high = (max(1, round(side * self._scale)) for side in image.size)
            image = image.resize((wide, high), Image.Resampling.BOX)
        levels = [_to_brightness(image)]
        while min(levels[-1].shape) >= 2 * SMALLEST:
            image = image.reduce(2)
            levels.append(_to_brightness(image))
        return levels


def _to_brightness(image: Image.Image) -> Grey:
    """Return the brightness of an image from 0 to 1."""
    return np.asarray(np.asarray(image, np.float32) / np.float32(255), np.float32)


def _compute_gradients(picture: Grey) -> tuple[Grey, Grey]:
    """Return the vertical and the horizontal brightness gradients of a picture, positive downwards and to the
    right.
    """
    down, across = np.gradient(picture)
    return np.asarray(down, np.float32), np.asarray(across, np.float32)


def find_corners(picture: Grey) -> Points:
    """Return the best corner of each grid cell. A cell without a clear corner gives no point."""
    down, across = _compute_gradients(picture)
    parts = [_sum_windows(one) for one in (across * across, across * down, down * down)]
    wide, both, high = (part / (2 * REACH + 1) ** 2 for part in parts)
    weaker = (wide + high) / 2 - np.hypot((wide - high) / 2, both)
    rows, columns = picture.shape
    found = []
    for top, bottom in _iterate_cell_bounds(rows, DOWN):
        for left, right in _iterate_cell_bounds(columns, ACROSS):
            cell = weaker[top:bottom, left:right]
            if cell.size and cell.max() > CORNER:
                y, x = np.unravel_index(int(cell.argmax()), cell.shape)
                found.append((float(left + x), float(top + y)))
    return np.array(found, np.float64).reshape(-1, 2)


def _iterate_cell_bounds(length: int, count: int) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each of `count` grid cells along a side of `length` pixels. The edges of the
    picture get a margin of one window.
    """
    inner = max(0, length - 2 * REACH)
    for number in range(count):
        yield REACH + inner * number // count, REACH + inner * (number + 1) // count


def _sum_windows(values: Grey) -> Grey:
    """Return, for each pixel, the sum of the values in the window around it. Pixels beyond the edge count as
    zero.
    """
    wide = 2 * REACH + 1
    summed = np.pad(values.astype(np.float64), ((REACH + 1, REACH), (REACH + 1, REACH))).cumsum(0).cumsum(1)
    square = summed[wide:, wide:] - summed[:-wide, wide:] - summed[wide:, :-wide] + summed[:-wide, :-wide]
    return np.asarray(square, np.float32)


def track_points(before: list[Grey], after: list[Grey], at: Points) -> tuple[Points, NDArray[np.bool_]]:
    """Return the positions in the next picture of the points `at`, and a mask that is True for each point
    that was found. `before` and `after` are the pyramids of both pictures.
    """
    shift = np.zeros_like(at)
    kept = np.ones(len(at), bool)
    differs = np.zeros(len(at))
    for level in range(len(before) - 1, -1, -1):
        shift *= 2
        shift, kept, differs = _track_at_level(before[level], after[level], at / 2**level, shift)
    found = at + shift
    rows, columns = before[0].shape
    inside = (found >= 0).all(1) & (found[:, 0] <= columns - 1) & (found[:, 1] <= rows - 1)
    return found, kept & inside & (differs < MAX_DIFFERENCE)


def _track_at_level(
    before: Grey, after: Grey, at: Points, points: Points
) -> tuple[Points, NDArray[np.bool_], NDArray[np.float64]]:
    window = np.arange(-REACH, REACH + 1)
    offsets = np.stack(np.meshgrid(window, window), axis=-1).reshape(-1, 2)
    places = at[:, None] + offsets
    slope_down, slope_right = _compute_gradients(before)
    looks, right, down = (_sample_bilinear(one, places) for one in (before, slope_right, slope_down))
    wide, both, high = (right * right).sum(1), (right * down).sum(1), (down * down).sum(1)
    area = wide * high - both * both
    solvable = area > 1e-9
    safe = np.where(solvable, area, 1.0)
    differs = np.zeros(len(at))
    for _ in range(ROUNDS):
        error = looks - _sample_bilinear(after, places + points[:, None])
        x, y = (right * error).sum(1), (down * error).sum(1)
        step = np.stack([(high * x - both * y) / safe, (wide * y - both * x) / safe], axis=1)
        points = points + np.where(solvable[:, None], np.clip(step, -REACH, REACH), 0.0)
        differs = np.abs(error).mean(1)
        if np.abs(step[solvable]).max(initial=0.0) < 0.01:
            break
    return points, solvable, differs


def _sample_bilinear(picture: Grey, places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the brightness of a picture at fractional positions, interpolated bilinearly. Positions outside
    the picture are clamped to its edge.
    """
    rows, columns = picture.shape
    x = np.clip(places[..., 0], 0, columns - 1)
    y = np.clip(places[..., 1], 0, rows - 1)
    left, top = np.minimum(x.astype(int), columns - 2), np.minimum(y.astype(int), rows - 2)
    across, down = x - left, y - top
    upper = picture[top, left] * (1 - across) + picture[top, left + 1] * across
    lower = picture[top + 1, left] * (1 - across) + picture[top + 1, left + 1] * across
    return np.asarray(upper * (1 - down) + lower * down, np.float64)
