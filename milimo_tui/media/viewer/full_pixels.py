"""Pictures for terminals that draw pixels: PNG for kitty graphics, JPEG for iTerm2, bands of sixels.

Each within a number of bytes where one is asked for. A scaled picture of many colours is nearer to the film
than a large one of few: so the palette stays and the size gives way, but for sixels, which no terminal
scales.
"""

from __future__ import annotations

import io
import math
import zlib

import numpy as np
from PIL import Image

from milimo_tui.core.errors import Unavailable
from milimo_tui.media.picture.colour import Rgb

PNG = b"\x89PNG"
PALETTE = 256
BAND_BYTES = 16384  # of sixels that are sent in one go
LEAST_SIDE = 16
_QUALITIES = (90, 82, 74, 66, 58, 50, 42)  # of JPEG, before the picture is scaled down
_SCALED_QUALITY = 74
# Colours of sixels, and how many bytes they commonly are beside those of the first tried.
_TRIED = 64
_FEWER = {256: 1.6, 128: 1.3, 64: 1.0, 32: 0.75, 16: 0.55}
_LIKELY = 0.25  # characters of base64 a pixel, as pictures of 256 colours commonly take
_LIKELY_WHOLE = 0.6  # … as a picture of all its colours takes, where it is a calm one
_AIMED, _USED = 0.93, 0.8  # of a budget: what is aimed at, and what is enough
_MOST_TRIES = 6
_NEAR = 12  # steps of a channel between two pixels that may be taken for one
_EVERY = 4  # rows of cells, of which one tells how large the others will be


Band = tuple[int, int, int]
"""A part of a picture that is an image of its own: its first row of cells, its rows, its bytes."""


