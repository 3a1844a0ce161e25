"""Paints what a terminal shows as a picture: cells kept by pyte, kitty's pictures by their placeholders.

For the pages of `docs/`, and for people who look at what a change does to the screens. A cell is 8 × 16
pixels. Signs that terminals draw themselves (blocks, bars, braille, lines) are drawn as geometry, the rest
with a font.
"""

from __future__ import annotations

import base64
import io
import re
import unicodedata
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pyte
from PIL import Image, ImageDraw, ImageFont
from pyte.screens import Char

from milimo_tui.tui.terminal.line.kitty import MARKS, PLACEHOLDER
from tests.terminal import DEAF
from tests.tui.slow_line import BEGUN

WIDE, HIGH = 8, 16
EXACT = 64  # the commonest colours stay as they are in a file
FONTS = Path("/usr/share/fonts/truetype/dejavu")
INK, GROUND = "#d0d0d0", "#000000"  # what a terminal has where no colour is set
NAMED = {
    "black": "#000000", "red": "#cd3131", "green": "#0dbc79", "brown": "#e5e510", "blue": "#2472c8",
    "magenta": "#bc3fbc", "cyan": "#11a8cd", "white": "#e5e5e5", "brightblack": "#666666",
    "brightred": "#f14c4c", "brightgreen": "#23d18b", "brightbrown": "#f5f543", "brightblue": "#3b8eea",
    "brightmagenta": "#d670d6", "brightcyan": "#29b8db", "brightwhite": "#ffffff",
}  # fmt: skip
GRAPHICS = re.compile(rb"\x1b_G([^;\x1b]*)(?:;([^\x1b]*))?\x1b\\")
COLUMN_OF = {mark: index for index, mark in enumerate(MARKS)}
Box = tuple[float, float, float, float]  # left, top, right, bottom, as parts of a cell


