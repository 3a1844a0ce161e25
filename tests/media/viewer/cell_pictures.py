"""Turn text into the picture that a terminal shows: pyte keeps the screen, and Unicode names tell which share
of its cell a glyph fills.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import numpy as np
import pyte
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from textual.strip import Strip

from milimo_tui.media.picture.oklab import srgb_to_oklab
from milimo_tui.media.viewer.client import ViewerAnswer
from milimo_tui.tui.terminal.capabilities import Terminal
from milimo_tui.tui.terminal.images.cells import make_cell_drawing

Picture = NDArray[np.float32]
# Height and width of a cell in pixels. Halves, thirds, quarters and eighths of it are integers.
HIGH, WIDE = 24, 8
_BLUR = ImageFilter.GaussianBlur(WIDE / 2)
_EIGHTHS = (
    "ONE EIGHTH",
    "ONE QUARTER",
    "THREE EIGHTHS",
    "HALF",
    "FIVE EIGHTHS",
    "THREE QUARTERS",
    "SEVEN EIGHTHS",
)
_EVEN = {
    "SPACE": 0.0, "NO-BREAK SPACE": 0.0, "LIGHT SHADE": 0.25, "MEDIUM SHADE": 0.5, "DARK SHADE": 0.75,
    "FULL BLOCK": 1.0,
}  # fmt: skip
_ANSI = {
    "black": (0, 0, 0), "red": (170, 0, 0), "green": (0, 170, 0), "brown": (170, 85, 0),
    "blue": (0, 0, 170), "magenta": (170, 0, 170), "cyan": (0, 170, 170), "white": (170, 170, 170),
    "brightblack": (85, 85, 85), "brightred": (255, 85, 85), "brightgreen": (85, 255, 85),
    "brightbrown": (255, 255, 85), "brightblue": (85, 85, 255), "brightmagenta": (255, 85, 255),
    "bfightmagenta": (255, 85, 255),  # pyte's own misspelling
    "brightcyan": (85, 255, 255), "brightwhite": (255, 255, 255),
}  # fmt: skip


@cache
def ink(sign: str) -> Picture:
    """Return how much a glyph fills each pixel of its cell (0…1), in shape (24, 8). Raises KeyError for a
    character that is not a block glyph.
    """
    out = np.zeros((HIGH, WIDE), np.float32)
    point = ord(sign)
    if (
        0x1CD00 <= point < 0x1CDE6
        # Python's Unicode tables do not have the octants yet. Their code points are in the order of their
        # patterns.
    ):
        return _grid([digit for digit in range(8) if _octants()[point - 0x1CD00] >> digit & 1], 4)
    name = {
        0x1CEA8: "BLOCK OCTANT-1", 0x1CEAB: "BLOCK OCTANT-2", 0x1CEA3: "BLOCK OCTANT-7",
        0x1CEA0: "BLOCK OCTANT-8", 0x1FBE6: "BLOCK OCTANT-35", 0x1FBE7: "BLOCK OCTANT-46",
    }.get(point) or unicodedata.name(sign)  # fmt: skip
    if numbered := re.fullmatch(r"BLOCK (SEXTANT|OCTANT)-(\d+)", name):
        return _grid([int(digit) - 1 for digit in numbered[2]], 3 if numbered[1] == "SEXTANT" else 4)
    if name.startswith("QUADRANT "):
        for half, side in re.findall(r"(UPPER|LOWER) (LEFT|RIGHT)", name):
            rows = slice(0, 12) if half == "UPPER" else slice(12, 24)
            out[rows, slice(0, 4) if side == "LEFT" else slice(4, 8)] = 1
        return out
    if part := re.fullmatch(rf"(UPPER|LOWER|LEFT|RIGHT) ({'|'.join(_EIGHTHS)}) BLOCK", name):
        eighths = _EIGHTHS.index(part[2]) + 1
        if part[1] in ("UPPER", "LOWER"):
            out[: eighths * 3] = 1
            return out if part[1] == "UPPER" else out[::-1].copy()
        out[:, :eighths] = 1
        return out if part[1] == "LEFT" else out[:, ::-1].copy()
    return np.full_like(out, _EVEN[name])


def _grid(parts: list[int], rows: int) -> Picture:
    out = np.zeros((HIGH, WIDE), np.float32)
    high = HIGH // rows
    for part in parts:
        row, column = divmod(part, 2)
        out[row * high : (row + 1) * high, column * 4 : column * 4 + 4] = 1
    return out


@cache
def _octants() -> list[int]:
    """Return the patterns of U+1CD00 to U+1CDE5 in order: all patterns of eight that no other glyph has."""
    halves = {0x00, 0xFF, 0x0F, 0xF0, 0x55, 0xAA}
    quadrants = {0x05, 0x0A, 0x50, 0xA0, 0xA5, 0x5A, 0x5F, 0xAF, 0xF5, 0xFA}
    bars = {0x03, 0x3F, 0xC0, 0xFC, 0x14, 0x28}
    return [mask for mask in range(256) if mask not in {*halves, *quadrants, *bars, 1, 2, 0x40, 0x80}]


def colour(name: str) -> tuple[int, int, int]:
    """Return a colour by pyte's name for it. The default colours count as black."""
    if name in _ANSI:
        return _ANSI[name]
    if name == "default":
        return (0, 0, 0)
    return int(name[:2], 16), int(name[2:4], 16), int(name[4:], 16)


