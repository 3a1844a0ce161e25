"""Masks as pixels: logits to the picture's size, grown, softened, boxed, laid over a picture.

numpy and Pillow alone; no files.
A mask is uint8 (height, width): 255 belongs to the object, 0 does not, between them a soft edge.
"""

from __future__ import annotations

import io
import math
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

from milimo_tui.core.errors import BadInput

if TYPE_CHECKING:
    from milimo_tui.media.picture.colour import Rgb  # with all that reads films

Mask = NDArray[np.uint8]
Box = tuple[int, int, int, int]  # x0, y0, x1, y1, corners included

FULL = 255
STRIP = 1 << 25  # pixels scaled at once: 128 MB as float32
GLIMPSE_SIDE = 320
BLACK_TO, WHITE_FROM = 8, 247  # greys that are meant to be black and white (masks come as JPEG, too)
_TINT = np.array((255, 64, 160), np.float32)
_DIAGONAL = math.sqrt(2) - 1  # of an octagon's reach, the part that its square makes


def empty(width: int, height: int) -> Mask:
    """A mask of nothing."""
    return np.zeros((height, width), np.uint8)


def from_logits(logits: NDArray[np.float32], width: int, height: int, strip: int = STRIP) -> Mask:
    """Logits (h, w) at the picture's size, bilinear, white where above 0.

    In strips of so many pixels, as pictures may be huge.
    """
    small = Image.fromarray(np.ascontiguousarray(logits, dtype=np.float32), mode="F")
    mask = empty(width, height)
    rows = max(1, strip // width)
    for top in range(0, height, rows):
        bottom = min(height, top + rows)
        box = (0.0, top * small.height / height, float(small.width), bottom * small.height / height)
        part = small.resize((width, bottom - top), Image.Resampling.BILINEAR, box=box)
        np.greater(np.asarray(part), 0, out=mask[top:bottom], casting="unsafe")
    mask *= FULL
    return mask


@dataclass(frozen=True, slots=True)
class Packed:
    """A mask without soft edges, in little memory: a picture may be huge, a clip long, objects many."""

    width: int
    height: int
    bits: bytes

    @classmethod
    def of(cls, mask: Mask) -> Packed:
        """White where the mask is not black."""
        height, width = mask.shape
        return cls(width, height, zlib.compress(np.packbits(mask > 0).tobytes(), 1))

    @property
    def mask(self) -> Mask:
        count = self.width * self.height
        bits = np.unpackbits(np.frombuffer(zlib.decompress(self.bits), np.uint8), count=count)
        return (bits * np.uint8(FULL)).reshape(self.height, self.width)


def united(masks: Iterable[Mask], width: int, height: int) -> Mask:
    """All of them in one; nothing where there is none."""
    whole = empty(width, height)
    for mask in masks:
        np.maximum(whole, mask, out=whole)
    return whole


def grown(mask: Mask, pixels: int) -> Mask:
    """The mask widened by that many pixels to all sides (an octagon's reach); negative: narrowed.

    What lies at the edge of the picture counts as going on beyond it when the mask is narrowed.
    """
    if pixels == 0:
        return mask
    if pixels < 0:
        return FULL - grown(FULL - mask, -pixels)
    square = round(pixels * _DIAGONAL)
    half, odd = divmod(pixels - square - 1, 2)
    height, width = mask.shape
    widened = np.pad(mask, half)  # two diagonals make a level way, and may leave the picture between them
    widened = _cross(_reach(_reach(widened, square, 0, 1), square, 1, 0))
    widened = _reach(_reach(widened, half, 1, 1), half, 1, -1)
    widened = _cross(widened) if odd else widened
    return widened[half : half + height, half : half + width]


def _cross(mask: Mask) -> Mask:
    """Widened by one pixel up, down and to the sides: fills what diagonals alone leave out."""
    return np.maximum(_reach(mask, 1, 0, 1), _reach(mask, 1, 1, 0))


def _reach(mask: Mask, pixels: int, down: int, across: int) -> Mask:
    """Widened along a line in both directions, in steps that double."""
    out, reached = mask, 0
    while reached < pixels:
        step = min(reached + 1, pixels - reached)
        there, back = _moved(out, step * down, step * across), _moved(out, -step * down, -step * across)
        out = np.maximum(out, np.maximum(there, back))
        reached += step
    return out


def _moved(mask: Mask, down: int, across: int) -> Mask:
    """The mask shifted, black where nothing comes in."""
    height, width = mask.shape
    out = np.zeros_like(mask)
    if abs(down) >= height or abs(across) >= width:
        return out
    to_y, to_x = max(0, down), max(0, across)
    from_y, from_x = max(0, -down), max(0, -across)
    rows, columns = height - abs(down), width - abs(across)
    out[to_y : to_y + rows, to_x : to_x + columns] = mask[from_y : from_y + rows, from_x : from_x + columns]
    return out


def feathered(mask: Mask, pixels: int) -> Mask:
    """The edge softened over about that many pixels, half of them outside (a Gaussian of a quarter of it)."""
    if pixels <= 0:
        return mask
    return np.asarray(Image.fromarray(mask).filter(ImageFilter.GaussianBlur(pixels / 4)), dtype=np.uint8)


def finished(mask: Mask, grow: int, feather: int) -> Mask:
    """Grown, then feathered: as specs ask for it. A mask of nothing stays one."""
    return feathered(grown(mask, grow), feather) if mask.any() else mask


def box_of(mask: Mask) -> Box | None:
    """The smallest box around it; None for a mask of nothing."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]), int(rows[-1])


def around(boxes: Iterable[Box | None]) -> Box | None:
    """The smallest box around boxes; None where there is none."""
    there = [box for box in boxes if box]
    if not there:
        return None
    x0, y0, x1, y1 = zip(*there, strict=True)
    return min(x0), min(y0), max(x1), max(y1)


def glimpse(picture: Rgb, mask: Mask) -> bytes:
    """A small JPEG of the picture with the mask laid over it."""
    scale = min(1.0, GLIMPSE_SIDE / max(mask.shape))
    size = (max(1, round(mask.shape[1] * scale)), max(1, round(mask.shape[0] * scale)))
    small = np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BOX), np.float32)
    share = np.asarray(Image.fromarray(mask).resize(size, Image.Resampling.BOX), np.float32)[..., None] / 510
    shown = Image.fromarray((small * (1 - share) + _TINT * share).astype(np.uint8))
    data = io.BytesIO()
    shown.save(data, "JPEG", quality=80)
    return data.getvalue()


def matte(mask: Image.Image, size: tuple[int, int], *, grow: int = 0, feather: int = 0) -> Image.Image:
    """The mask as 8 bits of grey at that size, grown by so many pixels, then its edge softened.

    Raises BadInput for a mask of another shape than the picture, or one in which nothing is white.
    """
    grey = _grey(mask)
    across, down = grey.width / size[0], grey.height / size[1]
    if abs(across - down) > 0.02 * max(across, down):
        raise BadInput(
            f"the mask is {grey.width}×{grey.height}, the picture {size[0]}×{size[1]}: another shape",
            "make the mask from this picture: milimo picture segment",
        )
    if grey.size != size:
        grey = grey.resize(size, Image.Resampling.BICUBIC)
    clean = grey.point([0 if g <= BLACK_TO else 255 if g >= WHITE_FROM else g for g in range(256)])
    done = Image.fromarray(finished(np.asarray(clean, dtype=np.uint8), grow, feather))
    if done.getbbox() is None:
        why = "narrowed by that much, nothing of it is left" if clean.getbbox() else "nothing in it is white"
        raise BadInput(f"the mask is empty: {why}", "what is to be painted anew has to be white")
    return done


def _grey(mask: Image.Image) -> Image.Image:
    """Bright is white; of a mask with a clear part that counts, too."""
    if mask.mode in ("RGBA", "LA"):
        return ImageChops.multiply(mask.convert("RGB").convert("L"), mask.getchannel("A"))
    return mask.convert("L")
