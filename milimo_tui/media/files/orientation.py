"""The orientation of a stored picture: the mirroring and the quarter turns that a player applies before the
picture is shown.

A file stores the orientation as a display matrix (libavutil/display.h). There are eight orientations without
other angles: four turns, each with or without mirroring.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
from av.error import FFmpegError
from av.sidedata.sidedata import SideDataContainer

from milimo_tui.media.files.allowed_formats import open_media
from milimo_tui.media.files.picture_stream import find_picture_stream

_NUMBERS = struct.Struct("@9i")


@dataclass(frozen=True, slots=True)
class Orientation:
    """The changes that turn a stored picture into the shown picture: first it is mirrored from left to right
    if `mirrored` is True, then it is rotated by `turns` anticlockwise quarter turns, 0…3.
    """

    turns: int = 0
    mirrored: bool = False

    @property
    def is_sideways(self) -> bool:
        """True if width and height of the stored picture are exchanged when it is shown."""
        return self.turns % 2 == 1

    def apply(self, pixels: Any) -> Any:
        """Return a view of an array (height, width, …) of the stored picture, as it is shown."""
        return np.rot90(pixels[:, ::-1] if self.mirrored else pixels, self.turns)


UPRIGHT = Orientation()


def read_orientation(frame: av.VideoFrame) -> Orientation:
    """Return the orientation that the display matrix of a decoded picture specifies. Other angles are rounded
    to quarter turns.
    """
    try:
        # Not `frame.side_data`: PyAV 18 stores that container in the frame. The two then refer to each other,
        # so that the picture occupies its memory until the next garbage collection.
        matrix = SideDataContainer(frame).get("DISPLAYMATRIX")  # type: ignore[call-arg]
    except ValueError:  # PyAV 18 does not know every type of side data, such as EXIF.
        return Orientation(round(frame.rotation / 90) % 4)
    return UPRIGHT if matrix is None else parse_display_matrix(bytes(cast(Any, matrix)))


def read_file_orientation(path: Path) -> Orientation:
    """Return the orientation of a file's first picture. A file without a readable picture counts as
    upright.
    """
    try:
        with open_media(path) as container:
            stream = find_picture_stream(container)
            first = next(container.decode(stream), None) if stream is not None else None
    except (OSError, FFmpegError):
        return UPRIGHT
    return read_orientation(first) if isinstance(first, av.VideoFrame) else UPRIGHT


def parse_display_matrix(data: bytes) -> Orientation:
    """Return the orientation that a display matrix specifies.

    The matrix maps a stored position (x, y) to (a·x + c·y, b·x + d·y), where y points downwards.
    """
    if len(data) < _NUMBERS.size:
        return UPRIGHT
    a, b, _, c, d, *_ = _NUMBERS.unpack_from(data)
    mirrored = a * d - b * c < 0
    if mirrored:
        a, b = -a, -b
    if not a and not b:
        return UPRIGHT
    return Orientation(round(-math.atan2(b, a) / (math.pi / 2)) % 4, mirrored)
