"""The capabilities of the terminal: its colours, its methods for pictures, and a tmux or SSH connection in
between.

They are read from the environment variables at first, and updated by the answers of tmux and the terminal.
Answers may come late or never, so nothing waits for them.
"""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from milimo_tui.core.terminal_environment import KITTY_TERMS, read_terminal_environment
from milimo_tui.media.viewer.terminal_facts import (
    BRAILLE,
    FINER_GLYPHS,
    GLYPHS_BY_SETTING,
    OCTANTS,
    QUADRANTS,
    SEXTANTS,
    SHADES,
    USUAL_GLYPHS,
)
from milimo_tui.studio.machine.tmux import is_passthrough_allowed, parse_tmux_connection, run_tmux
from milimo_tui.tui.terminal.line.questions import TerminalAnswers

# Protocols that show pictures in real pixels, with the names that users know.
PIXEL_PROTOCOLS: Mapping[str, str] = {"kitty": "kitty graphics", "iterm2": "iTerm2", "sixel": "sixel"}


@dataclass(frozen=True, slots=True)
class Terminal:
    """The capabilities of a terminal. `pictures` is `kitty`, `iterm2`, `sixel`, `blocks` (pictures made of
    character cells) or `off`.

    `wrap` is True if kitty commands must be wrapped so that tmux passes them on to the terminal.
    """

    colours: str
    pictures: str
    inside: str = ""  # The terminal multiplexer around the studio: `tmux`, `screen` or empty.
    wrap: bool = False
    remote: bool = False  # Connected over SSH, where every byte costs time.
    connection: str = ""  # The value of the environment variable SSH_CONNECTION.
    note: str = ""
    # True for a terminal that may print unknown control sequences as text. Such a terminal is asked only DA1,
    # the question that every terminal answers.
    plain: bool = False
    # The groups of glyphs that the terminal's font has (see `viewer.terminal_facts`).
    signs: tuple[str, ...] = USUAL_GLYPHS
    # Width and height of a cell in pixels, if the terminal reported them.
    cell: tuple[int, int] | None = None
    # True if the user set the number of colours, so that no answer of the terminal changes it.
    colours_chosen: bool = False
    # The transfer of pixels to the terminal: `direct` (in escape sequences), `shared` (shared memory) or
    # `file`.
    medium: str = "direct"
    # The longest side of a sixel picture in pixels; 0 if the terminal has no limit.
    longest_side: int = 0

    @property
    def sentence(self) -> str:
        """A sentence that describes the terminal, at most 80 cells wide."""
        return f"This terminal: {self.words}."

    @property
    def words(self) -> str:
        """A description of the terminal without the words “This terminal”."""
        place = f"{self.inside}{' ' + self.note if self.note else ''}" if self.inside else self.note
        colours = {"truecolor": "truecolour", "256": "256 colours", "16": "16 colours", "none": "no colour"}
        pictures = "no pictures" if self.pictures == "off" else f"pictures in {self.picture_protocol_text}"
        colours_text = "" if self.can_improve and self.note else colours[self.colours]
        parts = [part for part in (place, colours_text, pictures) if part]
        return ", ".join(parts)

    @property
    def cells_text(self) -> str:
        """The name of the finest glyphs in which the terminal can show a picture made of character cells,
        such as `quadrants`. In a terminal without colours it is `braille` or `shades`.
        """
        if self.colours == "none":
            return BRAILLE if BRAILLE in self.signs else SHADES
        names = (OCTANTS, SEXTANTS, QUADRANTS)
        return next((name for name in names if name in self.signs), "half-blocks")

    @property
    def picture_protocol_text(self) -> str:
        """The name of the method by which pictures are shown at present: `kitty graphics`, `quadrants`, `off`
        and so on.
        """
        return (
            self.cells_text
            if self.pictures == "blocks"
            else PIXEL_PROTOCOLS.get(self.pictures, self.pictures)
        )

    @property
    def can_improve(self) -> bool:
        """True if other tmux settings would allow better pictures; the doctor then suggests them.

        These settings pass pictures through and turn on true colours; kitty pictures need both. Outside tmux
        there is nothing to set, because the terminal reports its own capabilities.
        """
        is_narrow = not self.wrap or self.colours == "256"
        return self.inside == "tmux" and self.pictures == "blocks" and is_narrow


