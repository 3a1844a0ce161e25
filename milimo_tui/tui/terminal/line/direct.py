"""Pictures that are drawn straight onto the screen, over its cells: Sixel and iTerm2's.

They stay until words are written where they are, so the cells that they fill are known to the glass by an id
below zero, and nothing is written there but the picture itself. A picture is one band or several, images of
their own one below the other, so that of a picture that is partly covered or replaced only some are sent.

Sixel: DEC STD 070, chapter 9. iTerm2: iterm2.com/documentation-images, "Inline Images Protocol".
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from rich.segment import Segment
from textual.strip import Strip

from milimo_tui.core.kitty_marks import MARKS, PLACEHOLDER
from milimo_tui.tui.terminal.line.cell_styles import picture_style


@dataclass(frozen=True, slots=True)
class Band:
    """Rows of cells from a picture's top, and the words that draw them where the cursor stands."""

    row: int
    rows: int
    words: str


@dataclass(frozen=True, slots=True)
class DirectPicture:
    """A picture of `columns` × `rows` cells, its bands from the top."""

    columns: int
    rows: int
    bands: tuple[Band, ...]


def iterm2(data: bytes, columns: int, rows: int) -> DirectPicture:
    """Return a JPEG or PNG as iTerm2 takes it; the terminal scales it to its cells."""
    keys = f"inline=1;size={len(data)};width={columns};height={rows};preserveAspectRatio=0;doNotMoveCursor=1"
    words = f"\x1b]1337;File={keys}:{base64.standard_b64encode(data).decode('ascii')}\x07"
    return DirectPicture(columns, rows, (Band(0, rows, words),))


def strips(id: int, columns: int, rows: int) -> list[Strip]:
    """Return the cells that stand for a picture: marks for row and column, its id below zero as style."""
    style = picture_style(color=None, picture=-id)
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
