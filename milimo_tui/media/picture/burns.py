"""Drawing of the burn-ins of a delivery (timecode, watermark, captions) and of the slate before the film,
with Pillow.

A burn-in is a picture with alpha at a position on the raster. Position and size are even, because formats
with halved chroma require that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from PIL import Image, ImageDraw

from milimo_tui.core.time import format_timecode, round_half_up
from milimo_tui.cut.delivery import burn_text
from milimo_tui.cut.delivery.burns import CAPTION, SLATE, TIMECODE, WATERMARK
from milimo_tui.cut.plan.plan import Media
from milimo_tui.cut.values.captions import CaptionPlace
from milimo_tui.media.picture import fonts

WHITE = (245, 244, 240)
BLACK = (0, 0, 0)
MUTED = (143, 152, 166)
ACCENT = (95, 211, 198)
GROUND = (16, 18, 22)
RULE = (52, 57, 67)
SHADE = 176  # Opacity of the box behind text, of 255.
FAINT = 84  # Opacity of a watermark, of 255.
# The margin without burn-ins at each edge, as a share of the raster. Players and screens may hide this
# margin.
SAFE = 0.05


@dataclass(frozen=True, slots=True)
class BurnIn:
    """An RGBA picture and the position of its upper left corner on the raster."""

    image: Image.Image
    x: int
    y: int


def make_burn_in_text(media: Media, seconds: Fraction) -> str:
    """Return the text of a burn-in. A timecode shows `seconds` as a timecode; any other burn-in has a
    constant text.

    The drawn picture depends only on this text, the kind of burn-in and the raster, so these three can be the
    key of a cache.
    """
    if media.title == TIMECODE and media.rate:
        return format_timecode(round_half_up(seconds * media.rate), media.rate)
    return media.text


def draw_burn_in(media: Media, seconds: Fraction, width: int, height: int) -> BurnIn:
    """Draw a burn-in for a raster of width × height pixels. `seconds` is the time that a timecode shows."""
    return _DRAWN[media.title](make_burn_in_text(media, seconds), width, height)


def _compute_layout_unit(width: int, height: int) -> float:
    """Return the unit of the layout in pixels: 1 % of the height, or less if the raster is narrower than
    4:3.
    """
    return min(height, width * 0.75) / 100


def _draw_timecode(words: str, width: int, height: int) -> BurnIn:
    """Draw the timecode in a box at the top of the raster. All digits get the same width, so that the text
    does not move from frame to frame.
    """
    unit = _compute_layout_unit(width, height)
    size = max(7, round(4.6 * unit))
    cell = max(fonts.measure_text_width(digit, size) for digit in "0123456789")
    steps = [cell if letter.isdigit() else fonts.measure_text_width(letter, size) for letter in words]
    pad = 0.45 * size
    image, on = _make_clear_sheet(sum(steps) + 2 * pad, 1.5 * size)
    on.rounded_rectangle((0, 0, *_find_lower_right_corner(image)), radius=0.3 * size, fill=(*GROUND, SHADE))
    x = (image.width - sum(steps)) / 2
    for letter, step in zip(words, steps, strict=True):
        own = fonts.measure_text_width(letter, size)
        fonts.draw_text_line(on, x + (step - own) / 2, 1.12 * size, letter, size, WHITE)
        x += step
    return BurnIn(image, _round_down_to_even((width - image.width) / 2), _round_down_to_even(SAFE * height))


def _draw_caption(words: str, width: int, height: int) -> BurnIn:
    """Draw captions in their style: up to three lines, each line in a box of its own width. The word that is
    being spoken has another colour.
    """
    burned = burn_text.parse_burned_captions(words)
    unit = _compute_layout_unit(width, height)
    size = max(7, round(5.0 * unit * burned.size))
    lines = fonts.wrap_to_width(burned.text, size, width * 0.8, 3) or [""]
    leading, pad = 1.4 * size, 0.4 * size
    wide = max(fonts.measure_text_width(line, size) for line in lines) + 2 * pad
    image, on = _make_clear_sheet(wide, leading * len(lines))
    seen = 0
    for index, line in enumerate(lines):
        own = fonts.measure_text_width(line, size)
        left, top = (image.width - own) / 2, index * leading
        baseline = top + 1.04 * size
        if burned.boxed:
            on.rectangle((left - pad, top, left + own + pad - 1, top + leading - 1), fill=(*GROUND, SHADE))
        else:
            edge = max(1, round(size * 0.06))
            for right, down in ((edge, edge), (-edge, edge), (edge, -edge), (-edge, -edge)):
                fonts.draw_text_line(on, left + right, baseline + down, line, size, BLACK)
        fonts.draw_text_line(on, left, baseline, line, size, _parse_colour(burned.colour))
        for word in re.finditer(r"\S+", line):
            if seen == burned.spoken:
                at = left + fonts.measure_text_width(line[: word.start()], size)
                fonts.draw_text_line(on, at, baseline, word[0], size, _parse_colour(burned.highlight))
            seen += 1
    y = {
        CaptionPlace.TOP: height * SAFE,
        CaptionPlace.MIDDLE: (height - image.height) / 2,
    }.get(burned.place, height * (1 - SAFE) - image.height)
    return BurnIn(image, _round_down_to_even((width - image.width) / 2), _round_down_to_even(max(0, y)))


def _parse_colour(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _draw_watermark(words: str, width: int, height: int) -> BurnIn:
    """Draw a watermark in the middle of the raster: large, faint text that can be read without hiding the
    picture.
    """
    size = max(8, round(13 * _compute_layout_unit(width, height)))
    wide = _measure_spaced_text(words, size)
    if wide > width * 0.86:
        size = max(6, int(size * width * 0.86 / wide))
        wide = _measure_spaced_text(words, size)
    image, _ = _make_clear_sheet(min(width, wide + 0.2 * size), min(height, 1.3 * size))
    light = image.copy()
    # Offset in pixels of a dark shadow, which keeps the white text readable on white.
    edge = max(1, round(size * 0.03))
    fonts.draw_spaced_label(ImageDraw.Draw(image), edge, size + edge, words, size, BLACK)
    fonts.draw_spaced_label(ImageDraw.Draw(light), 0, size, words, size, WHITE)
    image.alpha_composite(light)
    image.putalpha(image.getchannel("A").point(lambda level: level * FAINT // 255))
    return BurnIn(
        image,
        _round_down_to_even((width - image.width) / 2),
        _round_down_to_even((height - image.height) / 2),
    )


def _measure_spaced_text(words: str, size: int) -> float:
    return sum(fonts.measure_text_width(letter, size) + size * 0.14 for letter in words)


def _draw_delivery_slate(words: str, width: int, height: int) -> BurnIn:
    """Draw the slate before the film: the film's name, and below a line its properties, one per line.

    `words` has the name in the first line, then lines of a property and its value, separated by a tab.
    """
    title, *facts = words.split("\n")
    image = Image.new("RGBA", (width, height), (*GROUND, 255))
    on = ImageDraw.Draw(image)
    unit = _compute_layout_unit(width, height)
    left, right = width * 0.09, width * 0.91
    size = max(9, round(9 * unit))
    y = height / 2 - 16 * unit
    for line in fonts.wrap_to_width(title, size, right - left, 2):
        fonts.draw_text_line(on, left, y, line, size, WHITE)
        y += 1.25 * size
    y -= 0.75 * size
    on.rectangle((left, y, right, y + max(0.0, 0.25 * unit)), fill=RULE)
    on.rectangle((left, y, left + 9 * unit, y + max(1.0, 0.25 * unit)), fill=ACCENT)
    small = max(7, round(4.2 * unit))
    names = (fonts.measure_text_width(line.split("\t")[0], small) for line in facts)
    column = left + max(names, default=0.0) + 1.6 * small
    for line in facts:
        y += 1.55 * small
        name, _, value = line.partition("\t")
        fonts.draw_text_line(on, left, y, name, small, MUTED)
        for fitting in fonts.wrap_to_width(value, small, right - column, 1):
            fonts.draw_text_line(on, column, y, fitting, small, WHITE)
    return BurnIn(image, 0, 0)


def _make_clear_sheet(width: float, height: float) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """Return a transparent picture with even sides, at least as large as requested."""
    image = Image.new("RGBA", (2 * -int(-width // 2), 2 * -int(-height // 2)), (0, 0, 0, 0))
    return image, ImageDraw.Draw(image)


def _find_lower_right_corner(image: Image.Image) -> tuple[int, int]:
    return image.width - 1, image.height - 1


def _round_down_to_even(place: float) -> int:
    return max(0, int(place) // 2 * 2)


_DRAWN = {
    TIMECODE: _draw_timecode,
    WATERMARK: _draw_watermark,
    CAPTION: _draw_caption,
    SLATE: _draw_delivery_slate,
}
