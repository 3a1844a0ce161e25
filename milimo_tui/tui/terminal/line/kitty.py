"""Kitty graphics by Unicode placeholders: a picture is sent once, the cells that show it are text.

So it scrolls, clips and vanishes with the cells. Every command carries `q=2`: no reply ever reaches the keys.
Pure: returns the words to send and the strips to draw. Source: kitty, graphics-protocol.
"""

from __future__ import annotations

from dataclasses import dataclass

from rich.color import Color
from rich.segment import Segment
from textual.strip import Strip

from milimo_tui.core.kitty_marks import MARKS, PLACEHOLDER
from milimo_tui.tui.terminal.line.cell_styles import PictureStyle, picture_style

CHUNK = 4096  # characters of base64 a command may carry
MOST_ROWS = MOST_COLUMNS = len(MARKS)


def _command(keys: str, data: str, wrap: bool) -> str:
    words = f"\x1b_G{keys};{data}\x1b\\" if data else f"\x1b_G{keys}\x1b\\"
    return f"\x1bPtmux;{words.replace(chr(27), chr(27) * 2)}\x1b\\" if wrap else words


@dataclass(frozen=True, slots=True)
class Pixels:
    """A picture as the terminal reads it: `keys` say how (f=…, o=…, t=…), `data` is base64.

    `width` and `height` are its own pixels; it fills `columns` × `rows` cells, enlarged where it is small.
    """

    keys: str
    data: str
    width: int
    height: int
    columns: int
    rows: int

    @property
    def is_once(self) -> bool:
        """Return whether it lies in memory or a file here, which the terminal removes when read."""
        return "t=" in self.keys

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Return what two pictures have in common of which one can take the other's place."""
        return self.width, self.height, self.columns, self.rows

    def send(self, id: int, *, wrap: bool = False) -> list[str]:
        """Return the words that give the terminal the picture under an id: parts that follow each other."""
        place = f"c={self.columns},r={self.rows}"
        size = f"s={self.width},v={self.height}"
        return _parts(f"a=T,U=1,i={id},{self.keys},{size},{place}", self.data, wrap)

    def replace(self, id: int, *, wrap: bool = False) -> list[str]:
        """Return the words that put it in the place of one of as many pixels: its cells show it at once.

        An edit of the first frame: kitty, graphics-protocol, "Transferring animation frame data".
        """
        return _parts(f"a=f,i={id},r=1,X=1,{self.keys},s={self.width},v={self.height}", self.data, wrap)


def _parts(keys: str, data: str, wrap: bool) -> list[str]:
    """Return base64 data as commands of at most `CHUNK` characters of it; the first has the keys."""
    chunks = [data[start : start + CHUNK] for start in range(0, len(data), CHUNK)] or [""]
    last, action = len(chunks) - 1, keys.partition(",")[0]
    # Further parts of a frame must say again that they are of one.
    later = f"{action}," if action == "a=f" else ""
    return [
        _command(f"{f'{keys},' if index == 0 else later}q=2,m={int(index < last)}", chunk, wrap)
        for index, chunk in enumerate(chunks)
    ]


def forget(id: int, *, wrap: bool = False) -> str:
    """Return the words that free a picture in the terminal's memory."""
    return _command(f"a=d,d=I,i={id},q=2", "", wrap)


def style_of(id: int) -> PictureStyle:
    """Return the style of a picture's cells: the id is the foreground colour."""
    return picture_style(color=Color.from_rgb(id >> 16 & 255, id >> 8 & 255, id & 255), picture=id)


def strips(id: int, columns: int, rows: int) -> list[Strip]:
    """Return the cells that show it: placeholders with row and column; the id is the foreground colour."""
    style = style_of(id)
    out = []
    for row in range(min(rows, MOST_ROWS)):
        cells = "".join(
            f"{PLACEHOLDER}{MARKS[row]}{MARKS[column]}" for column in range(min(columns, MOST_COLUMNS))
        )
        out.append(Strip([Segment(cells, style)], min(columns, MOST_COLUMNS)))
    return out
