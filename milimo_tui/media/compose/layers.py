"""The sources of a plan's layers: open files, cached stills, slates, titles and mattes; and placed images.

The module reads and caches. `media.compose.layer_drawing` makes an image of a picture, `media.compose.frame`
makes the film's frame of images.
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
from milimo_tui.cut.plan.damage import MetDamage, places, within
from milimo_tui.cut.plan.plan import FileRef, Layer, Media
from milimo_tui.cut.values.effects import OnDamage, Title
from milimo_tui.cut.values.ramps import ramp_of
from milimo_tui.media.files.stills import read_still
from milimo_tui.media.picture import burns, colour, slate, titles
from milimo_tui.media.picture.colour import to_rgb
from milimo_tui.media.picture.yuv import Alpha, planar, views
from milimo_tui.media.read.frames import FrameReader, Readers
from milimo_tui.media.read.walks import Walks

STILLS_KEPT = 12
IMAGES_KEPT = 16
HELD_BYTES = 32 * 2**20  # limit for large stills, for mattes and for images each
_LEAST_KEPT = 4
_LEAST_SHARE = 0.02  # smallest share of the next picture that is mixed in

Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it was decoded or drawn. The frame must not be written to.

    `aspect` is the pixel aspect ratio; `turns` are the anticlockwise quarter turns that a player makes. `at`
    is the picture's position on the raster if it is used unscaled (a burn-in); None: the picture is fitted.
    `key` identifies a still picture; None for a moving picture.
    """

    frame: av.VideoFrame
    aspect: Fraction = Fraction(1)
    turns: int = 0
    at: tuple[int, int] | None = None
    key: Hashable = None

    @property
    def size(self) -> tuple[int, int]:
        """The size as shown: rotated, in square pixels."""
        size = max(1, round(self.frame.width * self.aspect)), self.frame.height
        return size[::-1] if self.turns % 2 else size


@dataclass(frozen=True, slots=True)
class PlacedImage:
    """A planar YUV picture at (x, y) of the raster, all numbers even; `alpha` has its size or is None.

    `plain` is True if the picture is as it was decoded, or conformed at most.
    """

    frame: av.VideoFrame
    x: int
    y: int
    alpha: Alpha | None = None
    plain: bool = False


class Sources:
    """The open files and cached pictures that images are made from. Not thread-safe."""

    def __init__(self, width: int, height: int, limit: int = 8, walks: Walks | None = None) -> None:
        self.width, self.height = width, height
        self.used = 0.0  # time of the last use, for the sources of a compound clip
        self._limit = limit
        self._readers = Readers(limit, walks)
        self._stills: OrderedDict[Hashable, Picture] = OrderedDict()
        self._mattes: OrderedDict[Hashable, Alpha] = OrderedDict()
        self._images: OrderedDict[Hashable, PlacedImage | None] = OrderedDict()
        self._inner: OrderedDict[Hashable, Sources] = OrderedDict()
        self._rolls: OrderedDict[Hashable, Image.Image] = OrderedDict()

    def picture(self, layer: Layer, seconds: Fraction, share: float = 0.0) -> Picture:
        """Return a layer's picture at a time of its source. Compound clips are not supported here. `share` is
        the position in the clip, 0…1, which a rolling title needs.

        Raises the errors of files that cannot be read.
        """
        media = layer.media
        if media.kind in ("video", "sequence"):
            reader = self._readers.of(media, layer.clip)
            met = within(media.facts.damaged, seconds, seconds)
            if met and layer.effects.damaged is OnDamage.REFUSE:
                rate = media.facts.picture.rate if media.facts.picture else None
                raise MetDamage(f"it is damaged at {places(met, rate)}")
            frame = reader.frame(seconds)
            turns = round(frame.rotation / 90) % 4
            if is_blended(layer) and isinstance(reader, FrameReader):
                frame = _between(reader, seconds)
            if met and layer.effects.damaged is OnDamage.BLACK:
                frame = colour.black(frame.width, frame.height)
            return Picture(frame, reader.aspect, turns)
        if media.kind == "burn":
            key: Hashable = ("burn", media.title, burns.words_of(media, seconds))
            return _cached(self._stills, key, lambda: self._burn(media, seconds, key), STILLS_KEPT)
        title = layer.effects.title
        if media.kind == "title" and title is not None and title.roll:
            return self._rolling(title, share)
        key = (media.kind, media.path, _stamp(media.path), media.title, media.text, title)
        return _cached(self._stills, key, lambda: self._still(layer, key), STILLS_KEPT)

    def matte(self, layer: Layer, of: FileRef, seconds: Fraction) -> Alpha:
        """Return the levels of a matte at a time of the picture that it belongs to, at its own size, upright.

        Raises the errors of files that cannot be read.
        """
        if of.moving:
            return _grey(self._readers.get(Path(of.path), _matte_lane(layer.clip)).frame(seconds))
        key = (of.path, _stamp(of.path))
        return _cached(self._mattes, key, lambda: _grey_still(Path(of.path)), STILLS_KEPT)

    def drawn_matte(self, key: Hashable, make: Callable[[], Alpha]) -> Alpha:
        """Return a still matte drawn at a size; `make` draws it if it is not cached."""
        return _cached(self._mattes, ("drawn", key), make, STILLS_KEPT)

    def image(self, key: Hashable, make: Callable[[], PlacedImage | None]) -> PlacedImage | None:
        """Return an image that does not change; `make` draws it if it is not cached."""
        return _cached(self._images, key, make, IMAGES_KEPT)

    def inner(self, clip: str, width: int, height: int) -> Sources:
        """Return the sources of a compound clip's own cut."""
        walks = self._readers.walks
        found = _cached(
            self._inner,
            (clip, width, height),
            lambda: Sources(width, height, self._limit, walks),
            self._limit,
        )
        found.used = time.monotonic()
        return found

    def drop(self, clip: str) -> None:
        """Close the files and sources of a clip that is finished."""
        self._readers.drop(clip)
        self._readers.drop(_matte_lane(clip))
        for key in [key for key in self._inner if isinstance(key, tuple) and key[0] == clip]:
            self._inner.pop(key).close()

    def rest(self, seconds: float) -> bool:
        """Close files, and sources of compound clips, that were unused for `seconds`. Return True if any is
        still open.
        """
        now = time.monotonic()
        for key in [key for key, inner in self._inner.items() if now - inner.used >= seconds]:
            self._inner.pop(key).close()
        resting = [inner.rest(seconds) for inner in self._inner.values()]
        return self._readers.rest(seconds) or bool(resting)

    def close(self) -> None:
        """Close all files and empty the caches."""
        self._readers.close()
        for inner in self._inner.values():
            inner.close()
        for held in (self._inner, self._stills, self._mattes, self._images, self._rolls):
            held.clear()

    def _still(self, layer: Layer, key: Hashable) -> Picture:
        media = layer.media
        if media.kind == "picture":
            return Picture(as_frame(read_still(Path(media.path))), key=key)
        if media.kind == "title" and layer.effects.title is not None:
            image = titles.draw(layer.effects.title, self.width, self.height)
        else:
            label = slate.OFFLINE if media.kind == "offline" else slate.NO_TAKE
            image = slate.slate(media.title, media.text, self.width, self.height, label)
        return Picture(as_frame(image), key=key)

    def _rolling(self, title: Title, share: float) -> Picture:
        """Return a rolling title at its position; its text is drawn once."""
        key: Hashable = ("roll", title)
        whole = _cached(
            self._rolls, key, lambda: titles.draw_roll(title, self.width, self.height), _LEAST_KEPT
        )
        return Picture(as_frame(titles.rolled(whole, title, self.width, self.height, share)))

    def _burn(self, media: Media, seconds: Fraction, key: Hashable) -> Picture:
        drawn = burns.burn(media, seconds, self.width, self.height)
        return Picture(as_frame(drawn.image), at=(drawn.x, drawn.y), key=key)


