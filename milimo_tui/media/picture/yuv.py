"""Planar YUV pictures as numpy planes: creating, copying and mixing them in every bit depth and chroma
sampling.

Levels are as stored in the frame, in limited range. A weight says how much of the upper picture is visible.
The module uses no files and no RGB.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import av
import numpy as np
from av.video.format import VideoFormat
from av.video.reformatter import ColorPrimaries, ColorRange, ColorTrc
from numpy.typing import NDArray

from milimo_tui.core.errors import BadInput

Plane = NDArray[Any]  # uint8, or uint16 if a level has more than 8 bits.
Alpha = NDArray[np.uint8]  # An array (height, width) in luma pixels: 0 is transparent, 255 opaque.
# A weight of 0…`PlanarFormat.one` for the complete plane or for each of its samples.
Weight = NDArray[Any] | int

_SPACE_709 = 1  # FFmpeg's code for the BT.709 matrix (AVCOL_SPC_BT709).
# The number of samples that are mixed at once, so that intermediate values stay in the CPU cache.
_STRIP = 1 << 15


@dataclass(frozen=True, slots=True)
class PlanarFormat:
    """A planar YUV pixel format, such as `yuv420p`.

    `depth` is the number of bits of a level. `across` is 1 if the chroma planes have half the width of the
    luma plane, else 0. `down` is the same for the height.
    """

    name: str
    depth: int
    across: int
    down: int

    @property
    def one(self) -> int:
        """The integer weight that stands for 1: with this weight an upper picture is fully visible."""
        return 256 if self.depth == 8 else 1 << 15

    @property
    def dtype(self) -> type[np.uint8] | type[np.uint16]:
        """The numpy type of a level."""
        return np.uint8 if self.depth == 8 else np.uint16

    @property
    def black(self) -> tuple[int, int, int]:
        """The levels of black in Y, Cb and Cr."""
        scale = 1 << (self.depth - 8)
        return 16 * scale, 128 * scale, 128 * scale

    def get_subsampling(self, index: int) -> tuple[int, int]:
        """Return two numbers for the plane `index`: 1 if the plane has half the width of luma, else 0, and
        the same for the height. Plane 0 is luma.
        """
        return (self.across, self.down) if index else (0, 0)


@lru_cache(maxsize=64)
def parse_planar_format(name: str) -> PlanarFormat:
    """Parse FFmpeg's name of a pixel format. Raises BadInput for a format that is not planar YUV without
    alpha.
    """
    form = VideoFormat(name)
    parts = form.components
    whole = form.is_planar and not form.is_rgb and not form.is_big_endian and len(parts) == 3
    if not whole or name.startswith("yuvj") or len({part.plane for part in parts}) != 3:
        raise BadInput(f"pictures can't be composed as {name}", "use a planar YUV format such as yuv420p")
    return PlanarFormat(
        name, parts[0].bits, int(form.chroma_width(16) == 8), int(form.chroma_height(16) == 8)
    )


@lru_cache(maxsize=64)
def choose_working_format(pixels: str) -> str:
    """Return the planar YUV format in which pictures are composed before they are converted to the pixel
    format `pixels`. It has the same chroma sampling, a depth of 8, 10 or 12 bits, and no alpha.

    Raises BadInput for a name that FFmpeg does not know.
    """
    try:
        form = VideoFormat(pixels)
    except ValueError as error:
        raise BadInput(f"there is no pixel format “{pixels}”") from error
    parts = [part for part in form.components if not part.is_alpha]
    bits = max(part.bits for part in parts)
    deep = "" if bits <= 8 else "10le" if bits <= 10 else "12le"
    if form.is_rgb or form.has_palette or len(parts) < 3:
        return f"yuv444p{deep}"
    sampling = {(8, 8): "420", (8, 16): "422"}.get((form.chroma_width(16), form.chroma_height(16)), "444")
    return f"yuv{sampling}p{deep}"


def get_plane_views(frame: av.VideoFrame) -> tuple[Plane, ...]:
    """Return the planes of a frame as arrays without line padding. Writing to an array changes the frame."""
    deep = any(part.bits > 8 for part in frame.format.components)
    out = []
    for plane in frame.planes:
        view: Plane = np.frombuffer(memoryview(plane), dtype=np.uint8).reshape(-1, plane.line_size)
        if deep:
            view = view[:, : plane.line_size // 2 * 2].view(np.uint16)
        out.append(view[: plane.height, : plane.width])
    return tuple(out)


def tag_bt709(target: av.VideoFrame | av.VideoCodecContext) -> None:
    """Tag a frame or an encoder as BT.709, limited range."""
    target.colorspace = _SPACE_709
    target.color_range = ColorRange.MPEG
    target.color_trc = ColorTrc.BT709
    target.color_primaries = ColorPrimaries.BT709


def create_frame(width: int, height: int, pixels: str) -> av.VideoFrame:
    """Return a new frame, tagged as BT.709 limited. Its pixels are not initialised."""
    frame = av.VideoFrame(width, height, pixels)
    tag_bt709(frame)
    return frame


def create_uniform_frame(kind: PlanarFormat, width: int, height: int, levels: Sequence[int]) -> av.VideoFrame:
    """Return a frame of one colour; `levels` has the level of each plane."""
    frame = create_frame(width, height, kind.name)
    for view, level in zip(get_plane_views(frame), levels, strict=True):
        view[:] = level
    return frame


def make_yuv_frame(kind: PlanarFormat, planes: Sequence[Plane]) -> av.VideoFrame:
    """Return a frame made of three planes."""
    frame = create_frame(planes[0].shape[1], planes[0].shape[0], kind.name)
    for view, plane in zip(get_plane_views(frame), planes, strict=True):
        view[:] = plane
    return frame


def copy_frame(frame: av.VideoFrame) -> av.VideoFrame:
    """Return a writable copy of a decoder's frame."""
    out = create_frame(frame.width, frame.height, frame.format.name)
    for target, source in zip(get_plane_views(out), get_plane_views(frame), strict=True):
        target[:] = source
    return out