def picture(screen: pyte.Screen, columns: int, rows: int) -> Picture:
    """Return the picture of the upper left part of a screen, in shape (24 · rows, 8 · columns, 3)."""
    out = np.zeros((rows * HIGH, columns * WIDE, 3), np.float32)
    for row in range(rows):
        for column in range(columns):
            char = screen.buffer[row][column]
            front, back = colour(char.fg), colour(char.bg)
            if char.reverse:
                front, back = back, front
            filled = ink(char.data or " ")[..., None]
            at = slice(row * HIGH, (row + 1) * HIGH), slice(column * WIDE, (column + 1) * WIDE)
            out[at] = filled * np.array(front, np.float32) + (1 - filled) * np.array(back, np.float32)
    return out


def make_strips(data: bytes, columns: int, rows: int, colours: str) -> list[Strip]:
    """Return packed cells as the strips that the studio shows."""
    answer = ViewerAnswer(data, columns=columns, rows=rows)
    return make_cell_drawing(Terminal(colours, "blocks"), answer).strips


def shown(text: str, columns: int, rows: int) -> Picture:
    """Return the picture of a screen of this size after `text` was written to it."""
    screen = pyte.Screen(columns, rows)
    pyte.Stream(screen).feed(text)
    return picture(screen, columns, rows)


def psnr(one: Picture, other: Picture) -> float:
    """Return the peak signal-to-noise ratio of two pictures of the same size in dB; 99 for equal pictures."""
    error = float(((one.astype(np.float32) - other.astype(np.float32)) ** 2).mean())
    return 99.0 if error == 0 else float(10 * np.log10(255**2 / error))


def unlike(one: Picture, other: Picture) -> float:
    """Return how different two pictures look from a distance: the mean OKLab distance in hundredths, after a
    blur.

    The blur is half a cell wide, because smaller details are not seen separately.
    """
    blurred = (
        srgb_to_oklab(
            np.asarray(Image.fromarray(each.clip(0, 255).astype(np.uint8)).filter(_BLUR), np.float32)
        )
        for each in (one, other)
    )
    first, second = blurred
    return float(np.sqrt(((first - second) ** 2).sum(axis=-1)).mean() * 100)


def in_parts(image: Picture, rows: int, columns: int, down: int = 4, across: int = 2) -> Picture:
    """Return the mean colour of each part of each cell. A cell has `down` × `across` parts."""
    high, wide = image.shape[0] // (rows * down), image.shape[1] // (columns * across)
    return np.asarray(
        image.reshape(rows * down, high, columns * across, wide, 3).mean(axis=(1, 3)), np.float32
    )
