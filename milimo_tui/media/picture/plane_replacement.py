"""Replacement of a masked part of a frame, done in YUV planes so that no pixel outside the part changes.

Chroma has half the resolution, and players interpolate its colours between neighbours. Therefore chroma
changes only where all affected pixels are inside the part.
"""

from __future__ import annotations

import av
import numpy as np
from numpy.typing import NDArray

from milimo_tui.media.picture import colour, mattes, yuv
from milimo_tui.media.picture.mattes import FULL, Mask

HALF = 128  # The lowest grey level of a mask that counts as white.
# Weights 0…256 for luma, and for chroma at half the width and height.
Weights = tuple[NDArray[np.uint16], NDArray[np.uint16]]
Frame = av.VideoFrame  # A frame in the pixel format of takes.


def weights(mask: Mask, feather: int) -> Weights:
    """Return the weights with which a new picture replaces the old picture: 0 outside the mask, rising to 256
    over about half of `feather` pixels inside the mask.

    A chroma sample gets a weight only if the mask includes all pixels whose colours libswscale interpolates
    from this sample. These are its own four pixels, and one more pixel on every side.
    """
    white = mask >= HALF
    soft = mattes.feather_mask(np.where(white, np.uint8(FULL), np.uint8(0)), feather).astype(np.int32)
    rising = np.where(white, np.clip(2 * soft - FULL, 1, FULL), 0)
    luma = np.rint(rising * (256 / FULL)).astype(np.uint16)
    return luma, _make_chroma_weights(luma, np.pad(white, 1, mode="edge"))


def _make_chroma_weights(luma: NDArray[np.uint16], reached: NDArray[np.bool_]) -> NDArray[np.uint16]:
    height, width = luma.shape
    whole = np.ones((height // 2, width // 2), bool)
    for down in range(4):
        for across in range(4):
            whole &= reached[down : down + height : 2, across : across + width : 2]
    mean = luma.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3))
    return np.where(whole, np.rint(mean), 0).astype(np.uint16)


def blend_into_frame(old: Frame, new: Frame, shares: Weights) -> Frame:
    """Blend the new frame into the old frame, which is changed in place and returned. `shares` is a result of
    the function `weights`.
    """
    luma, chroma = shares
    kind = yuv.parse_planar_format(colour.PIXELS)
    for below, above, share in zip(
        yuv.get_plane_views(old), yuv.get_plane_views(new), (luma, chroma, chroma), strict=True
    ):
        yuv.mix_planes(kind, below, above, share, below)
    return old


def place_on_canvas(old: Frame, size: tuple[int, int], place: tuple[int, int]) -> Frame:
    """Return a frame of `size` that contains the old frame with its upper left corner at `place`.

    `place` is in even pixels and may be outside the new frame. The pixels at the old frame's edge are
    repeated outwards, so that interpolation does not change the colours of the edge.
    """
    canvas = yuv.create_frame(*size, old.format.name)
    for index, (below, above) in enumerate(
        zip(yuv.get_plane_views(canvas), yuv.get_plane_views(old), strict=True)
    ):
        left, top = (side // (2 if index else 1) for side in place)
        rows = np.clip(np.arange(below.shape[0]) - top, 0, above.shape[0] - 1)
        columns = np.clip(np.arange(below.shape[1]) - left, 0, above.shape[1] - 1)
        below[:] = above[rows][:, columns]
    return canvas
