"""Detection of reference sheets: pictures that show the same figure several times on a plain background.

The test looks at the layout alone, with Pillow and numpy, and reports only clear cases. The user's decision
or the answer of a vision model takes precedence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 256  # The picture is reduced to this many pixels on its longer side before the test.
# A pixel counts as background if no channel differs more than this from the background colour, in levels of
# 255.
PLAIN = 18
EDGE = 0.97  # The smallest share of the pixels along the picture's edge that must be background.
GROUND = 0.35  # The smallest share of all pixels that must be background.
FIGURES = 3  # The fewest figures side by side on a reference sheet.
APART = 0.015  # The smallest gap between two figures, as a share of the picture's width.
WIDE = 0.03  # The smallest width of a figure, as a share of the picture's width.
TALL = 0.35  # The smallest height of a figure, as a share of the picture's height.
ALIKE = 0.15  # The largest difference between the heights of two figures, as a share of the greatest height.

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Run:
    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start


def explain_reference_sheet(image: Image.Image) -> str:
    """Return the reason why a picture in RGB or RGBA looks like a reference sheet, or an empty text."""
    drawn = _find_figure_pixels(image)
    if drawn is None:
        return ""
    height, width = drawn.shape
    columns = _find_figure_runs(np.any(drawn, axis=0), gap=max(1, round(width * APART)))
    figures = [run for run in columns if run.length >= width * WIDE]
    if len(figures) < FIGURES:
        return ""
    heights = [_measure_extent(np.any(drawn[:, run.start : run.end], axis=1)) for run in figures]
    if min(heights) < height * TALL or max(heights) - min(heights) > max(heights) * ALIKE:
        return ""
    return f"{len(figures)} views side by side on one plain background"


def _find_figure_pixels(image: Image.Image) -> Flags | None:
    """Return an array with True for each pixel that is not background, or None if the picture has no plain
    background on all sides.
    """
    if image.mode == "RGBA":
        ground = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(ground, image)
    small = image.convert("RGB")
    small.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    pixels = np.asarray(small, dtype=np.int16)
    if min(pixels.shape[:2]) < 16:
        return None
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    colour = np.median(edge, axis=0)
    if (np.abs(edge - colour).max(axis=1) <= PLAIN).mean() < EDGE:
        return None
    drawn: Flags = np.abs(pixels - colour).max(axis=2) > PLAIN
    return drawn if (~drawn).mean() >= GROUND else None


def _find_figure_runs(flags: Flags, gap: int) -> list[_Run]:
    """Return the runs of consecutive set flags along one axis. Runs that are less than `gap` flags apart are
    merged, because they belong to the same figure.
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    runs: list[_Run] = []
    for start, end in edges.reshape(-1, 2).tolist():
        if runs and start - runs[-1].end < gap:
            runs[-1] = _Run(runs[-1].start, end)
        else:
            runs.append(_Run(start, end))
    return runs


def _measure_extent(flags: Flags) -> int:
    """Return the number of positions from the first set flag to the last, inclusive; 0 if none is set."""
    found = np.flatnonzero(flags)
    return int(found[-1] - found[0] + 1) if found.size else 0
