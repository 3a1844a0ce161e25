"""Burn-ins of a delivery, drawn with Pillow: timecode, watermark, captions; and the slate before the film.

A burn-in is a picture with alpha at a position of the raster. Position and size are even, because pictures
with halved chroma require that.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from PIL import Image, ImageDraw

from milimo_tui.core.time import half_up, timecode
from milimo_tui.cut.delivery.burns import CAPTION, SLATE, TIMECODE, WATERMARK
from milimo_tui.cut.plan.plan import Media
from milimo_tui.media.picture import fonts

WHITE = (245, 244, 240)
BLACK = (0, 0, 0)
MUTED = (143, 152, 166)
ACCENT = (95, 211, 198)
GROUND = (16, 18, 22)
RULE = (52, 57, 67)
SHADE = 176  # of 255: opacity of the box behind text
FAINT = 84  # of 255: opacity of a watermark
SAFE = 0.05  # share of the raster at its edges that players and screens may hide


@dataclass(frozen=True, slots=True)
class Burn:
    """An RGBA picture and the position of its upper left corner on the raster."""

    image: Image.Image
    x: int
    y: int


def words_of(media: Media, seconds: Fraction) -> str:
    """Return the text of a burn-in at a second of its source. The picture depends only on text, kind and
    raster.
    """
    if media.title == TIMECODE and media.rate:
        return timecode(half_up(seconds * media.rate), media.rate)
    return media.text


def burn(media: Media, seconds: Fraction, width: int, height: int) -> Burn:
    """Draw the burn-in at a second of its source, for a raster of the given size."""
    return _DRAWN[media.title](words_of(media, seconds), width, height)


def _unit(width: int, height: int) -> float:
    """Return a hundredth of the height, less in a tall raster."""
    return min(height, width * 0.75) / 100


def _timecode(words: str, width: int, height: int) -> Burn:
    """Draw the timecode in a box at the top. Digits have equal width, so the text does not shift as it
    counts.
    """
    unit = _unit(width, height)
    size = max(7, round(4.6 * unit))
    cell = max(fonts.width_of(digit, size) for digit in "0123456789")
    steps = [cell if letter.isdigit() else fonts.width_of(letter, size) for letter in words]
    pad = 0.45 * size
    image, on = _sheet(sum(steps) + 2 * pad, 1.5 * size)
    on.rounded_rectangle((0, 0, *_corner(image)), radius=0.3 * size, fill=(*GROUND, SHADE))
    x = (image.width - sum(steps)) / 2
    for letter, step in zip(words, steps, strict=True):
        own = fonts.width_of(letter, size)
        fonts.draw(on, x + (step - own) / 2, 1.12 * size, letter, size, WHITE)
        x += step
    return Burn(image, _even((width - image.width) / 2), _even(SAFE * height))


def _caption(words: str, width: int, height: int) -> Burn:
    """Draw up to three lines at the bottom, each in a box of its own width."""
    unit = _unit(width, height)
    size = max(7, round(5.0 * unit))
    lines = fonts.wrap(words, size, width * 0.8, 3) or [""]
    leading, pad = 1.4 * size, 0.4 * size
    wide = max(fonts.width_of(line, size) for line in lines) + 2 * pad
    image, on = _sheet(wide, leading * len(lines))
    for index, line in enumerate(lines):
        own = fonts.width_of(line, size)
        left, top = (image.width - own) / 2, index * leading
        on.rectangle((left - pad, top, left + own + pad - 1, top + leading - 1), fill=(*GROUND, SHADE))
        fonts.draw(on, left, top + 1.04 * size, line, size, WHITE)
    y = height * (1 - SAFE) - image.height
    return Burn(image, _even((width - image.width) / 2), _even(max(0, y)))


def _watermark(words: str, width: int, height: int) -> Burn:
    """Draw large, faint text in the middle, readable without hiding the picture."""
    size = max(8, round(13 * _unit(width, height)))
    wide = _spaced(words, size)
    if wide > width * 0.86:
        size = max(6, int(size * width * 0.86 / wide))
        wide = _spaced(words, size)
    image, _ = _sheet(min(width, wide + 0.2 * size), min(height, 1.3 * size))
    light = image.copy()
    edge = max(1, round(size * 0.03))  # offset of a shadow, which makes the text readable on white
    fonts.draw_spaced(ImageDraw.Draw(image), edge, size + edge, words, size, BLACK)
    fonts.draw_spaced(ImageDraw.Draw(light), 0, size, words, size, WHITE)
    image.alpha_composite(light)
    image.putalpha(image.getchannel("A").point(lambda level: level * FAINT // 255))
    return Burn(image, _even((width - image.width) / 2), _even((height - image.height) / 2))


def _spaced(words: str, size: int) -> float:
    return sum(fonts.width_of(letter, size) + size * 0.14 for letter in words)


def _slate(words: str, width: int, height: int) -> Burn:
    """Draw the film's name, and its properties below a line, one property per line."""
    title, *facts = words.split("\n")
    image = Image.new("RGBA", (width, height), (*GROUND, 255))
    on = ImageDraw.Draw(image)
    unit = _unit(width, height)
    left, right = width * 0.09, width * 0.91
    size = max(9, round(9 * unit))
    y = height / 2 - 16 * unit
    for line in fonts.wrap(title, size, right - left, 2):
        fonts.draw(on, left, y, line, size, WHITE)
        y += 1.25 * size
    y -= 0.75 * size
    on.rectangle((left, y, right, y + max(0.0, 0.25 * unit)), fill=RULE)
    on.rectangle((left, y, left + 9 * unit, y + max(1.0, 0.25 * unit)), fill=ACCENT)
    small = max(7, round(4.2 * unit))
    names = (fonts.width_of(line.split("\t")[0], small) for line in facts)
    column = left + max(names, default=0.0) + 1.6 * small
    for line in facts:
        y += 1.55 * small
        name, _, value = line.partition("\t")
        fonts.draw(on, left, y, name, small, MUTED)
        for fitting in fonts.wrap(value, small, right - column, 1):
            fonts.draw(on, column, y, fitting, small, WHITE)
    return Burn(image, 0, 0)


def _sheet(width: float, height: float) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """Return a transparent picture with even sides, at least as large as requested."""
    image = Image.new("RGBA", (2 * -int(-width // 2), 2 * -int(-height // 2)), (0, 0, 0, 0))
    return image, ImageDraw.Draw(image)


def _corner(image: Image.Image) -> tuple[int, int]:
    return image.width - 1, image.height - 1


def _even(place: float) -> int:
    return max(0, int(place) // 2 * 2)


_DRAWN = {TIMECODE: _timecode, WATERMARK: _watermark, CAPTION: _caption, SLATE: _slate}
