"""Pictures with transparency: conversion to premultiplied colours and back.

Every operation that blends neighbouring pixels (scaling, rotating, blurring, halving chroma) works on
premultiplied colours. Otherwise the hidden colours of transparent pixels would appear at the edges.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from milimo_tui.media.picture.yuv import (
    Alpha,
    PlanarFormat,
    Plane,
    average_to_plane,
    get_plane_views,
    make_yuv_frame,
)

Shares = NDArray[np.float32]
# A function that changes a premultiplied plane. Its second argument is the plane's index: 0 for luma or
# alpha, 1 and 2 for chroma.
Change = Callable[[Shares, int], Shares]

_LEAST = 1 / 512  # An alpha below this value (0…1) is invisible and counts as fully transparent.


def has_alpha(frame: av.VideoFrame) -> bool:
    """Return True if the frame's pixel format has alpha or a palette."""
    return frame.format.has_palette or any(part.is_alpha for part in frame.format.components)


def extract_alpha(frame: av.VideoFrame) -> Alpha:
    """Return the alpha of a decoded frame. The frame's pixel format must have alpha or a palette."""
    parts = frame.format.components
    if frame.format.is_planar and len(parts) == 4 and parts[3].bits >= 8 and not frame.format.is_big_endian:
        plane = get_plane_views(frame)[3]
        return np.ascontiguousarray(plane >> (parts[3].bits - 8)).astype(np.uint8)
    packed = np.asarray(frame.reformat(format="rgba").to_ndarray(), dtype=np.uint8)
    return np.ascontiguousarray(packed[..., 3])


def change_premultiplied(
    kind: PlanarFormat, planes: Sequence[Plane], alpha: Alpha, change: Change
) -> tuple[tuple[Plane, ...], Alpha]:
    """Apply the function `change` to each plane of a picture and to its alpha, while the colours are
    premultiplied. Return the changed planes and alpha, with colours that are not premultiplied.
    """
    out = []
    for index, plane in enumerate(planes):
        share: Shares = average_to_plane(kind, index, alpha) / np.float32(255)
        neutral = np.float32(kind.black[index])
        weighed: Shares = (plane.astype(np.float32) - neutral) * share
        weighed = change(weighed, index)
        out.append(_unpremultiply_plane(kind, weighed, change(share, index), neutral))
    seen = change(alpha.astype(np.float32), 0)
    return tuple(out), np.rint(np.clip(seen, 0, 255)).astype(np.uint8)


def _unpremultiply_plane(kind: PlanarFormat, weighed: Shares, share: Shares, neutral: Any) -> Plane:
    plain = weighed / np.maximum(share, np.float32(_LEAST)) + neutral
    plain[share < _LEAST] = neutral
    levels: Plane = np.rint(np.clip(plain, 0, (1 << kind.depth) - 1)).astype(kind.dtype)
    return levels


def conform_with_alpha(
    kind: PlanarFormat, whole: Sequence[Plane], alpha: Alpha, width: int, height: int
) -> tuple[av.VideoFrame, Alpha]:
    """Scale a picture with alpha to width × height pixels and convert it to the chroma sampling of `kind`.

    `whole` are the picture's planes in 4:4:4. Return the new frame and its alpha.
    """
    fine = PlanarFormat("", kind.depth, 0, 0)
    planes = tuple(whole)
    if planes[0].shape != (height, width):
        planes, alpha = change_premultiplied(
            fine, planes, alpha, lambda plane, index: scale_float_plane(plane, width, height)
        )
    if not kind.across and not kind.down:
        return make_yuv_frame(kind, planes), alpha
    # Chroma is averaged by alpha. The small constant gives fully transparent pixels equal weights, instead of
    # a division by zero.
    weighed = alpha.astype(np.float32) + np.float32(_LEAST)
    share = average_to_plane(kind, 1, weighed)
    halved = [
        np.rint(average_to_plane(kind, 1, plane * weighed) / share).astype(kind.dtype) for plane in planes[1:]
    ]
    return make_yuv_frame(kind, (planes[0], *halved)), alpha


def scale_float_plane(plane: Shares, width: int, height: int) -> Shares:
    """Scale a plane of floats bicubically. When the plane gets smaller, every source pixel contributes."""
    image = Image.fromarray(np.ascontiguousarray(plane, dtype=np.float32))
    return np.asarray(image.resize((width, height), Image.Resampling.BICUBIC), dtype=np.float32)
