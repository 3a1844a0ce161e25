"""Pictures with clear parts: colours weighed by how much of them is seen, and back.

Whatever blends neighbouring pixels (scaling, turning, blurring, halving chroma) works on weighed colours, so
that what stands hidden under clear parts never shows at an edge.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from milimo_tui.media.picture.yuv import Alpha, Planar, Plane, of, shrunk, views

Shares = NDArray[np.float32]
Change = Callable[[Shares, int], Shares]  # a plane weighed, and its index (0 luma and alpha, 1 and 2 chroma)

_LEAST = 1 / 512  # below this nothing is seen


def has_alpha(frame: av.VideoFrame) -> bool:
    return frame.format.has_palette or any(part.is_alpha for part in frame.format.components)


def alpha_of(frame: av.VideoFrame) -> Alpha:
    """The alpha of a decoded frame of a format that has it."""
    parts = frame.format.components
    if frame.format.is_planar and len(parts) == 4 and parts[3].bits >= 8 and not frame.format.is_big_endian:
        plane = views(frame)[3]
        return np.ascontiguousarray(plane >> (parts[3].bits - 8)).astype(np.uint8)
    packed = np.asarray(frame.reformat(format="rgba").to_ndarray(), dtype=np.uint8)
    return np.ascontiguousarray(packed[..., 3])


def changed(
    kind: Planar, planes: Sequence[Plane], alpha: Alpha, change: Change
) -> tuple[tuple[Plane, ...], Alpha]:
    """The picture and its alpha after a change that blends pixels; it is given each plane weighed."""
    out = []
    for index, plane in enumerate(planes):
        share: Shares = shrunk(kind, index, alpha) / np.float32(255)
        neutral = np.float32(kind.black[index])
        weighed: Shares = (plane.astype(np.float32) - neutral) * share
        weighed = change(weighed, index)
        out.append(_plain(kind, weighed, change(share, index), neutral))
    seen = change(alpha.astype(np.float32), 0)
    return tuple(out), np.rint(np.clip(seen, 0, 255)).astype(np.uint8)


def _plain(kind: Planar, weighed: Shares, share: Shares, neutral: Any) -> Plane:
    plain = weighed / np.maximum(share, np.float32(_LEAST)) + neutral
    plain[share < _LEAST] = neutral
    levels: Plane = np.rint(np.clip(plain, 0, (1 << kind.depth) - 1)).astype(kind.dtype)
    return levels


def conformed(
    kind: Planar, whole: Sequence[Plane], alpha: Alpha, width: int, height: int
) -> tuple[av.VideoFrame, Alpha]:
    """A picture in 4:4:4 planes and its alpha at another size and in `kind`'s sampling."""
    fine = Planar("", kind.depth, 0, 0)
    planes = tuple(whole)
    if planes[0].shape != (height, width):
        planes, alpha = changed(fine, planes, alpha, lambda plane, index: scaled(plane, width, height))
    if not kind.across and not kind.down:
        return of(kind, planes), alpha
    weighed = alpha.astype(np.float32) + np.float32(_LEAST)  # where all is clear, its plain mean
    share = shrunk(kind, 1, weighed)
    halved = [np.rint(shrunk(kind, 1, plane * weighed) / share).astype(kind.dtype) for plane in planes[1:]]
    return of(kind, (planes[0], *halved)), alpha


def scaled(plane: Shares, width: int, height: int) -> Shares:
    """A plane of floats at another size, bicubic, every source pixel counted."""
    image = Image.fromarray(np.ascontiguousarray(plane, dtype=np.float32))
    return np.asarray(image.resize((width, height), Image.Resampling.BICUBIC), dtype=np.float32)
