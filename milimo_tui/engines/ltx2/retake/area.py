"""The part of a take that a retake regenerates: its frames, the pixels in each frame, and its latents. The
module does not import torch.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.ltx2.plan.conditioning import resolve_input_path
from milimo_tui.engines.ltx2.plan.generations import SPACE, TIME
from milimo_tui.engines.ltx2.plan.retake_rule import get_retake_range
from milimo_tui.engines.specs.video_specs import Again, MakeVideo
from milimo_tui.media.files.stills import open_still
from milimo_tui.media.picture import mattes
from milimo_tui.media.picture.mattes import FULL, Mask
from milimo_tui.media.picture.plane_replacement import HALF, Weights, weights
from milimo_tui.media.read.frames import FrameReader
from milimo_tui.media.read.probe import probe

Masks = Callable[[int], Mask]


class Area:
    """The part of an existing take that a spec regenerates: a range of frames, or a region of their pictures,
    or both. All masks have the size of the new take, which is larger than the old take if new edges are
    added.
    """

    def __init__(self, spec: MakeVideo, again: Again, old: tuple[int, int], rate: Fraction) -> None:
        """Prepare the masks. `old` is the width and height of the existing pictures, and `rate` the take's
        frame rate. Raises BadInput for a range or region outside the take, and for a mask with another aspect
        ratio.
        """
        self.start, self.end = get_retake_range(spec)
        self.width, self.height = spec.width, spec.height
        self._feather = again.feather
        self._masks = _make_mask_source(again, (self.width, self.height), old, rate)
        # Last mask and its weights, so that the weights of a still mask are computed only once.
        self._known: tuple[Mask, Weights] | None = None

    def has(self, frame: int) -> bool:
        """Return True if any part of frame `frame` of the file is regenerated."""
        return self.start <= frame < self.end

    def get_frame_mask(self, frame: int) -> Mask | None:
        """Return the mask of a frame, which is white in the regenerated pixels. None if the complete frame is
        regenerated.
        """
        return self._masks(frame) if self._masks else None

    def weights(self, frame: int) -> Weights | None:
        """Return the weights with which the new picture is blended into the old picture at frame `frame`, as
        one value from 0 (old) to 1 (new) for each pixel. Return None if the complete frame is new.
        """
        mask = self.get_frame_mask(frame)
        if mask is None:
            return None
        if self._known is None or self._known[0] is not mask:
            self._known = mask, weights(mask, self._feather)
        return self._known[1]

    def find_changed_latents(self, first: int, frames: int, raster: tuple[int, int]) -> NDArray[np.bool_]:
        """Return an array (n, h, w) that is True for each latent of which any part is regenerated. It covers
        `frames` frames (8k + 1) of the file from frame `first` on. The frames are padded to the picture size
        `raster` (width, height). The first latent covers one frame, and each later latent covers eight
        frames. Raises BadInput if the masks are black everywhere.
        """
        made = np.zeros(((frames - 1) // TIME + 1, raster[1] // SPACE, raster[0] // SPACE), bool)
        top, left = (raster[1] - self.height) // 2, (raster[0] - self.width) // 2
        for frame in range(max(first, self.start), min(first + frames, self.end)):
            latent = (frame - first + TIME - 1) // TIME
            mask = self.get_frame_mask(frame)
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


def _make_mask_source(
    again: Again, size: tuple[int, int], old: tuple[int, int], rate: Fraction
) -> Masks | None:
    """Return a function that takes a frame number and returns the mask of that frame. Return None if complete
    frames are regenerated.
    """
    if again.place is not None:
        edges = _make_border_mask(size, old, again.place)
        return lambda frame: edges
    if again.region is not None:
        box = _make_region_mask(size, again.region)
        return lambda frame: box
    if again.mask is None:
        return None
    return _open_mask_file(resolve_input_path(again.mask), size, again, rate)


def _make_border_mask(size: tuple[int, int], old: tuple[int, int], place: tuple[int, int]) -> Mask:
    """Return a mask that is white in the new edges around the old picture, which is at `place` (left, top).
    Raises BadInput if there are no new edges.
    """
    mask = np.full((size[1], size[0]), FULL, np.uint8)
    left, top = place
    mask[max(0, top) : max(0, top + old[1]), max(0, left) : max(0, left + old[0])] = 0
    if not mask.any():
        raise BadInput(f"a frame of {size[0]}×{size[1]} adds nothing at the edges", "give a larger --frame")
    return mask


def _make_region_mask(size: tuple[int, int], region: tuple[int, int, int, int]) -> Mask:
    left, top, right, bottom = region
    if not (0 <= left < right <= size[0] and 0 <= top < bottom <= size[1]):
        raise BadInput(
            f"the region {left},{top},{right},{bottom} is not in a picture of {size[0]}×{size[1]}",
            "give left,top,right,bottom in pixels",
        )
    mask = mattes.make_empty_mask(*size)
    mask[top:bottom, left:right] = FULL
    return mask


def _open_mask_file(path: Path, size: tuple[int, int], again: Again, rate: Fraction) -> Masks:
    """Open a mask file, and return a function that takes a frame number and returns the mask of that frame.
    If the file is a picture, it is the mask of all frames. If the file is a clip, frames before or after the
    clip have an empty mask. Raises BadInput if the aspect ratio differs from that of the take.
    """
    still = open_still(path)
    if still is not None:
        mask = _fit_mask_to_take(np.asarray(still.convert("L"), np.uint8), size, again.grow)
        return lambda frame: mask
    reader, count = FrameReader(path), probe(path).frames or 0
    known: dict[int, Mask] = {}

    def moving(frame: int) -> Mask:
        if frame not in known:
            known.clear()
            at = frame - again.mask_at
            grey = (
                reader.picture(Fraction(at) / rate)[..., 0]
                if 0 <= at < count
                else mattes.make_empty_mask(*size)
            )
            known[frame] = _fit_mask_to_take(grey, size, again.grow)
        return known[frame]

    return moving


def _fit_mask_to_take(grey: NDArray[np.uint8], size: tuple[int, int], grow: int) -> Mask:
    across, down = grey.shape[1] / size[0], grey.shape[0] / size[1]
    if abs(across - down) > 0.02 * max(across, down):
        raise BadInput(
            f"the mask is {grey.shape[1]}×{grey.shape[0]}, but the take is {size[0]}×{size[1]}: "
            "their shapes differ",
            "make the mask from this take: milimo picture track",
        )
    fitted = grey if across == 1 == down else np.asarray(Image.fromarray(grey).resize(size), np.uint8)
    white = np.where(fitted >= HALF, np.uint8(FULL), np.uint8(0))
    return mattes.grow_mask(white, grow) if white.any() else white
