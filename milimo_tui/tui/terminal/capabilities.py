"""What this terminal is: colours, pictures, what lies between. Read from the environment, then from what tmux
and the terminal itself answer: late or never, and nothing waits for it.
"""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from milimo_tui.tui.terminal.line.questions import Answers
from milimo_tui.tui.terminal.theme import depth

# Terminals known to draw kitty graphics through Unicode placeholders.
PLACEHOLDER_TERMS = ("xterm-kitty", "xterm-ghostty")
PLACEHOLDER_PROGRAMS = ("ghostty", "kitty")
# Bars and quadrants are in every font that has half-blocks (Block Elements, U+2580 to U+259F).
USUAL_SIGNS = ("bars", "quadrants")
FINER_SIGNS = {"half": (), "sextants": ("sextants",), "octants": ("sextants", "octants")}
# The same by the setting `cells`, which is taken at its word.
SIGNS_OF: Mapping[str, tuple[str, ...]] = {
    "half": (), "quadrants": USUAL_SIGNS,
    "sextants": (*USUAL_SIGNS, "sextants"), "octants": (*USUAL_SIGNS, "sextants", "octants"),
}  # fmt: skip
# Consoles that print parts of a question which they do not know.
PLAIN_TERMS = ("", "dumb", "linux", "vt52", "vt100", "vt102", "vt220", "cons25")
ASK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Terminal:
    """`pictures` is kitty, iterm2, sixel, blocks or off; `wrap`: kitty's words are wrapped for tmux."""

    colours: str
    pictures: str
    inside: str = ""  # tmux, screen or empty
    wrap: bool = False
    remote: bool = False  # over SSH: bytes are dear
    note: str = ""
    plain: bool = False  # prints what it does not know: it is asked for nothing but its attributes
    signs: tuple[str, ...] = USUAL_SIGNS  # families of signs that its font has (`viewer.signs`)
    cell: tuple[int, int] | None = None  # a cell's width and height in pixels, where it told
    medium: str = "direct"  # how pictures in full go there: direct, shared (memory) or file

    @property
    def sentence(self) -> str:
        """Describe the terminal in one line, for the Home screen."""
        place = f"{self.inside}{' ' + self.note if self.note else ''}" if self.inside else self.note
        colours = {"truecolor": "truecolour", "256": "256 colours", "16": "16 colours", "none": "no colour"}
        full = dict.fromkeys(("kitty", "iterm2", "sixel"), "pictures in full")
        shown = full | {"blocks": "pictures as half-blocks", "off": "no pictures"}
        colours_text = (
            "" if self.can_better else colours[self.colours]
        )  # one line of 80 cells, with what to do
        parts = [part for part in (place, colours_text, shown[self.pictures]) if part]
        return f"This terminal: {', '.join(parts)}."

    @property
    def can_better(self) -> bool:
        """Return whether the doctor has a line that would make it show more."""
        return self.pictures == "blocks" and self.inside == "tmux"


def from_environment(environ: Mapping[str, str], wanted: str = "auto", cells: str = "auto") -> Terminal:
    """Read the terminal from the environment alone; inside tmux always half-blocks (but see `ask_tmux`).

    `wanted` is the setting `images`: auto, kitty, iterm2, sixel, blocks or off; a named one is taken at its
    word, but inside tmux, which lets kitty through if asked to and has no place for the other two. `cells` is
    the setting of that name.
    """
    inside = "tmux" if environ.get("TMUX") else "screen" if environ.get("STY") else ""
    colours = depth(environ)
    pictures = "blocks"
    if wanted in ("off", "blocks") or (wanted in ("iterm2", "sixel") and not inside):
        pictures = wanted
    elif not inside and _may_be_kitty(colours) and (wanted == "kitty" or _draws_placeholders(environ)):
        pictures = "kitty"
    plain = inside == "screen" or environ.get("TERM", "") in PLAIN_TERMS
    signs = SIGNS_OF.get(cells, () if plain else USUAL_SIGNS)
    remote = "SSH_CONNECTION" in environ
    return Terminal(colours, pictures, inside, remote=remote, plain=plain, signs=signs)


def _may_be_kitty(colours: str) -> bool:
    """Return whether kitty pictures can work: a placeholder's colour is its id, and every bit must arrive."""
    return colours == "truecolor"


def _draws_placeholders(environ: Mapping[str, str]) -> bool:
    return (
        environ.get("TERM", "") in PLACEHOLDER_TERMS
        or "KITTY_WINDOW_ID" in environ
        or environ.get("TERM_PROGRAM", "").casefold() in PLACEHOLDER_PROGRAMS
    )


def tmux_words(*words: str) -> str:
    """Return what `tmux …` prints; empty when it can't be asked. Blocks up to a second: use a thread."""
    try:
        answer = subprocess.run(
            ["tmux", *words],
            capture_output=True,
            text=True,
            timeout=ASK_SECONDS,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""


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
    """Ask tmux whether it lets pictures through, to what terminal, and with which colours."""
    if found.inside != "tmux":
        return found
    through = ask("show-options", "-gv", "allow-passthrough") in ("on", "all")
    outer, _, features = ask("display-message", "-p", "#{client_termname} #{client_termfeatures}").partition(
        " "
    )
    colours = found.colours
    if colours == "256" and "RGB" in features.split(","):
        colours = "truecolor"
    note = "" if through else "without passthrough"
    pictures = found.pictures
    draws = wanted == "kitty" or (wanted == "auto" and outer in PLACEHOLDER_TERMS)
    if through and draws and _may_be_kitty(colours):
        pictures = "kitty"
    return replace(found, colours=colours, pictures=pictures, wrap=through, note=note)


def with_answers(found: Terminal, wanted: str, answers: Answers, cells: str = "auto") -> Terminal:
    """Return the terminal as it has described itself; what it did not answer stays as it was taken to be.

    Inside tmux only wrapped questions reach it, and tmux must let colours through (`ask_tmux`).
    """
    colours, pictures = found.colours, found.pictures
    if answers.true_colour and colours == "256" and not found.inside:
        colours = "truecolor"
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
    medium = "shared" if answers.memory and not found.remote and not found.inside else "direct"
    return replace(found, colours=colours, pictures=pictures, signs=signs, cell=cell, medium=medium)
