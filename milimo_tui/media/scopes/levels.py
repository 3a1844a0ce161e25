"""The picture levels that scopes count: 8-bit YUV planes as in the film, BT.709 with limited range."""

from __future__ import annotations

import math
from dataclasses import dataclass

import av
import numpy as np
from numpy.typing import NDArray

from milimo_tui.media.picture.yuv import get_plane_views, parse_planar_format

Levels = NDArray[np.uint8]  # An array (height, width) of one plane.

BLACK, WHITE = 16, 235  # The luma levels of black and white (ITU-R BT.709-6, table 4).
# The most samples of a plane that are counted. Larger planes are thinned to every nth sample in both
# directions.
MOST_COUNTED = 500_000


@dataclass(frozen=True, slots=True)
class ScopePlanes:
    """The luma plane of a frame, and its two chroma planes in their own size."""

    luma: Levels
    cb: Levels
    cr: Levels


def extract_planes(frame: av.VideoFrame) -> ScopePlanes:
    """Return the planes of a composed frame. Formats with more than 8 bits are reduced to the upper 8 bits.
    Raises BadInput for RGB.
    """
    kind = parse_planar_format(frame.format.name)
    luma, cb, cr = get_plane_views(frame)
    if kind.depth > 8:
        luma, cb, cr = ((each >> (kind.depth - 8)).astype(np.uint8) for each in (luma, cb, cr))
    return ScopePlanes(luma, cb, cr)


def thin_plane(plane: Levels) -> Levels:
    """Return a plane, thinned to evenly spaced samples if it is large, so that counting takes only a few
    milliseconds.
    """
    step = math.ceil(math.sqrt(plane.size / MOST_COUNTED))
    return plane[::step, ::step] if step > 1 else plane


def luma_to_percent(luma: int) -> float:
    """Convert a luma level to per cent, where black is 0 and white is 100."""
    return (luma - BLACK) * 100 / (WHITE - BLACK)


def percent_to_luma(percent: float) -> int:
    """Convert per cent, where black is 0 and white is 100, to a luma level."""
    return round(BLACK + (WHITE - BLACK) * percent / 100)
