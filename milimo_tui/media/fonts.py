"""Letters on pictures: Pillow's own face, and for what it lacks a face that fontconfig knows.

Nothing needs to be installed: without fontconfig a missing letter is drawn as its box.
"""

from __future__ import annotations

import subprocess
import unicodedata
from functools import lru_cache
from itertools import groupby

from PIL import ImageDraw, ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
Colour = tuple[int, int, int]

_CHECK_SIZE = 32
_MISSING = "\uffff"


@lru_cache(maxsize=64)
def face(size: int, path: str = "") -> Font:
    """A face at `size` pixels: the bundled one, or that of a font file."""
    return ImageFont.truetype(path, size) if path else ImageFont.load_default(size)


@lru_cache(maxsize=4096)
def _path_for(letter: str) -> str:
    """The font file to draw a letter with; empty for the bundled face."""
    bundled = face(_CHECK_SIZE)
    if letter.isspace() or bytes(bundled.getmask(letter)) != bytes(bundled.getmask(_MISSING)):
        return ""
    return _fontconfig(unicodedata.normalize("NFC", letter)[0])


@lru_cache(maxsize=512)
def _fontconfig(letter: str) -> str:
    """A font file with that letter, asked of `fc-match`; empty when there is none."""
    try:
        answer = subprocess.run(
            ["fc-match", "-f", "%{file}", f":charset={ord(letter):x}"],
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
        ).stdout.strip()
        face(_CHECK_SIZE, answer)
    except (OSError, subprocess.TimeoutExpired):
        return ""  # no fontconfig here, or a font that can't be opened
    return answer


def _runs(text: str) -> list[tuple[str, str]]:
    """The text in runs of one font file each: (path, run)."""
    return [(path, "".join(letters)) for path, letters in groupby(text, _path_for)]


def width_of(text: str, size: int) -> float:
    """How wide a line is, in pixels."""
    return sum(face(size, path).getlength(run) for path, run in _runs(text))


def draw(on: ImageDraw.ImageDraw, x: float, baseline: float, text: str, size: int, fill: Colour) -> None:
    """Draw one line, its left end at `x`, on the baseline."""
    for path, run in _runs(text):
        on.text((x, baseline), run, font=face(size, path), fill=fill, anchor="ls")
        x += face(size, path).getlength(run)


def draw_spaced(
    on: ImageDraw.ImageDraw, x: float, baseline: float, text: str, size: int, fill: Colour
) -> float:
    """Draw a small label with open letter spacing; returns its right end."""
    for letter in text:
        draw(on, x, baseline, letter, size, fill)
        x += width_of(letter, size) + size * 0.14
    return x


def wrap(text: str, size: int, width: float, lines: int) -> list[str]:
    """Break text into at most `lines` lines of that many pixels; what is left out ends in “…”."""
    out: list[str] = []
    for paragraph in text.splitlines():
        line = ""
        for word in paragraph.split():
            for piece in _pieces(word, size, width):
                candidate = f"{line} {piece}".strip()
                if line and width_of(candidate, size) > width:
                    out.append(line)
                    candidate = piece
                line = candidate
        out.append(line)
        if len(out) > lines:
            break
    if len(out) <= lines:
        return out
    last = out[lines - 1]
    while last and width_of(f"{last}…", size) > width:
        last = last[:-1]
    return [*out[: lines - 1], f"{last.rstrip(' .,;:')}…"]


def _pieces(word: str, size: int, width: float) -> list[str]:
    """A word, broken where it is wider than the line by itself."""
    if width_of(word, size) <= width:
        return [word]
    pieces, piece = [], ""
    for letter in word:
        if piece and width_of(piece + letter, size) > width:
            pieces.append(piece)
            piece = ""
        piece += letter
    return [*pieces, piece]
