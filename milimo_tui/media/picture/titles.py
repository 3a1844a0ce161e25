"""Drawing of titles: text as an RGBA picture, drawn by Pillow in a font that fontconfig finds.

No files are read except fonts.
"""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageColor, ImageDraw

from milimo_tui.core.errors import BadInput
from milimo_tui.cut.values.effects import Title, TitleAlign, TitlePlace
from milimo_tui.media.picture import fonts

SAFE = 0.05  # The margin on every side that stays free of text, as a share of the raster.
_LEADING = 1.25  # Line spacing, as a multiple of the font size.
_PAD = 0.35  # Margin of the background box around the text, as a share of the font size.
_MOST_LINES = 24
_MOST_ROLLED = 400

Rgba = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class _TitleLine:
    """A line of a title: its text, its font size in pixels, and the distance of its baseline in pixels from
    the top of the first line.
    """

    words: str
    size: int
    baseline: float


@dataclass(frozen=True, slots=True)
class _TitleBlock:
    """The lines of a title, with their total width and height in pixels."""

    lines: tuple[_TitleLine, ...]
    wide: float
    high: float


def draw_title(title: Title, width: int, height: int) -> Image.Image:
    """Draw a title as an RGBA picture of width × height pixels. Raises BadInput if a colour of the title
    cannot be parsed.
    """
    image = _make_title_background(title, width, height)
    block = _lay_out_title(title, width, height, _MOST_LINES)
    if not block.lines:
        return image
    wide, high = block.wide, block.high
    left = _choose_edge(title.align, SAFE * width, (width - wide) / 2, (1 - SAFE) * width - wide)
    top = _choose_edge(title.place, SAFE * height, (height - high) / 2, (1 - SAFE) * height - high)
    on = ImageDraw.Draw(image)
    if title.background and not title.fills:
        pad = _PAD * block.lines[0].size
        box = (round(left - pad), round(top - pad), round(left + wide + pad), round(top + high + pad))
        on.rectangle(box, fill=colour(title.background))
    _draw_title_lines(on, title, block, left, top)
    return image


def draw_rolling_text(title: Title, width: int, height: int) -> Image.Image:
    """Draw the complete text of a rolling title on a transparent picture that is as wide as the raster and as
    high as the text.
    """
    block = _lay_out_title(title, width, height, _MOST_ROLLED)
    image = Image.new("RGBA", (width, max(2, round(block.high))), (*colour(title.colour)[:3], 0))
    wide = block.wide
    left = _choose_edge(title.align, SAFE * width, (width - wide) / 2, (1 - SAFE) * width - wide)
    _draw_title_lines(ImageDraw.Draw(image), title, block, left, 0.0)
    return image


def _choose_edge(edge: TitleAlign | TitlePlace, first: float, middle: float, last: float) -> float:
    """Return one of three positions, chosen by an alignment: `first` for left or top, `last` for right or
    bottom, else `middle`.
    """
    if edge in (TitleAlign.LEFT, TitlePlace.TOP):
        return first
    return last if edge in (TitleAlign.RIGHT, TitlePlace.BOTTOM) else middle


def place_rolling_text(
    words: Image.Image, title: Title, width: int, height: int, share: float
) -> Image.Image:
    """Return one frame of a rolling title. `share` is the progress of the roll: at 0 the text is just under
    the lower edge of the picture, at 1 just over the upper edge.

    `words` is the picture from `draw_rolling_text`.
    """
    image = _make_title_background(title, width, height)
    top = round(height - share * (height + words.height))
    low, high = max(0, -top), min(words.height, height - top)
    if high > low:
        image.alpha_composite(words.crop((0, low, width, high)), (0, max(0, top)))
    return image


def _make_title_background(title: Title, width: int, height: int) -> Image.Image:
    """Return a picture filled with the title's background if the title fills the raster, else a transparent
    picture.
    """
    if title.fills and title.background:
        return Image.new("RGBA", (width, height), colour(title.background))
    return Image.new("RGBA", (width, height), (*colour(title.colour)[:3], 0))


def _lay_out_title(title: Title, width: int, height: int, most: int) -> _TitleBlock:
    face = fonts.family(title.font)
    first = max(4, round(title.size * height))
    rest = max(4, round(first * title.lines))
    lines: list[_TitleLine] = []
    at, room = 0.0, width * (1 - 2 * SAFE)
    head, _, tail = title.text.partition("\n")
    for text, size in ((head or " ", first), (tail, rest)):
        for words in fonts.wrap_to_width(text, size, room, max(1, most - len(lines)), face):
            at += _LEADING * size if lines else 0.82 * size
            lines.append(_TitleLine(words, size, at))
    if not any(line.words for line in lines):
        return _TitleBlock((), 0.0, 0.0)
    wide = max(fonts.measure_text_width(line.words, line.size, face) for line in lines)
    return _TitleBlock(tuple(lines), wide, at + 0.18 * lines[-1].size)


def _draw_title_lines(
    on: ImageDraw.ImageDraw, title: Title, block: _TitleBlock, left: float, top: float
) -> None:
    face, ink = fonts.family(title.font), colour(title.colour)
    line_round = colour(title.outline) if title.outline else None
    for line in block.lines:
        room = block.wide - fonts.measure_text_width(line.words, line.size, face)
        x = left + _choose_edge(title.align, 0.0, room / 2, room)
        fonts.draw_text_line(on, x, top + line.baseline, line.words, line.size, ink, face, outline=line_round)


def colour(text: str) -> Rgba:
    """Parse “#rrggbb”, “#rrggbbaa” or a CSS colour name, with alpha. Raises BadInput."""
    try:
        levels = ImageColor.getcolor(text, "RGBA")
    except ValueError as error:
        raise BadInput(f"“{text}” is not a colour", "write it as #rrggbb, for example #ffcc00") from error
    assert isinstance(levels, tuple)
    red, green, blue, alpha = levels
    return red, green, blue, alpha