def flip_frame(frame: av.VideoFrame, across: bool, down: bool) -> av.VideoFrame:
    """Mirror a frame from left to right if `across` is True, and from top to bottom if `down` is True."""
    out = create_frame(frame.width, frame.height, frame.format.name)
    for target, source in zip(get_plane_views(out), get_plane_views(frame), strict=True):
        target[:] = source[:: -1 if down else 1, :: -1 if across else 1]
    return out


def average_to_plane(kind: PlanarFormat, index: int, values: NDArray[Any]) -> NDArray[np.float32]:
    """Reduce an array of values, one for each luma pixel, to the size of a plane. Each result is the mean of
    the pixels that share a sample of that plane.

    `index` is the number of the plane. An axis of length 1 keeps its length.
    """
    across, down = kind.get_subsampling(index)
    height, width = values.shape
    out: NDArray[np.float32] = values.astype(np.float32)
    if across and width > 1:
        out = (out[:, 0::2] + out[:, 1::2]) * np.float32(0.5)
    if down and height > 1:
        out = (out[0::2] + out[1::2]) * np.float32(0.5)
    return out


def weights(kind: PlanarFormat, level: float, alpha: Alpha | None) -> tuple[Weight, Weight, Weight] | None:
    """Return, for each plane, the weights with which an upper picture is mixed over the picture below. Return
    None if the upper picture hides everything below it.

    `level` is the opacity of the upper picture, 0…1. `alpha` is the opacity of each of its pixels, 0…255;
    None means that all pixels are opaque.
    """
    flat = round(kind.one * level)
    if alpha is None:
        return None if flat == kind.one else (flat, flat, flat)
    return spread_weights_to_planes(kind, alpha.astype(np.float32) * np.float32(flat / 255))


def spread_weights_to_planes(kind: PlanarFormat, share: NDArray[Any]) -> tuple[Weight, Weight, Weight]:
    """Convert luma weights, 0…`kind.one`, to the size of each plane. One axis of `share` may have length
    1.
    """
    whole = np.uint16 if kind.depth == 8 else np.uint32
    luma, chroma = (np.rint(average_to_plane(kind, index, share)).astype(whole) for index in (0, 1))
    return luma, chroma, chroma


def mix_planes(kind: PlanarFormat, below: Plane, above: Plane, weight: Weight, out: Plane) -> None:
    """Mix two planes: out = below + (above − below) · weight / `kind.one`, rounded.

    The weights 0 and `kind.one` give `below` and `above` exactly. `out` may be the same array as `below`.
    """
    wide: Any = np.uint16 if kind.depth == 8 else np.uint32
    shift, half = wide(8 if kind.depth == 8 else 15), wide(kind.one // 2)
    rows = max(1, _STRIP // max(1, below.shape[1]))
    many = isinstance(weight, np.ndarray)
    for top in range(0, below.shape[0], rows):
        part = slice(top, top + rows)
        seen: Any = wide(weight)
        if many:
            seen = weight[part] if weight.shape[0] > 1 else weight  # type: ignore[index,union-attr]
        total = np.multiply(above[part], seen, dtype=wide)
        total += np.multiply(below[part], wide(kind.one) - seen, dtype=wide)
        total += half
        total >>= shift
        out[part] = total
