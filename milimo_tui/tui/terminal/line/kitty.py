"""Kitty graphics with Unicode placeholders: the pixels of a picture are sent once, and the cells that show
the picture are text.

The picture therefore scrolls, is clipped and disappears together with its cells. Every command has `q=2`, so
that the terminal sends no reply that could be mistaken for keys. Pure functions, which return the commands to
send and the strips to draw. Source: kitty, graphics-protocol.
"""

from __future__ import annotations

from dataclasses import dataclass

from rich.color import Color
from rich.segment import Segment
from textual.strip import Strip

from milimo_tui.core.kitty_marks import MARKS, PLACEHOLDER
from milimo_tui.tui.terminal.line.cell_styles import PictureStyle, make_picture_style

# Maximum number of base64 characters in one command. Longer data is split into several commands.
CHUNK = 4096
MOST_ROWS = MOST_COLUMNS = len(MARKS)


def _make_kitty_command(keys: str, data: str, wrap: bool) -> str:
    words = f"\x1b_G{keys};{data}\x1b\\" if data else f"\x1b_G{keys}\x1b\\"
    return f"\x1bPtmux;{words.replace(chr(27), chr(27) * 2)}\x1b\\" if wrap else words


@dataclass(frozen=True, slots=True)
class Pixels:
    """The pixels of a picture in kitty's format. `keys` describe the encoding (f=…, o=…, t=…), and `data` is
    base64.

    `width` and `height` are in pixels. The terminal enlarges a smaller picture to `columns` × `rows` cells.
    """

    keys: str
    data: str
    width: int
    height: int
    columns: int
    rows: int

    @property
    def is_once(self) -> bool:
        """True if the data is in shared memory or a local file, which the terminal removes after reading."""
        return "t=" in self.keys

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Width, height, columns and rows. A picture can replace another picture only if these are equal."""
        return self.width, self.height, self.columns, self.rows

    def make_send_commands(self, id: int, *, wrap: bool = False) -> list[str]:
        """Return the commands that store the picture in the terminal under `id`, to be sent in order. With
        `wrap` they are wrapped for tmux.
        """
        place = f"c={self.columns},r={self.rows}"
        size = f"s={self.width},v={self.height}"
        return _split_into_commands(f"a=T,U=1,i={id},{self.keys},{size},{place}", self.data, wrap)

    def make_replace_commands(self, id: int, *, wrap: bool = False) -> list[str]:
        """Return the commands that replace the picture stored under `id`, which must have the same size in
        pixels. Its cells show the new picture at once.

        The commands edit the first frame of the picture: kitty, graphics-protocol, “Transferring animation
        frame data”.
        """
        return _split_into_commands(
            f"a=f,i={id},r=1,X=1,{self.keys},s={self.width},v={self.height}", self.data, wrap
        )


def _split_into_commands(keys: str, data: str, wrap: bool) -> list[str]:
    """Divide base64 data into commands with at most `CHUNK` characters of data each. The first command also
    has the keys `keys`. If `wrap` is True, the commands are wrapped for tmux.
    """
    chunks = [data[start : start + CHUNK] for start in range(0, len(data), CHUNK)] or [""]
    last, action = len(chunks) - 1, keys.partition(",")[0]
    # When a frame is edited, the later commands must repeat the action.
    later = f"{action}," if action == "a=f" else ""
    return [
        _make_kitty_command(f"{f'{keys},' if index == 0 else later}q=2,m={int(index < last)}", chunk, wrap)
        for index, chunk in enumerate(chunks)
    ]


def make_free_command(id: int, *, wrap: bool = False) -> str:
    """Return the command that frees a picture in the terminal's memory."""
    return _make_kitty_command(f"a=d,d=I,i={id},q=2", "", wrap)


def make_placeholder_style(id: int) -> PictureStyle:
    """Return the style for the cells of a picture. Its foreground colour encodes the picture's id."""
    return make_picture_style(color=Color.from_rgb(id >> 16 & 255, id >> 8 & 255, id & 255), picture=id)


def make_placeholder_strips(id: int, columns: int, rows: int) -> list[Strip]:
    """Return the cells that show a picture: placeholder characters with combining marks for row and column.
    Their foreground colour encodes the picture's id.
    """
    style = make_placeholder_style(id)
    out = []
    for row in range(min(rows, MOST_ROWS)):
        cells = "".join(
            f"{PLACEHOLDER}{MARKS[row]}{MARKS[column]}" for column in range(min(columns, MOST_COLUMNS))
        )
        out.append(Strip([Segment(cells, style)], min(columns, MOST_COLUMNS)))
    return out
