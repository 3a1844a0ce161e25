"""The picture levels that scopes count: planes of 8 bits as in the film, BT.709, limited range."""

from __future__ import annotations

import math
from dataclasses import dataclass

import av
import numpy as np
from numpy.typing import NDArray

from milimo_tui.media.picture.yuv import get_plane_views, parse_planar_format

Levels = NDArray[np.uint8]  # (height, width) of one plane

BLACK, WHITE = 16, 235  # luma of black and white, ITU-R BT.709-6 table 4
MOST_COUNTED = 500_000  # samples of a plane; of larger planes every second, third … in both directions


@dataclass(frozen=True, slots=True)
class ScopePlanes:
    """The luma plane, and both colour-difference planes in their own size."""

    luma: Levels
    cb: Levels
    cr: Levels


def extract_planes(frame: av.VideoFrame) -> ScopePlanes:
    """Return a composed frame's planes; of deeper formats the upper eight bits. Raises BadInput for RGB."""
    kind = parse_planar_format(frame.format.name)
    luma, cb, cr = get_plane_views(frame)
    if kind.depth > 8:
        luma, cb, cr = ((each >> (kind.depth - 8)).astype(np.uint8) for each in (luma, cb, cr))
    return ScopePlanes(luma, cb, cr)


def thin_plane(plane: Levels) -> Levels:
    """Return a plane, or of a large plane samples at even steps, so that counting takes a few
    milliseconds.
    """
    step = math.ceil(math.sqrt(plane.size / MOST_COUNTED))
    return plane[::step, ::step] if step > 1 else plane


def luma_to_percent(luma: int) -> float:
    """Return a luma level as per cent between black (0) and white (100)."""
    return (luma - BLACK) * 100 / (WHITE - BLACK)


def percent_to_luma(percent: float) -> int:
    """Return the luma level of a percentage between black (0) and white (100)."""
    return round(BLACK + (WHITE - BLACK) * percent / 100)
