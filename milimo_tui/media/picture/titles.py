"""Titles: words as a picture of their own, drawn by Pillow in a face that fontconfig finds.

Reads no files but fonts.
"""

from __future__ import annotations

from PIL import Image, ImageColor, ImageDraw

from milimo_tui.core.errors import BadInput
from milimo_tui.cut.values.effects import Title
from milimo_tui.media.picture import fonts

SAFE = 0.05  # of the raster on every side stays free
_LEADING = 1.25  # from line to line, of the size
_PAD = 0.35  # of the size, of a background around the words
_MOST_LINES = 24

Rgba = tuple[int, int, int, int]


def draw(title: Title, width: int, height: int) -> Image.Image:
    """An RGBA picture of the raster's size. Raises BadInput for a colour that is none."""
    ink = colour(title.colour)
    image = Image.new("RGBA", (width, height), (*ink[:3], 0))
    size = max(4, round(title.size * height))
    face = fonts.family(title.font)
    lines = fonts.wrap(title.text, size, width * (1 - 2 * SAFE), _MOST_LINES, face)
    if not any(lines):
        return image
    wide = max(fonts.width_of(line, size, face) for line in lines)
    high = size * (1 + _LEADING * (len(lines) - 1))
    left = {"left": SAFE * width, "right": (1 - SAFE) * width - wide}.get(title.align, (width - wide) / 2)
    top = {"top": SAFE * height, "bottom": (1 - SAFE) * height - high}.get(title.place, (height - high) / 2)
    on = ImageDraw.Draw(image)
    if title.background:
        pad = _PAD * size
        box = (round(left - pad), round(top - pad), round(left + wide + pad), round(top + high + pad))
        on.rectangle(box, fill=colour(title.background))
    for index, line in enumerate(lines):
        room = wide - fonts.width_of(line, size, face)
        x = left + {"left": 0.0, "right": room}.get(title.align, room / 2)
        fonts.draw(on, x, top + size * (0.82 + _LEADING * index), line, size, ink, face)
    return image


def colour(text: str) -> Rgba:
    """“#rrggbb”, “#rrggbbaa” or a name of CSS, with alpha. Raises BadInput."""
    try:
        levels = ImageColor.getcolor(text, "RGBA")
    except ValueError as error:
        raise BadInput(f"“{text}” is not a colour", "write it as #rrggbb, for example #ffcc00") from error
    assert isinstance(levels, tuple)
    red, green, blue, alpha = levels
    return red, green, blue, alpha
