"""A part of a frame made anew while the rest stays, in planes: neither a level nor a colour outside changes.

A frame's chroma is halved, and its colours are drawn from what lies around: so chroma changes well within.
"""

from __future__ import annotations

import av
import numpy as np
from numpy.typing import NDArray

from milimo_tui.media.picture import colour, mattes, yuv
from milimo_tui.media.picture.mattes import FULL, Mask

HALF = 128  # of a grey from which on it counts as white
Weights = tuple[NDArray[np.uint16], NDArray[np.uint16]]  # 0…256 of luma, and of halved chroma
Frame = av.VideoFrame  # in the planes of takes


def weights(mask: Mask, feather: int) -> Weights:
    """How much of the new picture is seen: 0 outside of the mask, rising within over about half of `feather`
    pixels. A sample of chroma counts for the pixels whose colours are drawn from it, by libswscale one beyond
    its own four above and to the left, one below and to the right: it changes where the mask has all of them.
    """
    white = mask >= HALF
    soft = mattes.feathered(np.where(white, np.uint8(FULL), np.uint8(0)), feather).astype(np.int32)
    rising = np.where(white, np.clip(2 * soft - FULL, 1, FULL), 0)
    luma = np.rint(rising * (256 / FULL)).astype(np.uint16)
    return luma, _chroma(luma, np.pad(white, 1, mode="edge"))


def _chroma(luma: NDArray[np.uint16], reached: NDArray[np.bool_]) -> NDArray[np.uint16]:
    height, width = luma.shape
    whole = np.ones((height // 2, width // 2), bool)
    for down in range(4):
        for across in range(4):
            whole &= reached[down : down + height : 2, across : across + width : 2]
    mean = luma.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3))
    return np.where(whole, np.rint(mean), 0).astype(np.uint16)


def laid_in(old: Frame, new: Frame, shares: Weights) -> Frame:
    """Return the old frame, changed: the new one is seen by its weights."""
    luma, chroma = shares
    kind = yuv.planar(colour.PIXELS)
    for below, above, share in zip(yuv.views(old), yuv.views(new), (luma, chroma, chroma), strict=True):
        yuv.mix(kind, below, above, share, below)
    return old


def placed(old: Frame, size: tuple[int, int], place: tuple[int, int]) -> Frame:
    """Return a frame of another size with the old one in it, its corner at `place` (even pixels, which may be
    outside). Around it the levels of its edge go on: by them its last pixels keep their colours.
    """
    canvas = yuv.new(*size, old.format.name)
    for index, (below, above) in enumerate(zip(yuv.views(canvas), yuv.views(old), strict=True)):
        left, top = (side // (2 if index else 1) for side in place)
        rows = np.clip(np.arange(below.shape[0]) - top, 0, above.shape[0] - 1)
        columns = np.clip(np.arange(below.shape[1]) - left, 0, above.shape[1] - 1)
        below[:] = above[rows][:, columns]
    return canvas
