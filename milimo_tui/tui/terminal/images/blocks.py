"""RGB bytes as half-blocks: two pixels a cell, in truecolour, 256, 16 colours or none, as strips of text.

Without NumPy or Pillow, which the UI process does not load: rows of bytes go through tables, a row at a time.
A picture comes already scaled to `columns` × `2 · rows` pixels; what is odd or too small is padded with the
background.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from itertools import cycle, groupby
from operator import getitem

from rich.color import Color, ColorType
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

UPPER = "▀"
SHADES = " ░▒▓█"
# The 16 colours as terminals commonly show them (VGA).
_ANSI_RGB = (
    (0, 0, 0), (170, 0, 0), (0, 170, 0), (170, 85, 0),
    (0, 0, 170), (170, 0, 170), (0, 170, 170), (170, 170, 170),
    (85, 85, 85), (255, 85, 85), (85, 255, 85), (255, 255, 85),
    (85, 85, 255), (255, 85, 255), (85, 255, 255), (255, 255, 255),
)  # fmt: skip
_EYES = (3, 4, 2)  # how much a difference in red, green and blue counts, as eyes see it
_BAYER = ((0, 8, 2, 10), (12, 4, 14, 6), (3, 11, 1, 9), (15, 7, 13, 5))
_CUBE = (0, 95, 135, 175, 215, 255)
_SPREAD = {"256": 24, "16": 72}  # how far dithering pushes a channel, by the palette's steps
# Low bits dropped from each channel: fewer styles and bytes, no visible loss at half-block size.
_ROUND_BITS = 3
_ROUNDED = bytes(value >> _ROUND_BITS << _ROUND_BITS for value in range(256))
_STEPS = tuple(value << 4 for value in range(16))  # what palettes are worked out for, each channel
_MOST_KEPT = 1 << 15  # looks whose cells are kept


def strips(rgb: bytes, width: int, height: int, colours: str) -> list[Strip]:
    """Draw RGB bytes as `ceil(height / 2)` strips of `width` cells.

    `rgb` is `width · height · 3` bytes, row by row; missing bytes are black. `colours`: truecolor, 256, 16 or
    none (shades of ink).
    """
    rgb = rgb.ljust(width * height * 3 + width * 3, b"\0")
    wide = width * 3
    rows = [rgb[start : start + wide] for start in range(0, wide * (height + height % 2), wide)]
    if colours == "none":
        if height % 2:
            rows[-1] = rows[-2]  # half a cell of ink is the other half again
        return [_shades(rows[y], rows[y + 1], y) for y in range(0, height, 2)]
    if colours == "truecolor":
        rows = [row.translate(_ROUNDED) for row in rows]
        return [
            _strip(zip(*_channels(rows[y]), *_channels(rows[y + 1]), strict=True), _TRUE, width)
            for y in range(0, height, 2)
        ]
    numbers = [_numbers(row, y, colours) for y, row in enumerate(rows)]
    return [
        _strip(zip(numbers[y], numbers[y + 1], strict=True), _INDEXED, width) for y in range(0, height, 2)
    ]


def _channels(row: bytes) -> tuple[bytes, bytes, bytes]:
    return row[0::3], row[1::3], row[2::3]


# -- cells -------------------------------------------------------------------------------------------------

Look = tuple[int, ...]
"""What a cell shows: two numbers of a palette, or two pixels."""


class _Cells(dict[Look, Segment]):
    """One cell of each look, made when it is first asked for: pictures of a film look much alike."""

    def __init__(self, style: Callable[[Look], Style]) -> None:
        super().__init__()
        self._style = style

    def __missing__(self, look: Look) -> Segment:
        if len(self) >= _MOST_KEPT:
            self.clear()
        made = self[look] = Segment(UPPER, self._style(look))
        return made


def _strip(looks: Iterable[Look], cells: Mapping[Look, Segment], width: int) -> Strip:
    """Join cells in their order; equal neighbours share a segment."""
    out = []
    for look, run in groupby(looks):
        cell, count = cells[look], len(list(run))
        out.append(cell if count == 1 else Segment(UPPER * count, cell.style))
    return Strip(out, width)


def _true(look: Look) -> Style:
    return Style(color=_colour(look[:3]), bgcolor=_colour(look[3:]))


@lru_cache(_MOST_KEPT)
def _colour(rgb: Look) -> Color:
    return Color("", ColorType.TRUECOLOR, None, ColorTriplet(*rgb))


def _indexed(look: Look) -> Style:
    return Style(color=Color.from_ansi(look[0]), bgcolor=Color.from_ansi(look[1]))


_TRUE, _INDEXED = _Cells(_true), _Cells(_indexed)


# -- palettes ----------------------------------------------------------------------------------------------


def _numbers(row: bytes, y: int, colours: str) -> bytes:
    """Turn a row of pixels into numbers of a palette.

    Ordered dithering towards it: flat areas keep a steady pattern from frame to frame.
    """
    red, green, blue = (bytearray(channel) for channel in _channels(row))
    for x, (high, low) in enumerate(_pushed(_SPREAD[colours], y & 3)):
        red[x::4] = red[x::4].translate(low)
        green[x::4] = green[x::4].translate(high)
        blue[x::4] = blue[x::4].translate(low)
    # Green above blue in one byte: there are no carries, so that all of a row is added at once.
    both = (int.from_bytes(green) + int.from_bytes(blue)).to_bytes(len(green))
    return bytes(map(getitem, map(_palette(colours).__getitem__, red), both))


@cache
def _pushed(spread: int, y: int) -> tuple[tuple[bytes, bytes], ...]:
    """Return for each column of the pattern a channel's value pushed: its step times 16, and its step."""
    tables = []
    for level in _BAYER[y]:
        push = (level - 7.5) / 16 * spread
        values = [max(0, min(255, int(value + push))) for value in range(256)]
        tables.append((bytes(value & 0xF0 for value in values), bytes(value >> 4 for value in values)))
    return tuple(tables)


