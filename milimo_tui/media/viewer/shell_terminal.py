"""Detect how the terminal of a plain shell can show a picture, from environment variables and without
querying the terminal.

Only the full-screen studio queries the terminal (`tui.terminal`), because a command in a shell does not read
the reply.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import read_cell_size
from milimo_tui.core.terminal_environment import TerminalEnvironment, read_terminal_environment
from milimo_tui.media.viewer.terminal_facts import BRAILLE, GLYPHS_BY_SETTING, USUAL_GLYPHS

LETTERS, BLOCKS = "letters", "blocks"
PIXELS = ("kitty", "iterm2", "sixel")
KINDS = ("auto", LETTERS, BLOCKS, "sextants", "octants", *PIXELS)
USUAL_CELL = (8, 16)


@dataclass(frozen=True, slots=True)
class ShellTerminal:
    """The method by which the terminal of a shell shows pictures. `kind` is letters, cells, kitty, iterm2 or
    sixel. `colours` is the range of colours: truecolor, 256, 16 or none. `signs` are the glyph families for
    cells, and `cell` is the size of a cell in pixels.
    """

    kind: str
    colours: str = "none"
    signs: frozenset[str] = frozenset()
    cell: tuple[int, int] = USUAL_CELL
    # True inside tmux: each escape sequence is wrapped so that tmux passes it on to the terminal in which
    # tmux runs.
    wrap: bool = False


def detect_shell_terminal(
    environ: Mapping[str, str], wanted: str = "auto", images: str = "auto", cells: str = "auto"
) -> ShellTerminal:
    """Return the form in which the terminal described by `environ` shows pictures.

    `wanted` is the user's choice for this command; `images` and `cells` are the values of the settings with
    these names. Inside tmux or screen, and in an unknown terminal, `auto` means cells. Raises BadInput for an
    unknown choice, and for a choice other than letters if colours are switched off.
    """
    if wanted not in KINDS:
        raise BadInput(f"“{wanted}” is not a method to show a picture", f"use one of {', '.join(KINDS)}")
    environment = read_terminal_environment(environ)
    colours = environment.colours
    if wanted == "auto":
        wanted = _choose_usual_kind(environment, images)
    elif colours == "none" and wanted != LETTERS:
        raise BadInput(
            "NO_COLOR is set, so pictures can only be drawn with letters", "unset it: NO_COLOR= milimo show …"
        )
    if wanted == LETTERS:
        return ShellTerminal(LETTERS)
    if wanted in PIXELS:
        cell = read_cell_size(1) or USUAL_CELL
        return ShellTerminal(wanted, colours, cell=cell, wrap=environment.inside == "tmux")
    families = GLYPHS_BY_SETTING.get(cells, () if environment.plain else USUAL_GLYPHS)
    if wanted in ("sextants", "octants"):
        families = GLYPHS_BY_SETTING[wanted]
    # Braille glyphs are only useful without colour, and a picture without colour is drawn as letters here.
    return ShellTerminal("cells", colours, frozenset(families) - {BRAILLE}, read_cell_size(1) or USUAL_CELL)


def _choose_usual_kind(environment: TerminalEnvironment, images: str) -> str:
    """Return the best method for pictures that the terminal supports according to its environment
    `environment`, and that the setting `images` allows.
    """
    if environment.colours == "none" or not environment.has_blocks:
        return LETTERS
    if images in ("off", "blocks") or environment.inside:
        return BLOCKS
    return images if images in PIXELS else environment.names or BLOCKS
