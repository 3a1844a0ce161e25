"""Letters of pages: one face for PDF and picture, and for what it lacks a face that fontconfig knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby

from milimo_tui.media.picture import fonts
from milimo_tui.media.picture.pdf_faces import pdf_face

_SIZE = 100  # at which widths are measured


def width_of(text: str, size: float) -> float:
    """How wide a line is, in the unit of its size."""
    return fonts.width_of(text, _SIZE) * size / _SIZE


def runs(text: str) -> list[tuple[str, str]]:
    """A line in runs of one face each, by the names that a PDF knows them by; without one a box is drawn."""
    named = [(pdf_face(fonts.path_for(letter)), letter) for letter in text]
    return [
        (face, "".join(letter for _, letter in part)) for face, part in groupby(named, lambda one: one[0])
    ]


def fitted(text: str, size: float, width: float) -> str:
    """A line cut with … where it is wider."""
    if width_of(text, size) <= width:
        return text
    count = _most(text, lambda part: width_of(part.rstrip() + "…", size) <= width)
    return text[:count].rstrip() + "…"


def _most(text: str, fits: Callable[[str], bool]) -> int:
    """How many letters of a text's beginning fit at most."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if fits(text[:middle]):
            low = middle
        else:
            high = middle - 1
    return low


def lines_of(text: str, size: float, width: float, most: int) -> list[str]:
    """A text in at most so many lines of a width; what is more ends with …

    A word wider than a line, as a sentence is in writing without spaces, is broken where the line ends.
    """
    out: list[str] = []
    rest = [piece for word in text.split() for piece in _pieces(word, size, width)]
    while rest and len(out) < most:
        count = 1
        while count < len(rest) and width_of(" ".join(rest[: count + 1]), size) <= width:
            count += 1
        last = len(out) + 1 == most and count < len(rest)
        line = " ".join(rest if last else rest[:count])
        out.append(fitted(line, size, width))
        rest = rest[count:]
    return out


def _pieces(word: str, size: float, width: float) -> Iterator[str]:
    """A word in pieces of at most that width, a letter at least."""
    while len(word) > 1 and width_of(word, size) > width:
        count = max(1, _most(word, lambda part: width_of(part, size) <= width))
        yield word[:count]
        word = word[count:]
    yield word
