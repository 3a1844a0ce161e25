"""Colour conversion: any picture to planar YUV, and between YUV and RGB, always BT.709 with limited range.

Every other module converts pictures here, so that takes, previews and films agree. The module reads no files.
"""

from __future__ import annotations

import av
import numpy as np
from av.video.format import VideoFormat
from av.video.reformatter import ColorRange
from numpy.typing import NDArray

from milimo_tui.media.picture import filter_graphs
from milimo_tui.media.picture.yuv import create_uniform_frame, parse_planar_format, tag_bt709

Rgb = NDArray[np.uint8]  # (height, width, 3), full range, BT.709 primaries and transfer

PIXELS = "yuv420p"

_RANGES = {ColorRange.MPEG: "tv", ColorRange.JPEG: "pc"}

_EXACT = "accurate_rnd+full_chroma_int+full_chroma_inp"
_SAME_SIZE, _SCALING = f"area+{_EXACT}", f"bicubic+{_EXACT}"

# AVCOL_SPC_* of a frame and the filters' name of the matrix.
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
    """Return an RGB picture as a tagged frame of the same (even) size."""
    return from_rgb(av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24"), pixels)


def from_rgb(frame: av.VideoFrame, pixels: str) -> av.VideoFrame:
    """Return a frame of any RGB format as tagged planar YUV of the same (even) size."""
    out = _convert_frame(frame, pixels, "bt709", ColorRange.JPEG, ColorRange.MPEG)
    tag_bt709(out)
    return out


def convert_to_deep_rgb(frame: av.VideoFrame, pixels: str) -> av.VideoFrame:
    """Return a conformed frame in an RGB format with more bits, full range. The frame is a new copy."""
    return _convert_frame(frame, pixels, "bt709", ColorRange.MPEG, ColorRange.JPEG)


def to_rgb(frame: av.VideoFrame, width: int | None = None, height: int | None = None) -> Rgb:
    """Return a frame as RGB, optionally scaled. The frame's own matrix and range are used."""
    size = width or frame.width, height or frame.height
    made = _convert_frame(frame, "rgb24", detect_matrix(frame), detect_range(frame), ColorRange.JPEG, size)
    return np.asarray(made.to_ndarray(), dtype=np.uint8)


def _convert_frame(
    frame: av.VideoFrame,
    pixels: str,
    matrix: str,
    span: ColorRange,
    wanted: ColorRange,
    size: tuple[int, int] | None = None,
) -> av.VideoFrame:
    """Return a frame in another format, range and size, by libswscale. The matrix stays the same between YUV
    formats.

    Halved chroma is at its left pixel, as in MPEG; in a full-range frame, at the position that its file
    specifies.
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
        frame,
        filter_graphs.make_filter("scale", **options),
        filter_graphs.make_filter("format", pix_fmts=pixels),
    )


def conform_frame(frame: av.VideoFrame, width: int, height: int, pixels: str = PIXELS) -> av.VideoFrame:
    """Return any frame as tagged planar YUV of the given (even) size; a frame that already is returns
    unchanged.
    """
    same = (frame.width, frame.height, frame.format.name) == (width, height, pixels)
    matrix, span = detect_matrix(frame), detect_range(frame)
    if same and matrix == "bt709" and span == ColorRange.MPEG:
        return frame
    if not same or span != ColorRange.MPEG:
        frame = _convert_frame(frame, pixels, matrix, span, ColorRange.MPEG, (width, height))
    if matrix != "bt709":
        frame = filter_graphs.run(frame, _make_bt709_filter(matrix, pixels))
    tag_bt709(frame)
    return frame


def convert_for_encoder(frame: av.VideoFrame, pixels: str) -> av.VideoFrame:
    """Return a composed frame in an encoder's pixel format; a frame that already has it returns unchanged."""
    if frame.format.name == pixels:
        return frame
    full = is_rgb(VideoFormat(pixels)) or pixels.startswith(_FULL_RANGE_PIXELS)
    return _convert_frame(
        frame, pixels, "bt709", ColorRange.MPEG, ColorRange.JPEG if full else ColorRange.MPEG
    )


def _make_bt709_filter(matrix: str, pixels: str) -> filter_graphs.Filter:
    """Return a filter from one matrix to BT.709 within YUV. The primaries are not converted."""
    bt709 = {"iprimaries": "bt709", "itrc": "bt709", "primaries": "bt709", "trc": "bt709", "space": "bt709"}
    depth = pixels.removesuffix("le")  # the filter's names of pixel formats
    return filter_graphs.make_filter(
        "colorspace", ispace=matrix, irange="tv", range="tv", format=depth, fast=1, **bt709
    )


def detect_matrix(frame: av.VideoFrame) -> str:
    """Return the frame's YUV matrix. An untagged frame below 720 lines counts as BT.601, as in players."""
    if frame.colorspace in _MATRIX:
        return _MATRIX[frame.colorspace]
    if is_rgb(frame.format):
        return "bt709"
    return "bt709" if frame.height >= 720 or frame.width >= 1280 else "smpte170m"


def detect_range(frame: av.VideoFrame) -> ColorRange:
    """Return limited or full range; for an untagged frame, by its pixel format."""
    if frame.color_range in (ColorRange.MPEG, ColorRange.JPEG):
        return ColorRange(frame.color_range)
    return ColorRange.JPEG if frame.format.name.startswith(_FULL_RANGE_PIXELS) else ColorRange.MPEG


def is_rgb(form: VideoFormat) -> bool:
    """Return True if a format has no separate chroma: RGB, palette or grey."""
    return bool(form.is_rgb) or form.name.startswith(("pal8", "gray", "ya8", "ya16", "mono"))


def make_black_frame(width: int, height: int, pixels: str = PIXELS) -> av.VideoFrame:
    """Return a new, tagged black frame, which may be written to."""
    kind = parse_planar_format(pixels)
    return create_uniform_frame(kind, width, height, kind.black)
