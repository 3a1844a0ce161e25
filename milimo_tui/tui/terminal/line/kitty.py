"""Kitty graphics by Unicode placeholders: a picture is sent once, the cells that show it are text.

So it scrolls, clips and vanishes with the cells. Every command carries `q=2`: no reply ever reaches the keys.
Pure: returns the words to send and the strips to draw. Source: kitty, graphics-protocol.
"""

from __future__ import annotations

from dataclasses import dataclass

from rich.color import Color
from rich.segment import Segment
from textual.strip import Strip

from milimo_tui.tui.terminal.line.cell_styles import PictureStyle, picture_style

PLACEHOLDER = "\U0010eeee"
CHUNK = 4096  # characters of base64 a command may carry
# Row and column marks in the order of the protocol's table, 297 of them.
MARKS = tuple(
    chr(point)
    for start, end in (
        (0x0305, 0x0305), (0x030D, 0x030E), (0x0310, 0x0310), (0x0312, 0x0312), (0x033D, 0x033F),
        (0x0346, 0x0346), (0x034A, 0x034C), (0x0350, 0x0352), (0x0357, 0x0357), (0x035B, 0x035B),
        (0x0363, 0x036F), (0x0483, 0x0487), (0x0592, 0x0595), (0x0597, 0x0599), (0x059C, 0x05A1),
        (0x05A8, 0x05A9), (0x05AB, 0x05AC), (0x05AF, 0x05AF), (0x05C4, 0x05C4), (0x0610, 0x0617),
        (0x0657, 0x065B), (0x065D, 0x065E), (0x06D6, 0x06DC), (0x06DF, 0x06E2), (0x06E4, 0x06E4),
        (0x06E7, 0x06E8), (0x06EB, 0x06EC), (0x0730, 0x0730), (0x0732, 0x0733), (0x0735, 0x0736),
        (0x073A, 0x073A), (0x073D, 0x073D), (0x073F, 0x0741), (0x0743, 0x0743), (0x0745, 0x0745),
        (0x0747, 0x0747), (0x0749, 0x074A), (0x07EB, 0x07F1), (0x07F3, 0x07F3), (0x0816, 0x0819),
        (0x081B, 0x0823), (0x0825, 0x0827), (0x0829, 0x082D), (0x0951, 0x0951), (0x0953, 0x0954),
        (0x0F82, 0x0F83), (0x0F86, 0x0F87), (0x135D, 0x135F), (0x17DD, 0x17DD), (0x193A, 0x193A),
        (0x1A17, 0x1A17), (0x1A75, 0x1A7C), (0x1B6B, 0x1B6B), (0x1B6D, 0x1B73), (0x1CD0, 0x1CD2),
        (0x1CDA, 0x1CDB), (0x1CE0, 0x1CE0), (0x1DC0, 0x1DC1), (0x1DC3, 0x1DC9), (0x1DCB, 0x1DCC),
        (0x1DD1, 0x1DE6), (0x1DFE, 0x1DFE), (0x20D0, 0x20D1), (0x20D4, 0x20D7), (0x20DB, 0x20DC),
        (0x20E1, 0x20E1), (0x20E7, 0x20E7), (0x20E9, 0x20E9), (0x20F0, 0x20F0), (0x2CEF, 0x2CF1),
        (0x2DE0, 0x2DFF), (0xA66F, 0xA66F), (0xA67C, 0xA67D), (0xA6F0, 0xA6F1), (0xA8E0, 0xA8F1),
        (0xAAB0, 0xAAB0), (0xAAB2, 0xAAB3), (0xAAB7, 0xAAB8), (0xAABE, 0xAABF), (0xAAC1, 0xAAC1),
        (0xFE20, 0xFE26), (0x10A0F, 0x10A0F), (0x10A38, 0x10A38), (0x1D185, 0x1D189), (0x1D1AA, 0x1D1AD),
        (0x1D242, 0x1D244),
    )
    for point in range(start, end + 1)
)  # fmt: skip
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
