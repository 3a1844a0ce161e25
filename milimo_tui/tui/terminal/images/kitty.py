"""Kitty graphics by Unicode placeholders: a picture is sent once, the cells that show it are text.

So it scrolls, clips and vanishes with the cells. Every command carries `q=2`: no reply ever reaches the keys.
Pure: returns the words to send and the strips to draw.
"""

from __future__ import annotations

import base64
import zlib

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

PLACEHOLDER = "\U0010eeee"
CHUNK = 4096  # characters of base64 a command may carry
# Row and column marks in the order of the protocol's table, as many as pictures here need.
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
        (0x0F82, 0x0F83), (0x0F86, 0x0F87), (0x135D, 0x135F),
    )
    for point in range(start, end + 1)
)  # fmt: skip
MOST_ROWS = MOST_COLUMNS = len(MARKS)


def _command(keys: str, data: str, wrap: bool) -> str:
    words = f"\x1b_G{keys};{data}\x1b\\" if data else f"\x1b_G{keys}\x1b\\"
    return f"\x1bPtmux;{words.replace(chr(27), chr(27) * 2)}\x1b\\" if wrap else words


def send(id: int, rgb: bytes, width: int, height: int, columns: int, rows: int, *, wrap: bool = False) -> str:
    """Return the words that give the terminal a picture of width × height pixels, to fill columns × rows."""
    data = base64.standard_b64encode(zlib.compress(rgb, 1)).decode("ascii")
    chunks = [data[start : start + CHUNK] for start in range(0, len(data), CHUNK)] or [""]
    out = []
    for index, chunk in enumerate(chunks):
        more = 0 if index == len(chunks) - 1 else 1
        head = f"a=T,U=1,i={id},f=24,o=z,s={width},v={height},c={columns},r={rows}," if index == 0 else ""
        out.append(_command(f"{head}q=2,m={more}", chunk, wrap))
    return "".join(out)


def forget(id: int, *, wrap: bool = False) -> str:
    """Return the words that free a picture in the terminal's memory."""
    return _command(f"a=d,d=I,i={id},q=2", "", wrap)


def strips(id: int, columns: int, rows: int) -> list[Strip]:
    """Return the cells that show it: placeholders with row and column; the id is the foreground colour."""
    style = Style(color=Color.from_rgb(id >> 16 & 255, id >> 8 & 255, id & 255))
    out = []
    for row in range(min(rows, MOST_ROWS)):
        cells = "".join(
            f"{PLACEHOLDER}{MARKS[row]}{MARKS[column]}" for column in range(min(columns, MOST_COLUMNS))
        )
        out.append(Strip([Segment(cells, style)], min(columns, MOST_COLUMNS)))
    return out
