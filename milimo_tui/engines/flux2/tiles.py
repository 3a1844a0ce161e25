"""Overlapping tiles of an enlarged picture: their positions, and the insertion of a repainted tile without
visible edges.

The module uses Pillow and numpy and no model.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageFilter

SIDE = 1024  # longest side of a tile in pixels
OVERLAP = 128
# Blur radius in pixels. Colours that vary more slowly than this are taken from the scaled picture, and only
# finer detail from the repainted tile.
_SMOOTH = 24


def iterate_tile_boxes(width: int, height: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield evenly spaced tiles as (left, top, right, bottom), row by row, until they cover the picture."""
    for top, bottom in _split_into_spans(height):
        for left, right in _split_into_spans(width):
            yield left, top, right, bottom


def _split_into_spans(length: int) -> list[tuple[int, int]]:
    side = min(SIDE, length)
    count = 1 if length <= side else -(-(length - OVERLAP) // (side - OVERLAP))
    starts = [round(index * (length - side) / max(1, count - 1)) for index in range(count)]
    return [(start, start + side) for start in starts]


def insert_tile(canvas: Image.Image, painted: Image.Image, box: tuple[int, int, int, int]) -> None:
    """Insert a repainted tile into the canvas. The tile supplies the detail and the canvas the broad colours,
    so that neighbouring tiles match.

    The tile fades in at the sides where it overlaps an earlier tile.
    """
    before = canvas.crop(box)
    fresh = painted if painted.size == before.size else painted.resize(before.size, Image.Resampling.LANCZOS)
    canvas.paste(_match_broad_colours(fresh, before), box, _make_fade_mask(box))


def _match_broad_colours(fresh: Image.Image, before: Image.Image) -> Image.Image:
    blur = ImageFilter.GaussianBlur(_SMOOTH)
    values = [np.asarray(one, dtype=np.int16) for one in (fresh, fresh.filter(blur), before.filter(blur))]
    mixed = values[0] - values[1] + values[2]
    return Image.fromarray(mixed.clip(0, 255).astype(np.uint8))


def _make_fade_mask(box: tuple[int, int, int, int]) -> Image.Image:
    """Return the mask with which the tile at `box` is pasted into the canvas. The mask is white. If there is
    a tile at its left or above it, the mask rises from black to white over the overlap with that tile.
    """
    width, height = box[2] - box[0], box[3] - box[1]
    across, down = _make_ramp(width, fades=box[0] > 0), _make_ramp(height, fades=box[1] > 0)
    return Image.fromarray((np.minimum(across[None, :], down[:, None]) * 255).round().astype(np.uint8))


def _make_ramp(length: int, *, fades: bool) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    if not fades:
        return np.ones(length)
    reach = min(OVERLAP, length)
    return np.clip((np.arange(length) + 0.5) / reach, 0.0, 1.0)
