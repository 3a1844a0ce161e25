"""What this terminal is: colours, pictures, what lies between. Read from the environment, then from what tmux
and the terminal itself answer: late or never, and nothing waits for it.
"""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from milimo_tui.core.terminal_environment import KITTY_TERMS, read_environment
from milimo_tui.studio.machine.tmux import connection_told, lets_through, tmux_words
from milimo_tui.tui.terminal.line.questions import Answers

# Shades, bars and quadrants are in every font that has half-blocks (Block Elements, U+2580 to U+259F).
USUAL_SIGNS = ("shades", "bars", "quadrants")
# Fonts that have the newer ones have braille, which shows pictures without colour.
FINER_SIGNS: Mapping[str, tuple[str, ...]] = {
    "half": (), "sextants": ("braille", "sextants"), "octants": ("braille", "sextants", "octants"),
}  # fmt: skip
# The same by the setting `cells`, which is taken at its word.
SIGNS_OF: Mapping[str, tuple[str, ...]] = {
    "half": (), "quadrants": USUAL_SIGNS, "braille": (*USUAL_SIGNS, "braille"),
    "sextants": (*USUAL_SIGNS, *FINER_SIGNS["sextants"]), "octants": (*USUAL_SIGNS, *FINER_SIGNS["octants"]),
}  # fmt: skip
# Ways in which a terminal shows the pixels themselves, as their terminals call them.
FULL_WAYS: Mapping[str, str] = {"kitty": "kitty graphics", "iterm2": "iTerm2", "sixel": "sixel"}


@dataclass(frozen=True, slots=True)
class Terminal:
    """`pictures` is kitty, iterm2, sixel, blocks or off; `wrap`: kitty's words are wrapped for tmux."""

    colours: str
    pictures: str
    inside: str = ""  # tmux, screen or empty
    wrap: bool = False
    remote: bool = False  # over SSH: bytes are dear
    connection: str = ""  # what SSH_CONNECTION says of it
    note: str = ""
    plain: bool = False  # prints what it does not know: it is asked for nothing but its attributes
    signs: tuple[str, ...] = USUAL_SIGNS  # families of signs that its font has (`viewer.signs`)
    cell: tuple[int, int] | None = None  # a cell's width and height in pixels, where it told
    colours_chosen: bool = False  # somebody asked for so many: no answer changes them
    medium: str = "direct"  # how pictures in full go there: direct, shared (memory) or file

    @property
    def sentence(self) -> str:
        """Describe the terminal in one line of 80 cells."""
        return f"This terminal: {self.words}."

    @property
    def words(self) -> str:
        """Describe the terminal, for a line that says already what it is about."""
        place = f"{self.inside}{' ' + self.note if self.note else ''}" if self.inside else self.note
        colours = {"truecolor": "truecolour", "256": "256 colours", "16": "16 colours", "none": "no colour"}
        pictures = "no pictures" if self.pictures == "off" else f"pictures in {self.way_text}"
        colours_text = "" if self.can_better and self.note else colours[self.colours]
        parts = [part for part in (place, colours_text, pictures) if part]
        return ", ".join(parts)

    @property
    def cells_text(self) -> str:
        """Name the finest signs that a picture in cells is made of: `quadrants`; without colour `braille` or
        `shades`.
        """
        if self.colours == "none":
            return "braille" if "braille" in self.signs else "shades"
        names = ("octants", "sextants", "quadrants")
        return next((name for name in names if name in self.signs), "half-blocks")

    @property
    def way_text(self) -> str:
        """Name the way pictures go there now: `kitty graphics`, `quadrants`, `off`."""
        return self.cells_text if self.pictures == "blocks" else FULL_WAYS.get(self.pictures, self.pictures)

    @property
    def can_better(self) -> bool:
        """Return whether the doctor has lines that make it show more.

        They are tmux's: those that let pictures through, and true colours, without which there are none in
        full. Outside tmux the terminal itself has told what it has.
        """
        is_narrow = not self.wrap or self.colours == "256"
        return self.inside == "tmux" and self.pictures == "blocks" and is_narrow


