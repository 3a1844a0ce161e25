"""Encode pictures for terminals that draw pixels: PNG for kitty graphics, JPEG for iTerm2, and strips of
sixels.

A request may limit the bytes of a picture. PNG and JPEG pictures that exceed the limit are scaled down, and
the terminal enlarges them again: a smaller picture with many colours resembles the film more than a large
picture with few colours. Terminals do not scale sixels, so a sixel picture keeps its size and gets fewer
colours.
"""

from __future__ import annotations

import io
import math
import re
import zlib

import numpy as np
from PIL import Image

from milimo_tui.core.errors import Unavailable
from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.viewer.terminal_facts import LONGEST_SIXEL_SIDE

PNG = b"\x89PNG"
PALETTE = 256
# The largest size of one strip of sixels, in bytes. A larger picture is sent as several strips.
BAND_BYTES = 16384
LEAST_SIDE = 16
_QUALITIES = (90, 82, 74, 66, 58, 50, 42)  # JPEG qualities tried before the picture is scaled down
_SCALED_QUALITY = 74
# The bytes of a sixel picture are estimated with a palette of `_TRIED` colours. `_FEWER` maps each possible
# palette size to its usual number of bytes relative to that estimate. The largest palette that fits into the
# budget is used.
_TRIED = 64
_FEWER = {256: 1.6, 128: 1.3, 64: 1.0, 32: 0.75, 16: 0.55}
_LIKELY = 0.25  # usual base64 characters per pixel of a PNG with a palette of 256 colours
_LIKELY_WHOLE = 0.6  # usual base64 characters per pixel of a full-colour PNG of a picture with little detail
# Fractions of a byte budget: a smaller picture aims at `_AIMED` of the budget, and the search stops at a
# result above `_USED`.
_AIMED, _USED = 0.93, 0.8
_MOST_TRIES = 6
_NEAR = 12  # Two pixels are treated as equal if no colour channel differs by more than this (0 to 255).
# The beginning of a strip up to the raster attributes, and the definition of a colour number (DEC STD 070,
# 9).
_SIXEL_HEADER = re.compile(r'\x1bP[\d;]*q"[\d;]*')
_COLOUR_DEFINITION = re.compile(r"#\d+;2;\d+;\d+;\d+")
_EVERY = 4  # one of every `_EVERY` cell rows is encoded to estimate the bytes of all rows


Band = tuple[int, int, int]
"""A horizontal strip of a picture that is sent as one image: its first row of cells, its number of rows and
its bytes.
"""


