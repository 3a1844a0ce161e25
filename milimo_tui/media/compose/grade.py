"""Colour grading of a picture by lift, gamma, gain, saturation and a LUT.

Effects that are defined in RGB are computed in 14-bit RGB. If only the saturation is changed, the computation
is done in YUV. The order is: lift, gain and gamma of each channel; then saturation; then the LUT, mixed in by
its share.
"""

from __future__ import annotations

from functools import lru_cache

import av
import numpy as np
from numpy.typing import NDArray

from milimo_tui.media.compose.effect_values import UNGRADED, Grade
from milimo_tui.media.picture import colour, filter_graphs
from milimo_tui.media.picture.luts import Lut, load_lut
from milimo_tui.media.picture.yuv import PlanarFormat, copy_frame, get_plane_views

DEEP = "gbrp14le"  # A pixel format of 14 bits whose planes are in the order green, blue, red.
WHITE = (1 << 14) - 1
_LUMA = (0.7152, 0.0722, 0.2126)  # The luma weights of BT.709 for green, blue and red.


def apply_grade(frame: av.VideoFrame, kind: PlanarFormat, grade: Grade) -> av.VideoFrame:
    """Return the graded frame, or the frame itself if the grade changes nothing. Raises the errors of a LUT
    that cannot be read.
    """
    if grade.is_plain:
        return frame
    if not grade.has_levels and not grade.lut:
        return _scale_chroma(frame, kind, grade.saturation)
    return colour.from_rgb(_grade_in_rgb(colour.convert_to_deep_rgb(frame, DEEP), grade), kind.name)


def _scale_chroma(frame: av.VideoFrame, kind: PlanarFormat, saturation: float) -> av.VideoFrame:
    """Return a frame whose chroma is multiplied by `saturation`. The luma is unchanged."""
    out = copy_frame(frame)
    middle = kind.black[1]
    levels = np.arange(1 << kind.depth) - middle
    table = np.rint(np.clip(levels * saturation + middle, 0, (1 << kind.depth) - 1)).astype(kind.dtype)
    for view in get_plane_views(out)[1:]:
        view[:] = np.take(table, view, mode="clip")
    return out


def _grade_in_rgb(rgb: av.VideoFrame, grade: Grade) -> av.VideoFrame:
    planes = get_plane_views(rgb)
    if grade.has_levels:
        for view, channel in zip(planes, (1, 2, 0), strict=True):
            table = make_level_table(grade.lift[channel], grade.gamma[channel], grade.gain[channel])
            view[:] = np.take(table, view, mode="clip")
    if grade.saturation != UNGRADED.saturation:
        grey = sum(np.float32(part) * view for part, view in zip(_LUMA, planes, strict=True))
        for view in planes:
            strayed = grey + np.float32(grade.saturation) * (view - grey)
            view[:] = np.rint(np.clip(strayed, 0, WHITE)).astype(np.uint16)
    return _apply_lut(rgb, load_lut(grade.lut), grade.share) if grade.lut else rgb


# A table takes 131 kB (it has 14-bit entries). The cache holds three channels of ten graded layers.
@lru_cache(maxsize=32)
def make_level_table(lift: float, gamma: float, gain: float) -> NDArray[np.uint16]:
    """Return the table of output levels for one channel. It computes (gain · (v + lift · (1 − v))) ^ (1 /
    gamma) for v from 0 to 1.
    """
    value = np.linspace(0, 1, WHITE + 1)
    value = np.clip(gain * (value + lift * (1 - value)), 0, None) ** (1 / gamma)
    table: NDArray[np.uint16] = np.rint(np.clip(value, 0, 1) * WHITE).astype(np.uint16)
    return table


def _apply_lut(rgb: av.VideoFrame, of: Lut, share: float) -> av.VideoFrame:
    name, interpolation = ("lut3d", "tetrahedral") if of.dimensions == 3 else ("lut1d", "linear")
    found = filter_graphs.run(
        rgb,
        filter_graphs.make_filter(name, file=of.path, interp=interpolation),
        filter_graphs.make_filter("format", pix_fmts=DEEP),
        stamp=of.stamp,
    )
    if share >= 1:
        return found
    for view, other in zip(get_plane_views(rgb), get_plane_views(found), strict=True):
        mixed = view + np.float32(share) * (other.astype(np.float32) - view)
        view[:] = np.rint(mixed).astype(np.uint16)
    return rgb
