"""A picture or clip as upright RGB frames in display size, the input of models and masks.

Frame n of a clip is the picture that is on screen n / rate seconds after the start. A clip of variable rate
is read at its average rate.
"""

from __future__ import annotations

from collections import OrderedDict
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import numpy as np
from PIL import Image

from milimo_tui.core.errors import BadInput
from milimo_tui.media.files.facts import MediaFileFacts
from milimo_tui.media.files.orientation import read_orientation
from milimo_tui.media.files.stills import read_still
from milimo_tui.media.picture.colour import Rgb, to_rgb
from milimo_tui.media.read.frames import open_picture_reader
from milimo_tui.media.read.probe import probe

_KEPT_BYTES = 192 << 20
_MOST_KEPT = 24  # At most this many frames are decoded and cached at once when frames are read backwards.


class Footage:
    """An open picture or clip whose frames are read by number. Not thread-safe.

    A picture has one frame, and its `rate` is None. `width` and `height` are the size for display: rotated,
    in square pixels.
    """

    def __init__(self, path: Path, keep: int = _KEPT_BYTES) -> None:
        """Open a file. `keep` is the number of bytes that may be used to cache frames for reading backwards.

        Raises NotFound, ReadOnly, and BadInput for a file that is neither a picture nor a clip, is damaged or
        too large, or has no frames.
        """
        self.path = path
        self.facts: MediaFileFacts = probe(path)
        if self.facts.kind == "sound":
            raise BadInput(f"{path.name} is a sound and has no picture")
        self.width, self.height = self.facts.width or 0, self.facts.height or 0
        self.rate: Fraction | None = self.facts.rate
        self.frames = self.facts.frames or 0 if self.is_clip else 1
        if self.is_clip and (not self.frames or not self.rate):
            raise BadInput(f"{path.name} has no separate frames")
        self._reader = open_picture_reader(path) if self.is_clip else None
        self._still = None if self.is_clip else _flatten_on_white(read_still(path))
        self._kept: OrderedDict[int, Rgb] = OrderedDict()
        self._ahead = max(1, min(_MOST_KEPT, keep // max(1, self.width * self.height * 3)))

    @property
    def is_clip(self) -> bool:
        """True for a clip, False for a picture."""
        return self.facts.kind == "video"

    def frame(self, number: int) -> Rgb:
        """Return a frame as uint8 (height, width, 3). Raises BadInput past the end, Failed if the file is
        damaged.
        """
        self.check_frame_number(number)
        if self._still is not None:
            return self._still
        if number not in self._kept:
            self._decode_into_cache(number)
        return self._kept[number]

    def check_frame_number(self, number: int) -> None:
        """Raise BadInput for a frame number that does not exist."""
        if not 0 <= number < self.frames:
            last = f"its last frame is {self.frames - 1}" if self.is_clip else "it is a picture: frame 0"
            raise BadInput(f"{self.path.name} has no frame {number}", last)

    def _decode_into_cache(self, number: int) -> None:
        """Decode a frame into the cache. When frames are read backwards, decode the frames before it too,
        because a decoder only moves forwards.
        """
        backwards = bool(self._kept) and number == min(self._kept) - 1
        first = max(0, number - self._ahead + 1) if backwards else number
        if not backwards and len(self._kept) >= self._ahead:
            self._kept.popitem(last=False)
        elif backwards:
            self._kept.clear()
        for wanted in range(first, number + 1):
            self._kept[wanted] = self._decode_upright(wanted)

    def _decode_upright(self, number: int) -> Rgb:
        assert self._reader is not None
        assert self.rate is not None
        frame = self._reader.frame(number / self.rate)
        orientation = read_orientation(frame)
        sides = (self.height, self.width) if orientation.is_sideways else (self.width, self.height)
        return np.ascontiguousarray(orientation.apply(to_rgb(frame, *sides)))

    def close(self) -> None:
        """Close the file."""
        if self._reader is not None:
            self._reader.close()

    def __enter__(self) -> Footage:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _flatten_on_white(image: Image.Image) -> Rgb:
    """Return a still without alpha: transparent pixels become white, as in the pictures that image models
    get.
    """
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return np.array(image.convert("RGB"), dtype=np.uint8)
