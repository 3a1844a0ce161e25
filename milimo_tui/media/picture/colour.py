"""Colour in one place: any picture to planar YUV and RGB to it and back, always BT.709 at limited range.

Every other module hands pictures through here, so that a take, a preview and a film agree. No files.
"""

from __future__ import annotations

import av
import numpy as np
from av.video.format import VideoFormat
from av.video.reformatter import ColorRange
from numpy.typing import NDArray

from milimo_tui.media.picture import filter_graphs
from milimo_tui.media.picture.yuv import filled, planar, tag

Rgb = NDArray[np.uint8]  # (height, width, 3), full range, BT.709 primaries and transfer

PIXELS = "yuv420p"

_RANGES = {ColorRange.MPEG: "tv", ColorRange.JPEG: "pc"}

_EXACT = "accurate_rnd+full_chroma_int+full_chroma_inp"
_SAME_SIZE, _SCALING = f"area+{_EXACT}", f"bicubic+{_EXACT}"

# AVCOL_SPC_* of a frame to the name that filters know its matrix by.
_MATRIX = {
    1: "bt709",
    4: "fcc",
    5: "smpte170m",
    6: "smpte170m",
    7: "smpte240m",
    9: "bt2020ncl",
    10: "bt2020ncl",
}
_SCALE_NAMES = {"bt2020ncl": "bt2020"}
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


def to_yuv(rgb: Rgb, pixels: str = PIXELS) -> av.VideoFrame:
    """An RGB picture as a tagged frame of the same (even) size."""
    return from_rgb(av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24"), pixels)


def from_rgb(frame: av.VideoFrame, pixels: str) -> av.VideoFrame:
    """A frame of any RGB format as tagged planar YUV of the same (even) size."""
    out = _converted(frame, pixels, "bt709", ColorRange.JPEG, ColorRange.MPEG)
    tag(out)
    return out


def deep_rgb(frame: av.VideoFrame, pixels: str) -> av.VideoFrame:
    """A conformed frame in an RGB format of more bits, full range; its planes are its own."""
    return _converted(frame, pixels, "bt709", ColorRange.MPEG, ColorRange.JPEG)


def to_rgb(frame: av.VideoFrame, width: int | None = None, height: int | None = None) -> Rgb:
    """A frame as RGB, scaled on request; reads the frame's own matrix and range."""
    size = width or frame.width, height or frame.height
    made = _converted(frame, "rgb24", matrix_of(frame), range_of(frame), ColorRange.JPEG, size)
    return np.asarray(made.to_ndarray(), dtype=np.uint8)


def _converted(
    frame: av.VideoFrame,
    pixels: str,
    matrix: str,
    span: ColorRange,
    wanted: ColorRange,
    size: tuple[int, int] | None = None,
) -> av.VideoFrame:
    """A frame in another format, range and size by libswscale. Between YUV formats the matrix stays.

    Halved chroma stands beside its left pixel, as MPEG has it; in a full-range frame where its file says.
    """
    width, height = size or (frame.width, frame.height)
    options: dict[str, object] = {
        "w": width,
        "h": height,
        "flags": _SAME_SIZE if (width, height) == (frame.width, frame.height) else _SCALING,
        "in_range": _RANGES[span],
        "out_range": _RANGES[wanted],
    }
    name = _SCALE_NAMES.get(matrix, matrix)
    if not is_rgb(frame.format):
        options["in_color_matrix"] = name
        if span == ColorRange.MPEG:
            options["in_chroma_loc"] = "left"
    if not is_rgb(VideoFormat(pixels)):
        options |= {"out_color_matrix": name, "out_chroma_loc": "left"}
    return filter_graphs.run(
        frame, filter_graphs.filtered("scale", **options), filter_graphs.filtered("format", pix_fmts=pixels)
    )


def conform(frame: av.VideoFrame, width: int, height: int, pixels: str = PIXELS) -> av.VideoFrame:
    """Any frame as tagged planar YUV of that (even) size; one that is so already is handed back itself."""
    same = (frame.width, frame.height, frame.format.name) == (width, height, pixels)
    matrix, span = matrix_of(frame), range_of(frame)
    if same and matrix == "bt709" and span == ColorRange.MPEG:
        return frame
    if not same or span != ColorRange.MPEG:
        frame = _converted(frame, pixels, matrix, span, ColorRange.MPEG, (width, height))
    if matrix != "bt709":
        frame = filter_graphs.run(frame, _to_709(matrix, pixels))
    tag(frame)
    return frame


def fitted(frame: av.VideoFrame, pixels: str) -> av.VideoFrame:
    """A composed frame in an encoder's own pixel format; one that is so already is handed back itself."""
    if frame.format.name == pixels:
        return frame
    full = is_rgb(VideoFormat(pixels)) or pixels.startswith(_FULL_RANGE_PIXELS)
    return _converted(frame, pixels, "bt709", ColorRange.MPEG, ColorRange.JPEG if full else ColorRange.MPEG)


def _to_709(matrix: str, pixels: str) -> filter_graphs.Filter:
    """From one matrix to BT.709 without leaving YUV; what the primaries are is not looked at."""
    bt709 = {"iprimaries": "bt709", "itrc": "bt709", "primaries": "bt709", "trc": "bt709", "space": "bt709"}
    depth = pixels.removesuffix("le")  # the filter's own names of formats
    return filter_graphs.filtered(
        "colorspace", ispace=matrix, irange="tv", range="tv", format=depth, fast=1, **bt709
    )


def matrix_of(frame: av.VideoFrame) -> str:
    """The frame's YUV matrix; an untagged one counts as BT.601 below 720 lines, as players do."""
    if frame.colorspace in _MATRIX:
        return _MATRIX[frame.colorspace]
    if is_rgb(frame.format):
        return "bt709"
    return "bt709" if frame.height >= 720 or frame.width >= 1280 else "smpte170m"


def range_of(frame: av.VideoFrame) -> ColorRange:
    """Limited or full; an untagged frame goes by its pixel format."""
    if frame.color_range in (ColorRange.MPEG, ColorRange.JPEG):
        return ColorRange(frame.color_range)
    return ColorRange.JPEG if frame.format.name.startswith(_FULL_RANGE_PIXELS) else ColorRange.MPEG


def is_rgb(form: VideoFormat) -> bool:
    """Whether a format has no chroma of its own: RGB, a palette, greys."""
    return bool(form.is_rgb) or form.name.startswith(("pal8", "gray", "ya8", "ya16", "mono"))


def black(width: int, height: int, pixels: str = PIXELS) -> av.VideoFrame:
    """A black frame, tagged; its planes are its own and may be written."""
    kind = planar(pixels)
    return filled(kind, width, height, kind.black)
