"""Measure and wrap the text on pages. PDF and PNG pages use the same font.

Characters that the font lacks are taken from other fonts that fontconfig finds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby

from milimo_tui.media.picture import fonts
from milimo_tui.media.picture.pdf_faces import register_pdf_font

_SIZE = 100  # font size at which widths are measured


def measure_line_width(text: str, size: float) -> float:
    """Return the width of a line in points. `size` is the font size in points."""
    return fonts.measure_text_width(text, _SIZE) * size / _SIZE


def split_into_font_runs(text: str) -> list[tuple[str, str]]:
    """Return a line as stretches of text, each with the name of its font in a PDF. A character without a font
    becomes a box.
    """
    named = [(register_pdf_font(fonts.find_font_path(letter)), letter) for letter in text]
    return [
        (face, "".join(letter for _, letter in part)) for face, part in groupby(named, lambda one: one[0])
    ]


def fit_line_to_width(text: str, size: float, width: float) -> str:
    """Return a line of text that is at most `width` points wide. A wider line is cut and ends with `…`.
    `size` is the font size in points.
    """
    if measure_line_width(text, size) <= width:
        return text
    count = _count_fitting_letters(text, lambda part: measure_line_width(part.rstrip() + "…", size) <= width)
    return text[:count].rstrip() + "…"


def _count_fitting_letters(text: str, fits: Callable[[str], bool]) -> int:
    """Return the largest number of characters from the start of the text for which the function `fits`
    returns True.
    """
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if fits(text[:middle]):
            low = middle
        else:
            high = middle - 1
    return low


def wrap_text_lines(text: str, size: float, width: float, most: int) -> list[str]:
    """Return a text wrapped into at most `most` lines of the given width. A longer text ends with `…`.

    A word that is wider than a line is broken at the end of the line. A sentence in Chinese or Japanese,
    which has no spaces, is treated as such a word.
    """
    out: list[str] = []
    rest = [piece for word in text.split() for piece in _split_wide_word(word, size, width)]
    while rest and len(out) < most:
        count = 1
        while count < len(rest) and measure_line_width(" ".join(rest[: count + 1]), size) <= width:
            count += 1
        last = len(out) + 1 == most and count < len(rest)
        line = " ".join(rest if last else rest[:count])
        out.append(fit_line_to_width(line, size, width))
        rest = rest[count:]
    return out


def _split_wide_word(word: str, size: float, width: float) -> Iterator[str]:
    """Yield a word in pieces that are at most `width` wide. Each piece has at least one character."""
    while len(word) > 1 and measure_line_width(word, size) > width:
        count = max(1, _count_fitting_letters(word, lambda part: measure_line_width(part, size) <= width))
        yield word[:count]
        word = word[count:]
    yield word
