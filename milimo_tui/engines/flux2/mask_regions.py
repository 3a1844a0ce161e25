"""Functions for inpainting: the region of a picture around a mask, the mask for the model, and the
compositing that leaves all other pixels unchanged.

They use Pillow and numpy and no model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from milimo_tui.engines.contract.fitting import round_side_up


@dataclass(frozen=True, slots=True)
class MaskRegion:
    """The region of a picture that the model repaints. `box` is (left, top, right, bottom) in the picture.
    `width` and `height` are the size to which the region is scaled for the model.
    """

    box: tuple[int, int, int, int]
    width: int
    height: int

    @property
    def size(self) -> tuple[int, int]:
        """The size in pixels at which the model works."""
        return self.width, self.height


def choose_mask_region(soft: Image.Image, *, unit: int, most_pixels: int, least_side: int) -> MaskRegion:
    """Return the region around the white part of the matte `soft`, with a margin as context for the model.

    The model works at the region's own size if possible. A region of more than `most_pixels` is scaled down,
    and a region with a side below `least_side` is scaled up. Sides are multiples of `unit` pixels.
    """
    found = soft.getbbox()
    assert found is not None, "an empty matte is refused before"
    left, top, right, bottom = found
    margin = max(right - left, bottom - top, 8 * unit) // 2
    box = (
        max(0, left - margin),
        max(0, top - margin),
        min(soft.width, right + margin),
        min(soft.height, bottom + margin),
    )
    wide, high = box[2] - box[0], box[3] - box[1]
    scale = max(1.0, least_side / min(wide, high))
    scale = min(scale, (most_pixels / (wide * high)) ** 0.5)
    made = [max(least_side, round_side_up(round(side * scale), unit)) for side in (wide, high)]
    while made[0] * made[1] > most_pixels:
        longer = made.index(max(made))
        made[longer] -= unit
    return MaskRegion(box, made[0], made[1])


def compose(before: Image.Image, painted: Image.Image, soft: Image.Image, part: MaskRegion) -> Image.Image:
    """Return the picture `before` with the repainted region `painted` inserted at the box of `part`. Where
    the matte `soft` is black, every pixel stays exactly the same.
    """
    box = part.box
    size = (box[2] - box[0], box[3] - box[1])
    fresh = painted if painted.size == size else painted.resize(size, Image.Resampling.LANCZOS)
    weight = np.asarray(soft.crop(box), dtype=np.uint16)[..., None]
    old = np.asarray(before.crop(box), dtype=np.uint16)
    mixed = (np.asarray(fresh.convert("RGB"), dtype=np.uint16) * weight + old * (255 - weight) + 127) // 255
    out = before.copy()
    out.paste(Image.fromarray(mixed.astype(np.uint8)), box)
    return out


def make_model_mask(soft: Image.Image, part: MaskRegion, unit: int) -> Image.Image:
    """Return the mask for the model, in the size at which the model works. The model can repaint only
    complete tokens, and a token is a square of `unit` × `unit` pixels. A square of the mask is white if the
    matte `soft` is not black everywhere in it.
    """
    touched = np.asarray(soft.crop(part.box)) > 0
    for axis, count in ((0, part.height // unit), (1, part.width // unit)):
        length = touched.shape[axis]
        starts = np.minimum(-(-np.arange(count) * length // count), length - 1)
        touched = np.logical_or.reduceat(touched, starts, axis=axis)
    return Image.fromarray((touched * 255).astype(np.uint8).repeat(unit, axis=0).repeat(unit, axis=1))
