"""RGB bytes as half-blocks: two pixels a cell, in truecolour, 256, 16 colours or none, as strips of text.

Pure Python on purpose (no NumPy, no Pillow in the UI process). A picture comes already scaled to
`columns` × `2 · rows` pixels; what is odd or too small is padded with the background.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

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
_BAYER = ((0, 8, 2, 10), (12, 4, 14, 6), (3, 11, 1, 9), (15, 7, 13, 5))
_CUBE = (0, 95, 135, 175, 215, 255)
# Low bits dropped from each channel: fewer styles and bytes, no visible loss at half-block size.
_ROUND_BITS = 3


def strips(rgb: bytes, width: int, height: int, colours: str) -> list[Strip]:
    """`ceil(height / 2)` strips of `width` cells. `colours`: truecolor, 256, 16 or none (shades of ink).

    `rgb` is `width · height · 3` bytes, row by row; missing bytes are black.
    """
    rgb = rgb.ljust(width * height * 3 + width * 3, b"\0")
    if colours == "none":
        return [_shades(rgb, width, height, y) for y in range(0, height, 2)]
    if colours == "truecolor":
        return [_true(rgb, width, y) for y in range(0, height, 2)]
    index = _index_256 if colours == "256" else _index_16
    spread = 24 if colours == "256" else 72
    return [_indexed(rgb, width, y, index, spread) for y in range(0, height, 2)]


@lru_cache(maxsize=65536)
def _style(top: int, bottom: int) -> Style:
    """Foreground and background from two packed 24-bit colours."""
    return Style(color=_packed(top), bgcolor=_packed(bottom))


@lru_cache(maxsize=32768)
def _packed(value: int) -> Color:
    return Color("", ColorType.TRUECOLOR, None, ColorTriplet(value >> 16, value >> 8 & 255, value & 255))


def _join(cells: list[tuple[Style, int]], glyph: str = UPPER) -> Strip:
    return Strip([Segment(glyph * count, style) for style, count in cells], sum(count for _, count in cells))


def _true(rgb: bytes, width: int, y: int) -> Strip:
    low = (1 << _ROUND_BITS) - 1
    keep = 255 - low
    upper, lower = y * width * 3, (y + 1) * width * 3
    cells: list[tuple[Style, int]] = []
    last, run = -1, 0
    for x in range(width):
        a, b = upper + x * 3, lower + x * 3
        top = (rgb[a] & keep) << 16 | (rgb[a + 1] & keep) << 8 | rgb[a + 2] & keep
        bottom = (rgb[b] & keep) << 16 | (rgb[b + 1] & keep) << 8 | rgb[b + 2] & keep
        both = top << 24 | bottom
        if both != last:
            if run:
                cells.append((_style(last >> 24, last & 0xFFFFFF), run))
            last, run = both, 0
        run += 1
    if run:
        cells.append((_style(last >> 24, last & 0xFFFFFF), run))
    return _join(cells)


def _level(channel: int) -> int:
    return min(range(6), key=lambda level: abs(_CUBE[level] - channel))


@lru_cache(maxsize=4096)
def _index_256(red: int, green: int, blue: int) -> int:
    """The nearest entry of the 6×6×6 cube or the grey ramp; channels in steps of 16."""
    levels = [_level(channel) for channel in (red, green, blue)]
    cube = 16 + 36 * levels[0] + 6 * levels[1] + levels[2]
    grey = max(0, min(23, round(((red + green + blue) / 3 - 8) / 10)))
    shade = 8 + 10 * grey
    off_cube = sum(
        (_CUBE[level] - channel) ** 2 for level, channel in zip(levels, (red, green, blue), strict=True)
    )
    off_grey = sum((shade - channel) ** 2 for channel in (red, green, blue))
    return 232 + grey if off_grey < off_cube else cube


@lru_cache(maxsize=4096)
def _index_16(red: int, green: int, blue: int) -> int:
    """The nearest of the 16 colours; greens count most, as eyes do."""
    return min(
        range(16),
        key=lambda i: (
            3 * (_ANSI_RGB[i][0] - red) ** 2
            + 4 * (_ANSI_RGB[i][1] - green) ** 2
            + 2 * (_ANSI_RGB[i][2] - blue) ** 2
        ),
    )


@lru_cache(maxsize=65536)
def _indexed_style(top: int, bottom: int) -> Style:
    return Style(color=Color.from_ansi(top), bgcolor=Color.from_ansi(bottom))


def _indexed(rgb: bytes, width: int, y: int, index: Callable[[int, int, int], int], spread: int) -> Strip:
    """Ordered dithering towards a palette: flat areas keep a steady pattern from frame to frame."""
    cells: list[tuple[Style, int]] = []
    rows = (y * width * 3, (y + 1) * width * 3)
    for x in range(width):
        found = []
        for half, start in enumerate(rows):
            at = start + x * 3
            push = (_BAYER[(y + half) & 3][x & 3] - 7.5) / 16 * spread
            found.append(index(*(max(0, min(255, int(rgb[at + c] + push))) & 0xF0 for c in range(3))))
        style = _indexed_style(found[0], found[1])
        if cells and cells[-1][0] is style:
            cells[-1] = (style, cells[-1][1] + 1)
        else:
            cells.append((style, 1))
    return _join(cells)


def _shades(rgb: bytes, width: int, height: int, y: int) -> Strip:
    """No colour at all: five densities of ink by the mean light of the cell's two pixels."""
    out = []
    for x in range(width):
        light = 0
        for half in (0, 1):
            at = (min(y + half, height - 1) * width + x) * 3
            light += 2 * rgb[at] + 5 * rgb[at + 1] + rgb[at + 2]
        push = (_BAYER[(y // 2) & 3][x & 3] - 7.5) / 16
        level = light / 16 / 255 * (len(SHADES) - 1) + push * 0.8
        out.append(SHADES[max(0, min(len(SHADES) - 1, round(level)))])
    return Strip([Segment("".join(out), Style())], width)
