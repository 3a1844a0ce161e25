"""Pictures as separate colour planes, so that a take is composed in the pixel format of its file.

A moving shot resamples every layer for every frame. In 4:2:0 planes that is half the work of RGB. Boards stay
in RGB. Only `media.picture.colour` converts between the formats.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from milimo_tui.engines.animatic.draw.colour import Colour
from milimo_tui.media.picture import colour as media_colour
from milimo_tui.media.picture.yuv import get_plane_views

Area = tuple[int, int, int, int]
Region = tuple[float, float, float, float]
BILINEAR = Image.Resampling.BILINEAR


@dataclass(frozen=True, slots=True)
class PlaneKind:
    """A pixel format of frames that are stored as separate colour planes, such as YUV 4:2:0. `factors` says
    how many times smaller than the frame each plane is, and `split` converts an RGB picture to planes.
    """

    factors: tuple[int, ...]
    split: Callable[[Image.Image], tuple[Image.Image, ...]]
    values: Callable[[Colour], tuple[Colour | int, ...]]

    @property
    def grid(self) -> int:
        """The size of the pixel grid. In this format, all positions and sizes must be multiples of this
        number of pixels.
        """
        return max(self.factors)


def _split_yuv(picture: Image.Image) -> tuple[Image.Image, ...]:
    frame = media_colour.to_yuv(np.asarray(picture.convert("RGB")))
    return tuple(Image.fromarray(plane.copy()) for plane in get_plane_views(frame))


def _convert_yuv_values(colour: Colour) -> tuple[Colour | int, ...]:
    patch = np.full((16, 16, 3), colour, dtype=np.uint8)
    return tuple(int(plane[4, 4]) for plane in get_plane_views(media_colour.to_yuv(patch)))


RGB = PlaneKind((1,), lambda picture: (picture.convert("RGB"),), lambda colour: (colour,))
YUV = PlaneKind((1, 2, 2), _split_yuv, _convert_yuv_values)


@dataclass(frozen=True, slots=True)
class PlanePicture:
    """The planes of a picture. If the picture is not opaque, it has a mask for each size of plane."""

    kind: PlaneKind
    planes: tuple[Image.Image, ...]
    masks: tuple[Image.Image, ...] = ()  # the mask at full size and, if the format needs it, at half size

    @classmethod
    def from_picture(
        cls, kind: PlaneKind, picture: Image.Image, mask: Image.Image | None = None
    ) -> PlanePicture:
        """Return the planes of an RGB picture. Its sides must be multiples of the format's grid."""
        return cls(kind, kind.split(picture), reduce_masks(kind, mask) if mask is not None else ())

    @property
    def size(self) -> tuple[int, int]:
        """The size of the first plane in pixels."""
        return self.planes[0].size

    def blend_with(self, other: PlanePicture, share: float) -> PlanePicture:
        """Return a blend of this picture and another of the same size. `share` 0 gives this picture, 1 the
        other.
        """
        return PlanePicture(
            self.kind,
            tuple(Image.blend(a, b, share) for a, b in zip(self.planes, other.planes, strict=True)),
            tuple(Image.blend(a, b, share) for a, b in zip(self.masks, other.masks, strict=True)),
        )

    def cut_region(self, region: Region, size: tuple[int, int]) -> list[Image.Image]:
        """Return the planes of a region, resampled to `size`. The region is in pixels of the first plane and
        may have fractions.
        """
        return [
            plane.resize(_shrink_plane(size, factor), BILINEAR, box=_scale_plane(region, factor))
            for plane, factor in zip(self.planes, self.kind.factors, strict=True)
        ]

    def cut_coverage(self, region: Region, size: tuple[int, int]) -> list[Image.Image]:
        """Return the masks of a region, resampled to `size`. There is one mask for each size that the planes
        have. The region is in pixels of the first plane.
        """
        return [
            mask.resize(_shrink_plane(size, 1 << index), BILINEAR, box=_scale_plane(region, 1 << index))
            for index, mask in enumerate(self.masks)
        ]


def reduce_masks(kind: PlaneKind, mask: Image.Image) -> tuple[Image.Image, ...]:
    """Return the mask in each size that the planes of the format `kind` have: at full size and, for
    subsampled planes, at half size.
    """
    return (mask,) if kind.grid == 1 else (mask, mask.reduce(2))


def _shrink_plane(size: tuple[int, int], factor: int) -> tuple[int, int]:
    return (size[0] // factor, size[1] // factor)


def _scale_plane(region: Region, factor: int) -> Region:
    return (
        region
        if factor == 1
        else (region[0] / factor, region[1] / factor, region[2] / factor, region[3] / factor)
    )


class PlaneFrame:
    """A frame that is being composed, plane by plane."""

    def __init__(self, kind: PlaneKind, planes: list[Image.Image]) -> None:
        self.kind, self.planes = kind, planes

    def copy(self) -> PlaneFrame:
        """Return a copy of the frame."""
        return PlaneFrame(self.kind, [plane.copy() for plane in self.planes])

    def paste(
        self, paint: list[Image.Image], masks: list[Image.Image] | tuple[Image.Image, ...], area: Area
    ) -> None:
        """Paste planes onto an area of the frame through their masks."""
        for plane, colours, factor in zip(self.planes, paint, self.kind.factors, strict=True):
            plane.paste(colours, _place_area(area, factor), masks[factor >> 1])

    def tint_area(self, values: tuple[Colour | int, ...], masks: tuple[Image.Image, ...], area: Area) -> None:
        """Paint an area of the frame in one colour through a mask. With fewer values than planes, only the
        first planes change.
        """
        for plane, value, factor in zip(self.planes, values, self.kind.factors, strict=False):
            plane.paste(value, _place_area(area, factor), masks[factor >> 1])

    def to_rgb(self) -> Image.Image:
        """Return the frame as an RGB picture."""
        if len(self.planes) == 1:
            return self.planes[0]
        return Image.fromarray(media_colour.to_rgb(self.to_video()))

    def to_video(self) -> Any:
        """Return the frame in the format that the writer of the take expects."""
        width, height = self.planes[0].size
        frame = media_colour.make_black_frame(width, height)
        for view, plane in zip(get_plane_views(frame), self.planes, strict=True):
            view[:] = np.asarray(plane)
        return frame


def _place_area(area: Area, factor: int) -> Area:
    return area if factor == 1 else (area[0] // 2, area[1] // 2, area[2] // 2, area[3] // 2)
