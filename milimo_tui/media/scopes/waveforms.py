"""Drawing of waveform and parade: the levels in each column of the picture, from left to right.

The waveform counts luma as coded, with black at 16 and white at 235. The parade counts red, green and blue
side by side, 0…255. Levels are placed as by FFmpeg's filter `waveform` (`mode=column`, `mirror=1`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.scopes.levels import Levels, percent_to_luma, thin_plane
from milimo_tui.media.scopes.trace import (
    BLUE,
    FAINT,
    GREEN,
    LIGHT,
    RED,
    SCALE,
    Colour,
    Counts,
    add_glow,
    counts_to_brightness,
    draw_level_lines,
    make_empty_scope,
)

QUARTERS = (0, 25, 50, 75, 100)  # The levels in per cent at which the scale has lines.


def count_levels_by_column(plane: Levels, width: int, height: int) -> Counts:
    """Return how many samples of a plane have each level in each column, as an array (height, width). Level
    255 is in row 0.

    If the scope is wider than the plane, columns are repeated.
    """
    across = plane.shape[1]
    columns = min(width, across)
    rows = (255 - np.arange(256, dtype=np.intp)) * height // 256 * columns
    places = rows[plane]
    places += np.arange(across, dtype=np.intp) * columns // across
    counts: Counts = np.bincount(places.ravel(), minlength=height * columns).reshape(height, columns)
    return counts if columns == width else counts[:, np.arange(width) * columns // width]


def draw_luma_waveform(
    luma: Levels, width: int, height: int, marks: Sequence[int] = QUARTERS, thick: int = 1
) -> Rgb:
    """Draw the waveform of a luma plane and return it, (height, width, 3).

    `marks` are the levels of the scale's lines, in per cent of white, and `thick` is the height of these
    lines in pixels.
    """
    out = make_empty_scope(width, height)
    draw_level_lines(out, {percent_to_luma(mark): _choose_line_colour(mark) for mark in marks}, thick)
    _draw_trace(out, luma, LIGHT)
    return out


def draw_rgb_parade(
    picture: Rgb, width: int, height: int, marks: Sequence[int] = QUARTERS, thick: int = 1
) -> Rgb:
    """Draw the parade of a picture and return it, (height, width, 3): the levels of red, green and blue side
    by side.

    `marks` are the levels of the scale's lines in per cent, and `thick` is the height of these lines in
    pixels.
    """
    out = make_empty_scope(width, height)
    draw_level_lines(out, {round(255 * mark / 100): _choose_line_colour(mark) for mark in marks}, thick)
    edges = [round(width * part / 3) for part in range(4)]
    for channel, colour in enumerate((RED, GREEN, BLUE)):
        left, right = edges[channel], max(edges[channel] + 1, edges[channel + 1] - 1)
        _draw_trace(out[:, left:right], picture[..., channel], colour)
    return out


def _choose_line_colour(mark: int) -> Colour:
    return SCALE if mark in (0, 100) else FAINT


def _draw_trace(scope: Rgb, plane: Levels, colour: Colour) -> None:
    height, width = scope.shape[:2]
    counted = thin_plane(plane)
    counts = count_levels_by_column(counted, width, height)
    add_glow(scope, counts_to_brightness(counts, counted.size / min(width, counted.shape[1])), colour)