def detect_terminal(environ: Mapping[str, str], wanted: str = "auto", cells: str = "auto") -> Terminal:
    """Return the capabilities of the terminal according to the environment variables. Inside tmux,
    half-blocks are assumed for pictures until `ask_tmux` has asked tmux.

    `wanted` is the setting `images`: auto, kitty, iterm2, sixel, blocks or off. A named protocol is used
    without a check, except inside tmux: tmux passes kitty pictures only if passthrough is allowed, and does
    not support the other two. `cells` is the setting of the same name, which chooses the glyphs for pictures
    made of cells.
    """
    environment = read_terminal_environment(environ)
    pictures = "blocks"
    if wanted in ("off", "blocks") or (wanted in ("iterm2", "sixel") and not environment.inside):
        pictures = wanted
    elif (
        not environment.inside
        and _can_show_kitty(environment.colours)
        and "kitty" in (wanted, environment.names)
    ):
        pictures = "kitty"
    signs = GLYPHS_BY_SETTING.get(cells, () if environment.plain else USUAL_GLYPHS)
    return Terminal(
        environment.colours,
        pictures,
        environment.inside,
        remote=environment.remote,
        connection=environment.connection,
        plain=environment.plain,
        signs=signs,
        colours_chosen=environment.colours_chosen,
    )


def _can_show_kitty(colours: str) -> bool:
    """Return True if the terminal has true colours. Kitty pictures need them, because the colour of a
    placeholder cell encodes the picture's id in 24 bits.
    """
    return colours == "truecolor"


async def identify_tmux_client() -> str:
    """Return an identifier of the tmux client that shows this session; empty if there is none."""
    try:
        process = await asyncio.create_subprocess_exec(
            "tmux",
            "display-message",
            "-p",
            "#{client_pid} #{client_created}",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        words, _ = await process.communicate()
    except OSError:
        return ""
    return words.decode().strip()


def ask_tmux(found: Terminal, wanted: str, ask: Callable[..., str] = run_tmux) -> Terminal:
    """Return the terminal's capabilities, updated by asking tmux. Tmux reports if it passes pictures through,
    which terminal is outside, how that terminal is connected, and which colours it has. Outside tmux, return
    `found` unchanged.
    """
    if found.inside != "tmux":
        return found
    through = is_passthrough_allowed(ask)
    outer, _, features = ask("display-message", "-p", "#{client_termname} #{client_termfeatures}").partition(
        " "
    )
    colours = found.colours
    if features and not found.colours_chosen:
        colours = _find_outer_colours(colours, outer, features.split(","))
    note = "" if through else "without passthrough"
    pictures = found.pictures
    draws = wanted == "kitty" or (wanted == "auto" and outer in KITTY_TERMS)
    if through and draws and _can_show_kitty(colours):
        pictures = "kitty"
    connection = parse_tmux_connection(found.connection, ask("show-environment", "SSH_CONNECTION"))
    return replace(
        found,
        colours=colours,
        pictures=pictures,
        wrap=through,
        note=note,
        connection=connection,
        remote=bool(connection),
    )


def _find_outer_colours(colours: str, outer: str, features: list[str]) -> str:
    """Return the number of colours of the terminal outside tmux: `truecolor`, `256`, or the value of
    `colours` if nothing better is known. The variable TERM inside tmux does not describe that terminal.

    If the terminal outside has only 256 colours, tmux would round true colours to the nearest of the 256, but
    the studio chooses better ones itself.
    """
    if "RGB" in features:
        return "truecolor"
    has_256 = "256" in features or outer.endswith("256color") or colours == "truecolor"
    return "256" if has_256 else colours


def apply_answers(found: Terminal, wanted: str, answers: TerminalAnswers, cells: str = "auto") -> Terminal:
    """Return the terminal's capabilities, updated by the terminal's own answers. A capability without an
    answer keeps its assumed value.

    Inside tmux only wrapped questions reach the terminal outside, so its colours are not updated here (see
    `ask_tmux`).
    """
    colours, pictures = found.colours, found.pictures
    if not found.colours_chosen and not found.inside:
        if answers.has_true_colour:
            colours = "truecolor"
        elif colours == "16" and answers.colours >= 256:
            colours = "256"
    if wanted == "auto" and pictures == "blocks" and answers.placeholders and _can_show_kitty(colours):
        pictures = "kitty"
    elif wanted == "auto" and pictures == "blocks" and answers.iterm2 and not found.inside:
        pictures = "iterm2"
    elif (
        wanted == "auto" and pictures == "blocks" and answers.sixel and all(answers.cell) and not found.inside
    ):
        # A sixel picture is measured in the terminal's pixels, so sixel is used only if the size of a cell is
        # known.
        pictures = "sixel"
    elif wanted == "auto" and pictures == "kitty" and answers.name and not answers.placeholders:
        # The environment variable TERM suggested kitty pictures, but the terminal's own answer shows that it
        # lacks placeholders.
        pictures = "blocks"
    signs = GLYPHS_BY_SETTING.get(cells, (*USUAL_GLYPHS, *FINER_GLYPHS[answers.signs]))
    cell = answers.cell if all(answers.cell) else None
    medium = "shared" if answers.memory else "file" if answers.files else "direct"
    if found.remote or found.inside:
        medium = "direct"
    return replace(
        found,
        colours=colours,
        pictures=pictures,
        signs=signs,
        cell=cell,
        medium=medium,
        longest_side=answers.longest_side,
    )
