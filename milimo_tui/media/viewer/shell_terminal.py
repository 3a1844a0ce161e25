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
from milimo_tui.media.viewer import signs

LETTERS, BLOCKS = "letters", "blocks"
KINDS = ("auto", LETTERS, BLOCKS, "sextants", "octants", "kitty", "iterm2", "sixel")
_KITTY_TERMS, _KITTY_PROGRAMS = ("xterm-kitty", "xterm-ghostty"), ("kitty", "ghostty")
_ITERM2_PROGRAMS = ("iterm.app", "wezterm")
_EXACT_TERMS = (*_KITTY_TERMS, "xterm-direct", "alacritty", "foot", "wezterm")
_NO_BLOCKS = ("dumb", "vt100", "vt220")
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
    colours = _colours(environ)
    if wanted == "auto":
        wanted = _usual(environ, colours, images)
    elif colours == "none" and wanted != LETTERS:
        raise BadInput("NO_COLOR is set, and pictures are letters then", "NO_COLOR= milimo show …")
    if wanted == LETTERS:
        return ShellTerminal(LETTERS)
    if wanted in ("kitty", "iterm2", "sixel"):
        return ShellTerminal(wanted, colours, cell=cell_size(), wrap=bool(environ.get("TMUX")))
    families = {signs.QUADRANTS, signs.BARS} if environ.get("TERM") != "linux" else set()
    if wanted in ("sextants", "octants"):
        families |= {signs.SEXTANTS, wanted}
    return ShellTerminal("cells", colours, frozenset(families), cell_size())


def _usual(environ: Mapping[str, str], colours: str, images: str) -> str:
    """The best way that the environment and the setting name."""
    if colours == "none" or environ.get("TERM", "") in _NO_BLOCKS or not _is_utf8(environ):
        return LETTERS
    if images in ("off", "blocks") or environ.get("TMUX") or environ.get("STY"):
        return BLOCKS
    program = environ.get("TERM_PROGRAM", "").casefold()
    if images == "kitty" or environ.get("TERM") in _KITTY_TERMS or program in _KITTY_PROGRAMS:
        return "kitty"
    if program in _ITERM2_PROGRAMS or environ.get("LC_TERMINAL", "").casefold() == "iterm2":
        return "iterm2"
    return BLOCKS


def _colours(environ: Mapping[str, str]) -> str:
    """truecolor, 256, 16 or none."""
    if environ.get("NO_COLOR"):
        return "none"
    term = environ.get("TERM", "").lower()
    if environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit") or term in _EXACT_TERMS:
        return "truecolor"
    return "256" if term.endswith("256color") or not term else "16"


def _is_utf8(environ: Mapping[str, str]) -> bool:
    locale = next((environ[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if environ.get(name)), "")
    charset = locale.partition(".")[2].partition("@")[0].casefold().replace("-", "")
    return charset in ("", "utf8")


def cell_size() -> tuple[int, int]:
    """The pixels of a cell as the terminal tells the kernel; 8×16 where it does not."""
    try:
        told = fcntl.ioctl(1, termios.TIOCGWINSZ, bytes(8))
    except OSError:
        return _CELL
    rows, columns, width, height = struct.unpack("HHHH", told)
    if not (rows and columns and width >= columns and height >= rows):
        return _CELL
    return width // columns, height // rows