def is_blended(layer: Layer) -> bool:
    """Return True if times between two pictures of a layer's source are shown as a mixture of both."""
    changes = layer.speed not in (0, 1) or bool(ramp_of(layer.effects))
    return layer.effects.blended and changes and layer.speed != 0


def _between(reader: FrameReader, seconds: Fraction) -> av.VideoFrame:
    """Return the picture at a time, mixed with the next picture by its nearness; unmixed if mixing is
    impossible.
    """
    shown, following, share = reader.around(seconds)
    if following is None or share < _LEAST_SHARE or _kind(shown) != _kind(following):
        return shown
    try:
        kind = planar(shown.format.name)
    except BadInput:
        return shown
    weight = np.float32(share)
    made = av.VideoFrame(shown.width, shown.height, kind.name)
    for target, one, other in zip(views(made), views(shown), views(following), strict=True):
        target[:] = np.rint(one + weight * (other.astype(np.float32) - one))
    made.colorspace, made.color_range = shown.colorspace, shown.color_range
    made.color_trc, made.color_primaries = shown.color_trc, shown.color_primaries
    return made


def _kind(frame: av.VideoFrame) -> tuple[str, int, int]:
    return frame.format.name, frame.width, frame.height


def _cached(held: OrderedDict[Hashable, Kept], key: Hashable, make: Callable[[], Kept], most: int) -> Kept:
    """Return the value cached under a key; `make` makes it if it is missing. The least recently used value is
    removed, and closed if necessary.
    """
    if key not in held:
        held[key] = make()
        while len(held) > most or (
            len(held) > _LEAST_KEPT and sum(map(_bytes_of, held.values())) > HELD_BYTES
        ):
            _, gone = held.popitem(last=False)
            if isinstance(gone, Sources):
                gone.close()
    held.move_to_end(key)
    return held[key]


def _bytes_of(*held: object) -> int:
    """Return the size in bytes of the pixels of cached pictures."""
    levels = [each for each in held if isinstance(each, np.ndarray)]
    levels += [each.alpha for each in held if isinstance(each, PlacedImage) and each.alpha is not None]
    frames = [each.frame for each in held if isinstance(each, Picture | PlacedImage)]
    planes = (plane.buffer_size for frame in frames for plane in frame.planes)
    return sum(each.nbytes for each in levels) + sum(planes)


def _matte_lane(clip: str) -> str:
    return f"{clip}/matte"


def as_frame(image: Image.Image) -> av.VideoFrame:
    """Return an RGB or RGBA picture as a frame: RGB if no pixel is transparent."""
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    form = "rgba" if image.mode == "RGBA" else "rgb24"
    return av.VideoFrame.from_ndarray(np.asarray(image, dtype=np.uint8), format=form)


def _grey(frame: av.VideoFrame) -> Alpha:
    """Return a matte's picture as levels, upright: grey values as written, other formats by their full-range
    luma.
    """
    if frame.format.name != "gray":
        return np.asarray(Image.fromarray(to_rgb(frame)).convert("L"), dtype=np.uint8)
    return np.rot90(views(frame)[0], round(frame.rotation / 90) % 4)


def _grey_still(path: Path) -> Alpha:
    return np.asarray(read_still(path).convert("L"), dtype=np.uint8)


def _stamp(path: str) -> str:
    """Return a text that changes when another file is stored at a path."""
    if not path:
        return ""
    try:
        stat = Path(path).stat()
    except OSError:
        return "gone"
    return f"{stat.st_ino} {stat.st_mtime_ns}"