def count_base64_characters(size: int) -> int:
    """Return the number of base64 characters of `size` bytes."""
    return -(-size // 3) * 4


def compress_rgb(picture: Rgb) -> bytes:
    """Return a picture's RGB bytes, compressed at zlib's fastest level (kitty's f=24, o=z)."""
    return zlib.compress(picture.tobytes(), 1)


def encode_png(picture: Rgb, budget: int) -> tuple[bytes, int, int]:
    """Return a picture as a PNG of at most `budget` base64 characters, with the PNG's width and height in
    pixels.

    If the full-colour picture does not fit, it is reduced to 256 colours and, if necessary, scaled down; the
    terminal enlarges it again. Each side stays at least 16 pixels long, so a very small budget may be
    exceeded.
    """
    image = Image.fromarray(picture)
    whole = _encode_full_png(image, budget)
    if whole is not None:
        return whole, *image.size
    best: tuple[bytes, int, int] | None = None
    scale = min(1.0, math.sqrt(budget / (_LIKELY * image.width * image.height)))
    for _ in range(_MOST_TRIES):
        small = _scale_down(image, scale)
        data = _encode_palette_png(small, calm=scale < 1)
        size = count_base64_characters(len(data))
        least = min(small.size) <= LEAST_SIDE
        if size <= budget or (least and best is None):
            best = (data, *small.size)
            if least or scale >= 1 or size >= budget * _USED:
                break
        elif best is not None:
            break
        # A smaller picture has slightly more detail per pixel, so the target is below the budget.
        scale = min(1.0, scale * math.sqrt(budget * _AIMED / size))
    return best or (data, *small.size)


def _encode_full_png(image: Image.Image, budget: int) -> bytes | None:
    """Return the picture as a full-colour PNG, or None if the PNG exceeds the budget or would probably exceed
    it.
    """
    if budget < _LIKELY_WHOLE * image.width * image.height:
        return None
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue() if count_base64_characters(out.tell()) <= budget else None


def _encode_palette_png(image: Image.Image, *, calm: bool) -> bytes:
    """Return a picture as a PNG of 256 colours.

    With `calm`, a pixel repeats the palette colour of the pixel above it if that colour is close enough. PNG
    compresses equal rows well: this saves a third of the bytes and costs a third of a decibel.
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


def encode_jpeg(picture: Rgb, budget: int) -> tuple[bytes, int, int]:
    """Return a picture as a JPEG of at most `budget` base64 characters (0: best quality), with its width and
    height.

    If the budget allows a PNG of all pixels, that PNG is returned instead.
    """
    image = Image.fromarray(picture)
    whole = _encode_full_png(image, budget)
    if whole is not None:
        return whole, *image.size

    def encoded(small: Image.Image, quality: int) -> bytes:
        out = io.BytesIO()
        small.save(out, "JPEG", quality=quality)
        return out.getvalue()

    data = encoded(image, _QUALITIES[0])
    if not budget or count_base64_characters(len(data)) <= budget:
        return data, *image.size
    small, data = image, encoded(image, _QUALITIES[-1])
    if count_base64_characters(len(data)) <= budget:
        fits, too_large = len(_QUALITIES) - 1, 0
        while fits - too_large > 1:
            middle = (fits + too_large) // 2
            better = encoded(image, _QUALITIES[middle])
            if count_base64_characters(len(better)) <= budget:
                fits, data = middle, better
            else:
                too_large = middle
        return data, *image.size
    scale = 1.0
    for _ in range(_MOST_TRIES):
        scale *= min(0.9, math.sqrt(budget * _AIMED / count_base64_characters(len(data))))
        small = _scale_down(image, scale)
        data = encoded(small, _SCALED_QUALITY)
        if count_base64_characters(len(data)) <= budget or min(small.size) <= LEAST_SIDE:
            break
    return data, *small.size


def encode_sixels(picture: Rgb, cell_height: int, budget: int) -> tuple[bytes, list[Band]]:
    """Return a picture as strips of sixels, joined, with the first cell row, the number of rows and the bytes
    of each strip.

    Each strip has its own palette. It consists of complete cell rows and has at most 16 kB, unless a single
    cell row is larger. All strips together have at most `budget` bytes (0: no limit), unless 16 colours, the
    smallest palette, need more. Raises Unavailable if the encoder is not installed.
    """
    try:
        from textual_image._sixel import image_to_sixels
    except ImportError as error:
        raise Unavailable(
            "sixel pictures need the package textual-image", "pip install textual-image"
        ) from error
    image = Image.fromarray(picture)
    rows = -(-image.height // cell_height)
    # A picture that is one strip has one palette, so the palette is chosen with more care.
    method = Image.Quantize.FASTOCTREE if rows > 1 else Image.Quantize.MEDIANCUT

    def band_of(row: int, count: int, colours: int) -> str:
        top, bottom = row * cell_height, min(image.height, (row + count) * cell_height)
        strip = image.crop((0, top, image.width, bottom))
        palette = strip.quantize(colours, method=method)
        # Each pixel gets the nearest colour. The first call gives some pixels a distant colour.
        few = strip.quantize(palette=palette, dither=Image.Dither.NONE)
        return _define_colours_first(image_to_sixels(few))

    colours, a_row = max(_FEWER), 1.0
    if budget:
        sample = range(min(_EVERY // 2, rows - 1), rows, _EVERY)
        tried = sum(len(band_of(row, 1, _TRIED)) for row in sample) / len(sample)
        colours = next((each for each in _FEWER if tried * rows * _FEWER[each] <= budget), min(_FEWER))
        a_row = tried * _FEWER[colours]
    made: list[str] = []
    parts: list[Band] = []
    row = 0
    while row < rows:
        most = min(rows - row, LONGEST_SIXEL_SIDE // cell_height)
        count = max(1, min(most, math.floor(BAND_BYTES * _AIMED / a_row) if made or budget else 1))
        while len(band := band_of(row, count, colours)) > BAND_BYTES and count > 1:
            count = max(1, math.floor(count * BAND_BYTES * _AIMED / len(band)))
        made.append(band)
        parts.append((row, count, len(band)))
        row += count
        a_row = len(band) / count if len(made) == 1 else (a_row + len(band) / count) / 2
    return "".join(made).encode("ascii"), parts


def _define_colours_first(sixels: str) -> str:
    """Move the definitions of all colours before the first pixel of a strip.

    xterm paints a pixel again when the colour number of the pixel gets another colour, and every number has a
    colour before it is defined.
    """
    definitions = _COLOUR_DEFINITION.findall(sixels)
    header = _SIXEL_HEADER.match(sixels)
    assert header is not None
    pixels = _COLOUR_DEFINITION.sub(lambda found: found[0].partition(";")[0], sixels[header.end() :])
    return "".join((header[0], *definitions, pixels))


def _scale_down(image: Image.Image, scale: float) -> Image.Image:
    """Return a picture scaled down by `scale`. Each side stays at least `LEAST_SIDE` pixels long, or as short
    as it was.
    """
    if scale >= 1:
        return image
    width, height = (max(min(side, LEAST_SIDE), round(side * scale)) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
