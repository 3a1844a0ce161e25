"""Colour conversion of any picture to planar YUV, and between YUV and RGB. YUV is always BT.709 with limited
range.

Every other module converts pictures here, so that takes, previews and films have the same colours. The module
reads no files.
"""

from __future__ import annotations

import av
import numpy as np
from av.video.format import VideoFormat
from av.video.reformatter import ColorRange
from numpy.typing import NDArray

from milimo_tui.media.picture import filter_graphs
from milimo_tui.media.picture.yuv import create_uniform_frame, parse_planar_format, tag_bt709

Rgb = NDArray[np.uint8]  # An array (height, width, 3) in full range, with BT.709 primaries and transfer.

PIXELS = "yuv420p"

_RANGES = {ColorRange.MPEG: "tv", ColorRange.JPEG: "pc"}

_EXACT = "accurate_rnd+full_chroma_int+full_chroma_inp"
_SAME_SIZE, _SCALING = f"area+{_EXACT}", f"bicubic+{_EXACT}"

# FFmpeg's name of the YUV matrix for each value of a frame's colour space (AVCOL_SPC_*).
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
    """Convert an RGB picture to a YUV frame of the same size, tagged as BT.709. Width and height are even."""
    return from_rgb(av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24"), pixels)


def from_rgb(frame: av.VideoFrame, pixels: str) -> av.VideoFrame:
    """Convert a frame of any RGB format to planar YUV of the same size, tagged as BT.709. Width and height
    are even.
    """
    out = _convert_frame(frame, pixels, "bt709", ColorRange.JPEG, ColorRange.MPEG)
    tag_bt709(out)
    return out


def convert_to_deep_rgb(frame: av.VideoFrame, pixels: str) -> av.VideoFrame:
    """Convert a conformed frame to full-range RGB with more bits. `pixels` is the RGB format. The result is a
    new frame.
    """
    return _convert_frame(frame, pixels, "bt709", ColorRange.MPEG, ColorRange.JPEG)


def to_rgb(frame: av.VideoFrame, width: int | None = None, height: int | None = None) -> Rgb:
    """Convert a frame to RGB by its own matrix and range, and scale it if a width or height is given."""
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
    """Convert a frame to another pixel format, range and size with libswscale. A conversion from YUV to YUV
    does not change the matrix.

    `span` is the range of the frame, `wanted` the range of the result. Halved chroma is positioned at the
    left pixel, as in MPEG; a full-range source keeps the position that its file specifies.
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
    """Convert any frame to planar YUV of the given even size, tagged as BT.709 limited. A frame that already
    matches is returned unchanged.
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
    """Convert a composed frame to an encoder's pixel format. A frame that already has this format is returned
    unchanged.
    """
    if frame.format.name == pixels:
        return frame
    full = is_rgb(VideoFormat(pixels)) or pixels.startswith(_FULL_RANGE_PIXELS)
    return _convert_frame(
        frame, pixels, "bt709", ColorRange.MPEG, ColorRange.JPEG if full else ColorRange.MPEG
    )


def _make_bt709_filter(matrix: str, pixels: str) -> filter_graphs.Filter:
    """Return a filter that converts YUV from another matrix to BT.709. The primaries are not converted."""
    bt709 = {"iprimaries": "bt709", "itrc": "bt709", "primaries": "bt709", "trc": "bt709", "space": "bt709"}
    depth = pixels.removesuffix("le")  # The filter names pixel formats without the suffix `le`.
    return filter_graphs.make_filter(
        "colorspace", ispace=matrix, irange="tv", range="tv", format=depth, fast=1, **bt709
    )


def detect_matrix(frame: av.VideoFrame) -> str:
    """Return FFmpeg's name of a frame's YUV matrix.

    An untagged frame of at least 720 lines or 1280 columns counts as BT.709, a smaller frame as BT.601, as in
    players.
    """
    if frame.colorspace in _MATRIX:
        return _MATRIX[frame.colorspace]
    if is_rgb(frame.format):
        return "bt709"
    return "bt709" if frame.height >= 720 or frame.width >= 1280 else "smpte170m"


def detect_range(frame: av.VideoFrame) -> ColorRange:
    """Return whether a frame has limited or full range. The pixel format decides for an untagged frame."""
    if frame.color_range in (ColorRange.MPEG, ColorRange.JPEG):
        return ColorRange(frame.color_range)
    return ColorRange.JPEG if frame.format.name.startswith(_FULL_RANGE_PIXELS) else ColorRange.MPEG


def is_rgb(form: VideoFormat) -> bool:
    """Return True if a pixel format has no chroma planes: RGB, palette or grey."""
    return bool(form.is_rgb) or form.name.startswith(("pal8", "gray", "ya8", "ya16", "mono"))


def make_black_frame(width: int, height: int, pixels: str = PIXELS) -> av.VideoFrame:
    """Return a new black frame, tagged as BT.709 limited. The caller may write to it."""
    kind = parse_planar_format(pixels)
    return create_uniform_frame(kind, width, height, kind.black)
