"""Conversion of text cells to rows of text with escape codes for their colours.

A code is written only where a colour changes. A glyph looks the same as its inverse with foreground and
background exchanged, so the variant that needs fewer codes is used.
"""

from __future__ import annotations

from functools import cache
from itertools import groupby

import numpy as np

from milimo_tui.media.viewer import signs
from milimo_tui.media.viewer.cells import Cells

RESET = "\x1b[0m"
_NO_COLOUR = -1

Stroke = tuple[int, int, int]
"""The code point, foreground colour and background colour of a cell. Each colour is one number."""


class CellWriter:
    """A writer of consecutive cells, which remembers the terminal's current colours so that it repeats no
    colour code.
    """

    def __init__(self, colours: str) -> None:
        self._colours = colours
        self._opposites = _find_inverse_glyphs()
        self.reset_colours()

    def reset_colours(self) -> None:
        """Forget the current colours, for example because other text was written to the terminal."""
        self._ink = self._ground = _NO_COLOUR

    def write(self, stroke: Stroke, count: int) -> str:
        """Return the text of `count` equal cells. `stroke` is their code point, foreground and background."""
        sign, ink, ground = stroke
        if self._colours == "none":
            return chr(sign) * count
        if sign == signs.BLANK and self._ground != ground and self._ink == ground:
            return chr(signs.FULL) * count
        if sign == signs.BLANK:
            ink = self._ink
        elif (self._ink != ink) + (self._ground != ground) > (self._ink != ground) + (self._ground != ink):
            opposite = self._opposites.get(sign)
            if opposite is not None:
                sign, ink, ground = opposite, ground, ink
        codes = []
        if ink != self._ink:
            codes.append(self._make_colour_code(ink, 30))
        if ground != self._ground:
            codes.append(self._make_colour_code(ground, 40))
        self._ink, self._ground = ink, ground
        return (f"\x1b[{';'.join(codes)}m" if codes else "") + chr(sign) * count

    def _make_colour_code(self, colour: int, base: int) -> str:
        if self._colours == "truecolor":
            return f"{base + 8};2;{colour >> 16};{colour >> 8 & 255};{colour & 255}"
        number = colour >> 16
        if self._colours == "256":
            return f"{base + 8};5;{number}"
        return str(base + number if number < 8 else base + 52 + number)


def cells_to_lines(cells: Cells, colours: str) -> list[str]:
    """Return each row of cells as text that sets its colours at the start and resets them at the end."""
    pen = CellWriter(colours)
    out = []
    for row in _cells_to_strokes(cells):
        pen.reset_colours()
        text = "".join(pen.write(stroke, sum(1 for _ in run)) for stroke, run in groupby(row))
        out.append(text if colours == "none" else text + RESET)
    return out


def _cells_to_strokes(cells: Cells) -> list[list[Stroke]]:
    """Convert cells to rows of tuples of code point, foreground and background."""
    ink, ground = (
        cells[name].astype(np.int32) @ np.array([1 << 16, 1 << 8, 1], np.int32) for name in ("ink", "ground")
    )
    return [
        list(zip(*columns, strict=True))
        for columns in zip(cells["sign"].tolist(), ink.tolist(), ground.tolist(), strict=True)
    ]


@cache
def _find_inverse_glyphs() -> dict[int, int]:
    """Return a map from each glyph to its inverse, which fills exactly the other part of the cell. Only
    inverses in the same family of glyphs are included; most bars have none.
    """
    listed = [signs.list_octants().tolist(), signs.list_sextants().tolist()]
    out = {point: points[~mask] for points in listed for mask, point in enumerate(points)}
    out |= {point: signs.SHARES[1 - share] for share, point in signs.SHARES.items()}
    for point in (signs.BLANK, signs.FULL, *signs.list_bars(lower=True), *signs.list_bars(lower=False)):
        if point not in (0x2584, 0x258C):
            out.pop(int(point), None)
    return out
