"""Paths of points over a clip: drawn by the user, or derived from a camera move or a mask. Uses only numpy.

A path is an array of (frames, 2): x and y in pixels of the picture, one row for each frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from milimo_tui.engines.specs.control_specs import CameraKey

Way = NDArray[np.float64]
ACROSS, DOWN = 6, 4  # number of columns and rows in the grid of points that shows a camera move


def interpolate_path(points: Sequence[tuple[float, float]], frames: int) -> Way:
    """Return a path of `frames` frames through these points, along a Catmull-Rom spline. The spline's first
    and last points are doubled, and the path takes the same time from each point to the next.

    Coordinates are rounded to whole pixels, as in the track editor of LTX-2's authors.
    """
    given = np.asarray(points, np.float64)
    if len(given) == 1 or frames == 1:
        return _round_path(np.repeat(given[:1], frames, axis=0))
    at = np.linspace(0.0, len(given) - 1.0, frames)
    if len(given) == 2:
        return _round_path(given[0] + (given[1] - given[0]) * at[:, None])
    ends = np.concatenate([given[:1], given, given[-1:]])
    part = np.minimum(at.astype(int), len(given) - 2)
    share = (at - part)[:, None]
    before, start, end, after = (ends[part + step] for step in range(4))
    along = (
        2 * start
        + (end - before) * share
        + (2 * before - 5 * start + 4 * end - after) * share**2
        + (3 * start - before - 3 * end + after) * share**3
    )
    return _round_path(along / 2)


def _round_path(path: NDArray[np.float64]) -> Way:
    return np.asarray(np.rint(path), np.float64)


def trace_mask_path(masks: Iterable[NDArray[np.uint8]]) -> Way:
    """Return the path of the centre of the masks, one (height, width) mask for each frame. The row of an
    empty mask is NaN.
    """
    return np.array([_find_mask_centre(mask) for mask in masks], np.float64).reshape(-1, 2)


def _find_mask_centre(mask: NDArray[np.uint8]) -> tuple[float, float]:
    down, across = np.nonzero(mask > 127)
    return (float(across.mean()), float(down.mean())) if len(across) else (np.nan, np.nan)


def trace_camera_paths(keys: Sequence[CameraKey], frames: int, width: int, height: int) -> list[Way]:
    """Return the paths of a grid of points in the picture while the camera moves through its keys.

    The points move opposite to the camera. Between two keys the motion has constant speed, and a zoom changes
    by the same factor in every frame. The camera rests before the first key and after the last.
    """
    ordered = sorted(keys, key=lambda key: key.frame)
    at = [key.frame for key in ordered]
    times = np.arange(frames)
    right = np.interp(times, at, [key.right for key in ordered]) * width
    down = np.interp(times, at, [key.down for key in ordered]) * height
    zoom = np.exp(np.interp(times, at, np.log([key.zoom for key in ordered])))
    middle = np.array([width / 2, height / 2])
    shift = np.stack([right, down], axis=1)
    rest = [
        np.array([(column + 0.5) * width / ACROSS, (row + 0.5) * height / DOWN])
        for row in range(DOWN)
        for column in range(ACROSS)
    ]
    return [(point - middle - shift) * zoom[:, None] + middle for point in rest]
