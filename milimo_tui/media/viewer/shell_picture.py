"""Print a picture in a plain shell in the form that its terminal supports: cells, pixels, or letters without
colours.
"""

from __future__ import annotations

import base64
import os
from fractions import Fraction
from pathlib import Path

import numpy as np

from milimo_tui.core.kitty_marks import MARKS, PLACEHOLDER
from milimo_tui.media.compose.film_crop import FilmCrop
from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.viewer import cell_text
from milimo_tui.media.viewer.cells import CELL
from milimo_tui.media.viewer.display_modes import Way, encode_for_terminal
from milimo_tui.media.viewer.full_pixels import encode_sixels
from milimo_tui.media.viewer.local_pictures import LocalPictures
from milimo_tui.media.viewer.preview import FilePreview, ViewSize
from milimo_tui.media.viewer.shell_terminal import LETTERS, ShellTerminal
from milimo_tui.media.viewer.terminal_facts import LONGEST_SIXEL_SIDE

_SHADES = " .:-=+*#%@"
_KITTY_CHUNK = 4096  # the kitty protocol's limit of base64 characters per command
FIRST_NUMBER = 16  # the first palette number used, because terminal themes redefine the numbers below it
_PIXEL_BYTES = 300_000  # the largest size in bytes of one encoded picture
_BLACK = (0, 0, 0)


def picture_to_text(
    path: Path,
    columns: int,
    rows: int,
    terminal: ShellTerminal,
    seconds: Fraction = Fraction(0),
    crop: FilmCrop | None = None,
) -> str:
    """Return a picture as text for the shell, at most `columns` × `rows` cells large.

    The picture is a still file, or a video's frame at `seconds`. With `crop`, only the part of it that the
    film shows is drawn. Raises the errors of an unreadable file, and Unavailable if the encoder of sixels is
    missing.
    """
    columns, rows = max(1, columns), max(1, rows)
    letters = terminal.kind == LETTERS
    if terminal.kind == "sixel":
        columns, rows = (
            min(count, max(1, LONGEST_SIXEL_SIDE // side))
            for count, side in zip((columns, rows), terminal.cell, strict=True)
        )
    mode = Way(
        "cells" if letters else terminal.kind,
        columns,
        rows,
        terminal.cell,
        terminal.colours,
        terminal.signs,
        budget=_PIXEL_BYTES,
    )
    size = ViewSize(columns, 2 * rows) if letters else mode.size(False, _BLACK)
    preview = FilePreview()
    try:
        picture = preview.picture(path, seconds, size, crop=crop)
    finally:
        preview.close()
    if letters:
        return _draw_letters(picture)
    if terminal.kind == "sixel":
        return encode_sixels(picture, picture.shape[0], 0)[0].decode("ascii")
    header, data = encode_for_terminal(picture, mode, _BLACK, LocalPictures())
    if terminal.kind == "cells":
        cells = np.frombuffer(data, CELL).reshape(header["height"], header["width"])
        return "\n".join(cell_text.cells_to_lines(cells, terminal.colours))
    across, down = header["columns"], header["rows"]
    if terminal.kind == "kitty":
        return (_make_kitty_text_for_tmux if terminal.wrap else _make_kitty_text)(data, across, down)
    return _make_iterm2_text(data, across, down, wrap=terminal.wrap)


def _draw_letters(picture: Rgb) -> str:
    if picture.shape[0] % 2:
        picture = np.concatenate([picture, np.zeros_like(picture[:1])])
    light = picture.astype(np.float32).mean(axis=2)
    light = (light[::2] + light[1::2]) / 2
    shades = np.minimum(light * len(_SHADES) / 256, len(_SHADES) - 1).astype(int)
    return "\n".join("".join(_SHADES[shade] for shade in row).rstrip() for row in shades)


def _make_kitty_text(png: bytes, columns: int, rows: int) -> str:
    """Return the escape sequences that draw a PNG at the cursor by kitty's graphics protocol. The option q=2
    tells the terminal to send no reply.
    """
    return "".join(_make_kitty_commands(png, f"c={columns},r={rows}"))


def _make_kitty_text_for_tmux(png: bytes, columns: int, rows: int) -> str:
    """Return the escape sequences that show a PNG in the terminal in which tmux runs: the picture, then rows
    of placeholders.

    The picture is passed through tmux without being interpreted, and tmux handles the placeholders as
    ordinary text. The foreground colour of the placeholders, a palette number, is the id of the picture to
    show.
    """
    number = FIRST_NUMBER + os.getpid() % (256 - FIRST_NUMBER)
    rows = min(rows, len(MARKS))
    words = _make_kitty_commands(png, f"U=1,i={number},c={columns},r={rows}")
    lines = [f"{PLACEHOLDER}{MARKS[row]}{MARKS[0]}{PLACEHOLDER * (columns - 1)}" for row in range(rows)]
    text = "\n".join(f"\x1b[38;5;{number}m{line}\x1b[39m" for line in lines)
    return "".join(_wrap_for_tmux(each, wrap=True) for each in words) + text


def _make_kitty_commands(png: bytes, place: str) -> list[str]:
    """Return the kitty commands that send a PNG in parts and show it. `place` has the keys for size and
    placement.
    """
    data = base64.standard_b64encode(png).decode("ascii")
    out = []
    for start in range(0, len(data), _KITTY_CHUNK):
        more = int(start + _KITTY_CHUNK < len(data))
        keys = f"a=T,f=100,{place},q=2,m={more}" if start == 0 else f"m={more}"
        out.append(f"\x1b_G{keys};{data[start : start + _KITTY_CHUNK]}\x1b\\")
    return out


def _make_iterm2_text(jpeg: bytes, columns: int, rows: int, *, wrap: bool) -> str:
    """Return the escape sequence that draws a JPEG or PNG at the cursor. With `wrap`, it is passed through
    tmux.
    """
    keys = f"inline=1;size={len(jpeg)};width={columns};height={rows};preserveAspectRatio=0"
    return _wrap_for_tmux(
        f"\x1b]1337;File={keys}:{base64.standard_b64encode(jpeg).decode('ascii')}\x07", wrap
    )


def _wrap_for_tmux(words: str, wrap: bool) -> str:
    return f"\x1bPtmux;{words.replace(chr(27), chr(27) * 2)}\x1b\\" if wrap else words