@cache
def _palette(colours: str) -> tuple[bytes, ...]:
    """Return tables of the nearest palette number, by the step of red, then of green and blue in one byte."""
    nearest = _nearest_256 if colours == "256" else _nearest_16()
    return tuple(bytes(nearest(red, green, blue) for green in _STEPS for blue in _STEPS) for red in _STEPS)


_LEVELS = {step: min(range(6), key=lambda level: abs(_CUBE[level] - step)) for step in _STEPS}


def _nearest_256(red: int, green: int, blue: int) -> int:
    """Return the nearest entry of the 6×6×6 cube or the grey ramp."""
    levels = (_LEVELS[red], _LEVELS[green], _LEVELS[blue])
    grey = max(0, min(23, round(((red + green + blue) / 3 - 8) / 10)))
    shade = 8 + 10 * grey
    off_cube = off_grey = 0
    for level, channel in zip(levels, (red, green, blue), strict=True):
        off_cube += (_CUBE[level] - channel) ** 2
        off_grey += (shade - channel) ** 2
    return 232 + grey if off_grey < off_cube else 16 + 36 * levels[0] + 6 * levels[1] + levels[2]


def _nearest_16() -> Callable[[int, int, int], int]:
    """Find the nearest of the 16 colours; greens count most, as eyes do."""
    off = [
        {step: [weight * (colour[channel] - step) ** 2 for colour in _ANSI_RGB] for step in _STEPS}
        for channel, weight in enumerate(_EYES)
    ]

    def nearest(red: int, green: int, blue: int) -> int:
        found = [sum(each) for each in zip(off[0][red], off[1][green], off[2][blue], strict=True)]
        return found.index(min(found))

    return nearest


# -- no colour ---------------------------------------------------------------------------------------------


def _shades(upper: bytes, lower: bytes, y: int) -> Strip:
    """Draw a row without colour: five densities of ink by the mean light of the cell's two pixels."""
    pixels = zip(cycle(_inks(y // 2 & 3)), *_channels(upper), *_channels(lower), strict=False)
    text = "".join([ink[2 * (r + s) + 5 * (g + h) + b + c >> 4] for ink, r, g, b, s, h, c in pixels])
    return Strip([Segment(text, Style())], len(text))


@cache
def _inks(y: int) -> tuple[str, ...]:
    """Return for each column of the pattern the ink of a light from 0 to 255."""
    most = len(SHADES) - 1
    pushes = [(level - 7.5) / 16 * 0.8 for level in _BAYER[y]]
    return tuple(
        "".join(SHADES[max(0, min(most, round(light / 255 * most + push)))] for light in range(256))
        for push in pushes
    )
