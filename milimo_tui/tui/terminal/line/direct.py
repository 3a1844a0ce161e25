"""Pictures that are drawn directly onto the screen, over its cells, by Sixel or iTerm2.

Such a picture stays until text is written over it. `ScreenCopy` therefore marks the cells under the picture
by a negative picture id and writes no text there. A picture is divided into bands, which are separate images
one below the other. If a part of the picture was covered or replaced, only the bands at that place are sent
again.

Sources: Sixel: DEC STD 070, chapter 9. iTerm2: iterm2.com/documentation-images, “Inline Images Protocol”.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from rich.segment import Segment
from textual.strip import Strip

from milimo_tui.core.kitty_marks import MARKS, PLACEHOLDER
from milimo_tui.tui.terminal.line.cell_styles import make_picture_style

# The beginning of a sixel picture up to its height, and the height of a line of sixels (DEC STD 070).
SIXEL_START = re.compile(r'(\x1bP[\d;]*q"\d+;\d+;\d+;)(\d+)')
SIXEL_LINE = 6


@dataclass(frozen=True, slots=True)
class Band:
    """A band of a picture: its first row (counted from the picture's top), its number of rows, and the escape
    sequence that draws it at the cursor.
    """

    row: int
    rows: int
    words: str


@dataclass(frozen=True, slots=True)
class DirectPicture:
    """A picture of `columns` × `rows` cells that is drawn directly onto the screen. Its bands are in order
    from the top.
    """

    columns: int
    rows: int
    bands: tuple[Band, ...]


def make_iterm2_picture(data: bytes, columns: int, rows: int) -> DirectPicture:
    """Convert a JPEG or PNG file to an iTerm2 picture. The terminal scales it to `columns` × `rows` cells."""
    keys = f"inline=1;size={len(data)};width={columns};height={rows};preserveAspectRatio=0;doNotMoveCursor=1"
    words = f"\x1b]1337;File={keys}:{base64.standard_b64encode(data).decode('ascii')}\x07"
    return DirectPicture(columns, rows, (Band(0, rows, words),))


def crop_band(band: Band, rows: int) -> str:
    """Return the sequence that draws at most the first `rows` rows of a band. A sixel picture that reaches
    the last row of the terminal would scroll the screen.

    The band is cut after complete lines of six pixels, so up to five pixels are missing at its lower edge.
    """
    found = SIXEL_START.match(band.words)
    if rows >= band.rows or found is None:
        return band.words
    lines = int(found[2]) * max(0, rows) // band.rows // SIXEL_LINE
    if not lines:
        return ""
    pixels = "-".join(band.words[found.end() :].split("-")[:lines])
    return f"{found[1]}{lines * SIXEL_LINE}{pixels}-\x1b\\"


def make_direct_strips(id: int, columns: int, rows: int) -> list[Strip]:
    """Return the cells that represent a directly drawn picture in the copy of the screen. Each cell encodes
    its row and column in the picture. The style of the cells has `-id` as its picture id.
    """
    style = make_picture_style(color=None, picture=-id)
    return [
        Strip(
            [
                Segment(
                    "".join(f"{PLACEHOLDER}{MARKS[row]}{MARKS[column]}" for column in range(columns)), style
                )
            ],
            columns,
        )
        for row in range(min(rows, len(MARKS)))
    ]
