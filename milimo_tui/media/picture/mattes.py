"""Operations on masks as pixels: scaling from a model's logits, growing, softening, bounding boxes, and
display over a picture.

The module uses numpy and Pillow alone, and reads no files. A mask is uint8 (height, width): 255 belongs to
the object, 0 does not, and values between are a soft edge.
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
    from milimo_tui.media.picture.colour import Rgb  # Imported for types only, because `colour` imports av.

Mask = NDArray[np.uint8]
Box = tuple[int, int, int, int]  # The corners x0, y0, x1, y1 in pixels; both corners are inside the box.

FULL = 255
STRIP = 1 << 25  # The number of pixels that are scaled at once, which take 128 MB as float32.
GLIMPSE_SIDE = 320
# Greys up to the first value count as black, and greys from the second value on as white, because a mask may
# be a JPEG file.
BLACK_TO, WHITE_FROM = 8, 247
_TINT = np.array((255, 64, 160), np.float32)
# An octagon is made from a square and a diamond. This is the square's share of the radius.
_DIAGONAL = math.sqrt(2) - 1


def make_empty_mask(width: int, height: int) -> Mask:
    """Return a black mask."""
    return np.zeros((height, width), np.uint8)


def mask_from_logits(logits: NDArray[np.float32], width: int, height: int, strip: int = STRIP) -> Mask:
    """Scale a model's logits (h, w) bilinearly to the picture's size and return a mask that is white where
    they are above 0.

    Strips of `strip` pixels are scaled one after another, because the picture may be huge.
    """
    small = Image.fromarray(np.ascontiguousarray(logits, dtype=np.float32), mode="F")
    mask = make_empty_mask(width, height)
    rows = max(1, strip // width)
    for top in range(0, height, rows):
        bottom = min(height, top + rows)
        box = (0.0, top * small.height / height, float(small.width), bottom * small.height / height)
        part = small.resize((width, bottom - top), Image.Resampling.BILINEAR, box=box)
        np.greater(np.asarray(part), 0, out=mask[top:bottom], casting="unsafe")
    mask *= FULL
    return mask


@dataclass(frozen=True, slots=True)
class PackedMask:
    """A mask without soft edges, compressed to use little memory for huge pictures, long clips and many
    objects.
    """

    width: int
    height: int
    bits: bytes

    @classmethod
    def of(cls, mask: Mask) -> PackedMask:
        """Compress a mask. Every pixel that is not black becomes white."""
        height, width = mask.shape
        return cls(width, height, zlib.compress(np.packbits(mask > 0).tobytes(), 1))

    @property
    def mask(self) -> Mask:
        """The unpacked mask."""
        count = self.width * self.height
        bits = np.unpackbits(np.frombuffer(zlib.decompress(self.bits), np.uint8), count=count)
        return (bits * np.uint8(FULL)).reshape(self.height, self.width)


def unite_all_masks(masks: Iterable[Mask], width: int, height: int) -> Mask:
    """Return the union of all masks; black if there are none."""
    whole = make_empty_mask(width, height)
    for mask in masks:
        np.maximum(whole, mask, out=whole)
    return whole


def grow_mask(mask: Mask, pixels: int) -> Mask:
    """Widen a mask by `pixels` on all sides, in the shape of an octagon. A negative number narrows the mask.

    When a mask is narrowed, an area that touches the edge of the picture is treated as if it continued beyond
    the edge.
    """
    if pixels == 0:
        return mask
    if pixels < 0:
        return FULL - grow_mask(FULL - mask, -pixels)
    square = round(pixels * _DIAGONAL)
    half, odd = divmod(pixels - square - 1, 2)
    height, width = mask.shape
    # Two diagonal steps together can make a straight step. After the first of them the position may be
    # outside the picture, so the mask gets a margin.
    widened = np.pad(mask, half)
    widened = _widen_by_cross(_widen_along_line(_widen_along_line(widened, square, 0, 1), square, 1, 0))
    widened = _widen_along_line(_widen_along_line(widened, half, 1, 1), half, 1, -1)
    widened = _widen_by_cross(widened) if odd else widened
    return widened[half : half + height, half : half + width]


def _widen_by_cross(mask: Mask) -> Mask:
    """Widen a mask by one pixel up, down and to both sides. This fills the gaps that diagonal steps leave."""
    return np.maximum(_widen_along_line(mask, 1, 0, 1), _widen_along_line(mask, 1, 1, 0))


def _widen_along_line(mask: Mask, pixels: int, down: int, across: int) -> Mask:
    """Widen a mask by `pixels` steps of (down, across) pixels, forwards and backwards. The distance is
    doubled each time, so that few operations are needed.
    """
    out, reached = mask, 0
    while reached < pixels:
        step = min(reached + 1, pixels - reached)
        there, back = (
            _shift_mask(out, step * down, step * across),
            _shift_mask(out, -step * down, -step * across),
        )
        out = np.maximum(out, np.maximum(there, back))
        reached += step
    return out


def _shift_mask(mask: Mask, down: int, across: int) -> Mask:
    """Return the mask shifted by `down` and `across` pixels. Pixels that move in from outside the picture are
    black.
    """
    height, width = mask.shape
    out = np.zeros_like(mask)
    if abs(down) >= height or abs(across) >= width:
        return out
    to_y, to_x = max(0, down), max(0, across)
    from_y, from_x = max(0, -down), max(0, -across)
    rows, columns = height - abs(down), width - abs(across)
    out[to_y : to_y + rows, to_x : to_x + columns] = mask[from_y : from_y + rows, from_x : from_x + columns]
    return out


def feather_mask(mask: Mask, pixels: int) -> Mask:
    """Soften the edge of a mask over about `pixels` pixels, half of them outside the mask.

    The blur is a Gaussian with a standard deviation of `pixels` / 4.
    """
    if pixels <= 0:
        return mask
    return np.asarray(Image.fromarray(mask).filter(ImageFilter.GaussianBlur(pixels / 4)), dtype=np.uint8)


def grow_and_feather(mask: Mask, grow: int, feather: int) -> Mask:
    """Grow a mask by `grow` pixels, then feather it over `feather` pixels, as job specs define. A black mask
    stays black.
    """
    return feather_mask(grow_mask(mask, grow), feather) if mask.any() else mask


def find_mask_box(mask: Mask) -> Box | None:
    """Return the smallest box around a mask, or None for a black mask."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]), int(rows[-1])


