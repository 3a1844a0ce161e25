"""Compositing: images are placed on a canvas of the film's size, each with an opacity and a blend mode."""

from __future__ import annotations

from dataclasses import dataclass, replace

import av
import numpy as np

from milimo_tui.cut.values.effects import Blend
from milimo_tui.media.compose.blend_modes import blend_frames
from milimo_tui.media.compose.layers import PlacedImage
from milimo_tui.media.picture import colour
from milimo_tui.media.picture.yuv import (
    Alpha,
    PlanarFormat,
    Weight,
    copy_frame,
    create_frame,
    get_plane_views,
    make_yuv_frame,
    mix_planes,
    weights,
)

OPAQUE = 0.998  # An opacity above this value is rounded to full opacity, because weights have 256 levels.


@dataclass(frozen=True, slots=True)
class DrawnLayer:
    """A layer's image at its position, with its opacity (`level`, 0 to 1) and its blend mode."""

    image: PlacedImage
    level: float = 1.0
    blend: Blend = Blend.NORMAL

    def covers_raster(self, raster: tuple[int, int]) -> bool:
        """Return True if the layer hides everything below it on a raster of the given width and height."""
        frame = self.image.frame
        whole = (self.image.x, self.image.y, frame.width, frame.height) == (0, 0, *raster)
        return whole and self.level > OPAQUE and self.image.alpha is None and self.blend is Blend.NORMAL

    def write_coverage(self, raster: Alpha) -> None:
        """Write how much the layer covers (0 to 255) into `raster`, an array of shape (height, width). Parts
        of the layer outside the raster are cut off.
        """
        image = self.image
        left, top = max(0, image.x), max(0, image.y)
        part = raster[top : image.y + image.frame.height, left : image.x + image.frame.width]
        if not part.size or image.x + image.frame.width <= 0 or image.y + image.frame.height <= 0:
            return
        if image.alpha is None:
            part[:] = round(255 * self.level)
        else:
            down, across = top - image.y, left - image.x
            seen = image.alpha[down : down + part.shape[0], across : across + part.shape[1]]
            part[:] = np.rint(seen * np.float32(self.level))


@dataclass(frozen=True, slots=True)
class FilmCanvas:
    """A canvas with the picture that has been composited so far. `own` is True if the canvas may change its
    frame in place. It is False if the frame may belong to a decoder.
    """

    kind: PlanarFormat
    frame: av.VideoFrame
    own: bool

    @property
    def raster(self) -> tuple[int, int]:
        """The width and height of the canvas."""
        return self.frame.width, self.frame.height

    @classmethod
    def create_black(cls, kind: PlanarFormat, raster: tuple[int, int]) -> FilmCanvas:
        """Return a black canvas of the given width and height."""
        return cls(kind, colour.make_black_frame(*raster, kind.name), own=True)

    def with_layer(self, layer: DrawnLayer | None, keep: bool = False) -> FilmCanvas:
        """Return the canvas with a layer drawn on top. Unless `keep` is set, the present canvas may be
        changed by this and must not be used again.
        """
        if layer is None:
            return replace(self, own=self.own and not keep)
        if layer.covers_raster(self.raster):
            return FilmCanvas(self.kind, layer.image.frame, own=False)
        frame = self.frame if self.own and not keep else copy_frame(self.frame)
        _draw_layer_in_place(layer, frame, self.kind)
        return FilmCanvas(self.kind, frame, own=True)


def _draw_layer_in_place(layer: DrawnLayer, canvas: av.VideoFrame, kind: PlanarFormat) -> None:
    """Draw a layer on the frame `canvas`, which is changed. Parts of the layer outside the frame are cut
    off.
    """
    image = layer.image
    left, top = max(0, image.x), max(0, image.y)
    right = min(canvas.width, image.x + image.frame.width)
    bottom = min(canvas.height, image.y + image.frame.height)
    if right <= left or bottom <= top:
        return
    seen = slice(top - image.y, bottom - image.y), slice(left - image.x, right - image.x)
    weight = weights(kind, layer.level, None if image.alpha is None else image.alpha[seen])
    above, below = [], []
    for index, (target, source) in enumerate(
        zip(get_plane_views(canvas), get_plane_views(image.frame), strict=True)
    ):
        across, down = kind.get_subsampling(index)
        below.append(target[top >> down : bottom >> down, left >> across : right >> across])
        above.append(
            source[
                seen[0].start >> down : seen[0].stop >> down, seen[1].start >> across : seen[1].stop >> across
            ]
        )
    if layer.blend is not Blend.NORMAL:
        above = list(
            get_plane_views(
                blend_frames(make_yuv_frame(kind, below), make_yuv_frame(kind, above), kind, layer.blend)
            )
        )
    for index, (target, source) in enumerate(zip(below, above, strict=True)):
        if weight is None:
            target[:] = source
        else:
            mix_planes(kind, target, source, weight[index], target)


def mix_frames(
    kind: PlanarFormat, below: av.VideoFrame, above: av.VideoFrame, weight: tuple[Weight, Weight, Weight]
) -> av.VideoFrame:
    """Return a new frame that is a mixture of two frames of the same size. `weight` is the share of `above`
    for each of the three planes.
    """
    out = create_frame(below.width, below.height, kind.name)
    for target, low, high, share in zip(
        get_plane_views(out), get_plane_views(below), get_plane_views(above), weight, strict=True
    ):
        mix_planes(kind, low, high, share, target)
    return out
