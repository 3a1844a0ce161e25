"""Drawing of text on pictures, in Pillow's bundled font or, for letters that it lacks, in a font found by
fontconfig.

Nothing needs to be installed: without fontconfig a missing letter is drawn as a box.
"""

from __future__ import annotations

import re
import subprocess
import unicodedata
from functools import lru_cache
from itertools import groupby

from PIL import ImageDraw, ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
Colour = tuple[int, ...]  # A colour as RGB or RGBA.

_CHECK_SIZE = 32
_OUTLINE = 0.06  # Width of an outline around letters, as a share of the font size.
_MISSING = "\uffff"


@lru_cache(maxsize=64)
def load_font(size: int, path: str = "") -> Font:
    """Load a font at `size` pixels from a font file; an empty path loads the bundled font."""
    return ImageFont.truetype(path, size) if path else ImageFont.load_default(size)


@lru_cache(maxsize=4096)
def find_font_path(letter: str, family: str = "") -> str:
    """Return the path of a font file that contains a letter; empty for the bundled font.

    `family` is the path of the requested font, which is tried first. If it lacks the letter, the bundled font
    is tried, then a font found by fontconfig.
    """
    for path in dict.fromkeys((family, "")):
        font = load_font(_CHECK_SIZE, path)
        if letter.isspace() or bytes(font.getmask(letter)) != bytes(font.getmask(_MISSING)):
            return path
    return _query_fontconfig(f":charset={ord(unicodedata.normalize('NFC', letter)[0]):x}")[0]


@lru_cache(maxsize=512)
def _query_fontconfig(pattern: str) -> tuple[str, str]:
    """Return the font file that `fc-match` finds for a pattern, and the names of its families. Both are empty
    if there is none.
    """
    try:
        answer = subprocess.run(
            ["fc-match", "-f", "%{file}\n%{family}", pattern],
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
        ).stdout
        path, families = answer.split("\n", 1)
        load_font(_CHECK_SIZE, path)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return "", ""  # Either fontconfig is not installed, or the font cannot be opened.
    return path, families


def family(name: str) -> str:
    """Return the path of the font file for a family name. If `name` is empty or unknown, return an empty
    text, which stands for the bundled font.
    """
    if not name.strip():
        return ""
    path, families = _query_fontconfig(re.sub(r"([\\:,-])", r"\\\1", name.strip()))
    known = {each.strip().casefold() for each in families.split(",")}
    return path if name.strip().casefold() in known else ""


def _split_by_font(text: str, family: str) -> list[tuple[str, str]]:
    """Split a text into runs that can be drawn in one font, as pairs of font path and text."""
    return [
        (path, "".join(letters))
        for path, letters in groupby(text, lambda letter: find_font_path(letter, family))
    ]


def measure_text_width(text: str, size: int, family: str = "") -> float:
    """Return the width of a line of text in pixels. `family` is the path of the font file; empty means the
    bundled font.
    """
    return sum(load_font(size, path).getlength(run) for path, run in _split_by_font(text, family))


def draw_text_line(
    on: ImageDraw.ImageDraw,
    x: float,
    baseline: float,
    text: str,
    size: int,
    fill: Colour,
    family: str = "",
    *,
    outline: Colour | None = None,
) -> None:
    """Draw a line of text with its left end at `x` and its letters on `baseline`, both in pixels.

    `family` is the path of the font file. `outline` is the colour of an outline around the letters; None
    draws no outline.
    """
    wide = max(1, round(size * _OUTLINE)) if outline else 0
    for path, run in _split_by_font(text, family):
        on.text(
            (x, baseline),
            run,
            font=load_font(size, path),
            fill=fill,
            anchor="ls",
            stroke_width=wide,
            stroke_fill=outline,
        )
        x += load_font(size, path).getlength(run)


def draw_spaced_label(
    on: ImageDraw.ImageDraw, x: float, baseline: float, text: str, size: int, fill: Colour
) -> float:
    """Draw a small label with wide letter spacing. Return the x of its right end in pixels."""
    for letter in text:
        draw_text_line(on, x, baseline, letter, size, fill)
        x += measure_text_width(letter, size) + size * 0.14
    return x


def wrap_to_width(text: str, size: int, width: float, lines: int, family: str = "") -> list[str]:
    """Break text into at most `lines` lines of `width` pixels; truncated text ends in “…”."""
    out: list[str] = []
    for paragraph in text.splitlines():
        line = ""
        for word in paragraph.split():
            for piece in _break_long_word(word, size, width, family):
                candidate = f"{line} {piece}".strip()
                if line and measure_text_width(candidate, size, family) > width:
                    out.append(line)
                    candidate = piece
                line = candidate
        out.append(line)
        if len(out) > lines:
            break
    if len(out) <= lines:
        return out
    last = out[lines - 1]
    while last and measure_text_width(f"{last}…", size, family) > width:
        last = last[:-1]
    return [*out[: lines - 1], f"{last.rstrip(' .,;:')}…"]


def _break_long_word(word: str, size: int, width: float, family: str) -> list[str]:
    """Split a word that is wider than a line into pieces that fit. A shorter word is returned as one
    piece.
    """
    if measure_text_width(word, size, family) <= width:
        return [word]
    pieces, piece = [], ""
    for letter in word:
        if piece and measure_text_width(piece + letter, size, family) > width:
            pieces.append(piece)
            piece = ""
        piece += letter
    return [*pieces, piece]
