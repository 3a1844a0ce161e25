"""Draw the text in a frame: the slate strip, the shot's number, the PREVIS mark and subtitles. Also draw a
board's arrow.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from PIL import Image, ImageDraw

from milimo_tui.engines.animatic.draw.colour import Colour, parse_colour
from milimo_tui.engines.animatic.picture.planes import PlaneFrame, PlaneKind, PlanePicture
from milimo_tui.engines.specs.spec_values import ShotFacts
from milimo_tui.media.picture import fonts

INK, PAPER, ACCENT, MUTED = (
    parse_colour("#101216"),
    parse_colour("#e7e5df"),
    parse_colour("#5fd3c6"),
    parse_colour("#a8b0ba"),
)
MARK = "PREVIS"


@dataclass(frozen=True, slots=True)
class LetterPatch:
    """A picture of text to be laid over a frame: its pixels, a mask of the letters, and the position of its
    upper left corner in the frame.
    """

    picture: Image.Image
    mask: Image.Image
    place: tuple[int, int]

    def prepare_planes(self, kind: PlaneKind) -> PlaneLetters:
        """Return the text converted to colour planes in the pixel format `kind`. Its position and size are
        adjusted to the pixel grid of that format.
        """
        grid = kind.grid
        wide, high = (-(-side // grid) * grid for side in self.picture.size)
        picture, mask = Image.new("RGB", (wide, high), INK), Image.new("L", (wide, high))
        picture.paste(self.picture, (0, 0))
        mask.paste(self.mask, (0, 0))
        return PlaneLetters(
            PlanePicture.from_picture(kind, picture, mask),
            (self.place[0] // grid * grid, self.place[1] // grid * grid),
        )


@dataclass(frozen=True, slots=True)
class PlaneLetters:
    """A picture of text as colour planes, in the pixel format of the frames over which it is laid."""

    sheet: PlanePicture
    place: tuple[int, int]

    def lay_over(self, frame: PlaneFrame, alpha: float = 1.0) -> None:
        """Draw the text over a frame."""
        width, height = frame.planes[0].size
        grid = self.sheet.kind.grid
        right = min(width // grid * grid, self.place[0] + self.sheet.size[0])
        bottom = min(height // grid * grid, self.place[1] + self.sheet.size[1])
        area = (max(0, self.place[0]), max(0, self.place[1]), right, bottom)
        size = (area[2] - area[0], area[3] - area[1])
        if size[0] <= 0 or size[1] <= 0:
            return
        planes = [
            plane.crop((0, 0, size[0] // factor, size[1] // factor))
            for plane, factor in zip(self.sheet.planes, self.sheet.kind.factors, strict=True)
        ]
        masks = [
            mask.crop((0, 0, size[0] >> index, size[1] >> index))
            for index, mask in enumerate(self.sheet.masks)
        ]
        if alpha < 0.99:
            masks = [mask.point([round(value * alpha) for value in range(256)]) for mask in masks]
        frame.paste(planes, masks, area)


@dataclass(frozen=True, slots=True)
class TimedCaption:
    """A subtitle: the speaker, at most two lines of text, and its start and end in seconds."""

    speaker: str
    text: str
    start: float
    end: float


def choose_letter_size(width: int, height: int, share: float) -> int:
    """Return a font size in pixels: `share` of the frame's height, smaller in narrow frames, at least 7."""
    return max(7, round(min(height, width * 0.78) * share))