def from_environment(environ: Mapping[str, str], wanted: str = "auto", cells: str = "auto") -> Terminal:
    """Read the terminal from the environment alone; inside tmux always half-blocks (but see `ask_tmux`).

    `wanted` is the setting `images`: auto, kitty, iterm2, sixel, blocks or off; a named one is taken at its
    word, but inside tmux, which lets kitty through if asked to and has no place for the other two. `cells` is
    the setting of that name.
    """
    says = read_environment(environ)
    pictures = "blocks"
    if wanted in ("off", "blocks") or (wanted in ("iterm2", "sixel") and not says.inside):
        pictures = wanted
    elif not says.inside and _may_be_kitty(says.colours) and "kitty" in (wanted, says.names):
        pictures = "kitty"
    signs = SIGNS_OF.get(cells, () if says.plain else USUAL_SIGNS)
    return Terminal(
        says.colours,
        pictures,
        says.inside,
        remote=says.remote,
        connection=says.connection,
        plain=says.plain,
        signs=signs,
        colours_chosen=says.colours_chosen,
    )


def _may_be_kitty(colours: str) -> bool:
    """Return whether kitty pictures can work: a placeholder's colour is its id, and every bit must arrive."""
    return colours == "truecolor"


async def tmux_client() -> str:
    """Return what tells the terminal on which tmux is looked at from others; empty for none."""
    try:
        process = await asyncio.create_subprocess_exec(
            "tmux", "display-message", "-p", "#{client_pid} #{client_created}",
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        words, _ = await process.communicate()
    except OSError:
        return ""
    return words.decode().strip()


def ask_tmux(found: Terminal, wanted: str, ask: Callable[..., str] = tmux_words) -> Terminal:
    """Ask tmux whether it lets pictures through, to what terminal over which line, with which colours."""
    if found.inside != "tmux":
        return found
    through = lets_through(ask)
    outer, _, features = ask("display-message", "-p", "#{client_termname} #{client_termfeatures}").partition(
        " "
    )
    colours = found.colours
    if features and not found.colours_chosen:
        colours = _shown_outside(colours, outer, features.split(","))
    note = "" if through else "without passthrough"
    pictures = found.pictures
    draws = wanted == "kitty" or (wanted == "auto" and outer in KITTY_TERMS)
    if through and draws and _may_be_kitty(colours):
        pictures = "kitty"
    connection = connection_told(found.connection, ask("show-environment", "SSH_CONNECTION"))
    return replace(
        found,
        colours=colours,
        pictures=pictures,
        wrap=through,
        note=note,
        connection=connection,
        remote=bool(connection),
    )


def _shown_outside(colours: str, outer: str, features: list[str]) -> str:
    """Return what tmux hands on of colours: those that the terminal outside has, whatever TERM is inside.

    True colours it turns into the nearest of 256 where that has no others, which the studio does better.
    """
    if "RGB" in features:
        return "truecolor"
    has_256 = "256" in features or outer.endswith("256color") or colours == "truecolor"
    return "256" if has_256 else colours


def with_answers(found: Terminal, wanted: str, answers: Answers, cells: str = "auto") -> Terminal:
    """Return the terminal as it has described itself; what it did not answer stays as it was taken to be.

    Inside tmux only wrapped questions reach it, and tmux must let colours through (`ask_tmux`).
    """
    colours, pictures = found.colours, found.pictures
    if not found.colours_chosen and not found.inside:
        if answers.has_true_colour:
            colours = "truecolor"
        elif colours == "16" and answers.colours >= 256:
            colours = "256"
    if wanted == "auto" and pictures == "blocks" and answers.placeholders and _may_be_kitty(colours):
        pictures = "kitty"
    elif wanted == "auto" and pictures == "blocks" and answers.iterm2 and not found.inside:
        pictures = "iterm2"
    elif (
        wanted == "auto" and pictures == "blocks" and answers.sixel and all(answers.cell) and not found.inside
    ):
        pictures = "sixel"  # its pixels are the terminal's own: their number must be known
    elif wanted == "auto" and pictures == "kitty" and answers.name and not answers.placeholders:
        pictures = "blocks"  # known by TERM alone, and it says otherwise
    signs = SIGNS_OF.get(cells, (*USUAL_SIGNS, *FINER_SIGNS[answers.signs]))
    cell = answers.cell if all(answers.cell) else None
    medium = "shared" if answers.memory else "file" if answers.files else "direct"
    if found.remote or found.inside:
        medium = "direct"
    return replace(found, colours=colours, pictures=pictures, signs=signs, cell=cell, medium=medium)
