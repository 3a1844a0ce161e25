"""The levels of a picture that scopes count: planes of 8 bits as the film has them, BT.709, limited range."""

from __future__ import annotations

import math
from dataclasses import dataclass

import av
import numpy as np
from numpy.typing import NDArray

from milimo_tui.media.picture.yuv import planar, views

Levels = NDArray[np.uint8]  # (height, width) of one plane

BLACK, WHITE = 16, 235  # luma of black and white, ITU-R BT.709-6 table 4
MOST_COUNTED = 500_000  # samples of a plane; of larger ones every second, third … in both directions


@dataclass(frozen=True, slots=True)
class Planes:
    """Luma, and both differences of colour at the size that they have."""

    luma: Levels
    cb: Levels
    cr: Levels


def planes_of(frame: av.VideoFrame) -> Planes:
    """Return a composed frame's planes; of more than 8 bits the upper eight. Raises BadInput for RGB."""
    kind = planar(frame.format.name)
    luma, cb, cr = views(frame)
    if kind.depth > 8:
        luma, cb, cr = ((each >> (kind.depth - 8)).astype(np.uint8) for each in (luma, cb, cr))
    return Planes(luma, cb, cr)


def thinned(plane: Levels) -> Levels:
    """Return a plane itself, or of a large one samples at even steps, so that counting takes a few ms."""
    step = math.ceil(math.sqrt(plane.size / MOST_COUNTED))
    return plane[::step, ::step] if step > 1 else plane


def percent(luma: int) -> float:
    """Return a luma level as per cent between black (0) and white (100)."""
    return (luma - BLACK) * 100 / (WHITE - BLACK)


def luma_at(percent: float) -> int:
    """Return the luma level of so many per cent between black (0) and white (100)."""
    return round(BLACK + (WHITE - BLACK) * percent / 100)
