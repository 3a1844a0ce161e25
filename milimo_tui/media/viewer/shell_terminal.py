"""What a plain shell's terminal shows, by its environment: for one picture, without asking it anything.

The studio in the terminal asks (`tui.terminal`); here nothing reads an answer.
"""

from __future__ import annotations

import fcntl
import struct
import termios
from collections.abc import Mapping
from dataclasses import dataclass

from milimo_tui.core.errors import BadInput
from milimo_tui.core.terminal_environment import TerminalEnvironment, read_environment
from milimo_tui.media.viewer import signs

LETTERS, BLOCKS = "letters", "blocks"
KINDS = ("auto", LETTERS, BLOCKS, "sextants", "octants", "kitty", "iterm2", "sixel")
FULL = ("kitty", "iterm2", "sixel")
_CELL = (8, 16)


@dataclass(frozen=True, slots=True)
class ShellTerminal:
    """How a picture is shown: `kind` is letters, cells, kitty, iterm2 or sixel."""

    kind: str
    colours: str = "none"
    signs: frozenset[str] = frozenset()
    cell: tuple[int, int] = _CELL
    wrap: bool = False  # inside tmux: words for the terminal around it are handed through


def of_environment(environ: Mapping[str, str], wanted: str = "auto", images: str = "auto") -> ShellTerminal:
    """What the environment says; `wanted` is what a person asks for, `images` the setting.

    Inside tmux or screen, and where the terminal is not known, pictures are cells. Raises BadInput for a way
    of another name, and for pixels where no colours are wanted.
    """
    if wanted not in KINDS:
        raise BadInput(f"a picture can't be shown as “{wanted}”", f"one of {', '.join(KINDS)}")
    says = read_environment(environ)
    colours = says.colours
    if wanted == "auto":
        wanted = _usual(says, images)
    elif colours == "none" and wanted != LETTERS:
        raise BadInput("NO_COLOR is set, and pictures are letters then", "NO_COLOR= milimo show …")
    if wanted == LETTERS:
        return ShellTerminal(LETTERS)
    if wanted in FULL:
        return ShellTerminal(wanted, colours, cell=cell_size(), wrap=says.inside == "tmux")
    families = set[str]() if says.plain else {signs.SHADES, signs.QUADRANTS, signs.BARS}
    if wanted in ("sextants", "octants"):
        families |= {signs.SEXTANTS, wanted}
    return ShellTerminal("cells", colours, frozenset(families), cell_size())


def _usual(says: TerminalEnvironment, images: str) -> str:
    """The best way that the environment and the setting name."""
    if says.colours == "none" or not says.has_blocks:
        return LETTERS
    if images in ("off", "blocks") or says.inside:
        return BLOCKS
    return images if images in FULL else says.names or BLOCKS


def cell_size() -> tuple[int, int]:
    """The pixels of a cell as the terminal tells the kernel; 8×16 where it does not."""
    try:
        found = fcntl.ioctl(1, termios.TIOCGWINSZ, bytes(8))
    except OSError:
        return _CELL
    rows, columns, width, height = struct.unpack("HHHH", found)
    if not (rows and columns and width >= columns and height >= rows):
        return _CELL
    return width // columns, height // rows
