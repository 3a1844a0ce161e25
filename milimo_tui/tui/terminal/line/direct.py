"""Pictures that are drawn directly onto the screen, over its cells: Sixel and iTerm2.

They stay until text is written over them, so `Glass` marks the cells that they fill by an id below zero and
writes only the picture there. A picture consists of one or more bands, separate images one below the other,
so that only some bands are sent again if the picture is partly covered or replaced.

Sixel: DEC STD 070, chapter 9. iTerm2: iterm2.com/documentation-images, "Inline Images Protocol".
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from rich.segment import Segment
from textual.strip import Strip

from milimo_tui.core.kitty_marks import MARKS, PLACEHOLDER
from milimo_tui.tui.terminal.line.cell_styles import make_picture_style


@dataclass(frozen=True, slots=True)
class Band:
    """Rows of cells, counted from a picture's top, and the sequence that draws them at the cursor."""

    row: int
    rows: int
    words: str


@dataclass(frozen=True, slots=True)
class DirectPicture:
    """A picture of `columns` × `rows` cells; the bands are in order from the top."""

    columns: int
    rows: int
    bands: tuple[Band, ...]


def make_iterm2_picture(data: bytes, columns: int, rows: int) -> DirectPicture:
    """Return a JPEG or PNG as an iTerm2 picture; the terminal scales it to its cells."""
    keys = f"inline=1;size={len(data)};width={columns};height={rows};preserveAspectRatio=0;doNotMoveCursor=1"
    words = f"\x1b]1337;File={keys}:{base64.standard_b64encode(data).decode('ascii')}\x07"
    return DirectPicture(columns, rows, (Band(0, rows, words),))


def make_direct_strips(id: int, columns: int, rows: int) -> list[Strip]:
    """Return the cells of a picture: marks for row and column, with the negative id in the style."""
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