def enclose_boxes(boxes: Iterable[Box | None]) -> Box | None:
    """Return the smallest box that contains all boxes; None if every box is None."""
    there = [box for box in boxes if box]
    if not there:
        return None
    x0, y0, x1, y1 = zip(*there, strict=True)
    return min(x0), min(y0), max(x1), max(y1)


def encode_mask_glimpse(picture: Rgb, mask: Mask) -> bytes:
    """Return a small JPEG of the picture with the mask shown over it, as a preview."""
    scale = min(1.0, GLIMPSE_SIDE / max(mask.shape))
    size = (max(1, round(mask.shape[1] * scale)), max(1, round(mask.shape[0] * scale)))
    small = np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BOX), np.float32)
    share = np.asarray(Image.fromarray(mask).resize(size, Image.Resampling.BOX), np.float32)[..., None] / 510
    shown = Image.fromarray((small * (1 - share) + _TINT * share).astype(np.uint8))
    data = io.BytesIO()
    shown.save(data, "JPEG", quality=80)
    return data.getvalue()


def prepare_matte(
    mask: Image.Image, size: tuple[int, int], *, grow: int = 0, feather: int = 0
) -> Image.Image:
    """Scale a mask to `size` as 8-bit grey, grow it by `grow` pixels, then feather it over `feather` pixels.

    Raises BadInput for a mask whose aspect ratio differs from the picture's, or a mask without white.
    """
    grey = _mask_to_grey(mask)
    across, down = grey.width / size[0], grey.height / size[1]
    if abs(across - down) > 0.02 * max(across, down):
        raise BadInput(
            f"the mask is {grey.width}×{grey.height}, but the picture is {size[0]}×{size[1]}",
            "make the mask from this picture: milimo picture segment",
        )
    if grey.size != size:
        grey = grey.resize(size, Image.Resampling.BICUBIC)
    clean = grey.point([0 if g <= BLACK_TO else 255 if g >= WHITE_FROM else g for g in range(256)])
    done = Image.fromarray(grow_and_feather(np.asarray(clean, dtype=np.uint8), grow, feather))
    if done.getbbox() is None:
        why = "narrowed by that much, nothing of it is left" if clean.getbbox() else "nothing in it is white"
        raise BadInput(f"the mask is empty: {why}", "the area to paint must be white")
    return done


def _mask_to_grey(mask: Image.Image) -> Image.Image:
    """Return the brightness of a mask picture. If the picture has alpha, the brightness is multiplied by
    it.
    """
    if mask.mode in ("RGBA", "LA"):
        return ImageChops.multiply(mask.convert("RGB").convert("L"), mask.getchannel("A"))
    return mask.convert("L")