def letter_slate(facts: ShotFacts, width: int, height: int) -> LetterPatch:
    """Return a picture of the strip of text at the start of a shot: film, number, heading and the previs
    notice. `width` and `height` are the frame's size in pixels.
    """
    size = choose_letter_size(width, height, 0.034)
    high = round(size * 2.3)
    picture, mask = Image.new("RGB", (width, high), INK), Image.new("L", (width, high), 224)
    brush = ImageDraw.Draw(picture)
    base, pad = round(high * 0.63), round(size * 0.9)
    mask.paste(255, (0, 0, width, high - 1))
    brush.rectangle((0, high - max(1, size // 8), width, high), fill=ACCENT)
    right = width - pad - fonts.measure_text_width(MARK, size) - size * 0.14 * len(MARK)
    fonts.draw_spaced_label(brush, right, base, MARK, size, ACCENT)
    x = float(pad)
    if facts.number:
        fonts.draw_text_line(brush, x, base, facts.number, size, PAPER)
        x += fonts.measure_text_width(facts.number, size) + size * 1.1
    for text, colour in ((facts.title, PAPER), (facts.heading, MUTED)):
        room = right - size - x
        if text and room > size * 4:
            line = fonts.wrap_to_width(text, size, room, 1)
            if line:
                fonts.draw_text_line(brush, x, base, line[0], size, colour)
                x += fonts.measure_text_width(line[0], size) + size * 1.1
    return LetterPatch(picture, mask, (0, 0))


def letter_corner(
    text: str, width: int, height: int, *, right: bool = False, colour: Colour = PAPER
) -> LetterPatch:
    """Return a short text for an upper corner, on a soft dark background that makes it legible on any
    picture.
    """
    size = choose_letter_size(width, height, 0.027)
    wide = round(fonts.measure_text_width(text, size) + size * (0.14 * len(text) + 1.0))
    high = round(size * 1.7)
    margin = round(size * 0.7)
    picture, sheet = Image.new("RGB", (wide, high), INK), Image.new("RGB", (wide, high), (96, 96, 96))
    brush, stencil = ImageDraw.Draw(picture), ImageDraw.Draw(sheet)
    base = round(high * 0.69)
    fonts.draw_spaced_label(brush, size * 0.55, base, text, size, colour)
    fonts.draw_spaced_label(stencil, size * 0.55, base, text, size, (255, 255, 255))
    return LetterPatch(picture, sheet.getchannel(0), (width - margin - wide if right else margin, margin))


def letter_plate(words: str, width: int, height: int) -> LetterPatch:
    """Return a label for a place or a prop that has no drawing. The label is below the shot's number."""
    size = choose_letter_size(width, height, 0.042)
    text = (fonts.wrap_to_width(words.upper(), size, width * 0.7, 1) or [words.upper()])[0]
    wide = min(width, round(fonts.measure_text_width(text, size) + size * 1.6))
    high = round(size * 1.8)
    picture, mask = Image.new("RGB", (wide, high), PAPER), Image.new("L", (wide, high), 216)
    brush = ImageDraw.Draw(picture)
    thin = max(1, size // 10)
    brush.rectangle((0, 0, wide - 1, high - 1), outline=INK, width=thin)
    fonts.draw_text_line(
        brush, (wide - fonts.measure_text_width(text, size)) / 2, round(high * 0.69), text, size, INK
    )
    return LetterPatch(
        picture, mask, (round(choose_letter_size(width, height, 0.027) * 0.7), round(height * 0.1))
    )


def letter_subtitle(caption: TimedCaption, width: int, height: int) -> LetterPatch:
    """Return a picture of a subtitle for the bottom of the frame: the speaker's name and the spoken words in
    at most two lines. `width` and `height` are the frame's size in pixels.
    """
    size = choose_letter_size(width, height, 0.046)
    lines = wrap_subtitle(caption, width, height)
    leading = round(size * 1.28)
    high = leading * len(lines) + round(size * 0.7)
    wide = min(width, round(max(fonts.measure_text_width(line, size) for line in lines) + size * 1.6))
    picture, sheet = Image.new("RGB", (wide, high), INK), Image.new("RGB", (wide, high), (138, 138, 138))
    brush, stencil = ImageDraw.Draw(picture), ImageDraw.Draw(sheet)
    name = f"{caption.speaker}  " if caption.speaker else ""
    for index, line in enumerate(lines):
        base = round(size * 1.18 + leading * index)
        x = (wide - fonts.measure_text_width(line, size)) / 2
        if index == 0 and name and line.startswith(name.strip()):
            fonts.draw_text_line(brush, x, base, name.strip(), size, ACCENT)
            rest = line[len(name.strip()) :]
            fonts.draw_text_line(
                brush, x + fonts.measure_text_width(name.strip(), size), base, rest, size, PAPER
            )
        else:
            fonts.draw_text_line(brush, x, base, line, size, PAPER)
        fonts.draw_text_line(stencil, x, base, line, size, (255, 255, 255))
    return LetterPatch(
        picture, sheet.getchannel(0), ((width - wide) // 2, height - high - round(height * 0.045))
    )


def wrap_subtitle(caption: TimedCaption, width: int, height: int) -> list[str]:
    """Return the lines of a subtitle, at most two. The first begins with the speaker's name. If there are two
    lines, they are made about equally long.
    """
    size = choose_letter_size(width, height, 0.046)
    text = f"{caption.speaker}  {caption.text}" if caption.speaker else caption.text
    lines = fonts.wrap_to_width(text, size, width * 0.86, 2) or [caption.text]
    if len(lines) < 2:
        return lines
    # Two lines of similar length are easier to read than a long line and a single word.
    for share in (0.46, 0.54, 0.62, 0.7, 0.78):
        even = fonts.wrap_to_width(text, size, width * share, 3)
        if len(even) == 2:
            return even
    return lines


def split_captions(
    speaker: str, text: str, start: float, end: float, width: int, height: int
) -> list[TimedCaption]:
    """Divide a spoken line into subtitles of at most two lines each. `start` and `end` are the times of the
    spoken line in seconds. Each subtitle gets a share of that time in proportion to its number of characters.
    """
    size = choose_letter_size(width, height, 0.046)
    words = text.split()
    if not words:
        return []
    pieces: list[str] = []
    while words:
        # Two lines hold at most 40 words, so the search for the number of words that fit begins there. The
        # other words become the next subtitle.
        count = min(len(words), 40)
        name = f"{speaker}  " if speaker and not pieces else ""
        while (
            count > 1 and len(fonts.wrap_to_width(name + " ".join(words[:count]), size, width * 0.86, 3)) > 2
        ):
            count -= 1
        pieces.append(" ".join(words[:count]))
        words = words[count:]
    total = sum(len(piece) for piece in pieces)
    out, time = [], start
    for index, piece in enumerate(pieces):
        until = time + (end - start) * len(piece) / total
        out.append(TimedCaption(speaker if index == 0 else "", piece, time, until))
        time = until
    return out


def draw_arrow(movement: str, width: int, height: int) -> LetterPatch | None:
    """Return the storyboard arrow for a camera move. None if the camera does not move."""
    turns = {
        "pan right": 0.0,
        "track": 0.0,
        "arc": 0.0,
        "dolly right": 0.0,
        "pan left": math.pi,
        "dolly left": math.pi,
        "tilt up": -math.pi / 2,
        "crane up": -math.pi / 2,
        "tilt down": math.pi / 2,
        "crane down": math.pi / 2,
    }
    size = max(16, round(min(width, height) * 0.11))
    picture, mask = Image.new("RGB", (size, size), ACCENT), Image.new("L", (size * 4, size * 4))
    stencil = ImageDraw.Draw(mask)
    if movement in turns:
        cos, sin = math.cos(turns[movement]), math.sin(turns[movement])
        shape = (
            (-0.42, -0.09),
            (0.06, -0.09),
            (0.06, -0.27),
            (0.45, 0.0),
            (0.06, 0.27),
            (0.06, 0.09),
            (-0.42, 0.09),
        )
        stencil.polygon(
            [(size * 4 * (0.5 + x * cos - y * sin), size * 4 * (0.5 + x * sin + y * cos)) for x, y in shape],
            fill=235,
        )
    elif movement in ("dolly in", "zoom in", "dolly out", "zoom out"):
        inward = movement.endswith("in")
        for sx in (-1, 1):
            for sy in (-1, 1):
                tip, tail = (0.12, 0.44) if inward else (0.44, 0.12)
                a, b = (0.5 + sx * tip, 0.5 + sy * tip), (0.5 + sx * tail, 0.5 + sy * tail)
                stencil.line(
                    [(size * 4 * a[0], size * 4 * a[1]), (size * 4 * b[0], size * 4 * b[1])],
                    fill=235,
                    width=max(2, size // 4),
                )
                direction = 1 if tip > tail else -1
                stencil.polygon(
                    [
                        (size * 4 * a[0], size * 4 * a[1]),
                        (size * 4 * (a[0] - sx * direction * 0.17), size * 4 * a[1]),
                        (size * 4 * a[0], size * 4 * (a[1] - sy * direction * 0.17)),
                    ],
                    fill=235,
                )
    else:
        return None
    margin = round(size * 0.4)
    return LetterPatch(picture, mask.reduce(4), (width - size - margin, height - size - margin))
