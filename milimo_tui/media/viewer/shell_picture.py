"""A picture as text for a plain shell: two pixels a cell with half blocks, in colours the terminal has."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from milimo_tui.media.viewer.preview import FilePreview, Size

_LEVELS = np.array([0, 95, 135, 175, 215, 255])
_SHADES = " .:-=+*#%@"


def as_text(path: Path, columns: int, rows: int, seconds: Fraction = Fraction(0)) -> str:
    """A picture file, or a film's frame at `seconds`, within columns × rows cells.

    Truecolour where COLORTERM says so, else 256 colours, with NO_COLOR shades of letters. Raises the errors
    of a file that can't be read.
    """
    preview = FilePreview()
    try:
        picture = preview.picture(path, seconds, Size(max(1, columns), max(2, 2 * rows)))
    finally:
        preview.close()
    if picture.shape[0] % 2:
        picture = np.concatenate([picture, np.zeros_like(picture[:1])])
    if os.environ.get("NO_COLOR"):
        return _letters(picture)
    exact = os.environ.get("COLORTERM", "") in ("truecolor", "24bit")
    return "\n".join(
        _row(upper, lower, exact=exact) for upper, lower in zip(picture[::2], picture[1::2], strict=True)
    )


def _row(upper: NDArray[np.uint8], lower: NDArray[np.uint8], *, exact: bool) -> str:
    """One line of cells; colours are only written where they change."""
    out: list[str] = []
    last = ""
    for above, below in zip(upper, lower, strict=True):
        colours = f"\x1b[38;{_colour(above, exact)};48;{_colour(below, exact)}m"
        out.append("▀" if colours == last else f"{colours}▀")
        last = colours
    return "".join(out) + "\x1b[0m"


def _colour(pixel: NDArray[np.uint8], exact: bool) -> str:
    if exact:
        return f"2;{pixel[0]};{pixel[1]};{pixel[2]}"
    red, green, blue = (int(np.abs(_LEVELS - int(value)).argmin()) for value in pixel)
    return f"5;{16 + 36 * red + 6 * green + blue}"


def _letters(picture: NDArray[np.uint8]) -> str:
    light = picture.astype(np.float32).mean(axis=2)
    light = (light[::2] + light[1::2]) / 2
    shades = np.minimum(light * len(_SHADES) / 256, len(_SHADES) - 1).astype(int)
    return "\n".join("".join(_SHADES[shade] for shade in row).rstrip() for row in shades)