@dataclass
class Shown:
    """A terminal's glass: feed it what came, then paint it."""

    columns: int
    rows: int
    pictures: dict[int, tuple[Image.Image, int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.screen = pyte.Screen(self.columns, self.rows)
        self._stream = pyte.ByteStream(self.screen)
        self._held = b""
        self._keys: dict[str, str] = {}
        self._data = b""

    def feed(self, pieces: Iterable[bytes]) -> None:
        """Take what came; a sequence that has not ended waits for its end."""
        whole = self._held + b"".join(pieces)
        begun = BEGUN.search(whole)
        self._held, whole = (begun[0], whole[: begun.start()]) if begun else (b"", whole)
        for said in GRAPHICS.finditer(whole):
            self._graphics(said[1].decode(), said[2] or b"")
        self._stream.feed(DEAF.sub(b"", whole))

    def _graphics(self, words: str, data: bytes) -> None:
        keys = dict(word.split("=", 1) for word in words.split(",") if "=" in word)
        if keys.get("a") == "q":
            return
        if keys.get("a") == "d":
            self.pictures.pop(int(keys.get("i", 0)), None)
            return
        if "i" in keys:
            self._keys, self._data = keys, b""
        self._data += data
        if keys.get("m", "0") == "0" and self._data:
            self._take(self._keys, base64.b64decode(self._data))

    def _take(self, keys: dict[str, str], data: bytes) -> None:
        number = int(keys["i"])
        if keys.get("o") == "z":
            data = zlib.decompress(data)
        if keys.get("f") == "100":
            picture = Image.open(io.BytesIO(data)).convert("RGB")
        else:
            mode = "RGB" if keys.get("f") == "24" else "RGBA"
            picture = Image.frombytes(mode, (int(keys["s"]), int(keys["v"])), data).convert("RGB")
        _, columns, rows = self.pictures.get(number, (None, 1, 1))
        self.pictures[number] = picture, int(keys.get("c", columns)), int(keys.get("r", rows))

    @property
    def text(self) -> str:
        return "\n".join(self.screen.display)

    def paint(self) -> Image.Image:
        """Return the screen as an RGB picture of `columns` × 8 by `rows` × 16 pixels."""
        out = Image.new("RGB", (self.columns * WIDE, self.rows * HIGH), GROUND)
        draw = ImageDraw.Draw(out)
        fitted: dict[int, Image.Image] = {}
        for row in range(self.rows):
            # Grounds first: a letter may reach a pixel into the next cell.
            cells = [self.screen.buffer[row][column] for column in range(self.columns)]
            for column, cell in enumerate(cells):
                x, y = column * WIDE, row * HIGH
                draw.rectangle((x, y, x + WIDE - 1, y + HIGH - 1), _colours(cell)[1])
            part: Part | None = None
            for column, cell in enumerate(cells):
                at = column * WIDE, row * HIGH
                part = _part_of(cell, part)
                if part is not None and part.picture in self.pictures:
                    if part.picture not in fitted:
                        fitted[part.picture] = _fit(*self.pictures[part.picture])
                    x, y = part.column * WIDE, part.row * HIGH
                    out.paste(fitted[part.picture].crop((x, y, x + WIDE, y + HIGH)), at)
                elif part is None and cell.data.strip():
                    _paint_sign(draw, at, cell)
        return out


@dataclass(frozen=True)
class Part:
    """The part of a picture that a cell shows."""

    picture: int
    row: int
    column: int


def _part_of(cell: Char, left: Part | None) -> Part | None:
    """Read a placeholder; marks that it lacks go on from the cell at its left (kitty, graphics-protocol)."""
    if not cell.data.startswith(PLACEHOLDER):
        return None
    number = int(cell.fg, 16)  # the id is the foreground colour
    marks = [COLUMN_OF[mark] for mark in cell.data[1:3]]
    if len(marks) == 2:
        return Part(number, marks[0], marks[1])
    if left is not None and left.picture == number and (not marks or marks[0] == left.row):
        return Part(number, left.row, left.column + 1)
    return Part(number, marks[0] if marks else 0, 0)


def save(picture: Image.Image, path: Path) -> None:
    """Write a PNG of a palette: as small as a picture of flat colours can be, words in their very colours."""
    pixels = np.asarray(picture).reshape(-1, 3).astype(np.uint32) @ np.array((65536, 256, 1), np.uint32)
    colours, counts = np.unique(pixels, return_counts=True)
    exact = colours[np.argsort(-counts, kind="stable")[:EXACT]].tolist()
    rest = picture.quantize(256 - EXACT, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    palette = Image.new("P", (1, 1))
    known = [colour >> by & 255 for colour in exact for by in (16, 8, 0)] + list(rest.getpalette() or ())
    palette.putpalette((known + [0] * 768)[:768])
    picture.quantize(palette=palette, dither=Image.Dither.NONE).save(path, optimize=True)


def _fit(picture: Image.Image, columns: int, rows: int) -> Image.Image:
    """Enlarge a picture to its cells, as kitty does: its shape stays, it lies in the middle."""
    box = columns * WIDE, rows * HIGH
    by = min(box[0] / picture.width, box[1] / picture.height)
    size = max(1, round(picture.width * by)), max(1, round(picture.height * by))
    out = Image.new("RGB", box, GROUND)
    out.paste(picture.resize(size), ((box[0] - size[0]) // 2, (box[1] - size[1]) // 2))
    return out


def _colour(name: str, default: str) -> str:
    return default if name == "default" else NAMED.get(name) or f"#{name}"


def _colours(cell: Char) -> tuple[str, str]:
    ink, ground = _colour(cell.fg, INK), _colour(cell.bg, GROUND)
    return (ground, ink) if cell.reverse else (ink, ground)


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
    """Return the boxes of a sign that terminals draw themselves and their share of ink; none: the font's."""
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
    """Unicode, Block Elements: halves, eighths from below and from the left, shades, quadrants."""
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
    """A line of one pixel from the middle to each side that the sign's name says; two where it is heavy."""
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
