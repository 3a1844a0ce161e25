"""Paint a terminal as a picture: its cells, and full pictures as decoded by the readers of `tests.seen`.

The pictures are for the pages of `docs/` and for people who check how a change affects the screens. A cell
has 8 × 16 pixels. Glyphs that terminals draw themselves (blocks, bars, braille, lines) are drawn as geometry,
the rest with a font.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from pyte.graphics import FG_BG_256
from pyte.screens import Char

from tests.seen.screen import PLACEHOLDER, Screen

WIDE, HIGH = 8, 16
# A saved picture has 96 colours. The 32 most frequent colours of the screen are preserved exactly.
EXACT, MOST = 32, 96
FAINT = 0.6  # Share of the foreground colour in faint text.
FONTS = Path("/usr/share/fonts/truetype/dejavu")
INK, GROUND = "#d0d0d0", "#000000"  # Default foreground and background colours of the terminal.
NAMED = {
    "black": "#000000", "red": "#cd3131", "green": "#0dbc79", "brown": "#e5e510", "blue": "#2472c8",
    "magenta": "#bc3fbc", "cyan": "#11a8cd", "white": "#e5e5e5", "brightblack": "#666666",
    "brightred": "#f14c4c", "brightgreen": "#23d18b", "brightbrown": "#f5f543", "brightblue": "#3b8eea",
    "brightmagenta": "#d670d6", "brightcyan": "#29b8db", "brightwhite": "#ffffff",
}  # fmt: skip
Box = tuple[float, float, float, float]  # Left, top, right and bottom, as fractions of a cell.


class ScreenImage:
    """A terminal screen that is fed with output and can be painted. Output that violates a protocol raises
    `Fault`.
    """

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self._seen = Screen(columns, rows, cell=(WIDE, HIGH))

    def feed(self, pieces: Iterable[bytes]) -> None:
        """Process output. An incomplete sequence waits for its remaining bytes."""
        self._seen.feed(b"".join(pieces))

    @property
    def text(self) -> str:
        return "\n".join(self._seen.text.display)

    def pictures(self) -> dict[tuple[int, int], NDArray[np.uint8]]:
        """Return the pixels of each cell that shows a part of a full picture, by column and row."""
        found = self._seen.laid()
        parts = self._seen.parts()
        grids = {number: self._seen.kitty.grid(number) for number in {part.number for part in parts.values()}}
        for at, part in parts.items():
            grid = grids[part.number]
            if grid is not None:
                top, left = part.row * HIGH, part.column * WIDE
                found[at] = grid[top : top + HIGH, left : left + WIDE]
        return found

    def paint(self) -> Image.Image:
        """Return the screen as an RGB picture of `columns` × 8 by `rows` × 16 pixels."""
        out = Image.new("RGB", (self.columns * WIDE, self.rows * HIGH), GROUND)
        draw = ImageDraw.Draw(out)
        pictures = self.pictures()
        for row in range(self.rows):
            # Backgrounds are painted first, because a letter may extend one pixel into the next cell.
            cells = [self._seen.text.buffer[row][column] for column in range(self.columns)]
            for column, cell in enumerate(cells):
                x, y = column * WIDE, row * HIGH
                draw.rectangle((x, y, x + WIDE - 1, y + HIGH - 1), _colours(cell)[1])
            for column, cell in enumerate(cells):
                at = column * WIDE, row * HIGH
                if (column, row) in pictures:
                    out.paste(Image.fromarray(np.ascontiguousarray(pictures[column, row])), at)
                elif cell.data.strip() and not cell.data.startswith(PLACEHOLDER):
                    _paint_sign(draw, at, cell)
        return out


def save(picture: Image.Image, path: Path) -> None:
    """Write a picture as a small PNG with a palette. The most frequent colours, which include those of the
    text, are exact.
    """
    pixels = np.asarray(picture).reshape(-1, 3).astype(np.uint32) @ np.array((65536, 256, 1), np.uint32)
    colours, counts = np.unique(pixels, return_counts=True)
    exact = colours[np.argsort(-counts, kind="stable")[:EXACT]].tolist()
    rest = picture.quantize(MOST - EXACT, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    palette = Image.new("P", (1, 1))
    known = [colour >> by & 255 for colour in exact for by in (16, 8, 0)]
    known += list(rest.getpalette() or ())[: 3 * (MOST - EXACT)]
    palette.putpalette((known + known[-3:] * 256)[:768])
    picture.quantize(palette=palette, dither=Image.Dither.NONE).save(path, optimize=True)


def _colour(name: str, default: str) -> str:
    """Return the hexadecimal colour for a colour of the screen reader: a name, hexadecimal digits, or `#` and
    an index of the 256-colour palette.
    """
    if name.startswith("#"):
        return f"#{FG_BG_256[int(name[1:])]}"
    return default if name == "default" else NAMED.get(name) or f"#{name}"


def _colours(cell: Char) -> tuple[str, str]:
    ink, ground = _colour(cell.fg, INK), _colour(cell.bg, GROUND)
    ink, ground = (ground, ink) if cell.reverse else (ink, ground)
    return (_mixed(ink, ground, FAINT) if cell.blink else ink), ground


def _paint_sign(draw: ImageDraw.ImageDraw, at: tuple[int, int], cell: Char) -> None:
    x, y = at
    ink, ground = _colours(cell)
    boxes, part = _geometry(cell.data[0])
    if part < 1:
        ink = _mixed(ink, ground, part)
    for left, top, right, bottom in boxes:
        draw.rectangle(
            (
                x + round(left * WIDE), y + round(top * HIGH),
                x + round(right * WIDE) - 1, y + round(bottom * HIGH) - 1,
            ),
            ink,
        )  # fmt: skip
    if not boxes:
        draw.text((x, y + 12), cell.data, ink, _font(cell.bold, cell.italics), anchor="ls")
    if cell.underscore:
        draw.line((x, y + 14, x + WIDE - 1, y + 14), ink)


@cache
def _font(bold: bool, italics: bool) -> ImageFont.FreeTypeFont:
    name = "Bold" * bold + "Oblique" * italics
    return ImageFont.truetype(FONTS / f"DejaVuSansMono{'-' if name else ''}{name}.ttf", 13)


def _mixed(ink: str, ground: str, part: float) -> str:
    pairs = [(int(ink[at : at + 2], 16), int(ground[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(above * part + below * (1 - part)):02x}" for above, below in pairs)


@cache
def _geometry(sign: str) -> tuple[tuple[Box, ...], float]:
    """Return the boxes of a glyph that terminals draw themselves, and their opacity. No boxes mean that the
    font draws the glyph.
    """
    point = ord(sign)
    name = unicodedata.name(sign, "")
    if "SEXTANT-" in name or "OCTANT-" in name:
        rows = 3 if "SEXTANT-" in name else 4
        return _dots([int(digit) - 1 for digit in name.rpartition("-")[2]], rows), 1.0
    if 0x2800 <= point <= 0x28FF:
        places = (0, 2, 4, 1, 3, 5, 6, 7)
        small = _dots([places[bit] for bit in range(8) if point - 0x2800 >> bit & 1], 4)
        return tuple((box[0] + 0.125, box[1] + 0.0625, box[2] - 0.125, box[3] - 0.0625) for box in small), 1.0
    if 0x2580 <= point <= 0x259F:
        return _block(point)
    if 0x2500 <= point <= 0x257F and "DIAGONAL" not in name:
        return _lines(name), 1.0
    return (), 1.0


def _dots(places: Iterable[int], rows: int) -> tuple[Box, ...]:
    return tuple(
        (place % 2 / 2, place // 2 / rows, place % 2 / 2 + 0.5, (place // 2 + 1) / rows) for place in places
    )


def _block(point: int) -> tuple[tuple[Box, ...], float]:
    """Return the boxes and the opacity of a Unicode block element: halves, eighths from below and from the
    left, shades, quadrants.
    """
    whole = (0.0, 0.0, 1.0, 1.0)
    if point == 0x2580:
        return ((0, 0, 1, 0.5),), 1.0
    if point <= 0x2588:
        return ((0, 1 - (point - 0x2580) / 8, 1, 1),), 1.0
    if point <= 0x258F:
        return ((0, 0, (0x2590 - point) / 8, 1),), 1.0
    if point == 0x2590:
        return ((0.5, 0, 1, 1),), 1.0
    if point <= 0x2593:
        return (whole,), (point - 0x2590) / 4
    if point <= 0x2595:
        return ((0, 0, 1, 1 / 8) if point == 0x2594 else (7 / 8, 0, 1, 1),), 1.0
    quadrants = ((2,), (3,), (0,), (0, 2, 3), (0, 3), (0, 1, 2), (0, 1, 3), (1,), (1, 2), (1, 2, 3))
    return _dots(quadrants[point - 0x2596], 2), 1.0


def _lines(name: str) -> tuple[Box, ...]:
    """Return lines from the middle of the cell to each side in the glyph's Unicode name: one pixel wide, or
    two where the line is heavy.
    """
    thick = 2 if "HEAVY" in name else 1
    left, top = 4 / WIDE, 8 / HIGH
    right, bottom = left + thick / WIDE, top + thick / HIGH
    sides = set(re.findall(r"HORIZONTAL|VERTICAL|LEFT|RIGHT|UP|DOWN", name))
    boxes: list[Box] = []
    if sides & {"HORIZONTAL", "LEFT"}:
        boxes.append((0, top, right, bottom))
    if sides & {"HORIZONTAL", "RIGHT"}:
        boxes.append((left, top, 1, bottom))
    if sides & {"VERTICAL", "UP"}:
        boxes.append((left, 0, right, bottom))
    if sides & {"VERTICAL", "DOWN"}:
        boxes.append((left, top, right, 1))
    return tuple(boxes)
