"""Letters of pages: one face for PDF and picture, and for what it lacks a face that fontconfig knows."""

from __future__ import annotations

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
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width_of(text[:middle].rstrip() + "…", size) <= width:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "…"


def lines_of(text: str, size: float, width: float, most: int) -> list[str]:
    """A text in at most so many lines of a width; what is more ends with …"""
    out: list[str] = []
    rest = text.split()
    while rest and len(out) < most:
        count = 1
        while count < len(rest) and width_of(" ".join(rest[: count + 1]), size) <= width:
            count += 1
        last = len(out) + 1 == most and count < len(rest)
        line = " ".join(rest if last else rest[:count])
        out.append(fitted(line, size, width))
        rest = rest[count:]
    return out
