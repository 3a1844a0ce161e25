"""What of a take is made anew: which frames, which pixels of each, which latents. No torch."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.ltx2.plan.conditioning import path_of
from milimo_tui.engines.ltx2.plan.generations import SPACE, TIME
from milimo_tui.engines.ltx2.plan.retake_rule import range_of
from milimo_tui.engines.specs.video_specs import Again, MakeVideo
from milimo_tui.media.files.stills import open_still
from milimo_tui.media.picture import mattes
from milimo_tui.media.picture.kept_planes import HALF, Weights, weights
from milimo_tui.media.picture.mattes import FULL, Mask
from milimo_tui.media.read.frames import FrameReader
from milimo_tui.media.read.probe import probe

Masks = Callable[[int], Mask]


class Area:
    """What an order makes anew of a take of so many frames at that rate, whose pictures are `old` pixels wide
    and high. Masks are of the new take's size.
    """

    def __init__(self, spec: MakeVideo, again: Again, old: tuple[int, int], rate: Fraction) -> None:
        """Raises BadInput for a range or a region outside of the take, and a mask of another shape."""
        self.start, self.end = range_of(spec)
        self.width, self.height = spec.width, spec.height
        self._feather = again.feather
        self._masks = _masks(again, (self.width, self.height), old, rate)
        self._known: tuple[Mask, Weights] | None = None  # a mask that stands still is looked at once

    def has(self, frame: int) -> bool:
        """Whether something of a frame of the file is made anew."""
        return self.start <= frame < self.end

    def mask(self, frame: int) -> Mask | None:
        """What of a frame that is made anew is, white; None for all of it."""
        return self._masks(frame) if self._masks else None

    def weights(self, frame: int) -> Weights | None:
        """How much of the new picture is seen; None: all of it."""
        mask = self.mask(frame)
        if mask is None:
            return None
        if self._known is None or self._known[0] is not mask:
            self._known = mask, weights(mask, self._feather)
        return self._known[1]

    def latents(self, first: int, frames: int, raster: tuple[int, int]) -> NDArray[np.bool_]:
        """(n, h, w), true for each latent of which something is made anew, in `frames` (8k + 1) of the file
        from `first` on, padded to that raster. A latent is a frame, later ones eight of them. Raises BadInput
        where a mask is white nowhere.
        """
        made = np.zeros(((frames - 1) // TIME + 1, raster[1] // SPACE, raster[0] // SPACE), bool)
        top, left = (raster[1] - self.height) // 2, (raster[0] - self.width) // 2
        for frame in range(max(first, self.start), min(first + frames, self.end)):
            latent = (frame - first + TIME - 1) // TIME
            mask = self.mask(frame)
            if mask is None:
                made[latent] = True
                continue
            around = (top, raster[1] - self.height - top), (left, raster[0] - self.width - left)
            padded = np.pad(mask > 0, around, mode="edge")
            tiles = padded.reshape(made.shape[1], SPACE, made.shape[2], SPACE)
            made[latent] |= tiles.any(axis=(1, 3))
        if not made.any():
            raise BadInput("the mask is empty: nothing in it is white in those frames", "give another --mask")
        return made


def _masks(again: Again, size: tuple[int, int], old: tuple[int, int], rate: Fraction) -> Masks | None:
    """What gives the mask of a frame; None where whole frames are made anew."""
    if again.place is not None:
        edges = _edges(size, old, again.place)
        return lambda frame: edges
    if again.region is not None:
        box = _box(size, again.region)
        return lambda frame: box
    if again.mask is None:
        return None
    return _of_file(path_of(again.mask), size, again, rate)


def _edges(size: tuple[int, int], old: tuple[int, int], place: tuple[int, int]) -> Mask:
    """White around the old picture. Raises BadInput where there is nothing around it."""
    mask = np.full((size[1], size[0]), FULL, np.uint8)
    left, top = place
    mask[max(0, top) : max(0, top + old[1]), max(0, left) : max(0, left + old[0])] = 0
    if not mask.any():
        raise BadInput(f"a frame of {size[0]}×{size[1]} has no new edges", "give a larger --frame")
    return mask


def _box(size: tuple[int, int], region: tuple[int, int, int, int]) -> Mask:
    left, top, right, bottom = region
    if not (0 <= left < right <= size[0] and 0 <= top < bottom <= size[1]):
        raise BadInput(
            f"the region {left},{top},{right},{bottom} is not in a picture of {size[0]}×{size[1]}",
            "left,top,right,bottom in pixels",
        )
    mask = mattes.empty(*size)
    mask[top:bottom, left:right] = FULL
    return mask


def _of_file(path: Path, size: tuple[int, int], again: Again, rate: Fraction) -> Masks:
    """The mask of a picture, the same in all frames, or of a clip frame by frame; past its ends there is
    none. Raises BadInput for one of another shape.
    """
    still = open_still(path)
    if still is not None:
        mask = _sized(np.asarray(still.convert("L"), np.uint8), size, again.grow)
        return lambda frame: mask
    reader, count = FrameReader(path), probe(path).frames or 0
    known: dict[int, Mask] = {}

    def moving(frame: int) -> Mask:
        if frame not in known:
            known.clear()
            at = frame - again.mask_at
            grey = reader.picture(Fraction(at) / rate)[..., 0] if 0 <= at < count else mattes.empty(*size)
            known[frame] = _sized(grey, size, again.grow)
        return known[frame]

    return moving


def _sized(grey: NDArray[np.uint8], size: tuple[int, int], grow: int) -> Mask:
    across, down = grey.shape[1] / size[0], grey.shape[0] / size[1]
    if abs(across - down) > 0.02 * max(across, down):
        raise BadInput(
            f"the mask is {grey.shape[1]}×{grey.shape[0]}, the take {size[0]}×{size[1]}: another shape",
            "make the mask from this take: milimo picture track",
        )
    fitted = grey if across == 1 == down else np.asarray(Image.fromarray(grey).resize(size), np.uint8)
    white = np.where(fitted >= HALF, np.uint8(FULL), np.uint8(0))
    return mattes.grown(white, grow) if white.any() else white
