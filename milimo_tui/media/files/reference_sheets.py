"""Whether a picture looks like a reference sheet: the same figure several times on one plain ground.

By the layout alone, and only where that is clear; Pillow and numpy. A person's word, and a model that sees,
stand above it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 256  # pixels of the longer side at which it is looked at
PLAIN = 18  # of 255: how far a plain ground may be from its own colour
EDGE = 0.97  # of the picture's edge that has to be ground
GROUND = 0.35  # of the picture, at the least
FIGURES = 3  # side by side, at the least
APART = 0.015  # of the width: what has to lie between two figures
WIDE = 0.03  # of the width: what is a figure and not a speck
TALL = 0.35  # of the height that a figure takes, at the least
ALIKE = 0.15  # by which their heights may differ

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Run:
    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start


def looks_like_sheet(image: Image.Image) -> str:
    """Why a picture in RGB or RGBA looks like a reference sheet; empty where it does not."""
    drawn = _drawn(image)
    if drawn is None:
        return ""
    height, width = drawn.shape
    columns = _runs(np.any(drawn, axis=0), gap=max(1, round(width * APART)))
    figures = [run for run in columns if run.length >= width * WIDE]
    if len(figures) < FIGURES:
        return ""
    heights = [_extent(np.any(drawn[:, run.start : run.end], axis=1)) for run in figures]
    if min(heights) < height * TALL or max(heights) - min(heights) > max(heights) * ALIKE:
        return ""
    return f"{len(figures)} views side by side on one plain ground"


def _drawn(image: Image.Image) -> Flags | None:
    """Which pixels are not ground; None for a picture without a plain ground all around."""
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


def _runs(flags: Flags, gap: int) -> list[_Run]:
    """Stretches that are set; those less than `gap` apart are one."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    runs: list[_Run] = []
    for start, end in edges.reshape(-1, 2).tolist():
        if runs and start - runs[-1].end < gap:
            runs[-1] = _Run(runs[-1].start, end)
        else:
            runs.append(_Run(start, end))
    return runs


def _extent(flags: Flags) -> int:
    """From the first that is set to the last."""
    found = np.flatnonzero(flags)
    return int(found[-1] - found[0] + 1) if found.size else 0
