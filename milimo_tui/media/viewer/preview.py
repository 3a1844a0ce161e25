"""Draw pictures of files in a requested size: picture files, and frames of video files.

Pictures that were drawn are cached, up to a number of bytes.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import parse_ratio
from milimo_tui.media.compose.cropped_picture import draw_cropped_picture
from milimo_tui.media.compose.film_crop import FilmCrop
from milimo_tui.media.compose.layers import SourcePicture, image_to_frame
from milimo_tui.media.files.orientation import read_orientation
from milimo_tui.media.files.stills import image_to_array, open_still
from milimo_tui.media.files.unreadable import make_unreadable_error
from milimo_tui.media.picture import colour
from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.read.frames import ReaderPool
from milimo_tui.media.read.walks import ReverseReadBudget
from milimo_tui.media.scopes.placing import ViewArea

KEPT_BYTES = 16 * 2**20
LARGEST = 8192
MOST_OPEN = 2  # media files that stay open at the same time: two are needed for a comparison
FINE = "yuv444p"  # the pixel format for small pictures, with full chroma resolution

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class ViewSize:
    """The requested size of a picture in pixels: the picture is fitted inside `width` × `height`.

    With `letterbox`, bars in the colour `bars` fill the rest of that size. `aspect` is the height of a
    displayed pixel divided by its width. Unless `enlarged`, a picture with fewer pixels keeps its own size,
    because the terminal enlarges it. `cell` is the width and height of a terminal cell in pixels. With
    `in_cells`, the edges of the picture are rounded to cell edges, because a cell that is half picture and
    half bar would look bad.
    """

    width: int
    height: int
    letterbox: bool = False
    bars: Colour = (0, 0, 0)
    aspect: Fraction = Fraction(1)
    enlarged: bool = True
    cell: tuple[int, int] = (8, 16)
    in_cells: bool = False

    def __post_init__(self) -> None:
        if not (0 < self.width <= LARGEST and 0 < self.height <= LARGEST):
            raise BadInput(f"a picture of {self.width}×{self.height} can't be shown")

    def of(self, width: Fraction | int, height: Fraction | int) -> ViewSize:
        """Return the size in which to draw a picture that has `width` × `height` pixels.

        This is normally `self`. If `enlarged` is False and the picture would have to be enlarged to fill this
        size, a smaller size is returned.
        """
        scale = min(Fraction(self.width) / width, self.height * self.aspect / height)
        if self.enlarged or scale <= 1:
            return self
        wide, high = (max(1, round(side / scale)) for side in (self.width, self.height))
        return replace(self, width=wide, height=high, enlarged=True)

    def fit(self, width: Fraction | int, height: Fraction | int) -> tuple[int, int]:
        """Return the width and height in pixels of a picture of the given shape, fitted inside this size."""
        scale = min(Fraction(self.width) / width, self.height * self.aspect / height)
        wide, high = round(width * scale), round(height * scale / self.aspect)
        if self.in_cells:
            wide, high = (
                max(1, round(side / of)) * of for side, of in zip((wide, high), self.cell, strict=True)
            )
        return max(1, min(self.width, wide)), max(1, min(self.height, high))

    @property
    def room(self) -> ViewArea:
        """The area, as a `ViewArea`, in which a picture is drawn together with scopes and overlays."""
        return ViewArea(self.width, self.height, self.cell, self.aspect, self.in_cells, self.bars)

    def add_bars(self, picture: Rgb) -> Rgb:
        """Return the picture centred between bars if `letterbox` is set, else the picture itself."""
        height, width = picture.shape[:2]
        if not self.letterbox or (width, height) == (self.width, self.height):
            return picture
        out = np.empty((self.height, self.width, 3), np.uint8)
        out[:] = self.bars
        top, left = (self.height - height) // 2, (self.width - width) // 2
        if self.in_cells:
            left, top = left // self.cell[0] * self.cell[0], top // self.cell[1] * self.cell[1]
        out[top : top + height, left : left + width] = picture
        return out


class PictureCache:
    """A cache of drawn pictures, limited in bytes. The key identifies file, time and size; the least recently
    used picture is removed first. Any thread may use the cache.
    """

    def __init__(self, most: int = KEPT_BYTES) -> None:
        self._most, self._bytes = most, 0
        self._lock = threading.Lock()
        self._pictures: OrderedDict[tuple[object, ...], Rgb] = OrderedDict()

    def get(self, key: tuple[object, ...]) -> Rgb | None:
        """Return the picture cached under a key, or None."""
        with self._lock:
            found = self._pictures.get(key)
            if found is not None:
                self._pictures.move_to_end(key)
            return found

    def store_picture(self, key: tuple[object, ...], picture: Rgb) -> Rgb:
        """Cache a picture under a key and return the picture."""
        with self._lock:
            before = self._pictures.pop(key, None)
            self._bytes += picture.nbytes - (before.nbytes if before is not None else 0)
            self._pictures[key] = picture
            while self._bytes > self._most and len(self._pictures) > 1:
                self._bytes -= self._pictures.popitem(last=False)[1].nbytes
        return picture


class FilePreview:
    """A source of pictures from still and video files, which stay open between calls. Only one thread at a
    time may use it.
    """

    def __init__(self, kept: PictureCache | None = None, walks: ReverseReadBudget | None = None) -> None:
        """Create the preview. `kept` is the cache of drawn pictures, and `walks` limits the memory for
        reading videos backwards. Several objects may share both.
        """
        self._kept = kept or PictureCache()
        self._readers = ReaderPool(MOST_OPEN, walks)

    def picture(
        self,
        path: Path,
        seconds: Fraction,
        size: ViewSize,
        rate: Fraction | None = None,
        crop: FilmCrop | None = None,
    ) -> Rgb:
        """Return a picture of a file in a size: a still, or a video's frame at `seconds`.

        With `rate`, the path is the first file of an image sequence with that frame rate. With `crop`, only
        the part of the picture that the film shows is drawn. Raises NotFound, BadInput or Failed.
        """
        try:
            stat = path.stat()
        except OSError as error:
            raise make_unreadable_error(path, error) from error
        key = (str(path), str(rate), stat.st_ino, stat.st_mtime_ns, seconds, size, crop)
        kept = self._kept.get(key)
        if kept is not None:
            return kept
        return self._kept.store_picture(key, self._draw_file_picture(path, seconds, size, rate, crop))

    def _draw_file_picture(
        self, path: Path, seconds: Fraction, size: ViewSize, rate: Fraction | None, crop: FilmCrop | None
    ) -> Rgb:
        image = open_still(path) if rate is None else None
        if image is not None:
            return (
                _draw_still_preview(image, size)
                if crop is None
                else _draw_cropped_preview(SourcePicture(image_to_frame(image)), crop, size)
            )
        reader = self._readers.get(path, rate=rate)
        frame = reader.frame(seconds)
        orientation = read_orientation(frame)
        if crop is not None:
            return _draw_cropped_preview(SourcePicture(frame, reader.aspect, orientation), crop, size)
        shown = (frame.width * reader.aspect, Fraction(frame.height))
        if orientation.is_sideways:
            shown = shown[::-1]
        size = size.of(*shown)
        width, height = size.fit(*shown)
        if orientation.is_sideways:
            width, height = height, width
        picture = orientation.apply(colour.to_rgb(frame, width, height))
        return size.add_bars(np.ascontiguousarray(picture))

    def close_idle_previews(self, seconds: float) -> bool:
        """Close files that were unused for `seconds`. Return True if any file is still open."""
        return self._readers.close_idle_readers(seconds)

    def close(self) -> None:
        """Close all files."""
        self._readers.close()


def _draw_cropped_preview(picture: SourcePicture, crop: FilmCrop, size: ViewSize) -> Rgb:
    """Draw the part of a picture that the film shows, and return it in the requested size. With `letterbox`,
    bars are added.
    """
    crop = crop.on(*picture.size)
    size = size.of(*crop.visible_size(*picture.size))
    width, height = size.fit(crop.width, crop.height)
    shape = Fraction(crop.width, crop.height)
    # The film's pixels are square, but a displayed pixel may not be (`aspect`). The picture is therefore
    # drawn in the film's shape first and then scaled to the displayed size.
    wide = max(width, round(height * shape))
    frame = draw_cropped_picture(picture, crop, wide, max(1, round(wide / shape)), FINE)
    return size.add_bars(colour.to_rgb(frame, width, height))


def _draw_still_preview(image: Image.Image, size: ViewSize) -> Rgb:
    """Return a still in the requested size, with bars if `letterbox` is set. Transparent parts show the
    colour of the bars.
    """
    size = size.of(*image.size)
    image = image.resize(size.fit(*image.size), Image.Resampling.LANCZOS)
    if image.mode == "RGBA":
        ground = Image.new("RGBA", image.size, (*size.bars, 255))
        image = Image.alpha_composite(ground, image).convert("RGB")
    return size.add_bars(image_to_array(image))


def parse_source_seconds(value: str | float | int) -> Fraction:
    """Return source seconds from "n/d" text or a number."""
    return parse_ratio(value) if isinstance(value, str) else Fraction(value).limit_denominator(10**6)
