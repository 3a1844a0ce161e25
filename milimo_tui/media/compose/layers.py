"""The inputs from which the layers of a render plan are drawn: open files, and cached stills, slates, titles
and mattes.

This module only reads and caches. `media.compose.layer_drawing` places one picture on the raster, and
`media.compose.frame` combines the placed pictures into a frame of the film.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

import av
import numpy as np
from PIL import Image

from milimo_tui.core.errors import BadInput
from milimo_tui.cut.plan.damage import UnhandledDamage, format_damaged_places, select_spans_between
from milimo_tui.cut.plan.plan import FileRef, Media, PlanLayer
from milimo_tui.cut.values.effects import OnDamage, Title
from milimo_tui.cut.values.ramps import get_speed_ramp
from milimo_tui.media.files.file_stamp import stamp_file
from milimo_tui.media.files.orientation import UPRIGHT, Orientation, read_orientation
from milimo_tui.media.files.stills import read_still
from milimo_tui.media.picture import burns, colour, slate, titles
from milimo_tui.media.picture.colour import to_rgb
from milimo_tui.media.picture.yuv import Alpha, get_plane_views, parse_planar_format
from milimo_tui.media.read.frames import FrameReader, ReaderPool
from milimo_tui.media.read.walks import ReverseReadBudget

MAX_CACHED_STILLS = 12
MAX_CACHED_IMAGES = 16
# Limit in bytes for each of three caches: large stills, mattes and placed images.
MAX_CACHED_BYTES = 32 * 2**20
_MIN_CACHED = 4
# The next picture is mixed in only if its weight (0…1) is at least this value, because a smaller weight is
# invisible.
_LEAST_SHARE = 0.02

Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class SourcePicture:
    """The picture of a layer as it was decoded or drawn. Its frame must not be written to.

    - `aspect` is the pixel aspect ratio.
    - `orientation` is the mirroring and the quarter turns that a player applies.
    - `at` is the position on the raster of a picture that is used unscaled, such as a burn-in. None means
      that the picture is scaled to fit the raster.
    - `key` identifies a still picture in caches. A moving picture has None.
    """

    frame: av.VideoFrame
    aspect: Fraction = Fraction(1)
    orientation: Orientation = UPRIGHT
    at: tuple[int, int] | None = None
    key: Hashable = None

    @property
    def size(self) -> tuple[int, int]:
        """The width and height for display: rotated, in square pixels."""
        size = max(1, round(self.frame.width * self.aspect)), self.frame.height
        return size[::-1] if self.orientation.is_sideways else size


@dataclass(frozen=True, slots=True)
class PlacedImage:
    """A planar YUV picture with its upper left corner at pixel (x, y) of the raster.

    Position and size are even numbers. `alpha` has the size of the picture; None means opaque. `plain` is
    True if the picture was decoded and at most conformed, without further processing.
    """

    frame: av.VideoFrame
    x: int
    y: int
    alpha: Alpha | None = None
    plain: bool = False


class LayerSources:
    """The open files and cached pictures from which the layers of one cut are drawn. Not thread-safe."""

    def __init__(
        self, width: int, height: int, limit: int = 8, walks: ReverseReadBudget | None = None
    ) -> None:
        self.width, self.height = width, height
        # The monotonic time of the last use. Sources for the cut inside a compound clip are closed by the
        # sources of the outer cut if they were not used for a while.
        self.used = 0.0
        self._limit = limit
        self._readers = ReaderPool(limit, walks)
        self._stills: OrderedDict[Hashable, SourcePicture] = OrderedDict()
        self._mattes: OrderedDict[Hashable, Alpha] = OrderedDict()
        self._images: OrderedDict[Hashable, PlacedImage | None] = OrderedDict()
        self._inner: OrderedDict[Hashable, LayerSources] = OrderedDict()
        self._rolls: OrderedDict[Hashable, Image.Image] = OrderedDict()

    def picture(self, layer: PlanLayer, seconds: Fraction, share: float = 0.0) -> SourcePicture:
        """Return the picture of a layer at `seconds` of its source. The layer must not be a compound clip.

        `share` is the position in the clip, 0…1, which only a rolling title needs. Raises the errors of files
        that cannot be read.
        """
        media = layer.media
        if media.kind in ("video", "sequence"):
            reader = self._readers.of(media, layer.clip)
            spans = select_spans_between(media.facts.damaged, seconds, seconds)
            if spans and layer.effects.damaged is OnDamage.REFUSE:
                rate = media.facts.picture.rate if media.facts.picture else None
                raise UnhandledDamage(f"it is damaged at {format_damaged_places(spans, rate)}")
            frame = reader.frame(seconds)
            orientation = read_orientation(frame)
            if is_blended(layer) and isinstance(reader, FrameReader):
                frame = _mix_with_next(reader, seconds)
            if spans and layer.effects.damaged is OnDamage.BLACK:
                frame = colour.make_black_frame(frame.width, frame.height)
            return SourcePicture(frame, reader.aspect, orientation)
        if media.kind == "burn":
            key: Hashable = ("burn", media.title, burns.make_burn_in_text(media, seconds))
            return _get_or_make(
                self._stills, key, lambda: self._draw_burn_in(media, seconds, key), MAX_CACHED_STILLS
            )
        title = layer.effects.title
        if media.kind == "title" and title is not None and title.roll:
            return self._draw_rolling_title(title, share)
        key = (media.kind, media.path, stamp_file(media.path), media.title, media.text, title)
        return _get_or_make(self._stills, key, lambda: self._draw_still(layer, key), MAX_CACHED_STILLS)

    def read_matte(self, layer: PlanLayer, of: FileRef, seconds: Fraction) -> Alpha:
        """Return a matte as grey levels, upright and in the size of its file.

        `of` is the matte's file. `seconds` is the source time of the picture that the matte belongs to.
        Raises the errors of files that cannot be read.
        """
        if of.moving:
            return _frame_to_matte(
                self._readers.get(Path(of.path), _name_matte_lane(layer.clip)).frame(seconds)
            )
        key = (of.path, stamp_file(of.path))
        return _get_or_make(self._mattes, key, lambda: _read_still_matte(Path(of.path)), MAX_CACHED_STILLS)

    def cache_drawn_matte(self, key: Hashable, make: Callable[[], Alpha]) -> Alpha:
        """Return the matte that is cached under `key`, such as a drawn shape. If there is none, call `make`
        to draw the matte and cache it. The key must include the size of the matte.
        """
        return _get_or_make(self._mattes, ("drawn", key), make, MAX_CACHED_STILLS)

    def cache_image(self, key: Hashable, make: Callable[[], PlacedImage | None]) -> PlacedImage | None:
        """Return the still image cached under `key`; `make` draws the image if it is not cached. None means
        that nothing of it is visible.
        """
        return _get_or_make(self._images, key, make, MAX_CACHED_IMAGES)

    def get_compound_sources(self, clip: str, width: int, height: int) -> LayerSources:
        """Return the sources for the cut inside a compound clip, which is drawn at `width` × `height`
        pixels.
        """
        walks = self._readers.walks
        found = _get_or_make(
            self._inner,
            (clip, width, height),
            lambda: LayerSources(width, height, self._limit, walks),
            self._limit,
        )
        found.used = time.monotonic()
        return found

    def close_idle_sources(self, seconds: float) -> bool:
        """Close files, and sources of compound clips, that were unused for `seconds`. Return True if any is
        still open.
        """
        now = time.monotonic()
        for key in [key for key, inner in self._inner.items() if now - inner.used >= seconds]:
            self._inner.pop(key).close()
        resting = [inner.close_idle_sources(seconds) for inner in self._inner.values()]
        return self._readers.close_idle_readers(seconds) or bool(resting)

    def close(self) -> None:
        """Close all files and empty the caches."""
        self._readers.close()
        for inner in self._inner.values():
            inner.close()
        for cache in (self._inner, self._stills, self._mattes, self._images, self._rolls):
            cache.clear()

    def _draw_still(self, layer: PlanLayer, key: Hashable) -> SourcePicture:
        media = layer.media
        if media.kind == "picture":
            return SourcePicture(image_to_frame(read_still(Path(media.path))), key=key)
        if media.kind == "title" and layer.effects.title is not None:
            image = titles.draw_title(layer.effects.title, self.width, self.height)
        else:
            label = slate.OFFLINE if media.kind == "offline" else slate.NO_TAKE
            image = slate.draw_slate(media.title, media.text, self.width, self.height, label)
        return SourcePicture(image_to_frame(image), key=key)

    def _draw_rolling_title(self, title: Title, share: float) -> SourcePicture:
        """Return a rolling title scrolled to `share` of its clip, 0…1. Its text is drawn only once and
        cached.
        """
        key: Hashable = ("roll", title)
        whole = _get_or_make(
            self._rolls, key, lambda: titles.draw_rolling_text(title, self.width, self.height), _MIN_CACHED
        )
        return SourcePicture(
            image_to_frame(titles.place_rolling_text(whole, title, self.width, self.height, share))
        )

    def _draw_burn_in(self, media: Media, seconds: Fraction, key: Hashable) -> SourcePicture:
        drawn = burns.draw_burn_in(media, seconds, self.width, self.height)
        return SourcePicture(image_to_frame(drawn.image), at=(drawn.x, drawn.y), key=key)


def is_blended(layer: PlanLayer) -> bool:
    """Return True if a layer mixes neighbouring pictures: it has frame blending and plays at a changed
    speed.
    """
    changes = layer.speed not in (0, 1) or bool(get_speed_ramp(layer.effects))
    return layer.effects.blended and changes and layer.speed != 0


def _mix_with_next(reader: FrameReader, seconds: Fraction) -> av.VideoFrame:
    """Return the picture at `seconds`, mixed with the next picture of the file. The weight of the next
    picture rises linearly with time: it is 0 when the present picture begins and reaches 1 when the next
    picture begins.

    The picture is returned unmixed if there is no next picture, or if the formats cannot be mixed.
    """
    shown, following, share = reader.read_neighbours(seconds)
    if (
        following is None
        or share < _LEAST_SHARE
        or _describe_frame_format(shown) != _describe_frame_format(following)
    ):
        return shown
    try:
        kind = parse_planar_format(shown.format.name)
    except BadInput:
        return shown
    weight = np.float32(share)
    frame = av.VideoFrame(shown.width, shown.height, kind.name)
    for target, one, other in zip(
        get_plane_views(frame), get_plane_views(shown), get_plane_views(following), strict=True
    ):
        target[:] = np.rint(one + weight * (other.astype(np.float32) - one))
    frame.colorspace, frame.color_range = shown.colorspace, shown.color_range
    frame.color_trc, frame.color_primaries = shown.color_trc, shown.color_primaries
    return frame


def _describe_frame_format(frame: av.VideoFrame) -> tuple[str, int, int]:
    return frame.format.name, frame.width, frame.height


def _get_or_make(
    cache: OrderedDict[Hashable, Kept], key: Hashable, make: Callable[[], Kept], most: int
) -> Kept:
    """Return the value cached under `key`; `make` creates a missing value.

    At most `most` values are cached. The least recently used value is removed, and closed if it holds open
    files.
    """
    if key not in cache:
        cache[key] = make()
        while len(cache) > most or (
            len(cache) > _MIN_CACHED and sum(map(_count_pixel_bytes, cache.values())) > MAX_CACHED_BYTES
        ):
            _, evicted = cache.popitem(last=False)
            if isinstance(evicted, LayerSources):
                evicted.close()
    cache.move_to_end(key)
    return cache[key]


def _count_pixel_bytes(*pictures: object) -> int:
    """Return the size in bytes of the pixels of cached pictures."""
    levels = [each for each in pictures if isinstance(each, np.ndarray)]
    levels += [each.alpha for each in pictures if isinstance(each, PlacedImage) and each.alpha is not None]
    frames = [each.frame for each in pictures if isinstance(each, SourcePicture | PlacedImage)]
    planes = (plane.buffer_size for frame in frames for plane in frame.planes)
    return sum(each.nbytes for each in levels) + sum(planes)


def _name_matte_lane(clip: str) -> str:
    return f"{clip}/matte"


def image_to_frame(image: Image.Image) -> av.VideoFrame:
    """Convert an RGB or RGBA picture to a frame. The frame is RGB if every pixel is opaque."""
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    form = "rgba" if image.mode == "RGBA" else "rgb24"
    return av.VideoFrame.from_ndarray(np.asarray(image, dtype=np.uint8), format=form)


def _frame_to_matte(frame: av.VideoFrame) -> Alpha:
    """Return the frame of a matte as upright levels 0…255: a grey frame's values unchanged, other formats as
    full-range luma.
    """
    if frame.format.name != "gray":
        upright = np.ascontiguousarray(read_orientation(frame).apply(to_rgb(frame)))
        return np.asarray(Image.fromarray(upright).convert("L"), dtype=np.uint8)
    levels: Alpha = read_orientation(frame).apply(get_plane_views(frame)[0])
    return levels


def _read_still_matte(path: Path) -> Alpha:
    return np.asarray(read_still(path).convert("L"), dtype=np.uint8)
