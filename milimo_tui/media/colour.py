"""Colour in one place: any picture to planar YUV and RGB to it and back, always BT.709 at limited range.

Every other module hands pictures through here, so that a take, a preview and a film agree. No files.
"""

from __future__ import annotations

import threading

import av
import numpy as np
from av.video.format import VideoFormat
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from numpy.typing import NDArray

from milimo_tui.media import graphs
from milimo_tui.media.planes import filled, planar, tag

Rgb = NDArray[np.uint8]  # (height, width, 3), full range, BT.709 primaries and transfer
Frame = av.VideoFrame  # for the engines, which do not import av

PIXELS = "yuv420p"

_RGB_SPACE = 0
_EXACT = Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INP | Interpolation.FULL_CHR_H_INT
_SAME_SIZE = Interpolation.AREA | _EXACT  # chroma of four pixels is their mean
_SCALING = Interpolation.BICUBIC | _EXACT

# AVCOL_SPC_* of a frame to the matrix libswscale knows.
_MATRIX = {
    1: Colorspace.ITU709,
    4: Colorspace.FCC,
    5: Colorspace.ITU601,
    6: Colorspace.ITU601,
    7: Colorspace.SMPTE240M,
    9: Colorspace.BT2020,
    10: Colorspace.BT2020,
}
# … and to the name that the filter `colorspace` knows it by.
_MATRIX_NAMES = {
    Colorspace.ITU601: "smpte170m",
    Colorspace.FCC: "fcc",
    Colorspace.SMPTE240M: "smpte240m",
    Colorspace.BT2020: "bt2020ncl",
}
_FULL_RANGE_PIXELS = (
    "yuvj",
    "rgb",
    "bgr",
    "gbr",
    "argb",
    "abgr",
    "0rgb",
    "0bgr",
    "pal8",
    "gray",
    "ya8",
    "mono",
)


class _Local(threading.local):
    """libswscale contexts are not shared between threads."""

    def __init__(self) -> None:
        self.reformatter = av.video.reformatter.VideoReformatter()


_local = _Local()


def to_yuv(rgb: Rgb, pixels: str = PIXELS) -> av.VideoFrame:
    """An RGB picture as a tagged frame of the same (even) size."""
    return from_rgb(av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24"), pixels)


def from_rgb(frame: av.VideoFrame, pixels: str) -> av.VideoFrame:
    """A frame of any RGB format as planar YUV of the same (even) size."""
    out = _local.reformatter.reformat(
        frame,
        format=pixels,
        src_colorspace=Colorspace.ITU709,
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.MPEG,
        interpolation=_SAME_SIZE,
    )
    tag(out)
    return out


def deep_rgb(frame: av.VideoFrame, pixels: str) -> av.VideoFrame:
    """A conformed frame in an RGB format of more bits, full range; its planes are its own."""
    return _local.reformatter.reformat(
        frame,
        format=pixels,
        src_colorspace=Colorspace.ITU709,
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG,
        interpolation=_SAME_SIZE,
    )


def to_rgb(frame: av.VideoFrame, width: int | None = None, height: int | None = None) -> Rgb:
    """A frame as RGB, scaled on request; reads the frame's own matrix and range."""
    scaled = (width or frame.width, height or frame.height) != (frame.width, frame.height)
    converted = _local.reformatter.reformat(
        frame,
        width=width,
        height=height,
        format="rgb24",
        src_colorspace=matrix_of(frame),
        dst_colorspace=Colorspace.ITU709,
        src_color_range=range_of(frame),
        dst_color_range=ColorRange.JPEG,
        interpolation=_SCALING if scaled else _SAME_SIZE,
    )
    return np.asarray(converted.to_ndarray(), dtype=np.uint8)


def conform(frame: av.VideoFrame, width: int, height: int, pixels: str = PIXELS) -> av.VideoFrame:
    """Any frame as tagged planar YUV of that (even) size; one that is so already is handed back itself."""
    same = (frame.width, frame.height, frame.format.name) == (width, height, pixels)
    matrix, span = matrix_of(frame), range_of(frame)
    if same and matrix == Colorspace.ITU709 and span == ColorRange.MPEG:
        return frame
    scaled = (frame.width, frame.height) != (width, height)
    if not same or span != ColorRange.MPEG:
        frame = _local.reformatter.reformat(
            frame,
            width=width,
            height=height,
            format=pixels,
            src_colorspace=matrix,
            dst_colorspace=matrix,
            src_color_range=span,
            dst_color_range=ColorRange.MPEG,
            interpolation=_SCALING if scaled else _SAME_SIZE,
        )
    if matrix in _MATRIX_NAMES:
        frame = graphs.run(frame, _to_709(matrix, pixels))
    tag(frame)
    return frame


def fitted(frame: av.VideoFrame, pixels: str) -> av.VideoFrame:
    """A composed frame in an encoder's own pixel format; one that is so already is handed back itself."""
    if frame.format.name == pixels:
        return frame
    form = VideoFormat(pixels)
    full = form.is_rgb or form.has_palette or pixels.startswith(_FULL_RANGE_PIXELS)
    out = _local.reformatter.reformat(
        frame,
        format=pixels,
        src_colorspace=Colorspace.ITU709,
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG if full else ColorRange.MPEG,
        interpolation=_SAME_SIZE,
    )
    tag(out)
    out.color_range = ColorRange.JPEG if full else ColorRange.MPEG
    if form.is_rgb:
        out.colorspace = _RGB_SPACE
    return out


def _to_709(matrix: Colorspace, pixels: str) -> graphs.Filter:
    """From one matrix to BT.709 without leaving YUV; what the primaries are is not looked at."""
    bt709 = {"iprimaries": "bt709", "itrc": "bt709", "primaries": "bt709", "trc": "bt709", "space": "bt709"}
    name, depth = _MATRIX_NAMES[matrix], pixels.removesuffix("le")  # the filter's own names of formats
    return graphs.filtered("colorspace", ispace=name, irange="tv", range="tv", format=depth, fast=1, **bt709)


def matrix_of(frame: av.VideoFrame) -> Colorspace:
    """The frame's YUV matrix; an untagged one counts as BT.601 below 720 lines, as players do."""
    if frame.colorspace in _MATRIX:
        return _MATRIX[frame.colorspace]
    if _is_rgb(frame):
        return Colorspace.ITU709
    return Colorspace.ITU709 if frame.height >= 720 or frame.width >= 1280 else Colorspace.ITU601


def range_of(frame: av.VideoFrame) -> ColorRange:
    """Limited or full; an untagged frame goes by its pixel format."""
    if frame.color_range in (ColorRange.MPEG, ColorRange.JPEG):
        return ColorRange(frame.color_range)
    return ColorRange.JPEG if frame.format.name.startswith(_FULL_RANGE_PIXELS) else ColorRange.MPEG


def _is_rgb(frame: av.VideoFrame) -> bool:
    return bool(frame.format.is_rgb) or frame.format.name.startswith(("pal8", "gray", "ya8", "mono"))


def black(width: int, height: int, pixels: str = PIXELS) -> av.VideoFrame:
    """A black frame, tagged; its planes are its own and may be written."""
    kind = planar(pixels)
    return filled(kind, width, height, kind.black)