def sent(size: int) -> int:
    """Return how many characters of base64 that many bytes become."""
    return -(-size // 3) * 4


def compressed(picture: Rgb) -> bytes:
    """Return all of a picture's RGB bytes, as zlib's fastest makes them (kitty's f=24, o=z)."""
    return zlib.compress(picture.tobytes(), 1)


def png(picture: Rgb, budget: int) -> tuple[bytes, int, int]:
    """Return a PNG and its size, at most `budget` characters of base64 as sent: whole, or of 256 colours.

    Where it must, it is calmed and scaled down until it fits; the terminal scales it up again. At least 16
    pixels stay of each side.
    """
    image = Image.fromarray(picture)
    whole = _whole(image, budget)
    if whole is not None:
        return whole, *image.size
    best: tuple[bytes, int, int] | None = None
    scale = min(1.0, math.sqrt(budget / (_LIKELY * image.width * image.height)))
    for _ in range(_MOST_TRIES):
        small = _scaled(image, scale)
        data = _indexed(small, calm=scale < 1)
        size = sent(len(data))
        least = min(small.size) <= LEAST_SIDE
        if size <= budget or (least and best is None):
            best = (data, *small.size)
            if least or scale >= 1 or size >= budget * _USED:
                break
        elif best is not None:
            break
        # A smaller picture has a little more detail a pixel: a part of the budget is aimed at.
        scale = min(1.0, scale * math.sqrt(budget * _AIMED / size))
    return best or (data, *small.size)


def _whole(image: Image.Image, budget: int) -> bytes | None:
    """A PNG of every pixel as it is; None where it is not likely to be within the budget, or is not."""
    if budget < _LIKELY_WHOLE * image.width * image.height:
        return None
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue() if sent(out.tell()) <= budget else None


def _indexed(image: Image.Image, *, calm: bool) -> bytes:
    """A PNG of 256 colours; calmed, a pixel is as the one above it where that is near enough.

    Equal rows are what a PNG shrinks: a third fewer bytes for a third of a decibel.
    """
    few = image.quantize(PALETTE, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    if calm:
        palette = few.getpalette() or []
        colours = np.array(palette, np.int16).reshape(-1, 3)
        pixels = np.asarray(image).astype(np.int16)
        numbers = np.asarray(few).copy()
        for above, row, wanted in zip(numbers, numbers[1:], pixels[1:], strict=False):
            near = np.abs(colours[above] - wanted).max(axis=1) <= _NEAR
            np.copyto(row, above, where=near)
        few = Image.fromarray(numbers)
        few.putpalette(palette)
    out = io.BytesIO()
    few.save(out, "PNG")
    return out.getvalue()


def jpeg(picture: Rgb, budget: int) -> tuple[bytes, int, int]:
    """Return a JPEG and its size, at most `budget` characters of base64 as sent (0: as good as is seen).

    It is a PNG of every pixel where the budget is so large.
    """
    image = Image.fromarray(picture)
    whole = _whole(image, budget)
    if whole is not None:
        return whole, *image.size

    def encoded(small: Image.Image, quality: int) -> bytes:
        out = io.BytesIO()
        small.save(out, "JPEG", quality=quality)
        return out.getvalue()

    data = encoded(image, _QUALITIES[0])
    if not budget or sent(len(data)) <= budget:
        return data, *image.size
    small, data = image, encoded(image, _QUALITIES[-1])
    if sent(len(data)) <= budget:
        fits, too_large = len(_QUALITIES) - 1, 0
        while fits - too_large > 1:
            middle = (fits + too_large) // 2
            better = encoded(image, _QUALITIES[middle])
            if sent(len(better)) <= budget:
                fits, data = middle, better
            else:
                too_large = middle
        return data, *image.size
    scale = 1.0
    for _ in range(_MOST_TRIES):
        scale *= min(0.9, math.sqrt(budget * _AIMED / sent(len(data))))
        small = _scaled(image, scale)
        data = encoded(small, _SCALED_QUALITY)
        if sent(len(data)) <= budget or min(small.size) <= LEAST_SIDE:
            break
    return data, *small.size


def sixels(picture: Rgb, cell_height: int, budget: int) -> tuple[bytes, list[Band]]:
    """Return a picture as bands of sixels of whole rows of cells, one after another, and where each lies.

    A band is at most 16 kB, unless one row of cells is more; all together at most `budget` bytes (0: no
    bound) as far as 16 colours can. Raises Unavailable where the encoder is not installed.
    """
    try:
        from textual_image._sixel import image_to_sixels
    except ImportError as error:
        raise Unavailable("sixels need the package textual-image", "pip install textual-image") from error
    image = Image.fromarray(picture)
    rows = -(-image.height // cell_height)

    def band_of(few: Image.Image, row: int, count: int) -> str:
        top, bottom = row * cell_height, min(image.height, (row + count) * cell_height)
        return image_to_sixels(few.crop((0, top, image.width, bottom)))

    colours, a_row = max(_FEWER), 1.0
    if budget:
        few = image.quantize(_TRIED, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        sample = range(min(_EVERY // 2, rows - 1), rows, _EVERY)
        tried = sum(len(band_of(few, row, 1)) for row in sample) / len(sample)
        colours = next((each for each in _FEWER if tried * rows * _FEWER[each] <= budget), min(_FEWER))
        a_row = tried * _FEWER[colours]
    few = image.quantize(colours, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    made: list[str] = []
    parts: list[Band] = []
    row = 0
    while row < rows:
        count = max(1, min(rows - row, math.floor(BAND_BYTES * _AIMED / a_row) if made or budget else 1))
        while len(band := band_of(few, row, count)) > BAND_BYTES and count > 1:
            count = max(1, math.floor(count * BAND_BYTES * _AIMED / len(band)))
        made.append(band)
        parts.append((row, count, len(band)))
        row += count
        a_row = len(band) / count if len(made) == 1 else (a_row + len(band) / count) / 2
    return "".join(made).encode("ascii"), parts


def _scaled(image: Image.Image, scale: float) -> Image.Image:
    """A picture scaled down, each side at least the least."""
    if scale >= 1:
        return image
    width, height = (max(min(side, LEAST_SIDE), round(side * scale)) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
